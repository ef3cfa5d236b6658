/**
 * Webhooks of Stripe over HTTP at 200 a second: how long each takes from the request to its 200, which is given when
 * the event is on disk. Beside it a row of the same size in a bare SQLite file
 * at the same rate (WAL, synchronous=FULL): what the disk of this machine takes at this moment.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { Agent, request } from "node:http";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { pino } from "pino";
import Stripe from "stripe";
import { loadConfig } from "../src/config.ts";
import { openHouse } from "../src/house/index.ts";
import { tableText, type BenchRow } from "./table.ts";

const perSecond = 200;
const seconds = 10;
const budgetMs = 20;
const secret = "whsec_bench0123456789";

function percentile(sorted: readonly number[], share: number): number {
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

const agent = new Agent({ keepAlive: true, maxSockets: 50 });

function send(port: number, to: string, body: string, headers: Record<string, string>): Promise<number> {
  const startedMs = performance.now();
  return new Promise((done, failed) => {
    const method = body === "" ? "GET" : "POST";
    const sent = request({ port, host: "127.0.0.1", path: to, method, agent, headers }, (answer) => {
      answer.resume();
      answer.on("end", () => {
        if (answer.statusCode !== 200) failed(new Error(`answered ${answer.statusCode ?? 0}`));
        else done(performance.now() - startedMs);
      });
    });
    sent.on("error", failed);
    sent.end(body);
  });
}

/** Each request leaves when it is its turn, whether or not those before it were answered. */
async function atRate(count: number, one: (n: number) => Promise<number>): Promise<number[]> {
  const startedMs = performance.now();
  const tasks: Promise<number>[] = [];
  for (let n = 0; n < count; n++) {
    const waitMs = startedMs + (n * 1000) / perSecond - performance.now();
    if (waitMs > 1) await new Promise((next) => setTimeout(next, waitMs));
    tasks.push(one(n));
  }
  const times = await Array.fromAsync(tasks);
  return times.sort((a, b) => a - b);
}

/** How long one commit of its own takes. */
function loneCommits(file: string): (n: number) => Promise<number> {
  const db = new Database(file);
  db.pragma("journal_mode = WAL");
  db.pragma("synchronous = FULL");
  db.exec("create table event (id text primary key, type text, object text, at text) strict");
  const insert = db.prepare("insert into event values (?, 'invoice.paid', ?, ?)");
  return (n) => {
    const startedMs = performance.now();
    insert.run(`evt_${n}`, `in_${n}`, new Date().toISOString());
    return Promise.resolve(performance.now() - startedMs);
  };
}

function hook(n: number): { body: string; signature: string } {
  const object = { id: `in_${n % 500}`, object: "invoice", lines: "x".repeat(2000) };
  const event = { id: `evt_${n}`, object: "event", type: "invoice.paid", created: 1_795_000_000 + n };
  const body = JSON.stringify({ ...event, data: { object } });
  return { body, signature: Stripe.webhooks.generateTestHeaderString({ payload: body, secret }) };
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
  const ask = async (n: number): Promise<number> => {
    const { body, signature } = hook(n);
    return send(house.port, "/hooks/stripe", body, {
      "content-type": "application/json",
      "stripe-signature": signature,
    });
  };
  for (let n = 0; n < 200; n++) await ask(1_000_000 + n);
  const times = await atRate(count, ask);
  const kept = house.db.sqlite.prepare<[], number>("select count(*) from billing_event").pluck().get();
  if (kept !== count + 200) throw new Error(`${kept ?? 0} events are kept`);
  const lone = await atRate(count / 2, loneCommits(path.join(folder, "lone.db")));
  const row = (measure: string, share: number, budget: number | undefined): BenchRow => {
    const [ours, peer] = [percentile(times, share), percentile(lone, share)];
    return {
      ...{
        measure,
        ours: `${ours.toFixed(1)} ms`,
        peer: `${peer.toFixed(1)} ms`,
        ratio: (ours / peer).toFixed(2),
      },
      ...{
        budget: budget === undefined ? "" : `<= ${budget} ms`,
        ok: budget === undefined || ours <= budget,
      },
    };
  };
  const rows = [
    row(`webhook at ${perSecond}/s, median; beside a lone commit`, 0.5, undefined),
    row("webhook, 99th percentile", 0.99, budgetMs),
  ];
  process.stdout.write(`${tableText({ title: `${count} webhooks over HTTP`, rows })}\n`);
  if (rows.some(({ ok }) => !ok)) process.exitCode = 1;
} finally {
  agent.destroy();
  await house.stop();
  rmSync(folder, { recursive: true, force: true });
}
