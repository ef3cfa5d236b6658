/** A server that goes away in the middle: what was begun there is ended first when it is back, and never passed over. */
import { expect, test } from "vitest";
import { openDrilling } from "../../src/backups/drilling.ts";
import { openRestoring } from "../../src/backups/restoring.ts";
import { openReviving } from "../../src/backups/reviving.ts";
import { openTaking } from "../../src/backups/taking.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { serverNotReached } from "../../src/core/problems/servers.ts";
import { openDb } from "../../src/db/index.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { tell } from "../workflows/telling.ts";

const away = serverNotReached({ server: "swarm-2", reason: "nothing listens there" });

function house() {
  const calls: string[] = [];
  const noted = (name: string) => (): Promise<void> => Promise.resolve(void calls.push(name));
  let back: () => void = () => undefined;
  const swarm = {
    awaitEngine: () => new Promise<void>((done) => (back = done)).then(noted("back")),
    dropHelpers: noted("helpers ended"),
    remove: noted("removed"),
    removeSecrets: noted("secrets removed"),
  };
  const ground = {
    ...{ servers: { swarmOf: () => swarm }, records: { find: () => undefined } },
    ...{ db: openDb(":memory:"), clock: new FakeClock() },
  };
  return { calls, ground: ground as never, back: () => back() };
}

const data = { app: "notes.example.coop", server: "swarm-2", stack: "notes", volumes: [], dumps: [] };
const plan = { ...data, data, nodes: [], made: [], secrets: [], deploy: { newSecrets: [] } } as never;

test.for([
  ["a backup", (ground: never) => openTaking(ground).untake(plan, "bakor", new AbortController().signal)],
  ["a restore", (ground: never) => openRestoring(ground).dropRestoreHelpers(plan, "bakor")],
  ["an app brought up anew", (ground: never) => openReviving(ground).dropSecrets(plan)],
  ["a drill", (ground: never) => openDrilling(ground).clearDrill(plan, "bakor")],
] as const)("%s is taken back when the server is back, and not before", async ([, takenBack]) => {
  const { ground, calls, back } = house();
  const over = takenBack(ground);
  await new Promise((turn) => setImmediate(turn));
  expect(calls).toEqual([]);
  back();
  await over;
  expect(calls[0]).toBe("back");
  expect(calls.length).toBeGreaterThan(1);
});

test("a backup whose server stays away has failed: it is under way no more", async () => {
  const ends: object[] = [];
  const backups = {
    planTake: () => ({ mode: "running", preHooks: [], postHooks: [], dumps: [], repository: "nightly" }),
    begin: () => undefined,
    takeVolumes: () => {
      throw away;
    },
    untake: () => {
      throw away;
    },
    end: (_: string, end: object) => void ends.push(end),
  };
  const db = openDb(":memory:");
  const input = { app: data.app, cause: "asked" };
  const told = await tell({ db, clock: new FakeClock(), backups } as never, takeBackup, input);
  expect(told.problem?.code).toBe("undo-failed");
  expect(ends).toEqual([{ state: "failed", reason: away.text.happened }]);
  db.close();
});
