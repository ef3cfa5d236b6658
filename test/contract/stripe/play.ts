/** What people and banks do at Stripe while nobody of us looks on. */
import { find, inner, keep, tell, type World } from "./rules.ts";
import type { Kind, Obj } from "./state.ts";

export interface Played {
  /** Somebody pays an open invoice by card. */
  pay(invoice: string): { charge: Obj; line: Obj };
  /** The debit bounces after it was counted as paid. */
  bounce(invoice: string): void;
  /** The day it was due is past. */
  overdue(invoice: string): void;
  /** Somebody fills in the form of Checkout; `delayed`: by a debit that is not sure yet. */
  complete(session: string, how?: { delayed?: boolean }): Obj;
  /** The delayed debit comes through, or does not. */
  settle(session: string, well: boolean): void;
  /** The subscription's state changes there. */
  become(subscription: string, status: string): void;
  /** Stripe pays out these lines. */
  payOut(lines: Obj[], how?: { automatic?: boolean }): Obj;
  price(given: {
    lookup_key: string;
    unit_amount: number;
    currency?: string;
    product?: string;
    nickname?: string;
  }): Obj;
  add(kind: Kind, given?: Record<string, unknown>): Obj;
}

/** The charge that has paid an invoice. */
const chargeOf = (state: World["state"], invoice: string): Obj | undefined =>
  state.objects.find((one) => one.object === "charge" && one["payment_intent"] === state.paidBy.get(invoice));

const feeOf = (amount: number): number => Math.round(amount * 0.015) + 25;

export function openPlay(world: World): Played {
  const { state, build, now } = world;
  const pay = (id: string): ReturnType<Played["pay"]> => {
    const invoice = find(state, "invoice", id);
    const [amount, currency] = [invoice["amount_due"] as number, invoice["currency"] as string];
    const intent = `pi_${++state.count}`;
    const line = build("balance_transaction", {
      ...{ amount, currency, fee: feeOf(amount), net: amount - feeOf(amount), type: "charge" },
      ...{ reporting_category: "charge", status: "available" },
    });
    const charge = build("charge", {
      ...{ amount, currency, payment_intent: intent, customer: invoice["customer"] as string },
      ...{ paid: true, status: "succeeded", captured: true, amount_captured: amount },
      balance_transaction: line.id,
    });
    line["source"] = charge.id;
    const payment = build("invoice_payment", {
      ...{ invoice: id, amount_paid: amount, amount_requested: amount, currency, status: "paid" },
      payment: { type: "payment_intent", payment_intent: intent },
    });
    for (const made of [line, charge, payment]) keep(state, made);
    state.paidBy.set(id, intent);
    Object.assign(invoice, { status: "paid", amount_paid: amount, amount_remaining: 0 });
    inner(invoice, "status_transitions")["paid_at"] = now();
    tell(world, "invoice_payment.paid", payment);
    tell(world, "invoice.paid", invoice);
    return { charge, line };
  };
  return {
    pay,
    bounce(id) {
      const invoice = find(state, "invoice", id);
      const amount = invoice["amount_paid"] as number;
      const line = build("balance_transaction", {
        ...{ amount: -amount, net: -amount, currency: invoice["currency"] as string, status: "available" },
        ...{ type: "payment_failure_refund", reporting_category: "charge_failure" },
        source: chargeOf(state, id)?.id ?? null,
      });
      keep(state, line);
      Object.assign(invoice, { status: "open", amount_paid: 0, amount_remaining: amount });
      inner(invoice, "status_transitions")["paid_at"] = null;
      tell(world, "invoice.payment_failed", invoice);
    },
    overdue: (id) => void tell(world, "invoice.overdue", find(state, "invoice", id)),
    complete: (id, { delayed = false } = {}) => complete(world, pay, id, delayed),
    settle(id, well) {
      const session = find(state, "checkout.session", id);
      if (well) pay(session["invoice"] as string);
      Object.assign(session, { payment_status: well ? "paid" : "unpaid" });
      tell(world, `checkout.session.async_payment_${well ? "succeeded" : "failed"}`, session);
      become(world, session["subscription"] as string, well ? "active" : "incomplete_expired");
    },
    become: (id, status) => become(world, id, status),
    payOut: (lines, { automatic = true } = {}) => payOut(world, lines, automatic),
    price: ({ lookup_key, unit_amount, currency = "eur", product, nickname = null as never }) =>
      keep(
        state,
        build("price", {
          ...{ lookup_key, unit_amount, currency, nickname, active: true, type: "recurring" },
          ...{ product: product ?? "prod_hosting", billing_scheme: "per_unit" },
          recurring: { interval: "month", interval_count: 1, usage_type: "licensed", meter: null },
        }),
      ),
    add: (kind, given) => keep(state, build(kind, given)),
  };
}

