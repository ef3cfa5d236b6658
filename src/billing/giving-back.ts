/** What was paid without an invoice, by a payment link say, and how much of it can go back. */
import { say } from "../chat/message.ts";
import { hashOf } from "../core/canonical.ts";
import { formatMoney, readMoney } from "../core/money.ts";
import {
  chargeHasInvoice,
  chargeNotRefundable,
  chargeUnknown,
  refundTooMuch,
} from "../core/problems/billing.ts";
import type { z } from "zod";
import { Charge, InvoicePayment, listOf } from "./answers.ts";
import { asProblem, Refusal } from "./client.ts";
import { tellPayer, type Ground } from "./ground.ts";
import { gainersOf } from "./selling.ts";
import type { CreditPlan, GivingBack, RefundPlan } from "./types.ts";

export function openGivingBack(ground: Ground): GivingBack {
  return {
    planRefund: (charge, amount, signal) => planRefund(ground, charge, amount, signal),
    tellGiven: (plan, run) => tellGiven(ground, plan, run),
  };
}

function tellGiven(ground: Ground, plan: CreditPlan | RefundPlan, run: string): void {
  const { payer, amountMinor, currency } = plan;
  // Who is nobody here has Stripe's mail; treasurers know it already.
  if (payer === null || payer.startsWith("institution/")) return;
  const money = formatMoney({ amountMinor: BigInt(amountMinor), currency });
  const of = "number" in plan ? `your invoice ${plan.number}` : `your payment of ${plan.paidOn}`;
  const message =
    "way" in plan && plan.way === "lessen"
      ? say(`${money} less is due of ${of}.`, { next: "What is left of it: `billing portal`" })
      : say(`${money} of ${of} goes back to you.`, {
          next: "It comes the way you paid, in five to ten days.",
        });
  tellPayer(ground, payer, `${run}/given`, message);
}

async function planRefund(
  ground: Ground,
  named: string,
  typed: string | null,
  signal: AbortSignal | undefined,
): Promise<RefundPlan> {
  const charge = await chargeOf(ground, named, signal);
  const { id, amount, amount_refunded: refunded, status, disputed } = charge;
  const why = disputed
    ? "it is disputed, so its money is with the bank that decides"
    : status !== "succeeded"
      ? `it is ${status}: there is nothing to give back`
      : refunded >= amount
        ? "all of it went back already"
        : undefined;
  if (why !== undefined) throw chargeNotRefundable({ charge: id, why });
  const invoice = await invoiceOf(ground, charge, signal);
  if (invoice !== undefined) {
    throw chargeHasInvoice({ charge: id, invoice: ground.rows.invoice(invoice)?.number ?? invoice });
  }
  const currency = charge.currency.toUpperCase();
  const most = amount - refunded;
  const money = typed === null ? { amountMinor: BigInt(most), currency } : readMoney(typed);
  const fits = money?.currency === currency && money.amountMinor > 0n && money.amountMinor <= BigInt(most);
  if (!fits) throw refundTooMuch({ charge: id, most: formatMoney({ amountMinor: BigInt(most), currency }) });
  const payer = charge.customer === null ? null : (ground.rows.payerOf(charge.customer)?.id ?? null);
  const plan = {
    ...{ charge: id, payer, what: charge.description, amountMinor: Number(money.amountMinor), currency },
    paidOn: new Date(charge.created * 1000).toISOString().slice(0, 10),
  };
  return { ...plan, gainers: gainersOf(ground, payer), hash: hashOf({ ...plan, most }) };
}

async function chargeOf(
  { client }: Ground,
  named: string,
  signal: AbortSignal | undefined,
): Promise<z.infer<typeof Charge>> {
  const operation = "show the charge";
  try {
    return await client.ask({
      ...{ operation, answer: Charge, signal },
      work: (stripe) => stripe.charges.retrieve(named),
    });
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.status === 404) throw chargeUnknown({ charge: named });
    throw asProblem(operation, thrown);
  }
}

/** A charge does not name its invoice: the way goes by the payment. */
async function invoiceOf(
  { client }: Ground,
  { payment_intent: intent }: z.infer<typeof Charge>,
  signal: AbortSignal | undefined,
): Promise<string | undefined> {
  if (intent === null) return undefined;
  const operation = "look for its invoice";
  try {
    const { data } = await client.ask({
      ...{ operation, answer: listOf(InvoicePayment), signal },
      work: (stripe) =>
        stripe.invoicePayments.list({
          ...{ payment: { type: "payment_intent", payment_intent: intent }, limit: 1 },
        }),
    });
    return data[0]?.invoice;
  } catch (thrown) {
    throw asProblem(operation, thrown);
  }
}
