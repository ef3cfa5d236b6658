/**
 * The files that the books are measured with: as many of Stripe's transactions as are wanted, in payouts of 50 of one
 * year, and their bank lines. A process of its own, so that what it leaves in memory is not counted as the books'.
 * Arguments: a folder, the number of transactions.
 */
import { closeSync, openSync, writeSync } from "node:fs";
import path from "node:path";

const [folder = ".", count = "0"] = process.argv.slice(2);
const txns = Number(count);
const perPayout = 50;
const payouts = Math.floor(txns / perPayout);
const start = Date.parse("2026-01-01T00:00:00Z") / 1000;

/** Writes a list piece by piece. */
function write(name: string, pieces: Iterable<string>): void {
  const handle = openSync(path.join(folder, name), "w");
  for (const piece of pieces) writeSync(handle, piece);
  closeSync(handle);
}

const arrivalOf = (n: number): number => start + n * Math.floor(31_536_000 / payouts);
const amountOf = (n: number): number => 500 + ((n * 7919) % 9500);
const feeOf = (n: number): number => 25 + Math.floor(amountOf(n) / 70);

function netOf(payout: number): number {
  let net = 0;
  for (let i = payout * perPayout; i < (payout + 1) * perPayout; i++) net += amountOf(i) - feeOf(i);
  return net;
}

const txn = (
  id: string,
  amount: number,
  fee: number,
  created: number,
  category: string,
  source: string,
): string =>
  JSON.stringify({
    ...{
      id,
      object: "balance_transaction",
      amount,
      available_on: created + 172_800,
      created,
      currency: "eur",
    },
    ...{
      description: "Subscription update",
      exchange_rate: null,
      fee,
      net: amount - fee,
      status: "available",
    },
    fee_details: [
      { amount: fee, application: null, currency: "eur", description: "Stripe fees", type: "stripe_fee" },
    ],
    ...{ reporting_category: category, source, type: category },
  });

function* stripeFile(): Generator<string> {
  yield '{"balance_transactions":[';
  for (let i = 0; i < txns; i++) {
    const created = arrivalOf(Math.floor(i / perPayout)) - 200_000;
    yield `${i === 0 ? "" : ","}${txn(`txn_${i}`, amountOf(i), feeOf(i), created, "charge", `ch_${i}`)}\n`;
  }
  for (let p = 0; p < payouts; p++)
    yield `,${txn(`txn_po_${p}`, -netOf(p), 0, arrivalOf(p) - 100_000, "payout", `po_${p}`)}\n`;
  yield '],"payouts":[';
  for (let p = 0; p < payouts; p++)
    yield `${p === 0 ? "" : ","}${JSON.stringify({
      ...{ id: `po_${p}`, object: "payout", amount: netOf(p), arrival_date: arrivalOf(p), automatic: true },
      ...{
        balance_transaction: `txn_po_${p}`,
        created: arrivalOf(p) - 100_000,
        currency: "eur",
        status: "paid",
      },
      ...{
        reconciliation_status: "completed",
        trace_id: { status: "supported", value: `TRC${10_000_000 + p}` },
      },
    })}\n`;
  yield '],"members":{';
  for (let p = 0; p < payouts; p++) {
    const ids = Array.from({ length: perPayout }, (_, i) => `txn_${p * perPayout + i}`);
    yield `${p === 0 ? "" : ","}"po_${p}":${JSON.stringify([...ids, `txn_po_${p}`])}\n`;
  }
  yield "}}";
}

function* bankFile(): Generator<string> {
  for (let p = 0; p < payouts; p++) {
    const date = new Date(arrivalOf(p) * 1000).toISOString().slice(0, 10);
    const text = p % 4 === 0 ? "STRIPE PAYMENTS EUROPE" : `STRIPE TRC${10_000_000 + p}`;
    yield `${p === 0 ? "[" : ","}${JSON.stringify({ id: `l${p}`, date, amount: netOf(p), currency: "EUR", text })}\n`;
  }
  yield "]";
}

write("stripe.json", stripeFile());
write("bank.json", bankFile());
