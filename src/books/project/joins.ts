/** How Stripe's objects hang together: transaction, charge, payment intent, invoice. */
import type { Facts } from "../facts.ts";
import type { Tie, Txn } from "../stripe/read.ts";

export interface Joins {
  /** By the id of a charge, refund or dispute. */
  tie: ReadonlyMap<string, Tie>;
  /**
   * How much of a charge, or of a bank's line, pays what was owed since an earlier payment of the same invoice came
   * back; by the transaction's id or the line's key.
   */
  receivable: ReadonlyMap<string, bigint>;
}

/** A transfer to the bank that pays an invoice, or its going back. */
export interface Transfer {
  /** The key of the bank's line. */
  line: string;
  invoice: string;
  currency: string;
  /** What came is above zero. */
  amountMinor: bigint;
  date: string;
  /** Of what happened on one day, which came first. */
  turn: number;
}

/** `bounces`: debits that came back at Stripe. */
export function joinsOf(facts: Facts, bounces: readonly Txn[], transfers: readonly Transfer[]): Joins {
  const tie = new Map<string, Tie>();
  // Versions of one object are put together: what one of them knows is known, whichever came first.
  for (const { ext, content } of facts.all("tie").toSorted(byContent)) {
    const [before, now] = [tie.get(ext), content as Tie];
    tie.set(ext, before === undefined ? now : together(before, now));
  }
  const hasBack = bounces.length > 0 || transfers.some(({ amountMinor }) => amountMinor < 0n);
  return { tie, receivable: hasBack ? receivables(facts, tie, bounces, transfers) : new Map() };
}

function byContent(a: { content: unknown }, b: { content: unknown }): number {
  return JSON.stringify(a.content) < JSON.stringify(b.content) ? -1 : 1;
}

function together(one: Tie, other: Tie): Tie {
  return {
    id: one.id,
    charge: one.charge ?? other.charge,
    intent: one.intent ?? other.intent,
    invoice: one.invoice ?? other.invoice,
    txn: one.txn ?? other.txn,
  };
}

/** A payment of an invoice, or its coming back (below zero). */
interface Move {
  id: string;
  invoice: string | undefined;
  currency: string;
  amountMinor: bigint;
  /** In seconds. */
  at: number;
  turn: number;
}

/** Payments of an invoice in the order of time: what came back is owed, and the next payment pays that first. */
function receivables(
  facts: Facts,
  tie: ReadonlyMap<string, Tie>,
  bounces: readonly Txn[],
  transfers: readonly Transfer[],
): Map<string, bigint> {
  const invoiceOf = invoices(tie);
  const ofStripe = ({ id, source, currency, amount, created: at }: Txn): Move => {
    return { id, invoice: invoiceOf(source), currency, amountMinor: BigInt(amount), at, turn: 0 };
  };
  const moves = [...bounces.map(ofStripe), ...transfers.map(ofBank)];
  const back = new Set(
    moves.filter(({ amountMinor }) => amountMinor < 0n).flatMap(({ invoice }) => invoice ?? []),
  );
  if (back.size > 0)
    for (const rows of facts.inChunks("txn"))
      for (const { json } of rows) {
        const txn = JSON.parse(json) as Txn;
        if (txn.category === "charge" && back.has(invoiceOf(txn.source) ?? "")) moves.push(ofStripe(txn));
      }
  moves.sort((a, b) => a.at - b.at || a.turn - b.turn || (a.id < b.id ? -1 : 1));
  const owed = new Map<string, bigint>();
  const paid = new Map<string, bigint>();
  for (const { id, invoice, amountMinor, currency } of moves) {
    const key = `${invoice ?? ""} ${currency}`;
    const before = owed.get(key) ?? 0n;
    const part = amountMinor > 0n ? min(before, amountMinor) : amountMinor;
    owed.set(key, before - part);
    if (amountMinor > 0n && part > 0n) paid.set(id, (paid.get(id) ?? 0n) + part);
  }
  return paid;
}

/** A bank tells days only: what it books comes after what happened at Stripe on that day. */
function ofBank({ line: id, date, ...transfer }: Transfer): Move {
  return { ...transfer, id, at: Date.parse(`${date}T23:59:59Z`) / 1000 };
}

const min = (a: bigint, b: bigint): bigint => (a < b ? a : b);

/** The invoice that a charge, or a refund of it, belongs to. */
function invoices(tie: ReadonlyMap<string, Tie>): (source: string | null) => string | undefined {
  const byCharge = new Map<string, string>();
  const byIntent = new Map<string, string>();
  for (const { charge, intent, invoice } of tie.values()) {
    if (invoice === null) continue;
    if (charge !== null) byCharge.set(charge, invoice);
    if (intent !== null) byIntent.set(intent, invoice);
  }
  return (source) => {
    if (source === null) return undefined;
    const own = tie.get(source);
    const charge = own?.charge ?? source;
    return byCharge.get(charge) ?? byIntent.get(tie.get(charge)?.intent ?? own?.intent ?? "");
  };
}
