/**
 * The books of 100,000 Stripe transactions in 2,000 payouts with their bank lines: importing and reconciling, the same
 * again with nothing new, and the journal; beside hledger and beancount reading that journal in the same run.
 * Then a million, in a process of its own so that its memory is its own. `BOOKS_TXNS=5000` measures so many only.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openAudit } from "../src/audit/index.ts";
import { bytesOfFile, openBooks, type Books, type ImportFile } from "../src/books/index.ts";
import { systemClock } from "../src/core/clock.ts";
import { openDb } from "../src/db/index.ts";
import { startFlags } from "../test/start-flags.ts";
import { tableText, type BenchRow } from "./table.ts";

const txns = Number(process.env["BOOKS_TXNS"] ?? 100_000);
const perPayout = 50;
const payouts = Math.floor(txns / perPayout);
const isLarge = txns > 100_000;
const budgets = isLarge ? { first: 60, again: 6 } : { first: 5, again: 1 };
const folder = mkdtempSync(path.join(tmpdir(), "tandem-bench-books-"));

/** Writes a list piece by piece. */
function written(name: string, pieces: Iterable<string>): string {
  const file = path.join(folder, name);
  const handle = openSync(file, "w");
  for (const piece of pieces) writeSync(handle, piece);
  closeSync(handle);
  return file;
}

const making = path.join(import.meta.dirname, "books/files.ts");
execFileSync(process.execPath, [making, folder, String(txns)], { stdio: "inherit" });
const [stripe, bank] = [path.join(folder, "stripe.json"), path.join(folder, "bank.json")];

interface Timed<T> {
  value: T;
  took: number;
  /** Of the processor: all happens in one thread, and other programs on the machine do not count. */
  worked: number;
}

function seconds<T>(work: () => T): Timed<T> {
  const [from, before] = [performance.now(), process.cpuUsage()];
  const value = work();
  const { user, system } = process.cpuUsage(before);
  return { value, took: (performance.now() - from) / 1000, worked: (user + system) / 1_000_000 };
}

function importAll(books: Books): void {
  const files: ImportFile[] = [
    { what: "stripe", name: "stripe.json", bytes: () => bytesOfFile(stripe) },
    { what: "bank", name: "bank.json", account: "gls", bytes: () => bytesOfFile(bank) },
  ];
  for (const file of files) books.importFile(file, "bench");
}

const db = openDb(path.join(folder, "tandem.db"));
const books = openBooks({
  ...{ db, clock: systemClock, audit: openAudit(db, systemClock), collectiveSlug: undefined },
  ...{ secondVoiceFrom: 50_000, accruals: () => [], payables: () => [], member: () => undefined },
});
const imported = seconds(() => importAll(books));
const first = seconds(() => books.reconcile());
const again = seconds(() => {
  importAll(books);
  return books.reconcile();
});
const { matched, queue, proofs, groups } = first.value;
if (matched.length + groups.flatMap(([ids]) => ids).length !== payouts || queue.length > 0)
  throw new Error(`${matched.length} of ${payouts} payouts are matched, ${queue.length} in the queue`);
if (proofs.some(({ ok }) => !ok)) throw new Error("not every proof is exact");
const journal = seconds(() => written("books.journal", books.journal("hledger")));
const beans = written("books.beancount", books.journal("beancount"));
db.close();

function peer(program: string, ...args: string[]): number | null {
  if (!existsSync(program) || isLarge) return null;
  return seconds(() => execFileSync(program, args, { stdio: ["ignore", "ignore", "inherit"] })).took;
}
const hledger = peer("/usr/bin/hledger", "-f", journal.value, "check");
const beancount = peer("/usr/bin/bean-check", beans);
const ledger = peer("/usr/bin/ledger", "-f", journal.value, "bal");

const shown = (time: number | null): string => (time === null ? "-" : `${time.toFixed(2)} s`);
function row(measure: string, ours: number, theirs: number | null, budget: number | null): BenchRow {
  return {
    ...{ measure, ours: shown(ours), peer: shown(theirs) },
    ratio: theirs === null ? "" : (ours / theirs).toFixed(2),
    budget: budget === null ? "" : `<= ${budget} s`,
    ok: budget === null ? null : ours <= budget,
  };
}
const total = imported.took + first.took;
const worked = imported.worked + first.worked;
const peakMb = process.resourceUsage().maxRSS / 1024;
const rows = [
  row("import and reconcile (processor time)", worked, null, budgets.first),
  row("  by the clock, beside hledger check", total, hledger, null),
  row("  import alone (processor time)", imported.worked, null, null),
  row("  reconcile alone (processor time)", first.worked, null, null),
  row("again with nothing new (processor time), beside ledger bal", again.worked, ledger, budgets.again),
  row("journal written, beside bean-check reading it", journal.took, beancount, null),
  {
    ...{ measure: "largest resident memory", ours: `${peakMb.toFixed(0)} MB`, peer: "-", ratio: "" },
    ...(isLarge ? { budget: "<= 512 MB", ok: peakMb <= 512 } : { budget: "", ok: null }),
  },
];
const megabytes = statSync(stripe).size / 1024 / 1024;
const title = `${txns} transactions, ${payouts} payouts and bank lines (${megabytes.toFixed(0)} MB of JSON)`;
const notes = [
  ...(ledger === null && !isLarge ? ["ledger: not installed here"] : []),
  ...(hledger === null && !isLarge ? ["hledger: not installed here"] : []),
];
process.stdout.write(`${tableText({ title, rows, notes })}\n`);
rmSync(folder, { recursive: true, force: true });
let missed = rows.some(({ ok }) => ok === false);
if (process.env["BOOKS_TXNS"] === undefined) {
  process.stdout.write("\n");
  const env = { ...process.env, BOOKS_TXNS: "1000000" };
  const flags = [...startFlags, "--import", new URL("../src/quick-start.ts", import.meta.url).href];
  const large = spawnSync(process.execPath, [...flags, import.meta.filename], { stdio: "inherit", env });
  missed = large.status !== 0 || missed;
}
process.exitCode = missed ? 1 : 0;
