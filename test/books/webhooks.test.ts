/**
 * From Stripe's webhooks to the books, by the way that the server goes: what is signed is heard, what it names is
 * looked at, and what happened to money is fetched and handed to the books. In every order, twice, with the fetch at
 * any moment.
 */
import fc from "fast-check";
import Stripe from "stripe";
import { expect, test } from "vitest";
import { openBooks, reconciledJson } from "../../src/books/index.ts";
import { house, offer, type House } from "../billing/house.ts";
import { webhookSecret, type Obj } from "../contract/stripe/state.ts";
import { line } from "./house.ts";

const day = 86_400_000;

interface Month {
  one: House;
  billing: House["billing"];
  /** What Stripe would send, in the order in which it happened. */
  events: Obj[];
  hear(event: Obj): Promise<void>;
  fetch(): Promise<void>;
  /** The run with all its entries, and the journal. */
  told(): string;
}

function booksOf({ db, clock, audit }: House) {
  return openBooks({
    ...{ db, clock, audit, collectiveSlug: undefined, secondVoiceFrom: 50_000 },
    ...{ accruals: () => [], payables: () => [], member: () => undefined },
  });
}

/** A debit is counted as paid and paid out, bounces, and is paid anew. */
async function bouncingMonth(fetchAfter: ReadonlySet<number> = new Set()): Promise<Month> {
  const one = house();
  const books = booksOf(one);
  const billing = one.again({ books });
  const fetch = async (): Promise<void> => {
    expect(await billing.fetchForBooks()).toMatchObject({ kind: "fetched" });
  };
  const happened = async (n: number): Promise<void> => {
    await one.clock.turn(day);
    if (fetchAfter.has(n)) await fetch();
  };
  one.play.complete(await offer(one));
  await happened(0);
  const [invoice] = one.there("invoice");
  one.play.payOut(one.there("balance_transaction"));
  await happened(1);
  one.play.bounce(invoice?.id ?? "");
  await happened(2);
  one.play.pay(invoice?.id ?? "");
  await happened(3);
  const trace = one.there("payout")[0]?.["trace_id"] as { value: string };
  const lines = [line("l1", "2026-11-27", 960, `STRIPE ${trace.value}`)];
  const bytes = (): Uint8Array[] => [Buffer.from(JSON.stringify(lines))];
  books.importFile({ what: "bank", name: "b.json", account: "gls", bytes }, "tom");
  return {
    ...{ one, billing, events: one.there("event"), fetch },
    async hear(event) {
      const payload = JSON.stringify(event);
      const timestamp = Math.floor(one.clock.now() / 1000);
      const signature = Stripe.webhooks.generateTestHeaderString({
        payload,
        secret: webhookSecret,
        timestamp,
      });
      await billing.hear(payload, signature, "198.51.100.7");
    },
    told: () => [...reconciledJson(books.reconcile(), books), ...books.journal("hledger")].join(""),
  };
}

const posting = (account: string, amount: number) => ({ account, amount, currency: "EUR" });

/** What is booked for it, however it was heard of. */
const booked = [
  [posting("assets:stripe", 960), posting("expenses:fees:stripe", 40), posting("income:hosting", -1000)],
  [posting("assets:bank:gls", 960), posting("assets:transit:stripe", -960)],
  [posting("assets:stripe", -960), posting("assets:transit:stripe", 960)],
  [posting("assets:stripe", -1000), posting("assets:receivable", 1000)],
  [posting("assets:stripe", 960), posting("expenses:fees:stripe", 40), posting("assets:receivable", -1000)],
];

function postingsOf(told: string): unknown[] {
  const { entries } = JSON.parse(told.slice(0, told.indexOf("\n; Tandem"))) as {
    entries: { date: string; postings: unknown }[];
  };
  return entries.map(({ postings }) => postings);
}

function ordersOf<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((first, at) => ordersOf(all.toSpliced(at, 1)).map((rest) => [first, ...rest]));
}

const telling = ["checkout.session.completed", "payout.paid", "invoice.payment_failed", "invoice.paid"];

test("webhooks in every order, each of them twice: the same book", { timeout: 300_000 }, async () => {
  const { events } = await bouncingMonth();
  const places = telling.map((type) => events.findLastIndex((event) => event["type"] === type));
  expect(places).not.toContain(-1);
  const seen = new Set<string>();
  for (const [n, order] of ordersOf(places).entries()) {
    const month = await bouncingMonth();
    const twice = [...order, ...order.toReversed()];
    const [fetchAt, lookAt] = [n % twice.length, (n * 3) % twice.length];
    for (const [at, place] of twice.entries()) {
      const event = month.events[place];
      if (event === undefined) throw new Error("there is no such event");
      await month.hear(event);
      if (at === lookAt) await month.billing.drain();
      if (at === fetchAt) await month.fetch();
    }
    await month.billing.drain();
    const told = month.told();
    if (seen.size === 0) expect(postingsOf(told)).toEqual(booked);
    seen.add(told);
    const heard = month.one.db.sqlite.prepare("select count(*) from billing_event").pluck().get();
    expect(heard).toBe(4);
    month.one.db.close();
  }
  expect(seen.size).toBe(1);
});

test("all events of the month in any order, some lost and some twice", { timeout: 300_000 }, async () => {
  const calm = await bouncingMonth();
  await calm.fetch();
  const expected = calm.told();
  expect(postingsOf(expected)).toEqual(booked);
  await fc.assert(
    fc.asyncProperty(fc.array(fc.nat({ max: 30 }), { maxLength: 20 }), async (order) => {
      const month = await bouncingMonth();
      for (const place of order) {
        const event = month.events[place];
        if (event === undefined) await month.billing.drain();
        else await month.hear(event);
      }
      await month.fetch();
      await month.billing.sweep();
      await month.billing.drain();
      expect(month.told()).toBe(expected);
      month.one.db.close();
    }),
    { numRuns: 6 },
  );
});

test(
  "fetched after any of the things that happened, once or every time: the same book",
  { timeout: 300_000 },
  async () => {
    const seen = new Set<string>();
    for (let mask = 0; mask < 16; mask++) {
      const month = await bouncingMonth(new Set([0, 1, 2, 3].filter((n) => (mask & (1 << n)) !== 0)));
      await month.fetch();
      const told = month.told();
      expect(postingsOf(told)).toEqual(booked);
      seen.add(told);
      month.one.db.close();
    }
    expect(seen.size).toBe(1);
  },
);
