/** Making things at Stripe exactly once: the key is written down before, and in doubt it is looked first. */
import type Stripe from "stripe";
import { z } from "zod";
import { hashOf } from "../core/canonical.ts";
import { isoOf } from "../core/clock.ts";
import { messageOf, Problem, problemFromJson } from "../core/problem.ts";
import { stripeIll } from "../core/problems/billing.ts";
import { sayProblem } from "../chat/message.ts";
import { isReplayed, Refusal } from "./client.ts";
import { Invoice } from "./answers.ts";
import { tellTreasurers } from "../people/index.ts";
import { troubleOf, type Ground } from "./ground.ts";
import type { Call } from "./rows.ts";
import type { Bill, Calls, Carried, CreditPlan, MadeObject, Trouble } from "./types.ts";
import { ways, type Asks, type Kind } from "./ways.ts";

/** Stripe may forget a key after 24 hours and would then do it again. */
const trustKeyMs = 23 * 3_600_000;
/** Our clock and theirs are not the same. */
const clockSlackS = 3600;
/** What is tried again each hour is told when it has lasted so long. */
const lastsMs = 6 * 3_600_000;

const Answer = z.object({
  id: z.string(),
  url: z.string().nullish(),
  hosted_invoice_url: z.string().nullish(),
  number: z.string().nullish(),
});

export function openCalls(ground: Ground): Calls {
  const want = (kind: Kind, step: string, asks: Asks): string => write(ground, kind, step, asks);
  return {
    ...openWants(ground, want),
    carry: (key, signal) => carry(ground, key, signal),
    takeBack: (key, signal) => takeBack(ground, key, signal),
    tellTrouble: (met, run) => tell(ground, met, run, run),
    tellLasting(met, run) {
      const now = ground.clock.now();
      const swept = ground.rows.mark("swept");
      if (swept === undefined || now - swept * 1000 < lastsMs) return;
      tell(ground, met, run, isoOf(now).slice(0, 10));
    },
  };
}

function tell(ground: Ground, { problem }: Trouble, run: string, once: string): void {
  const message = sayProblem(problemFromJson(problem), { run });
  tellTreasurers(ground, `billing/trouble/${once}/${problem.code}`, message);
}

type Wants = Omit<Calls, "carry" | "takeBack" | "tellTrouble" | "tellLasting">;

function openWants(
  { rows, publicUrl }: Ground,
  want: (kind: Kind, step: string, asks: Asks) => string,
): Wants {
  const customerOf = (payer: string): string => rows.payer(payer).customer ?? "";
  return {
    wantCustomer(step, id) {
      const payer = rows.payer(id);
      if (payer.customer !== null) return null;
      const [kind = "", name = ""] = id.split("/");
      const params = {
        ...{ name: payer.title, metadata: { [`tandem_${kind}`]: name } },
        ...(payer.email !== null && { email: payer.email }),
      };
      return want("customer", step, { operation: "make the customer", on: id, params });
    },
    wantCheckout: (step, { subject, payer, plan }) =>
      want("checkout", step, {
        operation: "offer the plan",
        params: {
          ...{
            mode: "subscription",
            customer: customerOf(payer),
            client_reference_id: payer.replace("/", "_"),
          },
          line_items: [{ price: plan.price, quantity: 1 }],
          success_url: backTo(publicUrl, subject),
          cancel_url: backTo(publicUrl, subject),
          metadata: { tandem_subject: subject },
          subscription_data: { metadata: { tandem_subject: subject } },
        },
      }),
    wantInvoice: (step, bill) =>
      want("invoice", step, {
        operation: "make the invoice",
        params: {
          ...{ customer: customerOf(bill.payer), currency: bill.currency.toLowerCase(), auto_advance: false },
          ...{ collection_method: "send_invoice", days_until_due: bill.dueDays, description: bill.words },
          ...{ pending_invoice_items_behavior: "exclude", metadata: { tandem_payer: bill.payer } },
        },
      }),
    wantItem: (step, bill, invoice) =>
      want("item", step, {
        operation: "add to the invoice",
        params: itemOf(bill, invoice, customerOf(bill.payer)),
      }),
    wantInvoiceStep: (step, what, invoice) =>
      want(what, step, { operation: operations[what], on: invoice, params: {} }),
    wantCredit: (step, plan, reason) =>
      want("credit", step, { operation: "make the credit note", params: creditOf(plan, reason) }),
    ...openMoreWants(want),
  };
}

