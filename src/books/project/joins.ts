/** How Stripe's objects hang together: transaction, charge, payment intent, invoice. */
import type { Facts } from "../facts.ts";
import type { Tie, Txn } from "../stripe/read.ts";

export interface Joins {
  /** By the id of a charge, refund or dispute. */
  tie: ReadonlyMap<string, Tie>;
  /** How much of a charge pays what was owed since an earlier payment of the same invoice bounced. */
  receivable: ReadonlyMap<string, bigint>;
}

export function joinsOf(facts: Facts, bounces: readonly Txn[]): Joins {
  const tie = new Map<string, Tie>();
  // Versions of one object are put together: what one of them knows is known, whichever came first.
  for (const { ext, content } of facts.all("tie").toSorted(byContent)) {
    const [before, now] = [tie.get(ext), content as Tie];
    tie.set(ext, before === undefined ? now : together(before, now));
  }
  return { tie, receivable: bounces.length === 0 ? new Map() : receivables(facts, tie, bounces) };
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

/** Payments of an invoice in the order of time: what bounced is owed, and the next payment pays that first. */
function receivables(
  facts: Facts,
  tie: ReadonlyMap<string, Tie>,
  bounces: readonly Txn[],
): Map<string, bigint> {
  const invoiceOf = invoices(tie);
  const bounced = new Set(bounces.map(({ source }) => invoiceOf(source)).filter((id) => id !== undefined));
  const moves = [...bounces];
  if (bounced.size > 0)
    for (const rows of facts.inChunks("txn"))
      for (const { json } of rows) {
        const txn = JSON.parse(json) as Txn;
        if (txn.category === "charge" && bounced.has(invoiceOf(txn.source) ?? "")) moves.push(txn);
      }
  moves.sort((a, b) => a.created - b.created || (a.id < b.id ? -1 : 1));
  const owed = new Map<string, bigint>();
  const paid = new Map<string, bigint>();
  for (const { id, amount, source, category, currency } of moves) {
    const invoice = `${invoiceOf(source) ?? ""} ${currency}`;
    const before = owed.get(invoice) ?? 0n;
    const part = category === "charge" ? min(before, BigInt(amount)) : BigInt(amount);
    owed.set(invoice, before - part);
    if (category === "charge" && part > 0n) paid.set(id, part);
  }
  return paid;
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
