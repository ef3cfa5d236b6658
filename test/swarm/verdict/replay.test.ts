/**
 * The whole watcher over recorded timelines, with a clock that is turned by hand: what the verdict has to be was
 * written down from the fixtures, and when it has to come from what can be seen in the timeline. Each is judged
 * twice: as the engine told it, and without what containers say, as when every task runs on another node.
 */
import { describe, expect, it } from "vitest";
import { FakeClock } from "../../../src/core/clock.ts";
import { openPatience } from "../../../src/swarm/patience.ts";
import { probation, type LateProblem } from "../../../src/swarm/probation.ts";
import type { Verdict } from "../../../src/swarm/types.ts";
import { watchPlan } from "../../../src/swarm/watch.ts";
import { expected, type State } from "./expected.ts";
import { firstTime, readTimeline, replayEngine, timelineNames, type Timeline } from "./timeline.ts";

const isOurs = (timeline: Timeline, id: string): boolean =>
  !Object.values(timeline.plan.before.services).some((one) => one?.tasks.includes(id) === true);
/** A look every quarter of a second while something moves, every second in stillness, and one after an event. */
const slack = 1.1;

interface Heard extends Verdict {
  late: LateProblem[];
}

async function judge(timeline: Timeline, containerEvents: boolean): Promise<Heard> {
  const clock = new FakeClock();
  const engine = replayEngine(timeline, clock, { containerEvents });
  const late: LateProblem[] = [];
  const stop = probation(engine, clock, timeline.plan.stack, (problem) => void late.push(problem));
  let verdict: Verdict | undefined;
  const patience = openPatience(clock, { awayMs: 60_000, isElsewhere: false });
  const watching = watchPlan(engine, clock, patience, timeline.plan).then((given) => (verdict = given));
  for (let turned = 0; verdict === undefined && turned < 1000; turned++) await clock.turn(1000);
  await watching;
  const lastMs = (timeline.frames.at(-1)?.at ?? 0) * 1000;
  await clock.turn(Math.max(0, lastMs - (verdict?.seconds ?? 0) * 1000) + 1000);
  stop();
  return { ...(verdict ?? expect.fail("there is no verdict")), late };
}

it("every recorded timeline has its verdict, and every verdict a timeline", () => {
  expect(timelineNames()).toEqual(Object.keys(expected).sort());
});

describe.each([true, false])("with what containers say: %s", (containerEvents) => {
  it.each(Object.entries(expected))("%s", async (name, wanted) => {
    const timeline = readTimeline(name);
    const heard = await judge(timeline, containerEvents);
    expect(heard).toMatchObject({ outcome: wanted.outcome });
    expect(heard.code).toBe(wanted.code);
    if (wanted.reason !== undefined) expect(heard.reason).toMatch(wanted.reason);
    const due = firstTime(timeline, wanted.when) + wanted.after;
    if (wanted.earlierByEvent === true && containerEvents) {
      expect(heard.seconds).toBeLessThan(due - 1);
      return;
    }
    expect(heard.seconds).toBeGreaterThanOrEqual(Math.floor(due * 10) / 10 - 0.1);
    expect(heard.seconds).toBeLessThanOrEqual(due + slack);
  });
});

it("what dies after its verdict is heard of by the probation", async () => {
  const { late, outcome } = await judge(readTimeline("late-crash"), true);
  expect(outcome).toBe("converged");
  expect(late).toEqual([expect.objectContaining({ service: "app", kind: "died", exitCode: 3 })]);
});

it("old tasks are told from new ones in the recordings", () => {
  const timeline = readTimeline("same-after-rollback");
  const failedBefore = (state: State): boolean =>
    state.tasks.some(({ ID, Status }) => Status.State === "failed" && !isOurs(timeline, ID));
  expect(firstTime(timeline, failedBefore)).toBe(0);
});
