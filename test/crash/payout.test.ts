/**
 * A month is paid out; whatever fails, wherever the power goes, entries are in one agreed batch or in none, nothing is
 * owed that treasurers did not agree to, and nothing that they agreed to is lost.
 */
import { expect, test } from "vitest";
import type { Db } from "../../src/db/index.ts";
import { isoOf } from "../../src/core/clock.ts";
import type { People } from "../../src/people/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import type { Collective } from "../../src/collective/index.ts";
import { openPayouts, type Payouts } from "../../src/work/index.ts";
import askCollective from "../../workflows/ask-collective.ts";
import pay from "../../workflows/pay.ts";
import payout from "../../workflows/payout.ts";
import { standingClock, writers } from "../work/payouts-house.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario, type Variant } from "./harness.ts";

interface Seen {
  batch: string | null;
  /** 1 is cleo's, 2 is held in the days of disputes, 3 is withdrawn or held while treasurers are asked. */
  entries: Record<number, string>;
  /** Who is owed what. */
  payables: string[];
  said: string[];
}

/**
 * Three entries. 2 is held before the second look, 3 withdrawn or held before the first yes counts: they are asked
 * twice.
 */
function worldOf(db: Db, third: "withdrawn" | "held"): Payouts {
  const clock = standingClock("2026-11-10T09:00:00Z");
  const { log, paidThrough, hold, withdraw } = writers(db, () => isoOf(clock.now()));
  for (const [person, amount] of [
    ["cleo", 5000],
    ["dan", 700],
    ["eve", 90],
  ] as const)
    log({ person, day: "2026-10-05", minutes: 60, amount });
  paidThrough("cleo", "bank");
  db.sqlite.exec("create table if not exists harness_said (key text primary key); delete from harness_said");
  const said = db.sqlite.prepare("insert into harness_said values (?)");
  const is = db.sqlite.prepare<[], number>("select 1 from work_hold").pluck();
  const isHeld = db.sqlite.prepare<[], number>("select 1 from work_hold where entry = 3").pluck();
  const payouts = openPayouts({
    ...{ db, clock, audit: openAudit(db, clock) },
    people: { withRole: () => [{ name: "ana" }, { name: "bo" }] } as unknown as Pick<People, "withRole">,
    settings: { disputeDays: 7, treasurers: 1 },
    ...{ publicUrl: "https://tandem.example.coop", defaultRoom: "!room:a.coop" },
    post: (_room, key) => said.run(key.replace(/^[a-z]{5}\//, "")),
  });
  return {
    ...payouts,
    lookAgain(batch) {
      if (is.get() === undefined) hold(2, "bo", "twice");
      return payouts.lookAgain(batch);
    },
    agree(batch, hash, voices) {
      if (third === "withdrawn") withdraw(3);
      else if (isHeld.get() === undefined) hold(3, "bo", "not so much");
      return payouts.agree(batch, hash, voices);
    },
  };
}

function see(_payouts: Payouts, db: Db): Seen {
  const column = (sql: string): string[] => db.sqlite.prepare<[], string>(sql).pluck().all();
  return {
    batch: column("select state from work_batch")[0] ?? null,
    entries: Object.fromEntries(
      column("select state from work_entry order by id").map((state, n) => [n + 1, state]),
    ),
    payables: column("select member || ' ' || amount_minor || ' ' || state from payable order by 1"),
    said: column("select key from harness_said order by 1"),
  };
}

const free = { 1: "approved", 2: "approved", 3: "approved" };
const nothing: Seen = { batch: null, entries: free, payables: [], said: [] };
/** Dropped after everybody had read of it. */
const dropped: Seen = { ...nothing, batch: "dropped", said: ["published"] };

/** `three`: how 3 stands in the end. */
function endsOf(three: "withdrawn" | "approved") {
  /** Dropped after 3 was withdrawn or held. */
  const droppedLater: Seen = { ...dropped, entries: { ...free, 3: three } };
  /** Agreed to; nobody was told yet. */
  const agreed: Seen = {
    batch: "approved",
    entries: { 1: "batched", 2: "approved", 3: three },
    payables: ["cleo 5000 ready"],
    said: ["published"],
  };
  const told: Seen = { ...agreed, said: ["agreed", "published"] };
  return { droppedLater, agreed, told, done: { status: "done", world: told } as Expected };
}
type Ends = ReturnType<typeof endsOf>;

function expected(variant: Variant, ends: Ends): Expected | Expected[] {
  const { droppedLater, agreed, told, done } = ends;
  switch (variant.kind) {
    case "calm":
    case "stumbles":
      return done;
    case "declined":
      return {
        status: "undone",
        problem: "approval-declined",
        world: variant.step === "approval" ? dropped : droppedLater,
      };
    case "cancelled":
      return [
        ...[nothing, dropped, droppedLater, agreed, told].map((world): Expected => ({
          status: "cancelled",
          problem: "run-cancelled",
          world,
        })),
        done,
      ];
    case "fails":
      return { status: "undone", problem: "injected", world: afterFailing(variant.step, ends) };
  }
}

/** A transaction that fails leaves nothing of itself, whether it fails before or half-way. */
function afterFailing(step: string, { droppedLater, agreed, told }: Ends): Seen {
  const worlds: Record<string, Seen> = {
    begin: nothing,
    publish: nothing,
    "look again": dropped,
    agree: dropped,
    "look again#2": droppedLater,
    "agree#2": droppedLater,
    "see what is ready": agreed,
    "pay bakor/cleo/EUR": told,
    "see what became of it": told,
  };
  const world = worlds[step];
  if (world === undefined) throw new Error(`${step} has no expectation`);
  return world;
}

const scenario = (third: "withdrawn" | "held", thin: number): Scenario<Payouts> => ({
  name: `payout, an entry ${third} while treasurers are asked`,
  workflow: payout,
  input: { period: "2026-10" },
  world: (db) => worldOf(db, third),
  // cleo is paid by bank: nothing is asked for elsewhere, and her run ends at once (paying: test/crash/pay.test.ts).
  trades: (payouts) => ({ payouts, collective: { wayOf: () => "bank" } as unknown as Collective }),
  others: { pay, "ask-collective": askCollective },
  see,
  // Voices of the harness are bo's; the asker is ana. What they agree to names neither of those who are paid.
  answer: ({ weight, subject, from, beneficiaries = [] }) =>
    weight === "grave" &&
    subject === "2026-10" &&
    from === "treasurer" &&
    beneficiaries.join().startsWith("cleo")
      ? "approve"
      : "decline",
  expect: (variant) => expected(variant, endsOf(third === "held" ? "approved" : "withdrawn")),
  // Every telling writes a batch: cut at every fourth point it takes a quarter of the time, and the calm one is cut everywhere.
  thin,
});

test.each([
  ["withdrawn", 4, 100],
  ["held", 16, 25],
] as const)("payout survives a power cut at every point, an entry %s", async (third, thin, least) => {
  const before = process.cpuUsage();
  const report = await crashEverywhere(scenario(third, thin));
  const { user, system } = process.cpuUsage(before);
  console.log(`${lineOf(report)}, ${((user + system) / 1e6).toFixed(1)} s of CPU`);
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(least);
});
