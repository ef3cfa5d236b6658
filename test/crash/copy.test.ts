/** A file out of a container or into it, whatever fails, wherever the power goes. */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import type { SentFile } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import { openSentFiles } from "../../src/house/sent-files.ts";
import copy from "../../workflows/copy.ts";
import { app, parcelsIn, tradesOf, worldOf, type AppsWorld } from "./apps-world.ts";
import { crashEverywhere, lineOf, patienceMs, type Expected, type Scenario } from "./harness.ts";

const page = "notes_example_coop/app:/srv/page";
const sender = MatrixId.parse("@bo:example.coop");
/** What can be replied to in the room: a file, and something that is none. */
const messages: Record<string, SentFile> = {
  $file: { name: "page.html", bytes: Buffer.from("new"), sender, trust: "verified" },
};

interface Seen {
  /** What stands in the container. */
  page: string | undefined;
  /** How many files are kept, and what is in them. */
  kept: string[];
  /** What the audit says of copies. */
  audit: string[];
}

const untouched: Seen = { page: "old", kept: [], audit: [] };
const failed = (world: Seen, problem = "injected"): Expected => ({ status: "failed", problem, world });
const done = (world: Seen): Expected => ({ status: "done", world });
/** The ways in which a cancel may end: too early for anything, on the way, or too late. */
const cancelled = (worlds: Seen[], ended: Seen): Expected[] => [
  ...worlds.map((world): Expected => ({ status: "cancelled", problem: "run-cancelled", world })),
  done(ended),
];

const copying = {
  workflow: copy,
  world(db: Db): AppsWorld {
    const world = worldOf(db, { runs: true });
    world.swarm.containers.files.set(page, Buffer.from("old"));
    return world;
  },
  trades: (world: AppsWorld, db: Db) => ({
    ...tradesOf(world, db),
    sentFiles: openSentFiles({
      parcels: parcelsIn(world.parcels),
      transport: {
        fileOf: (room, eventId) => Promise.resolve(room === "!room" ? messages[eventId] : undefined),
      },
    }),
  }),
  see: (world: AppsWorld, db: Db): Seen => ({
    page: world.swarm.containers.files.get(page)?.toString(),
    kept: [...world.parcels.values()].map(String),
    audit: openAudit(db, new FakeClock())
      .list({ subject: app })
      .filter(({ what }) => what === "app.copied")
      .map(({ details }) => String((details as { way?: unknown }).way)),
  }),
};
const input = { app, service: "app", path: "/srv/page" };

function goingOut(name: string, sent?: { room: string; eventId: string }): Scenario<AppsWorld> {
  return {
    name,
    ...copying,
    input: { ...input, ...(sent && { sent }) },
    expect(variant) {
      const written: Seen = { ...untouched, audit: ["out"] };
      const ended: Seen = { ...written, kept: ["old"] };
      if (variant.kind === "declined") return failed(untouched, "approval-declined");
      if (variant.kind === "cancelled") return cancelled([untouched, written, ended], ended);
      if (variant.kind !== "fails") return done(ended);
      if (variant.step !== "copy") return failed(untouched);
      return failed(variant.when === "half-way" ? ended : written);
    },
  };
}

const goingIn: Scenario<AppsWorld> = {
  name: "copy a file in that was handed in",
  ...copying,
  input: { ...input, put: "handed in" },
  world(db) {
    const world = copying.world(db);
    world.parcels.set("handed in", Buffer.from("new"));
    return world;
  },
  expect(variant) {
    const before: Seen = { ...untouched, kept: ["new"] };
    const written: Seen = { ...before, audit: ["in"] };
    const ended: Seen = { ...written, page: "new" };
    if (variant.kind === "declined") return failed(before, "approval-declined");
    if (variant.kind === "cancelled") return cancelled([before, written, ended], ended);
    if (variant.kind !== "fails") return done(ended);
    if (variant.step !== "copy") return failed(before);
    return failed(variant.when === "half-way" ? ended : written);
  },
};

const sentIn: Scenario<AppsWorld> = {
  name: "copy a file in that was sent into the room",
  ...copying,
  input: { ...input, sent: { room: "!room", eventId: "$file" } },
  expect(variant) {
    const fetched: Seen = { ...untouched, kept: ["new"] };
    const written: Seen = { ...fetched, audit: ["in"] };
    const ended: Seen = { ...written, page: "new" };
    if (variant.kind === "declined") return failed(fetched, "approval-declined");
    if (variant.kind === "cancelled") return cancelled([untouched, fetched, written, ended], ended);
    if (variant.kind !== "fails") return done(ended);
    if (variant.step === "copy") return failed(variant.when === "half-way" ? ended : written);
    const isFetched = variant.step !== "fetch the file" || variant.when === "half-way";
    return failed(isFetched ? fetched : untouched);
  },
};

test.for([
  goingOut("copy a file out"),
  goingOut("copy a file out, in reply to what is no file", { room: "!room", eventId: "$words" }),
  goingIn,
  sentIn,
])("$name survives a power cut at every point", { timeout: patienceMs }, async (scenario) => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
