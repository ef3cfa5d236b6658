/**
 * How long a statement of 100,000 lines takes to be read, in each format, and how much memory it adds; beside it
 * JSON.parse of the same lines. The time is what this thread worked: a machine that does other things reads no slower.
 */
import {
  csvMappingOf,
  readStatements,
  type HowToRead,
  type Statement,
} from "../src/books/statements/index.ts";
import {
  camtOf,
  csvMapping,
  csvOf,
  encoded,
  jsonOf,
  mt940Of,
  ofxOf,
} from "../test/books/statements/writers.ts";
import { tableText, type BenchRow, type BenchTable } from "./table.ts";

const count = 100_000;
const budgetMs = 2000;

function statementOf(lines: number): Statement {
  const all = Array.from({ length: lines }, (_, at) => ({
    id: `2026100500${at}`,
    date: `2026-10-${String(1 + Math.floor((at * 31) / lines)).padStart(2, "0")}`,
    amountMinor: BigInt(((at * 7919) % 100_003) - 50_000) || 1n,
    currency: "EUR",
    text: `Drei Flüsse eG ${at} · Rechnung 2026-${at} über das Hosten im Oktober · RF${at}ABCDEF`,
  }));
  const sum = all.reduce((total, { amountMinor }) => total + amountMinor, 0n);
  return {
    account: "DE89370400440532013000",
    currency: "EUR",
    opening: { date: "2026-10-01", amountMinor: 0n },
    closing: { date: "2026-10-31", amountMinor: sum },
    lines: all,
  };
}

function workedMs(from: NodeJS.CpuUsage): number {
  const { user, system } = process.threadCpuUsage(from);
  return (user + system) / 1000;
}

function measure(name: string, bytes: Uint8Array, how: HowToRead, peerMs: number): BenchRow {
  globalThis.gc?.();
  const before = process.memoryUsage().rss;
  const from = process.threadCpuUsage();
  const [statement] = readStatements(bytes, how);
  const ms = workedMs(from);
  const addedMb = Math.max(0, process.memoryUsage().rss - before) / 1e6;
  if (statement?.lines.length !== count) throw new Error(`${name} lost lines`);
  return {
    measure: `${name}, ${(bytes.length / 1e6).toFixed(0)} MB, ${addedMb.toFixed(0)} MB of memory added`,
    ours: `${ms.toFixed(0)} ms`,
    peer: `${peerMs.toFixed(0)} ms`,
    ratio: `${(ms / peerMs).toFixed(1)} x`,
    budget: `${budgetMs} ms`,
    ok: ms <= budgetMs,
  };
}

export function benchStatements(): BenchTable {
  const statement = statementOf(count);
  const json = jsonOf(statement.lines);
  const from = process.threadCpuUsage();
  JSON.parse(json);
  const peerMs = workedMs(from);
  const mapping = csvMappingOf(csvMapping);
  return {
    title: `A statement of ${count} lines, beside JSON.parse of the same`,
    rows: [
      measure("CAMT.053", encoded(camtOf([statement])), { format: "camt053" }, peerMs),
      measure("MT940", encoded(mt940Of([statement])), { format: "mt940" }, peerMs),
      measure("OFX 1", encoded(ofxOf([statement], 1)), { format: "ofx" }, peerMs),
      measure("OFX 2", encoded(ofxOf([statement], 2)), { format: "ofx" }, peerMs),
      measure("CSV", encoded(csvOf(statement.lines)), { format: "csv", mapping }, peerMs),
      measure("JSON", encoded(json), { format: "json" }, peerMs),
    ],
  };
}

if (import.meta.main) {
  const table = benchStatements();
  process.stdout.write(`${tableText(table)}\n`);
  process.exitCode = table.rows.every((row) => row.ok !== false) ? 0 : 1;
}
