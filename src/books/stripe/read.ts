/** Stripe's objects, reduced to what the books need of them: no names, addresses or cards are kept. */
import {
  currencyAt,
  idOf,
  integerAt,
  maybeId,
  maybeInteger,
  maybeText,
  objectOf,
  secondsAt,
  textAt,
  Unfit,
  type Json,
} from "../ingest/fields.ts";
import { minorOf } from "./units.ts";

/** A balance transaction. Amounts in minor units of ISO 4217. */
export interface Txn {
  id: string;
  amount: number;
  fee: number;
  net: number;
  currency: string;
  /** Stripe's `reporting_category`: `type` hides disputes and failures behind `adjustment`. */
  category: string;
  /** What it is about: a charge, refund, dispute, payout. */
  source: string | null;
  created: number;
}

export interface Payout {
  id: string;
  amount: number;
  currency: string;
  automatic: boolean;
  status: string;
  reconciliation: string;
  /** In seconds; the day on which the bank should have it. */
  arrival: number;
  created: number;
  txn: string | null;
  failureTxn: string | null;
  trace: string | null;
}

/** What ties a transaction to a payment, an invoice, or an earlier charge. */
export interface Tie {
  id: string;
  charge: string | null;
  intent: string | null;
  invoice: string | null;
  txn: string | null;
}

export interface Invoice {
  id: string;
  number: string | null;
  /** Who owes it. */
  seat: string | null;
}

/** What Stripe says that it holds: available and pending together. */
export interface Balance {
  id: string;
  held: Record<string, number>;
}

export function readTxn(object: Json): Txn {
  const currency = currencyAt(object, "currency");
  const amountAt = (key: string): number => minorOf(integerAt(object, key), currency);
  const [amount, fee, net] = [amountAt("amount"), amountAt("fee"), amountAt("net")];
  if (amount - fee !== net) throw new Unfit(`net is not amount less fee (${amount} - ${fee}, not ${net})`);
  return {
    ...{ id: idOf(object, "it"), amount, fee, net, currency },
    category: maybeText(object, "reporting_category") ?? "none",
    source: maybeId(object, "source"),
    created: secondsAt(object, "created"),
  };
}

export function readPayout(object: Json): Payout {
  const currency = currencyAt(object, "currency");
  const automatic = object["automatic"] ?? true;
  if (typeof automatic !== "boolean") throw new Unfit("automatic is neither true nor false");
  return {
    ...{
      id: idOf(object, "it"),
      amount: minorOf(integerAt(object, "amount"), currency),
      currency,
      automatic,
    },
    status: maybeText(object, "status") ?? "paid",
    reconciliation:
      maybeText(object, "reconciliation_status") ?? (automatic ? "completed" : "not_applicable"),
    arrival: secondsAt(object, "arrival_date"),
    created: maybeInteger(object, "created") ?? secondsAt(object, "arrival_date"),
    txn: maybeId(object, "balance_transaction"),
    failureTxn: maybeId(object, "failure_balance_transaction"),
    trace: traceOf(object),
  };
}

/** The reference under which the bank knows the payout, where there is one. */
function traceOf(object: Json): string | null {
  const trace = object["trace_id"] ?? null;
  if (trace === null) return null;
  return typeof trace === "string" ? trace : maybeText(objectOf(trace, "trace_id"), "value");
}

/** A charge, refund or dispute. */
export function readTie(object: Json): Tie {
  return {
    id: idOf(object, "it"),
    charge: maybeId(object, "charge"),
    intent: maybeId(object, "payment_intent"),
    invoice: null,
    txn: Array.isArray(object["balance_transactions"]) ? null : maybeId(object, "balance_transaction"),
  };
}

/** A payment of an invoice: by a payment intent or, of old, by a charge. */
export function readInvoicePayment(object: Json): Tie {
  const payment = objectOf(object["payment"], "payment");
  return {
    id: idOf(object, "it"),
    charge: maybeId(payment, "charge"),
    intent: maybeId(payment, "payment_intent"),
    invoice: maybeId(object, "invoice"),
    txn: null,
  };
}

export function readInvoice(object: Json): Invoice {
  const metadata = objectOf(object["metadata"] ?? {}, "metadata");
  return {
    id: idOf(object, "it"),
    number: maybeText(object, "number"),
    seat: maybeText(metadata, "tandem_seat") ?? maybeId(object, "customer"),
  };
}

/** The balance of the account, by currency. It has no id of its own: there is one at a time. */
export function readBalance(object: Json): Balance {
  const held: Record<string, number> = {};
  for (const key of ["available", "pending"]) {
    const parts = object[key] ?? [];
    if (!Array.isArray(parts)) throw new Unfit(`${key} is no list`);
    for (const part of parts) {
      const one = objectOf(part, key);
      const currency = currencyAt(one, "currency");
      held[currency] = (held[currency] ?? 0) + minorOf(integerAt(one, "amount"), currency);
    }
  }
  return { id: maybeText(object, "id") ?? "balance", held };
}

/** The members of a payout: ids, or whole balance transactions, which are facts of their own. */
export function readMember(value: unknown): { id: string; txn: Txn | null } {
  if (typeof value === "string") return { id: idOf(value, "a member"), txn: null };
  const object = objectOf(value, "a member");
  // A member that bears nothing but its id is no more than that.
  if (object["amount"] === undefined) return { id: idOf(object, "a member"), txn: null };
  const txn = readTxn(object);
  return { id: txn.id, txn };
}

/** The keys of an import file that the books read; others are named and left aside. */
export const stripeLists = {
  balance_transactions: "txn",
  payouts: "payout",
  charges: "tie",
  refunds: "tie",
  disputes: "tie",
  invoice_payments: "tie",
  invoices: "invoice",
} as const;

export type StripeList = keyof typeof stripeLists;

/** One object of a list, read. */
export function readStripe(list: StripeList, value: unknown): Txn | Payout | Tie | Invoice {
  const object = objectOf(value, "it");
  switch (list) {
    case "balance_transactions":
      return readTxn(object);
    case "payouts":
      return readPayout(object);
    case "invoices":
      return readInvoice(object);
    case "invoice_payments":
      return readInvoicePayment(object);
    default:
      textAt(object, "id");
      return readTie(object);
  }
}
