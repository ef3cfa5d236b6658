/**
 * The house without a room, killed by itself (SIGKILL) once after the effect of each step, before that is written down,
 * and once in the middle of those that it is told to: whoever starts it again and again gets a run that was killed at
 * every step. It reads everything that it is made of and then waits for its word: one line of JSON on its input.
 */
import { appendFileSync, existsSync, globSync, readFileSync } from "node:fs";
import path from "node:path";
import { createInterface } from "node:readline";
import { loadConfig } from "../../../src/config.ts";
import { openHouse, openLog } from "../../../src/house/index.ts";

/** What is said to it; nothing of it: it lives. */
export interface CutWish {
  /** Where it keeps what was cut. */
  file: string;
  /** Steps in whose middle it dies as well; `undo:…` in that of their undo. */
  during: string[];
  /** Steps at which it does not. */
  spared: string[];
}

/** Far enough into the work of a step that takes long. */
const middleMs = 300;
const root = path.join(import.meta.dirname, "../../..");
const config = loadConfig();
// They are most of what a start takes, and can be read while another one still lives.
for (const file of globSync(["commands/**/*.ts", "workflows/*.ts"], { cwd: root }))
  await import(path.join(root, file));
const [line = "{}"] = await once();
const { file, during = [], spared = [] } = JSON.parse(line) as Partial<CutWish>;
const cuts = new Set(file !== undefined && existsSync(file) ? readFileSync(file, "utf8").split("\n") : []);

async function once(): Promise<string[]> {
  const input = createInterface({ input: process.stdin });
  for await (const said of input) return [said];
  // Whoever started it has gone.
  process.exit(0);
}

function cutOnce(what: string): void {
  if (file === undefined || cuts.has(what)) return;
  appendFileSync(file, `${what}\n`);
  process.kill(process.pid, "SIGKILL");
}

/** What is to come in the middle of steps that are under way. */
const middles = new Map<string, NodeJS.Timeout>();
const house = openHouse({
  config,
  log: openLog(config.logLevel),
  probe(point, run, step) {
    if (step === null || spared.includes(step)) return;
    const at = `${run} ${step}`;
    if (point === "step effect" || point === "undo effect") {
      // One that is over sooner has no middle.
      clearTimeout(middles.get(at));
      cutOnce(`after ${at}`);
    }
    // Not inside of transactions: that nothing of those stays is SQLite's own promise (test/workflow, chaos).
    if ((point === "step begun" || point === "undo begun") && during.includes(step))
      middles.set(at, setTimeout(() => cutOnce(`during ${at}`), middleMs).unref());
  },
});
process.stdin.destroy();
process.on("SIGTERM", () => {
  void house.then((open) => open.stop()).then(() => process.exit(0));
});
await house;
