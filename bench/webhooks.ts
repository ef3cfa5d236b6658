/**
 * Webhooks of Stripe over HTTP at 200 a second, sent from a process of their own: how long each takes from the request
 * to its 200, which is given when the event is on disk. Beside it a row of the same size in a bare SQLite file at the
 * same rate (WAL, synchronous=FULL): what the disk of this machine takes at this moment.
 */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { text } from "node:stream/consumers";
import Database from "better-sqlite3";
import { pino } from "pino";
import { loadConfig } from "../src/config.ts";
import { openHouse } from "../src/house/index.ts";
import { tableText, type BenchRow } from "./table.ts";

const perSecond = 200;
const seconds = 10;
const budgetMs = 20;
const secret = "whsec_bench0123456789";
/** Those that the client sends to warm both sides up. */
const warming = 50;

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const sorted = (times: readonly number[]): number[] => times.toSorted((a, b) => a - b);

async function sentFromElsewhere(port: number, first: number, count: number): Promise<number[]> {
  const client = path.join(import.meta.dirname, "webhooks/client.ts");
  const args = [client, String(port), secret, String(first), String(count), String(perSecond)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(child, "exit") as Promise<[code: number | null]>;
  const [said, [code]] = await Promise.all([text(child.stdout), ended]);
  if (code !== 0) throw new Error(`the client ended with ${String(code)}`);
  return sorted(JSON.parse(said) as number[]);
}

/** How long one commit of its own takes, at the same rate. */
async function loneCommits(file: string, count: number): Promise<number[]> {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("create table event (id text primary key, type text, object text, at text) strict");
  const insert = db.prepare("insert into event values (?, 'invoice.paid', ?, ?)");
  const times: number[] = [];
  const beganMs = performance.now();
  for (let n = 0; n < count; n++) {
    const waitMs = beganMs + (n * 1000) / perSecond - performance.now();
    if (waitMs > 1) await new Promise((next) => setTimeout(next, waitMs));
    const startedMs = performance.now();
    insert.run(`evt_${n}`, `in_${n}`, new Date().toISOString());
    times.push(performance.now() - startedMs);
  }
  db.close();
  return sorted(times);
}

const folder = mkdtempSync(path.join(tmpdir(), "tandem-bench-"));
const secretFile = path.join(folder, "whsec");
writeFileSync(secretFile, secret);
const config = loadConfig({
  TANDEM_DATA_DIR: folder,
  TANDEM_WEB_LISTEN: "127.0.0.1:0",
  TANDEM_STRIPE_WEBHOOK_SECRET_FILE: secretFile,
});
const house = await openHouse({
  config: {
    ...config,
    people: { ...config.people, maintainers: [{ name: "bo", matrixId: "@bo:bench" }] } as never,
  },
  log: pino({ level: "silent" }),
});
const count = perSecond * seconds;
try {
  await sentFromElsewhere(house.port, 1_000_000, 200);
  const before = process.cpuUsage();
  const times = await sentFromElsewhere(house.port, 0, count);
  const { user, system } = process.cpuUsage(before);
  const kept = house.db.sqlite.prepare<[], number>("select count(*) from billing_event").pluck().get();
  if (kept !== count + 200 + 2 * warming) throw new Error(`${kept ?? 0} events are kept`);
  const lone = await loneCommits(path.join(folder, "lone.db"), count);
  const row = (measure: string, share: number, budget: number | undefined): BenchRow => {
    const [ours, peer] = [percentile(times, share), percentile(lone, share)];
    return {
      ...{ measure, ours: `${ours.toFixed(1)} ms`, peer: `${peer.toFixed(1)} ms` },
      ratio: (ours / peer).toFixed(2),
      budget: budget === undefined ? "" : `<= ${budget} ms`,
      ok: budget === undefined ? null : ours <= budget,
    };
  };
  const worked = (user + system) / 1000 / (count + warming);
  const rows = [
    row(`webhook at ${perSecond}/s, median; beside a lone commit`, 0.5, undefined),
    row("webhook, 99th percentile", 0.99, budgetMs),
    {
      ...{ measure: "processor time of the server for each", ours: `${worked.toFixed(2)} ms`, peer: "-" },
      ...{ ratio: "", budget: "", ok: null },
    },
  ];
  process.stdout.write(`${tableText({ title: `${count} webhooks over HTTP`, rows })}\n`);
  if (rows.some(({ ok }) => ok === false)) process.exitCode = 1;
} finally {
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
}