type More = "wantRefund" | "wantLink" | "wantProduct" | "wantPrice";

function openMoreWants(want: (kind: Kind, step: string, asks: Asks) => string): Pick<Wants, More> {
  return {
    wantRefund: (step, { charge, amountMinor: amount }, reason) =>
      want("refund", step, {
        operation: "give it back",
        // What people write stands in the dashboard; Stripe's own reasons are three, and none of ours.
        params: { charge, amount, metadata: { tandem_reason: reason } },
      }),
    wantLink: (step, { name, price }, once) =>
      want("link", step, {
        operation: "make the link",
        params: {
          line_items: [{ price, quantity: 1 }],
          metadata: { tandem_link: name },
          subscription_data: { metadata: { tandem_link: name } },
          ...(once && { restrictions: { completed_sessions: { limit: 1 } } }),
        },
      }),
    wantProduct: (step, name) =>
      want("product", step, { operation: "make the product", params: { name, metadata: {} } }),
    wantPrice: (step, plan, product) =>
      want("price", step, {
        operation: "make the plan",
        params: {
          ...{ product, lookup_key: plan.name, unit_amount: plan.amountMinor },
          ...{ currency: plan.currency.toLowerCase(), metadata: {} },
          recurring: { interval: plan.interval, interval_count: plan.count },
          ...(plan.title !== null && { nickname: plan.title }),
        },
      }),
  };
}

const operations = {
  finalize: "finalize the invoice",
  send: "send the invoice",
  pay: "count the invoice as paid",
} as const;

const backTo = (publicUrl: string, subject: string): string =>
  subject.startsWith("app/") ? `${publicUrl}/apps/${subject.slice(4)}` : `${publicUrl}/`;

function itemOf(bill: Bill, invoice: string, customer: string): object {
  const { amountMinor: amount, words: description } = bill;
  return { customer, invoice, amount, currency: bill.currency.toLowerCase(), description, metadata: {} };
}

function creditOf({ invoice, amountMinor: amount, way }: CreditPlan, memo: string): object {
  return { invoice, amount, memo, metadata: {}, ...(way === "give back" && { refund_amount: amount }) };
}

/** The key is the run's, the step's and of what is asked; what is made bears it as well. */
function write({ rows }: Ground, kind: Kind, step: string, asks: Asks): string {
  const [run = "", ...name] = step.split("/");
  const key = `tandem:${run}:${name.join("/").replaceAll(" ", "-")}:${hashOf({ kind, ...asks }).slice(0, 16)}`;
  const { metadata } = asks.params as { metadata?: object };
  const params =
    metadata === undefined ? asks.params : { ...asks.params, metadata: { ...metadata, tandem_key: key } };
  rows.addCall({ key, kind, asks: JSON.stringify({ ...asks, params }) });
  return key;
}

async function carry(ground: Ground, key: string, signal: AbortSignal | undefined): Promise<Carried> {
  const { rows, client, db } = ground;
  const row = rowOf(ground, key);
  if (row.state === "made") return { kind: "made", object: JSON.parse(row.answer ?? "{}") as MadeObject };
  const asks = JSON.parse(row.asks) as Asks;
  const { operation } = asks;
  const way = ways[row.kind as Kind];
  try {
    const found = isSure(ground, row) ? undefined : await look(ground, row, asks, signal);
    const sentKey = db.tx(() => beforeSending(ground, key));
    const answer =
      found ??
      (await client.ask({
        ...{ operation, answer: Answer, signal },
        work: (stripe) => way.make(stripe, asks, sentKey),
      }));
    const object = {
      ...{ id: answer.id, number: answer.number ?? null },
      url: answer.url ?? answer.hosted_invoice_url ?? null,
    };
    db.tx(() => made(ground, key, asks, object));
    return { kind: "made", object };
  } catch (thrown) {
    // A 500 that is kept under the key would come again for a day: look first the next time, and take another key.
    if (thrown instanceof Problem && thrown.code === stripeIll.code && isReplayed(thrown)) {
      db.tx(() => rows.changeCall(key, { doubtful: true }));
    }
    if (thrown instanceof Refusal) db.tx(() => rows.changeCall(key, { state: "refused" }));
    return troubleOf(operation, thrown);
  }
}

