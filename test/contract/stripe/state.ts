/** What Stripe keeps, and how its objects are made: every field that the types ask for, filled with next to nothing. */
import type { Schema } from "./convert.ts";
import type { Schemas } from "./schemas.ts";

export interface Obj {
  id: string;
  object: string;
  created: number;
  [field: string]: unknown;
}

export interface Answered {
  /** Route and parameters. */
  asked: string;
  status: number;
  body: string;
  atMs: number;
}

export interface State {
  /** In the order in which they were made. */
  objects: Obj[];
  /** Balance transactions by automatic payout: their membership is in no object. */
  members: Map<string, string[]>;
  /** What a Checkout session will make when it is completed. */
  ordered: Map<string, { price: string; metadata: object }>;
  /** Days until an invoice is due. */
  days: Map<string, number>;
  /** The payment that paid an invoice. */
  paidBy: Map<string, string>;
  /** By idempotency key. */
  answered: Map<string, Answered>;
  apiKeys: Set<string>;
  /** Routes asked for, in order. */
  requests: string[];
  /** Ids of the invoices that were sent by mail. */
  mailed: string[];
  count: number;
}

export const secretKey = "sk_test_contract0123456789";
export const webhookSecret = "whsec_contract0123456789";

/** `lost`: it is carried out and its answer is not heard. `kept`: a 500 that is kept under the key, after the effect. */
export type Fault = "away" | "page" | "busy" | "500" | "kept" | "lost" | "nonsense" | "refused key";
export interface Faults {
  next?: (route: string) => Fault | undefined;
}

export function newState(): State {
  return {
    objects: [],
    members: new Map(),
    ordered: new Map(),
    days: new Map(),
    paidBy: new Map(),
    answered: new Map(),
    apiKeys: new Set([secretKey]),
    requests: [],
    mailed: [],
    count: 0,
  };
}

/** Prefixes of ids and where the SDK declares each kind. */
const kinds = {
  balance: ["balance", "Balance:Balance"],
  balance_transaction: ["txn", "BalanceTransactions:BalanceTransaction"],
  "billing_portal.session": ["bps", "BillingPortal-Sessions:Session"],
  charge: ["ch", "Charges:Charge"],
  "checkout.session": ["cs_test", "Checkout-Sessions:Session"],
  credit_note: ["cn", "CreditNotes:CreditNote"],
  customer: ["cus", "Customers:Customer"],
  dispute: ["dp", "Disputes:Dispute"],
  event: ["evt", ""],
  invoice: ["in", "Invoices:Invoice"],
  invoice_payment: ["inpay", "InvoicePayments:InvoicePayment"],
  invoiceitem: ["ii", "InvoiceItems:InvoiceItem"],
  payment_link: ["plink", "PaymentLinks:PaymentLink"],
  payout: ["po", "Payouts:Payout"],
  price: ["price", "Prices:Price"],
  product: ["prod", "Products:Product"],
  refund: ["re", "Refunds:Refund"],
  subscription: ["sub", "Subscriptions:Subscription"],
} as const;
export type Kind = keyof typeof kinds;
export const definitionOf = (kind: Kind): string => kinds[kind][1];
export const everyKind = Object.keys(kinds) as Kind[];

export interface Builder {
  (kind: Kind, given?: Record<string, unknown>): Obj;
}

/** Builds objects that fit the SDK's types. Ids are counted: the first object is `cus_1`, the next one `in_2`. */
export function openBuilder({ $defs }: Pick<Schemas, "$defs">, state: State, now: () => number): Builder {
  return (kind, given = {}) => {
    const [prefix, name] = kinds[kind];
    const id = `${prefix}_${++state.count}`;
    const schema = $defs[name] ?? {};
    const properties: object = schema["properties"] ?? {};
    const has = (field: string): boolean => kind === "event" || field in properties;
    const own = {
      ...(has("id") && { id }),
      ...{ object: kind },
      ...(has("created") && { created: Math.floor(now() / 1000) }),
    };
    return fill($defs, schema, { ...own, ...given }) as Obj;
  };
}

/** What is given, and beside it whatever else the schema asks for. */
function fill(defs: Record<string, Schema>, schema: Schema, given: unknown): unknown {
  if (given === undefined) return emptyOf(defs, schema);
  const { $ref, anyOf, items } = schema as { $ref?: string; anyOf?: Schema[]; items?: Schema };
  if ($ref !== undefined) return fill(defs, defs[$ref.replace("#/$defs/", "")] ?? {}, given);
  if (Array.isArray(given)) return items === undefined ? given : given.map((one) => fill(defs, items, one));
  if (typeof given !== "object" || given === null) return given;
  if (anyOf !== undefined) return fill(defs, anyOf.find((one) => "$ref" in one) ?? {}, given);
  const properties = (schema["properties"] ?? {}) as Record<string, Schema>;
  const required = (schema["required"] ?? []) as string[];
  const keys = new Set([...required, ...Object.keys(given)]);
  const values = given as Record<string, unknown>;
  return Object.fromEntries([...keys].map((key) => [key, fill(defs, properties[key] ?? {}, values[key])]));
}

/** The least that fits a schema. */
function emptyOf(defs: Record<string, Schema>, schema: Schema): unknown {
  const { $ref, anyOf, type } = schema as { $ref?: string; anyOf?: Schema[]; type?: string };
  if ($ref !== undefined) return emptyOf(defs, defs[$ref.replace("#/$defs/", "")] ?? {});
  if (anyOf !== undefined) {
    return anyOf.some((one) => one["type"] === "null") ? null : emptyOf(defs, anyOf[0] ?? {});
  }
  if (Array.isArray(schema["enum"])) return schema["enum"][0];
  if (type === "object") return fill(defs, schema, {});
  if (schema["decimal"] === true) return "0";
  return { string: "", number: 0, boolean: false, array: [], null: null }[type ?? ""] ?? null;
}
