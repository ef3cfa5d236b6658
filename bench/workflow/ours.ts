import { z } from "zod";
import { systemClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openEngine, workflow } from "../../src/workflow/index.ts";
import { freshFile, type Marks, type Racer } from "./story.ts";

/** Our engine with FULL sync, on its own file or on a database that is handed in. */
export function openOurs(marks: Marks, db: Db = openDb(freshFile("ours.db"))): Racer {
  const engine = openEngine({ db, clock: systemClock, trades: {} as never });
  const story = workflow({
    input: z.object({ id: z.string() }),
    async run({ step, waitFor }, { id }) {
      for (const n of [1, 2, 3]) await step(`step ${n}`, () => marks.body(id, n));
      await waitFor("word", { timeout: "7d" });
      for (const n of [4, 5]) await step(`step ${n}`, () => marks.body(id, n));
    },
  });
  engine.register("story", story);
  engine.recover();
  const runs = new Map<string, string>();
  return {
    settleMs: 30,
    // With this turn's commit, as the door starts runs in the transaction of the command.
    async start(id) {
      const started = await db.write(() =>
        engine.start(story, { id }, { key: id, askedBy: "ana", place: null }),
      );
      runs.set(id, started.runId);
    },
    async signal(id) {
      await db.write(() => engine.signal(runs.get(id) ?? "", "word", { by: "bo" }));
    },
    async close() {
      await engine.stop();
      db.close();
    },
  };
}
