/** Stripe's side of the books: what its balance transactions are booked as, and how its payouts stand. */
import type { Database } from "better-sqlite3";
import { dayOfSeconds } from "../days.ts";
import type { Facts } from "../facts.ts";
import { furthest, standingOf, type Members, type Standing } from "../stripe/payouts.ts";
import type { Payout, Tie, Txn } from "../stripe/read.ts";
import { asksAPerson, isKnownCategory, postingsOf, twinPostingsOf, type Twin } from "../stripe/templates.ts";
import type { Entry, QueueItem } from "../types.ts";
import { joinsOf, type Joins, type Transfer } from "./joins.ts";

export interface StripeSide {
  payouts: { payout: Payout; standing: Standing }[];
  /** How Stripe's objects hang together, with what the bank was paid of its invoices. */
  joins: (transfers: readonly Transfer[]) => Joins;
  /** The entry of each balance transaction; what a person has to place is put into the queue on the way. */
  entries: (queue: QueueItem[], joins: Joins) => Generator<Entry>;
}

/** Money that Open Collective has booked too, by what joins it: a charge, an intent, a refund. */
export type Twins = ReadonlyMap<string, readonly JoinedTwin[]>;
export interface JoinedTwin extends Twin {
  isRefund: boolean;
}

export function stripeSide(sqlite: Database, facts: Facts, twins: Twins): StripeSide {
  const payoutTxns = txnsLike(sqlite, '"category":"payout"');
  const ownTxns = new Map(payoutTxns.map((txn) => [txn.source, txn]));
  const byId = sqlite
    .prepare<[string], string>(
      "SELECT json FROM book_fact WHERE kind = 'txn' AND ext = ? AND source = 'stripe' AND version = 0",
    )
    .pluck();
  const named = (id: string | null): Txn | undefined => {
    const json = id === null ? undefined : byId.get(id);
    return json === undefined ? undefined : (JSON.parse(json) as Txn);
  };
  const payouts = payoutsOf(facts);
  const sumsOf = memberSums(sqlite);
  return {
    payouts: payouts.map((payout) => {
      const own = named(payout.txn) ?? ownTxns.get(payout.id);
      return { payout, standing: standingOf(payout, sumsOf(payout, own)) };
    }),
    joins: (transfers) => joinsOf(facts, txnsLike(sqlite, '"category":"charge_failure"'), transfers),
    entries: (queue, joins) =>
      entriesOf(facts, joins, twins, new Map([...ownTxns].map(([po, { id }]) => [po, id])), queue),
  };
}

/** Balance transactions whose JSON holds this text: rare ones, found without reading all. */
function txnsLike(sqlite: Database, text: string): Txn[] {
  return sqlite
    .prepare<[string], string>(
      "SELECT json FROM book_fact WHERE kind = 'txn' AND version = 0 AND instr(json, ?) > 0 ORDER BY ext",
    )
    .pluck()
    .all(text)
    .map((json) => JSON.parse(json) as Txn);
}

