/** Which objects are fetched anew when an event names them, and what becomes of each. */
import type Stripe from "stripe";
import type { z } from "zod";
import * as answers from "./answers.ts";
import { Refusal } from "./client.ts";
import type { Ground } from "./ground.ts";
import { noteDispute, noteInvoice, notePayout, noteRefund, noteSession, noteSubscription } from "./noting.ts";

type Note = () => void;
type Look = (ground: Ground, id: string, signal: AbortSignal | undefined) => Promise<Note>;

/** Fetches, checks, and answers what is to be written down in a transaction. */
function look<T>(
  answer: z.ZodType<T>,
  fetchIt: (stripe: Stripe, id: string) => Promise<unknown>,
  note: (ground: Ground, found: T) => void,
): Look {
  return async (ground, id, signal) => {
    const operation = `show ${id}`;
    const found = await ground.client.ask({
      operation,
      answer,
      signal,
      work: (stripe) => fetchIt(stripe, id),
    });
    return () => note(ground, found);
  };
}

const invoice = look(answers.Invoice, (stripe, id) => stripe.invoices.retrieve(id), noteInvoice);

/** By kind of object. What is not here (customers, prices, …) is not kept, and is asked for when it is needed. */
const looks: Record<string, Look> = {
  invoice,
  subscription: look(
    answers.Subscription,
    (stripe, id) => stripe.subscriptions.retrieve(id),
    noteSubscription,
  ),
  "checkout.session": look(
    answers.Session,
    (stripe, id) => stripe.checkout.sessions.retrieve(id),
    noteSession,
  ),
  dispute: look(answers.Dispute, (stripe, id) => stripe.disputes.retrieve(id), noteDispute),
  payout: look(answers.Payout, (stripe, id) => stripe.payouts.retrieve(id), notePayout),
  refund: look(answers.Refund, (stripe, id) => stripe.refunds.retrieve(id), noteRefund),
  async invoice_payment(ground, id, signal) {
    const payment = await ground.client.ask({
      ...{ operation: `show ${id}`, answer: answers.InvoicePayment, signal },
      work: (stripe) => stripe.invoicePayments.retrieve(id),
    });
    return invoice(ground, payment.invoice, signal);
  },
};

/** Takes one object as it is now. What is gone there (a draft that was removed) is nothing to note. */
export async function lookAt(
  ground: Ground,
  kind: string,
  id: string,
  signal: AbortSignal | undefined,
): Promise<Note> {
  try {
    return (await looks[kind]?.(ground, id, signal)) ?? ((): void => undefined);
  } catch (thrown) {
    if (thrown instanceof Refusal && thrown.status === 404) return () => undefined;
    throw thrown;
  }
}
