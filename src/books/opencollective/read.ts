/** Transactions as Open Collective's GraphQL returns them, reduced to what the books need, in ISO minor units. */
import { moneyOf } from "../../core/hundredths.ts";
import {
  currencyAt,
  idOf,
  integerAt,
  maybeText,
  objectOf,
  textAt,
  Unfit,
  type Json,
} from "../ingest/fields.ts";

/** One side of a movement there. Fees are below zero where they are taken. */
export interface Row {
  id: string;
  group: string;
  type: "CREDIT" | "DEBIT";
  kind: string;
  currency: string;
  amount: number;
  net: number;
  hostFee: number;
  processorFee: number;
  platformFee: number;
  tax: number;
  isRefund: boolean;
  createdAt: string;
  clearedAt: string | null;
  /** The charge at Stripe or the transfer at Wise: what joins it to another book. */
  merchantId: string | null;
  account: string | null;
  /** Who is paid, by the name in addresses there. */
  payee: string | null;
  /** What an expense can be known by at the bank, and our own key in it. */
  references: string[];
  key: string | null;
}

export function readRow(value: unknown): Row {
  const object = objectOf(value, "it");
  const { currency } = moneyAt(object, "amount");
  const own = (key: string): number => partAt(object, key, currency);
  const type = object["type"];
  if (type !== "CREDIT" && type !== "DEBIT") throw new Unfit("type is neither CREDIT nor DEBIT");
  const expense = maybeObject(object, "expense");
  const slugOf = (key: string): string | null => slugIn(maybeObject(object, key));
  return {
    ...{ id: idAt(object), group: maybeText(object, "group") ?? idAt(object), type, currency },
    // Old rows have none there: it waits for a person like every kind that the books do not know.
    kind: object["kind"] === null ? "UNKNOWN" : textAt(object, "kind"),
    amount: moneyAt(object, "amount").amount,
    net: netAt(object, currency),
    hostFee: own("hostFee"),
    processorFee: own("paymentProcessorFee"),
    platformFee: own("platformFee"),
    tax: own(object["taxAmount"] === undefined ? "tax" : "taxAmount"),
    isRefund: object["isRefund"] === true,
    createdAt: dayAt(object, "createdAt") ?? missing("createdAt"),
    clearedAt: dayAt(object, "clearedAt"),
    merchantId: maybeText(object, "merchantId"),
    account: slugOf("account"),
    payee: slugIn(maybeObject(expense ?? {}, "payee")) ?? slugOf("toAccount"),
    references: expense === null ? [] : referencesOf(expense),
    key: expense === null ? null : keyOf(expense),
  };
}

function missing(key: string): never {
  throw new Unfit(`${key} is not there`);
}

/** Ids are texts; those of old are numbers. */
function idAt(object: Json): string {
  const id = object["id"] ?? object["legacyId"];
  return Number.isSafeInteger(id) ? String(id) : idOf(id, "it");
}

function moneyAt(object: Json, key: string): { amount: number; currency: string } {
  const part = objectOf(object[key], key);
  const currency = currencyAt(part, "currency");
  const money = moneyOf(integerAt(part, "valueInCents"), currency);
  if (money === undefined) throw new Unfit(`${key} is no whole minor unit of ${currency}`);
  return { amount: Number(money.amountMinor), currency };
}

function netAt(object: Json, currency: string): number {
  const net = moneyAt(object, "netAmount");
  if (net.currency !== currency) throw new Unfit("amount and netAmount are in two currencies");
  return net.amount;
}

/** A fee or tax: in the currency of the transaction, or nothing. */
function partAt(object: Json, key: string, currency: string): number {
  const part = object[key] ?? null;
  if (part === null) return 0;
  const inside = objectOf(part, key);
  if (integerAt(inside, "valueInCents") === 0) return 0;
  const money = moneyAt(object, key);
  if (money.currency !== currency) throw new Unfit(`${key} is in another currency than amount`);
  return money.amount;
}

function maybeObject(object: Json, key: string): Json | null {
  const value = object[key] ?? null;
  return value === null ? null : objectOf(value, key);
}

function slugIn(account: Json | null): string | null {
  return account === null ? null : maybeText(account, "slug");
}

function dayAt(object: Json, key: string): string | null {
  const text = maybeText(object, key);
  if (text === null) return null;
  const ms = /^\d{4}-\d{2}-\d{2}/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(ms)) throw new Unfit(`${key} is no moment`);
  return new Date(ms).toISOString().slice(0, 10);
}

function referencesOf(expense: Json): string[] {
  const reference = maybeText(expense, "reference");
  return reference === null ? [] : [reference];
}

/** Our own key, as it was put into the expense when it was asked for. */
function keyOf(expense: Json): string | null {
  const data = maybeObject(expense, "customData");
  const ours = data === null ? null : (data["tandem"] ?? null);
  return ours === null ? null : maybeText(objectOf(ours, "customData.tandem"), "key");
}

/** What never changes in a transaction there: another content under its id is an alarm. */
export function unchangingRow({ id, group, type, kind, currency, amount, net }: Row): unknown {
  return { id, group, type, kind, currency, amount, net };
}

/** Of several versions of one row the one that knows most: cleared before not cleared, then the last by content. */
export function fullest(versions: readonly Row[]): Row {
  const rank = (row: Row): string => `${row.clearedAt ?? ""}/${JSON.stringify(row)}`;
  const [first] = versions.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1));
  if (first === undefined) throw new RangeError("a transaction without a version");
  return first;
}
