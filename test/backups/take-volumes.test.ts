/** Counting runs beside restic: where both fail, it is restic that says why. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, expect, test } from "vitest";
import { takeVolumes } from "../../src/backups/take-volumes.ts";
import { openTurns } from "../../src/backups/turns.ts";
import type { TakePlan } from "../../src/backups/types.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { messageOf } from "../../src/core/problem.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-take-volumes-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");

const ok = { exitCode: 0, stdout: "", stderr: "" };
const summary = { message_type: "summary", snapshot_id: "a1", total_files_processed: 3, data_added: 9 };

/** Two volumes of a stopped app, whose counting breaks at once. What is thrown, and whether restic was at its end. */
async function thrownBeside(restic: typeof ok): Promise<{ thrown: unknown; hasEnded: boolean }> {
  let hasEnded = false;
  const exec = async (words: string[]): Promise<typeof ok> => {
    const said = words.join(" ");
    if (said.includes("backup --json")) {
      await sleep(50);
      hasEnded = true;
      return restic;
    }
    if (said.includes("LOOK_AT_DUMP")) return { ...ok, stdout: "0\tfull\n0\tseen\n1\tfull\n1\tseen\n" };
    if (said.includes("awk")) return { ...ok, exitCode: 1, stderr: "the helper is gone" };
    return ok;
  };
  const swarm = {
    dropHelpers: () => Promise.resolve(0),
    volumeNames: () => Promise.resolve(["notes_data", "notes_files"]),
    helper: () => Promise.resolve({ id: "h", node: "n1", exec, close: () => Promise.resolve() }),
  };
  const servers = { list: () => [], swarmOf: () => swarm };
  const repository = { name: "nightly", location: "/srv/backups", server: null, passwordFile };
  const ground = {
    ...{
      servers,
      helping: { servers, turns: openTurns(), clock: new FakeClock(), image: "restic" },
      clock: new FakeClock(),
    },
    ...{ records: { get: () => ({ startedAt: "2026-11-25T03:10:00.000Z" }) } },
    apps: { envOf: () => "" },
    repositories: { get: () => ({ ...repository, keyFile: null, hostKey: null, credentialsFile: null }) },
  } as never;
  const volumes = ["data", "files"].map((short) => ({ name: `notes_${short}`, short, paths: null }));
  const plan = {
    ...{ app: "notes.example.coop", server: "local", stack: "notes", repository: "nightly", mode: "stopped" },
    ...{
      preHooks: [],
      containerPaths: [],
      dumps: [],
      nodes: [{ node: "n1", hostname: "vm-1", volumes, secrets: [] }],
    },
  } as unknown as TakePlan;
  const { signal } = new AbortController();
  const thrown = await takeVolumes(ground, plan, "bakor", { signal, isAgain: false }).catch(
    (one: unknown) => one,
  );
  return { thrown, hasEnded };
}

test("restic says why", async () => {
  const { thrown, hasEnded } = await thrownBeside({ ...ok, exitCode: 1, stderr: "no space left on device" });
  expect(hasEnded).toBe(true);
  expect(messageOf(thrown)).toContain("There is no room left in the repository nightly");
});

test("where restic has nothing to say, counting says it, and not before restic is at its end", async () => {
  const { thrown, hasEnded } = await thrownBeside({ ...ok, stdout: JSON.stringify(summary) });
  expect(hasEnded).toBe(true);
  expect(messageOf(thrown)).toContain("counting what the volumes of notes.example.coop hold broke");
});
