/**
 * `kill -9` at random moments, on a real file with FULL sync: a child starts and signals runs and is killed again and
 * again; a last one drains. TANDEM_CHAOS_KILLS says how often (default 10).
 */
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { expect, test } from "vitest";

const kills = Number(process.env["TANDEM_CHAOS_KILLS"] ?? 10);
const child = path.join(import.meta.dirname, "chaos-child.ts");
const pause = (ms: number): Promise<void> => new Promise((over) => setTimeout(over, ms));

interface Place {
  file: string;
  log: string;
}

async function life({ file, log }: Place, mode: "run" | "drain"): Promise<void> {
  const before = readFileSync(log, "utf8").length;
  const process_ = spawn(process.execPath, [child, file, log, mode], { stdio: ["ignore", "ignore", "pipe"] });
  let complaint = "";
  process_.stderr.on("data", (text: Buffer) => (complaint += text.toString()));
  const gone = new Promise<number | null>((over) => process_.on("exit", (code) => over(code)));
  if (mode === "drain") {
    expect(await gone, complaint).toBe(0);
    return;
  }
  const deadline = Date.now() + 120_000;
  while (!readFileSync(log, "utf8").slice(before).includes("READY\n")) {
    if (Date.now() > deadline || process_.exitCode !== null) {
      // Left alone it would work on for as long as the machine is up.
      process_.kill("SIGKILL");
      expect.fail(`it did not start: ${complaint}`);
    }
    await pause(3);
  }
  await pause(30 + Math.random() * 400);
  process_.kill("SIGKILL");
  await gone;
  expect(complaint).toBe("");
}

const linesOf = (log: string): string[][] =>
  readFileSync(log, "utf8")
    .split("\n")
    .map((line) => line.split(" "));

/** Before anybody says anything again: what was acknowledged is in the file. */
function lostWords({ file, log }: Place): string[] {
  const db = new Database(file, { readonly: true });
  const there = db.prepare("select 1 from signal where run = ? and topic = 'word' and dedupe = ?").pluck();
  const lost = linesOf(log)
    .filter(([what, run, word]) => what === "SIGNALLED" && there.get(run, `word ${word ?? ""}`) === undefined)
    .map((words) => words.join(" "));
  db.close();
  return lost;
}

/** Steps 1, 2, 3 and 7 follow each other: none is begun again after a later one. */
function outOfOrder(log: string): string[] {
  const furthest = new Map<string, number>();
  const wrong: string[] = [];
  for (const [what, id = "", n = ""] of linesOf(log)) {
    if (what !== "B") continue;
    const before = furthest.get(id) ?? 0;
    if (Number(n) < before) wrong.push(`step ${n} of ${id} was begun after ${before}`);
    furthest.set(id, Math.max(before, Number(n)));
  }
  return wrong;
}

test(
  `${kills} kill -9: nothing acknowledged is lost, nothing is done out of order, transactions are there once`,
  {
    timeout: 180_000 + kills * 3000,
  },
  async () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-chaos-"));
    const place = { file: path.join(folder, "tandem.db"), log: path.join(folder, "log") };
    writeFileSync(place.log, "");
    for (let kill = 0; kill < kills; kill++) await life(place, "run");
    expect(lostWords(place)).toEqual([]);
    await life(place, "drain");

    const db = new Database(place.file, { readonly: true });
    const runs = db
      .prepare<[], { id: string; status: string; output: string | null; key: string }>(
        "select id, status, output, key from run",
      )
      .all();
    const byId = new Map(runs.map((run) => [run.id, run]));
    const lines = linesOf(place.log);
    const started = lines.filter(([what]) => what === "STARTED");
    const lost = started.filter(([, run = ""]) => byId.get(run)?.status !== "done");
    const good = JSON.stringify({ first: 1, second: 2, both: [5, 6] });
    expect(lost).toEqual([]);
    expect(runs.filter((run) => run.output !== good)).toEqual([]);
    expect(outOfOrder(place.log)).toEqual([]);
    const paid = db.prepare<[], string>("select id from paid order by id").pluck().all();
    expect(paid).toEqual(runs.map((run) => run.key).sort());
    expect(db.prepare("select count(*) from step where status not in ('done', 'failed')").pluck().get()).toBe(
      0,
    );
    expect(db.pragma("integrity_check", { simple: true })).toBe("ok");
    expect(runs.length).toBeGreaterThan(kills);
    db.close();
    const words = lines.filter(([what]) => what === "SIGNALLED").length;
    const again =
      lines.filter(([what]) => what === "B").length -
      new Set(lines.filter(([what]) => what === "B").map(String)).size;
    console.log(
      `chaos: ${kills} kills, ${runs.length} runs, ${words} acknowledged signals, ` +
        `${again} steps tried again, 0 violations`,
    );
  },
);
