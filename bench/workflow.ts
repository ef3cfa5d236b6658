/**
 * The workflow engine beside bare better-sqlite3 and beside OpenWorkflow on SQLite, and with 100,000 parked runs.
 * Pairs are taken in turns within one run, because machines are shared; the median of the pairs counts.
 */
import { execFile } from "node:child_process";
import path from "node:path";
import { promisify } from "node:util";
import { openDb } from "../src/db/index.ts";
import { startFlags } from "../test/start-flags.ts";
import { median, quantile, tableText, type BenchRow, type BenchTable } from "./table.ts";
import { openPeer } from "./workflow/openworkflow.ts";
import { openOurs } from "./workflow/ours.ts";
import { recordingDb, rowsOf, writeAgain } from "./workflow/physical.ts";
import { freshFile, latencies, Marks, stepsPerSecond, tellInLanes, type Racer } from "./workflow/story.ts";

const pairs = 21;
const runsPerPair = 300;
const peerRuns = 200;
const singles = 40;
const parkedRuns = 100_000;
const childFlags = ["--expose-gc", ...startFlags];

/** Rows written per second with some runs under way, as a share of what the disk takes without an engine. */
async function physicalLimit(lanes: number, budget: number | null): Promise<BenchRow> {
  const recorded = recordingDb(openDb(freshFile("recorded.db")));
  await told(recorded.db, lanes);
  const rows = rowsOf(recorded.written);
  const commits = recorded.written.commits.filter((commit) => commit.length > 0).length;
  const ours: number[] = [];
  const bare: number[] = [];
  for (let pair = 0; pair < pairs; pair++) {
    ours.push(await told(openDb(freshFile("ours.db")), lanes));
    bare.push(writeAgain(recorded.written));
  }
  const ratio = median(ours.map((ms, pair) => (bare[pair] ?? 0) / ms));
  return {
    measure: `row writes/s, ${lanes} runs under way (${(rows / commits).toFixed(0)} rows per commit, FULL)`,
    ours: `${Math.round((rows / median(ours)) * 1000)}`,
    peer: `${Math.round((rows / median(bare)) * 1000)} bare better-sqlite3, same statements and commits`,
    ratio: `${ratio.toFixed(2)} x`,
    budget: budget === null ? "-" : `>= ${budget} x`,
    ok: budget === null ? null : ratio >= budget,
  };
}

async function told(db: ReturnType<typeof openDb>, lanes: number): Promise<number> {
  const marks = new Marks();
  const racer = openOurs(marks, db);
  const ms = await tellInLanes(racer, marks, runsPerPair, lanes);
  await racer.close();
  return ms;
}

async function besidePeer(): Promise<BenchRow[]> {
  const measure = async (racer: Racer, marks: Marks, runs: number) => {
    await tellInLanes(racer, marks, 20, 4);
    const steps = await stepsPerSecond(racer, marks, runs, 32);
    const { start, signal } = await latencies(racer, marks, singles);
    await racer.close();
    return { steps, start, signal };
  };
  const ourMarks = new Marks();
  const ours = await measure(openOurs(ourMarks), ourMarks, peerRuns * 5);
  const peerMarks = new Marks();
  const peer = await measure(await openPeer(peerMarks, 32), peerMarks, peerRuns);
  const latency = (what: "start" | "signal", share: number): BenchRow => {
    const [we, they] = [quantile(ours[what], share), quantile(peer[what], share)];
    const text = what === "start" ? "start to first step" : "signal to next step";
    return against(
      `${text}, p${share * 100}`,
      `${we.toFixed(2)} ms`,
      `${they.toFixed(1)} ms`,
      they / we,
      share === 0.5,
    );
  };
  return [
    against("steps/s", ours.steps.toFixed(0), peer.steps.toFixed(0), ours.steps / peer.steps, true),
    latency("start", 0.5),
    latency("start", 0.99),
    latency("signal", 0.5),
    latency("signal", 0.99),
  ];
}

function against(measure: string, ours: string, peer: string, ratio: number, budgeted: boolean): BenchRow {
  const least = 10;
  return {
    measure,
    ours,
    peer: `${peer} openworkflow`,
    ratio: `${ratio.toFixed(0)} x`,
    budget: budgeted ? `>= ${least} x` : "-",
    ok: budgeted ? ratio >= least : null,
  };
}

interface Parked {
  seconds: number;
  memoryMb: number;
  idleCpu: number;
  recoverMs: number;
  firstMs: number;
  asleep: number;
}

async function parked(): Promise<BenchRow[]> {
  const file = freshFile("parked.db");
  const script = path.join(import.meta.dirname, "workflow/parked-child.ts");
  const child = async (...args: string[]): Promise<Parked> => {
    const { stdout } = await promisify(execFile)(process.execPath, [...childFlags, script, file, ...args]);
    return JSON.parse(stdout) as Parked;
  };
  const filled = await child("fill", String(parkedRuns));
  const resumed = await child("resume");
  if (resumed.asleep !== parkedRuns)
    throw new Error(`${resumed.asleep} of ${parkedRuns} runs were found again`);
  const row = (measure: string, value: number, unit: string, most: number | null): BenchRow => ({
    measure: `${parkedRuns.toLocaleString("en")} parked runs: ${measure}`,
    ours: `${value.toFixed(value < 10 ? 2 : 0)} ${unit}`,
    peer: "-",
    ratio: "-",
    budget: most === null ? "-" : `<= ${most} ${unit}`,
    ok: most === null ? null : value <= most,
  });
  return [
    row("starting them all", filled.seconds, "s", null),
    row("resident memory after starting them", filled.memoryMb, "MB", 300),
    row("idle CPU", filled.idleCpu, "%", 1),
    row("recover after a restart", resumed.recoverMs, "ms", 2000),
    row("first signal to done after it", resumed.firstMs, "ms", 50),
    row("resident memory after a restart", resumed.memoryMb, "MB", 200),
  ];
}

/** All measurements of the engine. */
export async function run(): Promise<BenchTable> {
  // Both sides are measured warm.
  for (let n = 0; n < 4; n++) await told(openDb(freshFile("warm.db")), 8);
  const rows = [await physicalLimit(8, 0.8), await physicalLimit(32, null)];
  rows.push(...(await besidePeer()), ...(await parked()));
  return { title: "Workflow engine (each ratio from pairs taken in turns)", rows };
}

if (process.argv[1] === import.meta.filename) {
  const table = await run();
  console.log(tableText(table));
  process.exit(table.rows.every((row) => row.ok !== false) ? 0 : 1);
}
