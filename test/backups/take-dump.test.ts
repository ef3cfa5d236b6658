/** A dump that Tandem takes itself: an earlier try of it is looked for where there may be one, and nowhere else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { takeDump } from "../../src/backups/take-dump.ts";
import { openTurns } from "../../src/backups/turns.ts";
import type { TakePlan } from "../../src/backups/types.ts";
import { FakeClock } from "../../src/core/clock.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-take-dump-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");

const { signal } = new AbortController();

/** A database whose dump fails at once; `left`: how ending an earlier one goes. Answers what was asked of it. */
async function tried(isAgain: boolean, left = 3): Promise<{ said: string[]; code: string }> {
  const said: string[] = [];
  let close: () => void = () => undefined;
  const closed = new Promise<void>((done) => (close = done));
  const restic = { exitCode: 130, stdout: "", stderr: "killed" };
  const swarm = {
    nodes: () => Promise.resolve([{ id: "n1", hostname: "vm-1", isAsked: true }]),
    helper: () =>
      Promise.resolve({
        ...{ id: "h", node: "n1", exec: () => closed.then(() => restic) },
        close: () => {
          close();
          return Promise.resolve();
        },
      }),
    exec: () => {
      said.push("end");
      return Promise.resolve({ exitCode: left });
    },
    execStreamed: () => {
      said.push("dump");
      return Promise.resolve({ exitCode: 1, stderr: "no such role" });
    },
  };
  const servers = { list: () => [], swarmOf: () => swarm };
  const repository = { name: "nightly", location: "/srv/backups", server: null, passwordFile };
  const ground = {
    ...{
      servers,
      helping: { servers, turns: openTurns(), clock: new FakeClock(), image: "restic" },
      clock: new FakeClock(),
    },
    ...{ settings: { commandHours: 1 }, records: { get: () => ({ startedAt: "2026-11-25T03:10:00.000Z" }) } },
    repositories: { get: () => ({ ...repository, keyFile: null, hostKey: null, credentialsFile: null }) },
  } as never;
  const plan = { app: "notes.example.coop", server: "local", stack: "notes", repository: "nightly" };
  const about = { ...plan, nodes: [{ node: "n1", hostname: "vm-1" }] } as unknown as TakePlan;
  const dump = { service: "db", kind: "postgres" as const, replaces: [] };
  const thrown: unknown = await takeDump(ground, about, "bakor", dump, { signal, isAgain }).catch(
    (one: unknown) => one,
  );
  return { said, code: (thrown as { code: string }).code };
}

test("nothing is looked for before the first try", async () => {
  expect(await tried(false)).toEqual({ said: ["dump"], code: "dump-failed" });
});

test("an earlier try is ended before it is begun again; where it cannot be, it is not begun", async () => {
  expect(await tried(true, 0)).toEqual({ said: ["end", "dump"], code: "dump-failed" });
  expect(await tried(true, 1)).toEqual({ said: ["end"], code: "command-still-runs" });
});
