import { storyGone } from "../core/problems/workflow.ts";
import { EngineHouse } from "./engine-house.ts";
import { stopGraceMs } from "./limits.ts";
import type { Engine, EngineOptions } from "./ports.ts";
import { openPrune } from "./prune.ts";
import { openReading } from "./reading.ts";
import { openSchedules } from "./schedule.ts";
import { openFinished } from "./finished.ts";

/**
 * Opens the engine on a database. Register the workflows, then call `recover`: every open run goes on where it
 * was. One engine per file (the database is locked for this process); nothing polls, an idle engine does nothing.
 */
export function openEngine(options: EngineOptions): Engine {
  const { db, clock } = options;
  const house = new EngineHouse(options);
  const { registry, memory } = house;
  const start: Engine["start"] = (workflow, input, start) => {
    const prepared = house.prepareStart(workflow, input, start);
    return db.tx(() => house.writeStart(prepared));
  };
  const schedules = openSchedules(db, clock, start, (thrown) =>
    house.log.error({ err: thrown }, "a schedule could not start its run; it is tried again"),
  );
  return {
    start,
    register: (name, workflow) => registry.register(name, workflow),
    signal: (run, topic, payload, dedupe) => house.signal(run, topic, payload, dedupe),
    recover: () => recover(house),
    cancel: (run, by, why) => db.tx(() => house.cancel(run, by, why)),
    result: (run) => house.results.of(run),
    schedule: (name, cron, timezone, make) => schedules.add(name, cron, timezone, make),
    prune: openPrune(db, clock),
    ...openReading(db, registry, house.strandedRuns),
    stats: () => ({
      live: memory.live.size,
      parked: memory.parkedCount,
      stepsInFlight: house.stepsInFlight,
      open: house.journal.openCount.get() ?? 0,
      stranded: house.strandedRuns.size,
    }),
    finished: openFinished(db),
    async stop() {
      schedules.stop();
      await stop(house);
    },
  };
}

/** Runs that are under way are replayed; those that wait stay in the journal until something wakes them. */
function recover(house: EngineHouse): ReturnType<Engine["recover"]> {
  const { journal, registry, memory, strandedRuns } = house;
  for (const { workflow, version } of journal.openStories.all()) {
    if (registry.story(workflow, version) !== undefined) continue;
    for (const run of journal.openOfStory.all(workflow, version)) {
      const row = journal.runById.get(run);
      if (row !== undefined) house.stranded(row, storyGone({ run, workflow, version }));
    }
  }
  for (const row of journal.running.all()) house.begin(row);
  for (const id of journal.waitingWithSignals.all()) house.takeUp(id);
  memory.armAll();
  const resumed = memory.live.size;
  const open = journal.openCount.get() ?? 0;
  return { resumed, asleep: open - resumed - strandedRuns.size, stranded: strandedRuns.size };
}

/** How often `stop` looks whether the last step is through. Real time: it is the process that waits. */
const lookMs = 20;

async function stop(house: EngineHouse): Promise<void> {
  house.stopping = true;
  for (let waited = 0; house.stepsInFlight > 0 && waited < stopGraceMs && !house.dead; waited += lookMs)
    await new Promise((later) => setTimeout(later, lookMs));
  // What those steps brought is in the queue of this turn's commit.
  await new Promise((later) => setImmediate(later));
  await house.db.write(() => undefined);
  house.die();
}
