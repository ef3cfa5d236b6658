/**
 * Reading Open Collective for the books: whatever fails, wherever the power goes, each transaction is booked once, and
 * nothing counts as read that the books do not hold.
 */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openBooks, type Books } from "../../src/books/index.ts";
import { openCollective, type Collective } from "../../src/collective/index.ts";
import { FakeClock, type Clock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import type { Db } from "../../src/db/index.ts";
import collectiveBooks from "../../workflows/collective-books.ts";
import { playLedger } from "../contract/opencollective/ledger.ts";
import { apiUrl, openContractServer } from "../contract/opencollective/server.ts";
import { coopSlug, coopToken, newState, type Fault, type State } from "../contract/opencollective/state.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario, type Variant } from "./harness.ts";

interface World {
  state: State;
  faults: Record<string, Fault>;
  asked: Map<string, number>;
}

interface Seen {
  entries: number;
  /** What the account holds, by the books and as it was told; null: it was not. */
  holds: [number, number | null];
  alarms: number;
  /** Which marks are set. */
  marks: string[];
  said: string[];
}

/** Ten contributions of 1.00, in both layouts of fees: 0.87 of each are ours. */
function worldOf({ sqlite }: Db, faults: Record<string, Fault>, scopes?: string[]): World {
  sqlite.exec("create table if not exists harness_said (key text primary key); delete from harness_said");
  const state = newState();
  const play = playLedger(state, coopSlug);
  for (let n = 0; n < 10; n++)
    play.give({
      ...{ cents: 100, on: `2026-09-${String(n + 10)}`, hostFee: 10, processorFee: 3 },
      layout: n % 2 === 0 ? "together" : "apart",
    });
  if (scopes !== undefined) state.scopes.set(coopToken, scopes);
  return { state, faults, asked: new Map() };
}

function booksOf(db: Db, clock: Clock): Books {
  return openBooks({
    ...{ db, clock, audit: openAudit(db, clock), collectiveSlug: coopSlug, secondVoiceFrom: 50_000 },
    ...{ accruals: () => [], payables: () => [], member: () => undefined },
  });
}

function collectiveOf(world: World, db: Db, clock: Clock): Collective {
  const server = openContractServer(world.state, clock);
  server.faults.next = (operation) => {
    const n = (world.asked.get(operation) ?? 0) + 1;
    world.asked.set(operation, n);
    return world.faults[`${operation} ${n}`];
  };
  const say = db.sqlite.prepare("insert or ignore into harness_said values (?)");
  return openCollective({
    ...{ db, clock, audit: openAudit(db, clock), key: undefined, wake: () => 0 },
    people: { byName: () => undefined, withRole: () => [] },
    settings: { slug: coopSlug, apiUrl },
    publicUrl: "https://tandem.example.coop",
    token: new Secret(coopToken),
    room: "!treasurers:example.coop",
    post: (_to, key) => void say.run(key.replace(/\/\d{4}-\d\d-\d\d$/, "")),
    books: booksOf(db, clock),
    fetch: server.fetch,
  });
}

function see(_world: World, db: Db): Seen {
  const clock = new FakeClock(Date.parse("2026-10-02T00:00:00Z"));
  const run = booksOf(db, clock).reconcile();
  const [proof] = run.proofs.filter(({ proof: name }) => name === "assets:opencollective");
  const pluck = (sql: string) => db.sqlite.prepare<[], string>(sql).pluck();
  return {
    entries: Number(pluck("select count(*) from book_entry").get()),
    holds: [Number(proof?.closingMinor ?? 0), proof?.saidMinor == null ? null : Number(proof.saidMinor)],
    alarms: Number(pluck("select count(*) from book_alarm").get()),
    marks: pluck("select name from collective_mark order by 1").all(),
    said: pluck("select key from harness_said order by 1").all(),
  };
}

const nothing: Seen = { entries: 0, holds: [0, null], alarms: 0, marks: [], said: [] };
/** All rows, and not yet what the account holds. */
const rows: Seen = { ...nothing, entries: 10, holds: [870, null], marks: ["read"] };
const all: Seen = { ...rows, holds: [870, 870], marks: ["fetched", "read", "whole"] };

/** `well`: how it may end. What failed or was cancelled ends there, with nothing, or on the way. */
const ends =
  (well: Seen[]) =>
  (variant: Variant): Expected[] => {
    const done = well.map((world): Expected => ({ status: "done", world }));
    if (variant.kind === "calm" || variant.kind === "stumbles") return done;
    const status = variant.kind === "cancelled" ? ("cancelled" as const) : ("failed" as const);
    const early = [nothing, rows, all, ...well].map((world): Expected => ({ status, world }));
    return [...early, ...done];
  };

const story = (name: string, faults: Record<string, Fault>, well: Seen[], scopes?: string[]) => ({
  ...{ name, workflow: collectiveBooks, input: {}, see },
  world: (db: Db) => worldOf(db, faults, scopes),
  trades: (world: World, db: Db, clock: Clock) => ({ collective: collectiveOf(world, db, clock) }),
  expect: ends(well),
});

const told = (seen: Seen, code: string): Seen => ({ ...seen, said: [`collective/books/${code}`] });

const stories: Scenario<World>[] = [
  story("read for the books", {}, [all]),
  story("read while a page comes in place of data", { "TransactionGroups 1": "page" }, [
    told(nothing, "collective-page"),
    // A cut swallowed the answer, and the next one was heard.
    all,
  ]),
  story("read while the last answer gets lost", { "Balance 2": "lost" }, [
    told(rows, "collective-unreachable"),
    all,
  ]),
  story(
    "read without the right to it",
    {},
    [told(nothing, "collective-unreadable")],
    ["account", "expenses"],
  ),
];

test.for(stories)("$name: each transaction once, at every cut", async (scenario) => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(5);
});