function rowOf({ rows }: Ground, key: string): Call {
  const row = rows.call(key);
  if (row === undefined) throw new Error(`${key} was never written down`);
  return row;
}

function isSure({ clock }: Ground, { sentAtMs, doubtful }: Call): boolean {
  return sentAtMs === null || (!doubtful && clock.now() - sentAtMs < trustKeyMs);
}

/** What may have been made under a key that tells nothing any more. */
async function look(
  { client }: Ground,
  row: Call,
  asks: Asks,
  signal: AbortSignal | undefined,
): Promise<z.infer<typeof Answer> | undefined> {
  const since = Math.floor((row.sentAtMs ?? 0) / 1000) - clockSlackS;
  const found = await client.ask({
    operation: "look whether it is there",
    work: async (stripe) => ({
      found: (await ways[row.kind as Kind].find(stripe, asks, row.key, since)) ?? null,
    }),
    answer: z.object({ found: Answer.nullable() }),
    signal,
  });
  return found.found ?? undefined;
}

/** Under which key it is sent: the same as long as that one counts, else the next. Written down before it leaves. */
function beforeSending(ground: Ground, key: string): string {
  const row = rowOf(ground, key);
  if (row.sentAtMs !== null && isSure(ground, row)) return row.sentKey;
  const nth = Number(/#(\d+)$/.exec(row.sentKey)?.[1] ?? 1);
  const sentKey = row.sentAtMs === null ? row.sentKey : `${key}#${nth + 1}`;
  ground.rows.changeCall(key, { sentKey, sentAtMs: ground.clock.now(), doubtful: false });
  return sentKey;
}

function made({ rows, audit }: Ground, key: string, asks: Asks, object: MadeObject): void {
  const row = rows.call(key);
  if (row?.state === "made") return;
  // What was asked may hold an address for mail; it is not needed any more.
  rows.changeCall(key, { state: "made", answer: JSON.stringify(object), asks: "{}" });
  if (row?.kind === "customer" && asks.on !== undefined) rows.changePayer(asks.on, { customer: object.id });
  audit.append({
    who: "tandem",
    what: `billing.${row?.kind ?? "made"}`,
    subject: object.id,
    details: { key },
  });
}

async function removeItems(stripe: Stripe, invoice: string): Promise<null> {
  for await (const item of stripe.invoiceItems.list({ invoice, limit: 100 })) {
    await stripe.invoiceItems.del(item.id);
  }
  return null;
}

async function takeBack(ground: Ground, key: string, signal: AbortSignal | undefined): Promise<void> {
  const { client, rows } = ground;
  const row = rows.call(key);
  if (row?.sentAtMs == null) return;
  const operation = "take the invoice back";
  try {
    const { id } =
      row.state === "made"
        ? (JSON.parse(row.answer ?? "{}") as MadeObject)
        : ((await look(ground, row, JSON.parse(row.asks) as Asks, signal)) ?? { id: undefined });
    if (id === undefined) return;
    const invoice = await client.ask({
      ...{ operation, answer: Invoice, signal },
      work: (stripe) => stripe.invoices.retrieve(id),
    });
    const answer = z.object({ id: z.string() });
    if (invoice.status === "draft") {
      // What is left without its invoice would be on the next one of a subscription.
      await client.ask({ operation, answer: z.null(), signal, work: (stripe) => removeItems(stripe, id) });
      await client.ask({ operation, answer, signal, work: (stripe) => stripe.invoices.del(id) });
    }
    if (invoice.status === "open")
      await client.ask({ operation, answer, signal, work: (stripe) => stripe.invoices.voidInvoice(id) });
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.status === 404) return;
    // Whatever it is, the engine comes again: a Problem would leave it there.
    throw thrown instanceof Problem || thrown instanceof Refusal ? new Error(messageOf(thrown)) : thrown;
  }
}
