/**
 * Started and killed by chaos.test.ts: FILE LOG run|drain. Starts runs and signals them, acknowledging each in the
 * log once it is on disk. What happens in a run is logged inside steps only: outside, it is told again by a replay.
 */
import { appendFileSync } from "node:fs";
import { z } from "zod";
import { systemClock } from "../../src/core/clock.ts";
import { openDb } from "../../src/db/index.ts";
import { openEngine, workflow } from "../../src/workflow/index.ts";

const [file = "", log = "", mode = "run"] = process.argv.slice(2);
const line = (text: string): void => appendFileSync(log, `${text}\n`);
const below = (n: number): number => Math.floor(Math.random() * n);
const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

const db = openDb(file);
db.sqlite.exec("create table if not exists paid (id text not null, pid integer not null)");
const pay = db.sqlite.prepare("insert into paid values (?, ?)");
const engine = openEngine({ db, clock: systemClock, trades: {} as never, keepParked: 20 });

const story = workflow({
  input: z.object({ id: z.string() }),
  async run({ step, tx, all, waitFor, sleep }, { id }) {
    for (const n of [1, 2, 3])
      await step(
        `s${n}`,
        async () => {
          line(`B ${id} ${n}`);
          await pause(below(8));
          if (Math.random() < 0.1) throw new Error("flaky");
        },
        { retries: 50, backoff: "2ms" },
      );
    await tx("pay", () => void pay.run(id, process.pid));
    const both = await all([5, 6].map((n) => () => step(`p${n}`, () => pause(below(8)).then(() => n))));
    const first = await waitFor<number>("word");
    await step("s7", () => line(`B ${id} 7`));
    const second = await waitFor<number>("word");
    await sleep("nap", `${below(20)}ms`);
    return { first, second, both };
  },
});
engine.register("story", story);
engine.recover();
line("READY");

/** Starts without end; each run gets its two words, in order, each acknowledged. */
async function startRuns(): Promise<never> {
  for (let n = 0; ; n++) {
    const id = `${process.pid}-${n}`;
    const { runId } = engine.start(story, { id }, { key: id, askedBy: null, place: null });
    line(`STARTED ${runId} ${id}`);
    void (async () => {
      await pause(below(60));
      for (const word of [1, 2]) {
        engine.signal(runId, "word", word, `word ${word}`);
        line(`SIGNALLED ${runId} ${word}`);
        await pause(below(20));
      }
    })();
    await pause(below(4));
  }
}

/**
 * Says again whatever may not have been acknowledged (known words are ignored), and waits for every run to
 * end.
 */
async function drain(): Promise<void> {
  const open = engine.list({ open: true, limit: 1_000_000 });
  for (const { id } of open) for (const word of [1, 2]) engine.signal(id, "word", word, `word ${word}`);
  await Promise.all(open.map(({ id }) => engine.result(id)));
  await engine.stop();
  db.close();
  line("DRAINED");
}

await (mode === "run" ? startRuns() : drain());
