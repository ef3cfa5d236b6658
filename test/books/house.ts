/** Books on a database of their own, and objects as Stripe and Open Collective give them. */
import { openAudit } from "../../src/audit/index.ts";
import {
  openBooks,
  reconciledJson,
  type Books,
  type BooksParts,
  type ImportFile,
} from "../../src/books/index.ts";
import type { Payable, StripeObjects } from "../../src/books/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { lookAtJournalOf } from "./every-journal.ts";

export interface Shown {
  matched: [string, string][];
  groups: [string[], string[]][];
  states: Record<string, string>;
  queue: { id: string; kind: string; why: string; candidates: string[]; amount: number }[];
  proofs: {
    proof: string;
    currency: string;
    ok: boolean;
    difference: number;
    note: string;
    closing: number;
  }[];
  entries: { ref: string; date: string; postings: { account: string; amount: number; currency: string }[] }[];
}

export interface BooksHouse {
  db: Db;
  books: Books;
  clock: FakeClock;
  stripe: (objects: StripeObjects) => ReturnType<Books["importFile"]>;
  collective: (rows: unknown[], account?: string) => ReturnType<Books["importFile"]>;
  bank: (lines: unknown[], account?: string) => ReturnType<Books["importFile"]>;
  shown(): Shown;
  /** The postings of an entry, each as `account amount CUR`. */
  postings(ref: string): string[];
  /** Σ by account, each as `account amount CUR`; nothing of zero. */
  balances(): string[];
  text(): string;
}

export function openBooksHouse(more: Partial<BooksParts> = {}): BooksHouse {
  const db = more.db ?? openDb(":memory:");
  const clock = new FakeClock(Date.parse("2026-11-26T10:00:00Z"));
  const books = openBooks({
    ...{ db, clock, audit: openAudit(db, clock), collectiveSlug: undefined, secondVoiceFrom: 50_000 },
    ...{ accruals: () => [], payables: (): Payable[] => [], member: () => undefined },
    ...more,
  });
  lookAtJournalOf({ db, books });
  const file = (what: ImportFile["what"], content: unknown, account?: string) =>
    books.importFile(
      {
        ...{ what, name: `${what}.json`, ...(account !== undefined && { account }) },
        bytes: () => [Buffer.from(JSON.stringify(content))],
      },
      "tom",
    );
  const text = (): string => [...reconciledJson(books.reconcile(), books)].join("");
  const shown = (): Shown => JSON.parse(text()) as Shown;
  return {
    ...{ db, books, clock, shown, text },
    stripe: (objects) => file("stripe", objects),
    collective: (rows, account) => file("opencollective", rows, account),
    bank: (lines, account = "gls") => file("bank", lines, account),
    postings: (ref) =>
      (shown().entries.find((entry) => entry.ref === ref)?.postings ?? []).map(
        ({ account, amount, currency }) => `${account} ${amount} ${currency}`,
      ),
    balances() {
      const sums = new Map<string, number>();
      for (const { account, amount, currency } of shown().entries.flatMap(({ postings }) => postings))
        sums.set(`${account} ${currency}`, (sums.get(`${account} ${currency}`) ?? 0) + amount);
      return [...sums]
        .filter(([, sum]) => sum !== 0)
        .map(([key, sum]) => key.replace(" ", ` ${sum} `))
        .sort();
    },
  };
}

/** Seconds since 1970 at noon of a day. */
export const at = (day: string): number => Date.parse(`${day}T12:00:00Z`) / 1000;

/** A balance transaction, as the API returns one. */
export function txn(id: string, day: string, category: string, amount: number, more: object = {}): object {
  const { fee = 0, currency = "eur" } = more as { fee?: number; currency?: string };
  return {
    ...{ id, object: "balance_transaction", amount, fee, net: amount - fee, currency, created: at(day) },
    ...{ available_on: at(day) + 172_800, status: "available", exchange_rate: null, fee_details: [] },
    ...{ reporting_category: category, type: category === "dispute" ? "adjustment" : category, source: null },
    ...more,
  };
}

/** A payout with its own balance transaction `txn_<id>`. */
export function payout(id: string, day: string, amount: number, more: object = {}): object {
  return {
    ...{ id, object: "payout", amount, currency: "eur", arrival_date: at(day), created: at(day) - 172_800 },
    ...{ automatic: true, status: "paid", reconciliation_status: "completed", method: "standard" },
    ...{ balance_transaction: `txn_${id}`, failure_balance_transaction: null, trace_id: null },
    ...more,
  };
}

/** Payouts of one charge without a fee each: payouts, members and transactions that prove. */
export function plainPayouts(
  ...list: readonly (readonly [id: string, day: string, amount: number, more?: object])[]
) {
  const currencyOf = (more: object = {}): object => ("currency" in more ? { currency: more.currency } : {});
  return {
    payouts: list.map(([id, day, amount, more]) => payout(id, day, amount, more)),
    balance_transactions: list.flatMap(([id, day, amount, more]) => [
      txn(`txn_ch_${id}`, day, "charge", amount, { source: `ch_${id}`, ...currencyOf(more) }),
      txn(`txn_${id}`, day, "payout", -amount, { source: id, ...currencyOf(more) }),
    ]),
    members: Object.fromEntries(list.map(([id]) => [id, [`txn_ch_${id}`, `txn_${id}`]])),
  };
}

export const line = (
  id: string,
  date: string,
  amount: number,
  text = "STRIPE",
  currency = "EUR",
): object => ({
  ...{ id, date, amount, currency, text },
});

/** One row of a group at Open Collective. */
export function row(id: string, group: string, kind: string, amount: number, more: object = {}): object {
  const {
    net = amount,
    currency = "EUR",
    fees = {},
    ...rest
  } = more as {
    net?: number;
    currency?: string;
    fees?: Record<string, number>;
  };
  const money = (valueInCents: number): object => ({ valueInCents, currency });
  return {
    ...{
      id,
      group,
      kind,
      type: amount < 0 ? "DEBIT" : "CREDIT",
      amount: money(amount),
      netAmount: money(net),
    },
    ...Object.fromEntries(Object.entries(fees).map(([key, cents]) => [key, money(cents)])),
    ...{ isRefund: false, createdAt: "2026-10-05T09:00:00.000Z", clearedAt: null, merchantId: null },
    ...rest,
  };
}