function become(world: World, id: string, status: string): void {
  const subscription = find(world.state, "subscription", id);
  Object.assign(subscription, { status });
  tell(world, `customer.subscription.${status === "canceled" ? "deleted" : "updated"}`, subscription);
}

function complete(world: World, pay: Played["pay"], id: string, delayed: boolean): Obj {
  const { state, build, now } = world;
  const session = find(state, "checkout.session", id);
  const ordered = state.ordered.get(id);
  const price = find(state, "price", ordered?.price);
  const customer = session["customer"] as string;
  const month = now() + 30 * 86_400;
  const period = { current_period_start: now(), current_period_end: month };
  const item = { id: `si_${++state.count}`, object: "subscription_item", price, quantity: 1, ...period };
  const subscription = build("subscription", {
    ...{ customer, metadata: ordered?.metadata, currency: price["currency"] as string },
    ...{ status: delayed ? "incomplete" : "active", items: { data: [item] } },
  });
  const amount = price["unit_amount"] as number;
  const invoice = build("invoice", {
    ...{ customer, currency: price["currency"] as string, status: "open", amount_due: amount, total: amount },
    ...{
      amount_remaining: amount,
      number: `TANDEM-${state.count}`,
      collection_method: "charge_automatically",
    },
    hosted_invoice_url: `https://invoice.stripe.test/i/${state.count}`,
    parent: {
      ...{ type: "subscription_details", quote_details: null },
      subscription_details: { subscription: subscription.id, metadata: ordered?.metadata },
    },
  });
  subscription["latest_invoice"] = invoice.id;
  keep(state, subscription);
  keep(state, invoice);
  tell(world, "customer.subscription.created", subscription);
  tell(world, "invoice.finalized", invoice);
  if (!delayed) pay(invoice.id);
  const paid = delayed ? "unpaid" : "paid";
  Object.assign(session, { status: "complete", payment_status: paid, subscription: subscription.id });
  Object.assign(session, { invoice: invoice.id, url: null });
  tell(world, "checkout.session.completed", session);
  return subscription;
}

function payOut(world: World, lines: Obj[], automatic: boolean): Obj {
  const { state, build, now } = world;
  const [first] = lines;
  const currency = (first?.["currency"] as string | undefined) ?? "eur";
  const amount = lines.reduce((sum, line) => sum + (line["net"] as number), 0);
  const line = build("balance_transaction", {
    ...{ amount: -amount, net: -amount, currency, type: "payout", reporting_category: "payout" },
    status: "available",
  });
  const payout = build("payout", {
    ...{ amount, currency, automatic, status: "paid", balance_transaction: line.id, method: "standard" },
    ...{ reconciliation_status: automatic ? "completed" : "not_applicable", type: "bank_account" },
    arrival_date: now(),
    trace_id: { status: "supported", value: `TRACE${state.count}` },
  });
  line["source"] = payout.id;
  keep(state, line);
  keep(state, payout);
  if (automatic) state.members.set(payout.id, [...lines.map(({ id }) => id), line.id]);
  tell(world, "payout.paid", payout);
  return payout;
}
