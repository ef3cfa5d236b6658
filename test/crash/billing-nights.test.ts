/** What billing does by itself: whatever fails, wherever the power goes, each word is said once and nothing is lost. */
import { expect, test } from "vitest";
import type { Db } from "../../src/db/index.ts";
import billingRemind from "../../workflows/billing-remind.ts";
import stripeBooks from "../../workflows/stripe-books.ts";
import stripeEvents from "../../workflows/stripe-events.ts";
import { openContractServer } from "../contract/stripe/server.ts";
import { billingOf, see as seeBilling, worldOf, type Setting, type World } from "./billing-world.ts";
import { cancelled, done, failed, isCalm } from "./endings.ts";
import { crashEverywhere, lineOf, type Scenario } from "./harness.ts";

interface Seen {
  /** Ours: state of the invoice, how many reminders went out for it, and events still to be looked at. */
  invoice: string;
  open: number;
  /** Objects that the books have, each once. */
  books: string[];
  said: string[];
}

const startMs = Date.parse("2026-10-01T08:00:00.000Z");
const hourS = 3600;

/** An invoice of ours that is open; `since`: late since then. */
function withInvoice(db: Db, setting: Setting, since: string | null = null): World {
  const world = worldOf(db, { invoice: "open", ...setting });
  db.sqlite.exec("create table if not exists harness_books (id text primary key); delete from harness_books");
  db.sqlite
    .prepare(
      `insert into billing_invoice (id, number, customer, state, currency, total_minor, left_minor, late_since, updated_at)
       values ('in_2', 'TANDEM-2', 'cus_1', 'open', 'EUR', 5000, 5000, ?, '2026-09-01T00:00:00.000Z')`,
    )
    .run(since);
  return world;
}

/** It is paid at Stripe, and no webhook has told us. */
function paidUnheard(db: Db, setting: Setting = {}): World {
  const world = withInvoice(db, setting);
  openContractServer(world.state, { now: () => startMs }).play.pay("in_2");
  return world;
}

/** Nothing was heard of Stripe for hours, and nothing is to be heard now. */
function away(db: Db, route: string): World {
  const faults = Object.fromEntries(
    Array.from({ length: 400 }, (_, n) => [`${route} ${n + 1}`, "away" as const]),
  );
  const world = paidUnheard(db, { faults });
  db.sqlite.prepare("insert into billing_mark values ('swept', ?)").run(startMs / 1000 - 10 * hourS);
  return world;
}

const trades: Scenario<World>["trades"] = (world, db, clock) => ({
  billing: billingOf(world, db, clock, {
    importStripe({ invoices = [] }) {
      const insert = db.sqlite.prepare("insert or ignore into harness_books values (?)");
      for (const { id } of invoices as { id: string }[]) insert.run(id);
    },
  }),
});

function see(world: World, db: Db): Seen {
  const texts = (sql: string): string[] => db.sqlite.prepare<[], string>(sql).pluck().all();
  return {
    invoice: texts("select state || ', reminded ' || reminded from billing_invoice").join(),
    open:
      db.sqlite
        .prepare<[], number>("select count(*) from billing_event where handled_at is null")
        .pluck()
        .get() ?? 0,
    books: texts("select id from harness_books order by 1"),
    said: seeBilling(world, db).said,
  };
}

const asBefore: Seen = { invoice: "open, reminded 0", open: 0, books: [], said: [] };

type Story = Pick<Scenario<World>, "name" | "workflow" | "world" | "expect">;

const reminded: Seen = {
  ...asBefore,
  ...{ invoice: "open, reminded 1", said: ["billing/remind/in_2/2026-09-27T00:00:00.000Z/1/ana"] },
};

// That it was made and that it was paid.
const heard: Seen = { ...asBefore, open: 2 };
const paid: Seen = { ...asBefore, invoice: "paid, reminded 0" };
const told: Seen = { ...asBefore, said: ["billing/trouble/2026-10-01/stripe-unreachable"] };
const inBooks: Seen = { ...asBefore, books: ["in_2"] };

const stories: Story[] = [
  {
    ...{ name: "a late invoice is reminded of", workflow: billingRemind },
    world: (db) => withInvoice(db, {}, "2026-09-27T00:00:00.000Z"),
    expect(variant) {
      if (isCalm(variant)) return done(reminded);
      if (variant.kind === "fails") return failed(asBefore);
      return [...cancelled(asBefore, reminded), done(reminded)];
    },
  },
  {
    ...{ name: "a webhook was lost, and the list of events has it", workflow: stripeEvents },
    world: (db) => paidUnheard(db),
    expect(variant) {
      if (isCalm(variant)) return done(paid);
      if (variant.kind !== "fails") return [...cancelled(asBefore, heard, paid), done(paid)];
      const isHalfWay = variant.when === "half-way";
      if (variant.step === "ask for events") return failed(isHalfWay ? heard : asBefore);
      return failed(isHalfWay ? paid : heard);
    },
  },
  {
    ...{ name: "Stripe is away for hours, and treasurers are told once", workflow: stripeEvents },
    world: (db) => away(db, "GET /v1/events"),
    expect(variant) {
      if (isCalm(variant)) return done(told);
      if (variant.kind === "fails") return failed(asBefore);
      return [...cancelled(asBefore, told), done(told)];
    },
  },
  {
    ...{ name: "what happened to money is handed to the books", workflow: stripeBooks },
    world(db) {
      const world = paidUnheard(db);
      for (const one of world.state.objects) one.created -= hourS;
      return world;
    },
    expect(variant) {
      if (isCalm(variant)) return done(inBooks);
      if (variant.kind === "fails") return failed(variant.when === "half-way" ? inBooks : asBefore);
      return [...cancelled(asBefore, inBooks), done(inBooks)];
    },
  },
];

test.for(stories)("$name: as promised, at every cut", async (story) => {
  const report = await crashEverywhere({ ...story, input: {}, trades, see });
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(5);
});
