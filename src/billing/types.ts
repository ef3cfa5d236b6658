import type { Message } from "../chat/message.ts";
import type { ProblemText } from "../core/problem.ts";
import type { MatrixId, MemberName } from "../core/terms.ts";
import type { TransferWord } from "./transfers.ts";

/** Says something in a room or to one person, once per key. */
export type Post = (to: string | { direct: MatrixId }, key: string, message: Message) => void;

/** What passes by itself stood in the way; the story waits and comes again. */
export interface Trouble {
  kind: "trouble";
  problem: ProblemText & { code: string };
}

/** What of a made object is needed later. */
export interface MadeObject {
  id: string;
  url: string | null;
  number: string | null;
}

export type Carried = { kind: "made"; object: MadeObject } | Trouble;

/** What is paid for regularly: `app/cloud.example.coop`, `dues/three-rivers`. */
export type Subject = `app/${string}` | `dues/${string}`;

export interface Plan {
  /** The lookup key. */
  name: string;
  price: string;
  title: string | null;
  amountMinor: number;
  currency: string;
  /** Such as `month` or `3 months`. */
  every: string;
  product: string;
}

export interface PlanView {
  subject: Subject;
  payer: string;
  plan: string;
  state: string;
  /** In words, for pages and rooms. */
  said: string;
  paidUntil: string | null;
}

export interface InvoiceView {
  id: string;
  number: string | null;
  payer: string | null;
  subject: string | null;
  state: string;
  currency: string;
  totalMinor: number;
  leftMinor: number;
  dueAt: string | null;
  lateSince: string | null;
}

/** What a credit note would do, as treasurers are asked about it. */
export interface CreditPlan {
  invoice: string;
  number: string;
  payer: string | null;
  /** `lessen`: what is due becomes less. `give back`: what was paid goes back the way it came. */
  way: "lessen" | "give back";
  amountMinor: number;
  currency: string;
  /** Members who would get it, themselves or through their member organisation. */
  gainers: MemberName[];
  /** Of everything above and what is left of the invoice. */
  hash: string;
}

/** What would go back of a payment that had no invoice. */
export interface RefundPlan {
  charge: string;
  payer: string | null;
  /** What Stripe says that it was for. */
  what: string | null;
  /** `YYYY-MM-DD`. */
  paidOn: string;
  amountMinor: number;
  currency: string;
  /** Members who would get it, themselves or through their member organisation. */
  gainers: MemberName[];
  /** Of everything above and what is left of the payment. */
  hash: string;
}

export interface GivingBack {
  /** Whoever gets it is told once that it is on its way, or that less is due. Joins the open transaction. */
  tellGiven(plan: CreditPlan | RefundPlan, run: string): void;
  /** Throws `charge-unknown`, `charge-has-invoice`, `charge-not-refundable`, `refund-too-much`. */
  planRefund(charge: string, amount: string | null, signal?: AbortSignal): Promise<RefundPlan>;
}

/** A plan as the settings name it. */
export interface SettingsPlan {
  /** The product that it is a price of. */
  for: string;
  title?: string | undefined;
  amount: string;
  every: "month" | "3 months" | "6 months" | "year";
}

/** A plan that may have to be made. */
export interface WantedPlan {
  /** The lookup key. */
  name: string;
  for: string;
  title: string | null;
  amountMinor: number;
  currency: string;
  every: string;
  interval: "month" | "year";
  count: number;
  /** The product's id at Stripe; null: it has to be made, too. */
  product: string | null;
}

export interface PlansToMake {
  missing: WantedPlan[];
  /** In words: what is there and other than the settings say. It is not changed. */
  differing: string[];
  /** Of what is missing. */
  hash: string;
}

export interface PlanList {
  /** What of the settings' plans is not at Stripe. Throws `plans-not-set`. */
  plansToMake(signal?: AbortSignal): Promise<PlansToMake>;
}

export interface Bill {
  payer: string;
  amountMinor: number;
  currency: string;
  words: string;
  dueDays: number;
}

/** Requests that make something there. Each `want…` is synchronous, joins the open transaction and answers a key. */
export interface Calls {
  wantCustomer(step: string, payer: string): string | null;
  wantCheckout(step: string, about: { subject: Subject; payer: string; plan: Plan }): string;
  wantInvoice(step: string, bill: Bill): string;
  wantItem(step: string, bill: Bill, invoice: string): string;
  wantInvoiceStep(step: string, what: "finalize" | "send" | "pay", invoice: string): string;
  wantCredit(step: string, plan: CreditPlan, reason: string): string;
  wantRefund(step: string, plan: RefundPlan, reason: string): string;
  /** A page of Stripe's that anybody may open; `once`: until one has paid. */
  wantLink(step: string, plan: Plan, once: boolean): string;
  wantProduct(step: string, name: string): string;
  wantPrice(step: string, plan: WantedPlan, product: string): string;
  /**
   * Asks for it under the key that is written down, as often as it takes: it happens once. Throws `stripe-refused`,
   * `stripe-key-refused`, `billing-off`.
   */
  carry(key: string, signal?: AbortSignal): Promise<Carried>;
  /** Takes an invoice back that nobody has paid: a draft is removed, an open one is voided. Safe twice. */
  takeBack(key: string, signal?: AbortSignal): Promise<void>;
  /** Tells treasurers once per run what stands in the way. Joins the open transaction. */
  tellTrouble(met: Trouble, run: string): void;
  /** The same for what is tried again anyway: only when the events were last read hours ago, and once a day. */
  tellLasting(met: Trouble, run: string): void;
}

