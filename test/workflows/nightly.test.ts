/** What the room reads in the morning of a night of backups. */
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Message } from "../../src/chat/message.ts";
import { render } from "../../src/chat/render.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { backupNotRunning } from "../../src/core/problems/backup-taking.ts";
import { repositoryLocked, repositoryUnreachable } from "../../src/core/problems/backups.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import type { AnyWorkflow } from "../../src/workflow/index.ts";
import backup from "../../workflows/backup.ts";
import backupLate from "../../workflows/backup-late.ts";
import backupNightly from "../../workflows/backup-nightly.ts";
import backupSelf from "../../workflows/backup-self.ts";
import forgetBackups from "../../workflows/forget-backups.ts";
import takeBackup from "../../workflows/take-backup.ts";
import { expectGolden } from "../golden.ts";
import { tell } from "./telling.ts";

let db: Db;
beforeEach(() => void (db = openDb(":memory:")));
afterEach(() => db.close());

const others: Record<string, AnyWorkflow> = {
  backup,
  "take-backup": takeBackup,
  "backup-self": backupSelf,
  "forget-backups": forgetBackups,
};

interface Night {
  /** By app: proven, or why not. */
  apps: Record<string, "proven" | "doubtful" | "stands still" | "busy">;
  /** Tandem itself and what is too old. */
  isAway?: boolean;
  /** Why Tandem itself has no place. */
  homeless?: string;
}

/** Answers what the room reads, and whether it rings; null: nothing. */
async function night({
  apps,
  isAway = false,
  homeless,
}: Night): Promise<{ text: string; rings: boolean } | null> {
  let said: { message: Message; rings: boolean } | null = null;
  const parts = { files: 12, bytes: 3e6, addedBytes: 1e6, snapshots: [], warnings: [] };
  const backups = {
    planNight: () => [Object.keys(apps).map((app) => ({ app, atMs: 0, isMadeUp: false }))],
    msUntil: () => 0,
    lookBefore: (app: string) => (apps[app] === "busy" ? "busy" : "go"),
    planTake(app: string) {
      if (apps[app] === "stands still") throw backupNotRunning({ app, services: ["db"] });
      return { app, mode: "running", preHooks: [], postHooks: [], dumps: [], repository: "nightly" };
    },
    begin: () => undefined,
    end: () => undefined,
    takeVolumes: () => ({ ...parts, doubts: [] }),
    prove: ({ app }: { app: string }) => ({ ...parts, state: apps[app], reason: doubt(apps[app]) }),
    newestOf: (app: string) => ({ state: apps[app], reason: doubt(apps[app]) }),
    selfDue: () => homeless ?? isAway,
    selfRepository: () => ({ name: "nightly" }),
    takeSelf() {
      throw repositoryUnreachable({ repository: "nightly", reason: "connection refused" });
    },
    repositoriesInUse: () => ["nightly"],
    tooOld() {
      if (isAway) throw repositoryLocked({ repository: "nightly", said: "by PID 7 on backup-bot" });
      return { backups: [], snapshots: [] };
    },
    removeOld: () => undefined,
    freeRoom: () => undefined,
    recordCare: () => undefined,
    tellRoom: (_: string, message: Message, { rings = false } = {}) => void (said = { message, rings }),
  };
  const house = { db, clock: new FakeClock(), backups: backups as never } as never;
  const told = await tell(house, backupNightly, {}, () => true, { others, askedBy: null });
  expect(told.problem).toBeNull();
  const heard = said as { message: Message; rings: boolean } | null;
  return heard && { text: render(heard.message).body, rings: heard.rings };
}

const doubt = (state: string | undefined): string | null =>
  state === "doubtful" ? "It holds 0.1 MB, and the last proven one (bakor) held 412.0 MB." : null;

test("good nights are said in a line, troubles by app and reason, and only those ring", async () => {
  const nights = [
    await night({ apps: { "notes.example.coop": "proven" } }),
    await night({ apps: { "notes.example.coop": "proven", "cloud.example.coop": "proven" } }),
    await night({
      apps: {
        "notes.example.coop": "proven",
        "cloud.example.coop": "doubtful",
        "wiki.example.coop": "stands still",
        "chat.example.coop": "busy",
      },
    }),
    await night({ apps: {}, isAway: true }),
    await night({
      apps: { "notes.example.coop": "proven" },
      homeless: "There is no repository nightly here.",
    }),
  ];
  expect(nights.map((one) => one?.rings)).toEqual([false, false, true, true, true]);
  expectGolden("messages/nightly.txt", `${nights.map((one) => one?.text ?? "").join("\n---\n\n")}\n`);
  expect(await night({ apps: {} })).toBeNull();
});

test("a night that is late is told in one message: what holds it up, and what has failed so far", async () => {
  const said: string[] = [];
  const lates = [
    null,
    {
      underWay: [
        { app: "cloud.example.coop", run: "bakor", since: "2026-10-01T01:12:40.000Z", age: "3 hours" },
      ],
      failed: [{ app: "wiki.example.coop", reason: "The pre-hook of db ended with code 1." }],
    },
    { underWay: [], failed: [{ app: "wiki.example.coop", reason: "It rained." }] },
  ];
  for (const late of lates) {
    const backups = {
      lateNight: () => late,
      tellRoom: (_: string, message: Message, { rings = false } = {}) =>
        void said.push(`${rings ? "rings" : "quiet"}: ${render(message).body}`),
    };
    const house = { db, clock: new FakeClock(), backups: backups as never } as never;
    expect((await tell(house, backupLate, {}, () => true, { askedBy: null })).problem).toBeNull();
  }
  expectGolden("messages/backup-late.txt", `${said.join("\n---\n\n")}\n`);
});
