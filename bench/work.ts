/**
 * The payout report of a year (12 months, 200 people, 60,000 entries): how long it takes beside reading the same rows
 * from SQLite and nothing else, and how much memory its CSV needs. Then amounts of 10,000 random entries beside those
 * of Kimai's decimal mode, both against exact fractions.
 */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { divideHalfUp } from "../src/core/money.ts";
import { openDb } from "../src/db/index.ts";
import { openPayouts } from "../src/work/index.ts";
import { startFlags } from "../test/start-flags.ts";
import { median, tableText, type BenchRow } from "./table.ts";
import { entries, makeYear } from "./work/year.ts";

const reportBudgetMs = 500;
const csvBudgetMb = 100;
const rounds = 7;
const sample = 10_000;

/** Milliseconds of the processor: all of it happens in one thread, and other programs on the machine do not count. */
function timesMs(work: () => unknown): number[] {
  return Array.from({ length: rounds }, () => {
    const before = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
}

function reportRow(file: string): BenchRow {
  const db = openDb(file);
  const payouts = openPayouts({ db } as Parameters<typeof openPayouts>[0]);
  const raw = db.sqlite
    .prepare(
      `select l.*, e.*, v.* from work_line l join work_entry e on e.id = l.entry
       join work_entry_version v on v.entry = e.id and v.version = e.version`,
    )
    .raw();
  if (payouts.report({}).lines.length !== entries) throw new Error("lines are missing");
  const ours = median(timesMs(() => payouts.report({})));
  const peer = median(timesMs(() => raw.all()));
  db.close();
  return {
    measure: "report of a year (processor time), beside reading its rows",
    ours: `${ours.toFixed(0)} ms`,
    peer: `${peer.toFixed(0)} ms`,
    ratio: (ours / peer).toFixed(2),
    budget: `<= ${reportBudgetMs} ms`,
    ok: ours <= reportBudgetMs,
  };
}

function csvRow(file: string): BenchRow {
  const child = path.join(import.meta.dirname, "work/csv-child.ts");
  const startedMs = performance.now();
  const said = execFileSync(process.execPath, [...startFlags, child, file], { encoding: "utf8" });
  const tookMs = performance.now() - startedMs;
  const [rows = 0, characters = 0, mb = Number.NaN] = said.trim().split(" ").map(Number);
  if (rows !== entries) throw new Error(`the CSV has ${rows} rows`);
  return {
    measure: `CSV of the same (${(characters / 1e6).toFixed(1)} MB), resident`,
    ours: `${mb} MB`,
    peer: `in ${tookMs.toFixed(0)} ms`,
    ratio: "",
    budget: `< ${csvBudgetMb} MB`,
    ok: mb < csvBudgetMb,
  };
}

/** Minor units, half away from zero, in whole numbers and by no function of ours. */
function exact(minutes: number, perHourMinor: number): bigint {
  const over = BigInt(minutes) * BigInt(perHourMinor);
  const whole = over / 60n;
  return (over - whole * 60n) * 2n >= 60n ? whole + 1n : whole;
}

/** Kimai's decimal mode (August 2026): hours are rounded to two decimals, then multiplied, in binary fractions. */
function kimai(minutes: number, perHourMinor: number): bigint {
  const hours = Math.round((minutes / 60) * 100) / 100;
  return BigInt(Math.round(hours * (perHourMinor / 100) * 100));
}

function arithmeticRow(): BenchRow {
  let ours = 0;
  let theirs = 0;
  let state = 7;
  const below = (n: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * n);
  };
  for (let n = 0; n < sample; n++) {
    const minutes = 1 + below(960);
    const perHour = 500 + below(9500);
    const truth = exact(minutes, perHour);
    if (divideHalfUp(BigInt(minutes) * BigInt(perHour), 60n) !== truth) ours++;
    if (kimai(minutes, perHour) !== truth) theirs++;
  }
  return {
    measure: `${sample} entries whose amount is not exact, beside Kimai's decimal mode`,
    ours: String(ours),
    peer: String(theirs),
    ratio: "",
    budget: "0",
    ok: ours === 0,
  };
}

const folder = mkdtempSync(path.join(tmpdir(), "tandem-bench-work-"));
try {
  const file = path.join(folder, "tandem.db");
  makeYear(file);
  const rows = [reportRow(file), csvRow(file), arithmeticRow()];
  process.stdout.write(`${tableText({ title: "payouts: 12 months, 200 people, 60,000 entries", rows })}\n`);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  rmSync(folder, { recursive: true, force: true });
}
