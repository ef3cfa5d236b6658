/** Stripe's side of the books: what its balance transactions are booked as, and how its payouts stand. */
import type { Database } from "better-sqlite3";
import { dayOfSeconds } from "../days.ts";
import type { Facts } from "../facts.ts";
import { openMembers, type Memberships } from "../stripe/members.ts";
import { furthest, standingOf, type Standing } from "../stripe/payouts.ts";
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
  const rare = rareTxns(sqlite);
  const ownTxns = new Map(
    rare.filter(({ category }) => category === "payout").map((txn) => [txn.source, txn]),
  );
  const byId = sqlite
    .prepare<[string], string>(
      "SELECT json FROM book_fact WHERE kind = 'txn' AND ext = ? AND source = 'stripe' AND version = 0",
    )
    .pluck();
  const named = (id: string | null): Txn | undefined => {
    const json = id === null ? undefined : byId.get(id);
    return json === undefined ? undefined : (JSON.parse(json) as Txn);
  };
  const bounces = rare.filter(({ category }) => category === "charge_failure");
  const payouts = payoutsOf(facts);
  const members = openMembers(sqlite);
  return {
    payouts: payouts.map((payout) => {
      const own = named(payout.txn) ?? ownTxns.get(payout.id);
      return { payout, standing: standingOf(payout, members.sumsOf(payout, own)) };
    }),
    joins: (transfers) => joinsOf(facts, bounces, transfers),
    entries: (queue, joins) =>
      entriesOf(
        facts,
        { joins, twins, members, ownTxns: new Map([...ownTxns].map(([po, { id }]) => [po, id])) },
        queue,
      ),
  };
}

/** Balance transactions of payouts, and of charges that failed later: few, found in one look at all of them. */
function rareTxns(sqlite: Database): Txn[] {
  // With the plus sign the table is read in its own order: the index would lead to each row by itself.
  return sqlite
    .prepare<[], string>(
      `SELECT json FROM book_fact WHERE +kind = 'txn' AND version = 0
       AND (instr(json, '"category":"payout"') > 0 OR instr(json, '"category":"charge_failure"') > 0)
       ORDER BY ext`,
    )
    .pluck()
    .all()
    .map((json) => JSON.parse(json) as Txn);
}

function payoutsOf(facts: Facts): Payout[] {
  const versions = Map.groupBy(facts.all("payout"), ({ ext }) => ext);
  return [...versions.values()]
    .map((all) => furthest(all.map(({ content }) => content as Payout)))
    .sort((a, b) => (a.id < b.id ? -1 : 1));
}

interface Known {
  joins: Joins;
  twins: Twins;
  members: Memberships;
  /** Ids of the payouts' own transactions, by payout. */
  ownTxns: ReadonlyMap<string | null, string>;
}

function* entriesOf(facts: Facts, known: Known, queue: QueueItem[]): Generator<Entry> {
  const { joins, twins, members, ownTxns } = known;
  for (const rows of facts.inChunks("txn")) {
    const payoutOf = members.payoutsOf(rows);
    for (const { json } of rows) {
      const txn = JSON.parse(json) as Txn;
      const twin = twins.size === 0 ? undefined : twinOf(txn, joins.tie, twins);
      const postings =
        twin === undefined ? postingsOf(txn, joins.receivable.get(txn.id)) : twinPostingsOf(txn, twin);
      ask(txn, twin, queue);
      yield {
        ...{ source: "stripe", ref: txn.id, date: dayOfSeconds(txn.created), kind: txn.category },
        memo: txn.source ?? "",
        payout: txn.category === "payout" ? txn.source : (payoutOf.get(txn.id) ?? null),
        corrects: correctedBy(txn, joins.tie, ownTxns),
        postings,
      };
    }
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
