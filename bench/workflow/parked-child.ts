/**
 * A process with very many parked runs: FILE fill COUNT, or FILE resume. Prints one line of JSON. Linux:
 * reads /proc.
 */
import { readFileSync } from "node:fs";
import { z } from "zod";
import { systemClock } from "../../src/core/clock.ts";
import { openDb } from "../../src/db/index.ts";
import { openEngine, workflow } from "../../src/workflow/index.ts";
import { pause } from "./story.ts";

const [file = "", mode = "fill", count = "1000"] = process.argv.slice(2);
const begun = performance.now();
const db = openDb(file);
const engine = openEngine({ db, clock: systemClock, trades: {} as never });
const story = workflow({
  input: z.object({ id: z.string() }),
  async run({ step, waitFor }, { id }) {
    await step("ask", () => ({ asked: id, note: "x".repeat(80) }));
    await waitFor("word", { timeout: "7d" });
    return step("answer", () => id);
  },
});
engine.register("story", story);

const memoryMb = (): number => {
  globalThis.gc?.();
  return Number(/VmRSS:\s+(\d+)/.exec(readFileSync("/proc/self/status", "utf8"))?.[1] ?? 0) / 1024;
};

/** Share of one core over some seconds of doing nothing, in percent. */
async function idleCpu(seconds: number): Promise<number> {
  await pause(1000);
  const before = process.cpuUsage();
  await pause(seconds * 1000);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 10_000 / seconds;
}

async function fill(): Promise<object> {
  engine.recover();
  const runs = Number(count);
  for (let n = 0; n < runs; n += 500) {
    const some = Array.from({ length: Math.min(500, runs - n) }, (_, i) => `run-${n + i}`);
    await Promise.all(
      some.map((id) => db.write(() => engine.start(story, { id }, { key: id, askedBy: "ana", place: null }))),
    );
  }
  while (engine.stats().live > engine.stats().parked) await pause(10);
  const seconds = (performance.now() - begun) / 1000;
  return { seconds, memoryMb: memoryMb(), idleCpu: await idleCpu(3), ...engine.stats() };
}

async function resume(): Promise<object> {
  const from = performance.now();
  const { asleep } = engine.recover();
  const recoverMs = performance.now() - from;
  const some = engine.list({ open: true, limit: 100 });
  const wake = performance.now();
  engine.signal(some[0]?.id ?? "", "word", 1);
  await engine.result(some[0]?.id ?? "");
  const firstMs = performance.now() - wake;
  for (const { id } of some.slice(1)) engine.signal(id, "word", 1);
  await Promise.all(some.map(({ id }) => engine.result(id)));
  return {
    asleep,
    recoverMs,
    firstMs,
    bootMs: performance.now() - begun,
    memoryMb: memoryMb(),
    idleCpu: await idleCpu(3),
  };
}

console.log(JSON.stringify(await (mode === "fill" ? fill() : resume())));
process.exit(0);