function payoutsOf(facts: Facts): Payout[] {
  const versions = Map.groupBy(facts.all("payout"), ({ ext }) => ext);
  return [...versions.values()]
    .map((all) => furthest(all.map(({ content }) => content as Payout)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface SumRow {
  payout: string;
  currency: string | null;
  named: number;
  net: number | null;
}

/** Σ over the members of each payout, by the database. */
function memberSums(sqlite: Database): (payout: Payout, own: Txn | undefined) => Members {
  const rows = sqlite
    .prepare<[], SumRow>(
      `SELECT m.payout AS payout, f.currency AS currency, COUNT(*) AS named, SUM(f.net_minor) AS net
       FROM book_member m LEFT JOIN book_fact f
         ON f.kind = 'txn' AND f.ext = m.txn AND f.source = 'stripe' AND f.version = 0
       GROUP BY m.payout, f.currency`,
    )
    .all();
  const byPayout = Map.groupBy(rows, ({ payout }) => payout);
  const sharedBy = new Map(
    sqlite
      .prepare<[], { payout: string; shared: number }>(
        `SELECT payout, COUNT(*) AS shared FROM book_member
         WHERE txn IN (SELECT txn FROM book_member GROUP BY txn HAVING COUNT(*) > 1) GROUP BY payout`,
      )
      .all()
      .map(({ payout, shared }) => [payout, shared]),
  );
  const names = sqlite.prepare("SELECT 1 FROM book_member WHERE payout = ? AND txn = ?");
  return (payout, own) => {
    const all = byPayout.get(payout.id) ?? [];
    const isOwnNamed = own !== undefined && names.get(payout.id, own.id) !== undefined;
    const isOwnMissing =
      own === undefined && payout.txn !== null && names.get(payout.id, payout.txn) !== undefined;
    const count = (rows: SumRow[]): number => rows.reduce((sum, { named }) => sum + named, 0);
    const same = all.filter(({ currency }) => currency === payout.currency);
    const net = same.reduce((sum, row) => sum + BigInt(safe(row.net ?? 0)), 0n);
    return {
      named: count(all) - (isOwnNamed || isOwnMissing ? 1 : 0),
      missing: count(all.filter(({ currency }) => currency === null)) - (isOwnMissing ? 1 : 0),
      netMinor: net - (isOwnNamed && own.currency === payout.currency ? BigInt(own.net) : 0n),
      foreign: count(all.filter(({ currency }) => currency !== null && currency !== payout.currency)),
      shared: sharedBy.get(payout.id) ?? 0,
      ownNetMinor: own?.currency === payout.currency ? BigInt(own.net) : null,
    };
  };
}

function safe(sum: number): number {
  if (!Number.isSafeInteger(sum)) throw new RangeError(`${sum} is more than can be told exactly`);
  return sum;
}

function* entriesOf(
  facts: Facts,
  joins: Joins,
  twins: Twins,
  ownTxns: ReadonlyMap<string | null, string>,
  queue: QueueItem[],
): Generator<Entry> {
  for (const rows of facts.inChunks("txn"))
    for (const { json } of rows) {
      const txn = JSON.parse(json) as Txn;
      const twin = twins.size === 0 ? undefined : twinOf(txn, joins.tie, twins);
      const postings =
        twin === undefined ? postingsOf(txn, joins.receivable.get(txn.id)) : twinPostingsOf(txn, twin);
      ask(txn, twin, queue);
      yield {
        ...{ source: "stripe", ref: txn.id, date: dayOfSeconds(txn.created), kind: txn.category },
        memo: txn.source ?? "",
        corrects: correctedBy(txn, joins.tie, ownTxns),
        postings,
      };
    }
}

/** Categories that take back a part of an earlier charge. */
const corrections = new Set([
  "refund",
  "refund_failure",
  "partial_capture_reversal",
  "dispute",
  "dispute_reversal",
  "charge_failure",
]);

/** The balance transaction that this one takes back, where the ties tell it. */
function correctedBy(
  { id, category, source }: Txn,
  tie: ReadonlyMap<string, Tie>,
  ownTxns: ReadonlyMap<string | null, string>,
): string | null {
  if (source === null) return null;
  if (category === "payout_reversal") return ownTxns.get(source) ?? null;
  if (!corrections.has(category)) return null;
  const charge = tie.get(source)?.charge ?? source;
  const first = tie.get(charge)?.txn ?? null;
  return first === id ? null : first;
}

/** What Open Collective has booked of this transaction: joined by the ids that it keeps of Stripe's. */
function twinOf(txn: Txn, tie: ReadonlyMap<string, Tie>, twins: Twins): Twin | undefined {
  const { category, source } = txn;
  const isCharge = category === "charge";
  if (source === null || !(isCharge || category === "refund" || category === "dispute")) return undefined;
  const own = tie.get(source);
  const keys = isCharge
    ? [txn.id, source, own?.intent]
    : [txn.id, source, own?.charge ?? source, own?.intent];
  const found = keys
    .flatMap((key) => twins.get(key ?? "") ?? [])
    .filter(({ isRefund }) => isRefund !== isCharge);
  return found.find(({ amountMinor }) => amountMinor === BigInt(txn.amount)) ?? found[0];
}

function ask(txn: Txn, twin: Twin | undefined, queue: QueueItem[]): void {
  const { id, category, amount, currency, created } = txn;
  const isOff = twin?.currency === currency && twin.amountMinor !== BigInt(amount);
  if (!asksAPerson(category) && !isOff) return;
  const why = isOff
    ? `Open Collective has booked ${twin.amountMinor} of it, Stripe ${amount} (minor units)`
    : isKnownCategory(category)
      ? `a person has to say what the ${category.replaceAll("_", " ")} is`
      : `the books do not know the category ${category}`;
  queue.push({
    ...{ id, source: "stripe", kind: isOff ? "differs" : "unknown", why, date: dayOfSeconds(created) },
    ...{ currency, amountMinor: BigInt(txn.net), candidates: [] },
  });
}
