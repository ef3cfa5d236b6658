/**
 * `app list` over 10 servers with 50 apps each, over SSH: each server is a Docker Engine of its own behind a real sshd
 * on loopback. Beside it the docker CLI over `ssh://`, which asks one server after the other as abra does.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { openApps, type Apps } from "../src/apps/index.ts";
import { openAudit } from "../src/audit/index.ts";
import { isoOf, systemClock } from "../src/core/clock.ts";
import { RecipeName, ServerName } from "../src/core/terms.ts";
import { openDb, schema, type Db } from "../src/db/index.ts";
import { openRecipes } from "../src/recipes/index.ts";
import { openServers } from "../src/servers/index.ts";
import { haveSshd, startSshd, type TestSshd } from "../test/real/ssh/sshd.ts";
import { cliOver } from "./ssh/cli.ts";
import { startEngines, type ListedEngine } from "./list/engines.ts";
import { median, tableText, type BenchRow } from "./table.ts";

const servers = 10;
const appsEach = 50;
const rounds = 9;
const budgetMs = 1000;
const recipe = RecipeName.parse("custom-html");

function fill(db: Db, engines: ListedEngine[], { port, user, keyFile, hostKey }: TestSshd): void {
  const addedAt = isoOf(systemClock.now());
  for (const [n, { socket, stacks }] of engines.entries()) {
    const name = ServerName.parse(`swarm-${n}`);
    const ssh = { host: "127.0.0.1", port, user, keyFile, hostKey, socket };
    db.orm
      .insert(schema.server)
      .values({ name, ...ssh, addedBy: "bench", addedAt })
      .run();
    for (const stack of stacks) {
      const row = { domain: stack.replaceAll("_", "."), recipe, version: "1.0.0+1.0", server: name, stack };
      db.orm
        .insert(schema.app)
        .values({ ...row, env: "", createdBy: "bench", createdAt: addedAt })
        .run();
    }
  }
}

async function listMs(apps: Apps): Promise<number> {
  const startedMs = performance.now();
  const found = await apps.status();
  const tookMs = performance.now() - startedMs;
  const seen = found.filter(({ state, runs }) => state === "running" && runs === "1.0.0+1.0").length;
  if (seen !== servers * appsEach) throw new Error(`only ${seen} apps were seen`);
  return tookMs;
}

function row(measure: string, ours: number, peer: number): BenchRow {
  const ms = (value: number): string => `${value.toFixed(0)} ms`;
  const ratio = `1/${(peer / ours).toFixed(0)}`;
  return {
    measure,
    ours: ms(ours),
    peer: ms(peer),
    ratio,
    budget: `<= ${ms(budgetMs)}`,
    ok: ours <= budgetMs,
  };
}

if (!haveSshd()) throw new Error("there is no sshd to measure");
const folder = mkdtempSync(path.join(tmpdir(), "tandem-bench-list-"));
const sshd = await startSshd();
const started = await startEngines(servers, appsEach);
const db = openDb(path.join(folder, "tandem.db"));
const audit = openAudit(db, systemClock);
const clock = systemClock;
const source = path.join(import.meta.dirname, "../recipes", recipe);
const recipes = openRecipes({ sources: { [recipe]: source }, dataDir: path.join(folder, "recipes"), clock });
const inventory = openServers({ db, clock, audit, socketPath: "/nowhere" });
try {
  fill(db, started.engines, sshd);
  const apps = openApps({ db, clock, audit, recipes, servers: inventory });
  const first = await listMs(apps);
  const later: number[] = [];
  for (let n = 0; n < rounds; n++) later.push(await listMs(apps));
  const startedMs = performance.now();
  for (const { socket } of started.engines) cliOver(sshd, socket, ["service", "ls", "-q"]);
  const cliMs = performance.now() - startedMs;
  const rows = [
    row("first, with no connection yet, beside the docker CLI", first, cliMs),
    row("again, beside the docker CLI", median(later), cliMs),
  ];
  process.stdout.write(`${tableText({ title: "app list, 10 servers of 50 apps over SSH", rows })}\n`);
  process.exitCode = rows.some(({ ok }) => ok === false) ? 1 : 0;
} finally {
  inventory.close();
  db.close();
  await started.stop();
  await sshd.stop();
  rmSync(folder, { recursive: true, force: true });
}