export interface Selling {
  /** Prices with a lookup key, by product. */
  plans(signal?: AbortSignal): Promise<Plan[]>;
  /** Throws `plan-unknown`, and whatever stands in the way. */
  findPlan(name: string, signal?: AbortSignal): Promise<Plan>;
  /** Who pays, checked: themselves, their seat, or for treasurers anybody. Makes the row in the open transaction. */
  payerFor(by: { name: string; seat: string | null; roles: readonly string[] }, named?: string): string;
  /** The same without making anything. */
  mayActFor(by: { name: string; seat: string | null; roles: readonly string[] }, named?: string): string;
  addPayer(who: string, name: string, title: string, email?: string): string;
  /** Throws `billing-stands` when a subscription of it lives. */
  beforeStart(subject: Subject): void;
  /** Joins the open transaction. */
  offered(about: { subject: Subject; payer: string; plan: string; session: string }): void;
  /** A message to one person alone. Joins the open transaction. */
  tellMember(member: string, key: string, message: Message): void;
  /** A link to the portal of a payer. Throws `payer-new`. */
  portalLink(payer: string): Promise<string>;
  beforeBilling(bill: Bill, email?: string): void;
  /** Throws `invoice-unknown`, `invoice-not-creditable`, `credit-too-much`. */
  planCredit(invoice: string, amount: string | null, signal?: AbortSignal): Promise<CreditPlan>;
}

export interface Looking {
  /** What is billed for a subject. */
  planOf(subject: Subject): PlanView | undefined;
  list(): { plans: PlanView[]; invoices: InvoiceView[]; payers: { id: string; title: string }[] };
  checkUp(): Promise<CheckUp>;
}

export interface CheckUp {
  on: boolean;
  apiBase: string;
  hooks: boolean;
  problem: ProblemText | null;
  /** ISO times. */
  lastHeard: string | null;
  lastSwept: string | null;
  /** Events that were heard and not looked at yet. */
  waiting: number;
}

export interface Swept {
  kind: "swept";
  /** Events that no webhook had brought. */
  fresh: number;
}

/** What was heard, and what it was about, fetched anew. */
export interface Events {
  /** Reads a webhook. Throws `hook-refused`, `billing-off`. Durable when it resolves. */
  hear(body: string, signature: string | undefined, from: string): Promise<{ fresh: boolean }>;
  /** Asks for all events since the last time, so that a lost webhook does no harm. */
  sweep(signal?: AbortSignal): Promise<Swept | Trouble>;
  /** Looks at everything that events have named. Never twice at once. */
  drain(signal?: AbortSignal): Promise<{ kind: "drained"; looked: number } | Trouble>;
  /** Takes one object as it is there now; what stands in the way passes, and the next look at events does it too. */
  refresh(kind: string, id: string, signal?: AbortSignal): Promise<{ kind: "seen" } | Trouble>;
}

/** Invoices that are paid by transfer to the co-op's own bank. All synchronous; each joins the open transaction. */
export interface Transfers {
  /**
   * Writes down what the books have found at the bank, and tells what came back. Whatever is not among the words is
   * not paid. Answers the invoices that are paid now and were not before: Stripe is to be told. Safe twice.
   */
  heedBank(words: readonly TransferWord[]): string[];
  /** How it stands with an invoice whose transfer is there; `other` than expected is told to treasurers. */
  arrived(invoice: string): "due" | "taken back" | "other";
  /** Stripe knows it now: treasurers and whoever pays are told. */
  tellArrived(invoice: string): void;
  /** Whether it was paid by transfer, and that went back. */
  cameBack(invoice: string): boolean;
}

export interface Reminding {
  /** Gentle reminders that are due now; answers how many went out. Joins the open transaction. */
  remind(): number;
}

/** Stripe's objects as its API returns them. */
export interface StripeObjects {
  payouts?: unknown[];
  balance_transactions?: unknown[];
  charges?: unknown[];
  refunds?: unknown[];
  disputes?: unknown[];
  invoices?: unknown[];
  invoice_payments?: unknown[];
  /** Ids of balance transactions by automatic payout. */
  members?: Record<string, string[]>;
}

/** What the books take of it. */
export interface ForBooks {
  importStripe(objects: StripeObjects): unknown;
}

export interface Fetching {
  /**
   * Hands everything since the last time to the books, a week at a time, each week whole or not at all. `off`: there is
   * no key or there are no books.
   */
  fetchForBooks(
    signal?: AbortSignal,
  ): Promise<{ kind: "fetched"; weeks: number } | { kind: "off" } | Trouble>;
}

export interface Billing
  extends Calls, Selling, Looking, Events, Reminding, Fetching, Transfers, GivingBack, PlanList {}
