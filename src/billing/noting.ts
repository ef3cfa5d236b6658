/** What an object is now at Stripe, written down; what people need to hear of it, told once. */
import { say } from "../chat/message.ts";
import { isoOf } from "../core/clock.ts";
import { formatMoney } from "../core/money.ts";
import type { z } from "zod";
import type * as answers from "./answers.ts";
import { tellTreasurers } from "../people/index.ts";
import { tellPayer, type Ground } from "./ground.ts";
import type { InvoiceRow } from "./rows.ts";
import { endedStates, nameOf } from "./selling.ts";

const isoOfSeconds = (seconds: number): string => isoOf(seconds * 1000);

export const amountOf = (amount: number, currency: string): string =>
  formatMoney({ amountMinor: BigInt(amount), currency: currency.toUpperCase() });

/** In words, for each state of a subscription; others are named as they are. */
const words: Record<string, string> = {
  offered: "is offered and not paid for yet",
  incomplete: "waits for the first payment",
  incomplete_expired: "was never paid for",
  trialing: "is being tried out",
  active: "is paid for",
  past_due: "has a payment that is late",
  unpaid: "has a payment that did not come",
  canceled: "is not billed any more",
  paused: "is paused",
};
export const planInWords = (state: string): string => words[state] ?? `is ${state} at Stripe`;

export function noteSubscription(ground: Ground, subscription: z.infer<typeof answers.Subscription>): void {
  const { rows } = ground;
  const { id, status, metadata, items } = subscription;
  const subject = metadata?.["tandem_subject"];
  const payer = rows.payerOf(subscription.customer);
  const [item] = items.data;
  if (subject === undefined && metadata?.["tandem_link"] !== undefined) tellLinkTaken(ground, subscription);
  if (subject === undefined || payer === undefined || item === undefined) return;
  const before = rows.plan(subject);
  const isOther = before?.subscription != null && before.subscription !== id;
  if (isOther && !endedStates.includes(before.state)) {
    if (!endedStates.includes(status)) tellSecond(ground, subject, id);
    return;
  }
  const plan = item.price.lookup_key ?? before?.plan ?? item.price.id;
  const paidUntil = isoOfSeconds(item.current_period_end);
  const session = before?.session ?? null;
  rows.putPlan({ subject, payer: payer.id, plan, session, subscription: id, state: status, paidUntil });
  if (before?.subscription === id && before.state === status) return;
  ground.audit.append({
    who: "tandem",
    what: "billing.plan",
    subject: nameOf(subject),
    details: { plan, status },
  });
  const message = say(`${nameOf(subject)} ${planInWords(status)} (${plan}, by ${payer.title}).`, {
    ...(["past_due", "unpaid", "canceled"].includes(status) && {
      next: "Nothing is shut off by that. Whoever wants that says so, and maintainers agree or not.",
    }),
  });
  tellTreasurers(ground, `billing/plan/${id}/${status}/${paidUntil}`, message);
}

/** Whoever pays by a link need be nobody whom we know: what it is for is said by people. */
function tellLinkTaken(ground: Ground, { id, status, metadata }: z.infer<typeof answers.Subscription>): void {
  const plan = metadata?.["tandem_link"] ?? "";
  const message = say(`A subscription of ${plan} that began by a payment link ${planInWords(status)}.`, {
    next: `Who it is stands in Stripe's dashboard, as ${id}. The books have what they pay.`,
  });
  tellTreasurers(ground, `billing/link/${id}/${status}`, message);
}

function tellSecond(ground: Ground, subject: string, id: string): void {
  const message = say(`${nameOf(subject)} has a second subscription at Stripe: ${id}.`, {
    next: "Both take money. End one of them in Stripe's dashboard and give back what it took.",
  });
  tellTreasurers(ground, `billing/second/${id}`, message);
}

export function noteSession(ground: Ground, session: z.infer<typeof answers.Session>): void {
  const { rows } = ground;
  const subject = session.metadata?.["tandem_subject"];
  const row = subject === undefined ? undefined : rows.plan(subject);
  if (row?.session !== session.id) return;
  if (session.status === "expired" && row.state === "offered") {
    const message = say(`The offer for ${nameOf(row.subject)} has run out: nobody took it.`, {
      next: "To offer it again: say the same command",
    });
    tellPayer(ground, row.payer, `billing/session/${session.id}/expired`, message);
  }
}

export function noteInvoice(ground: Ground, invoice: answers.Invoice): void {
  const { rows, clock } = ground;
  const before = rows.invoice(invoice.id);
  const now = clock.now();
  const state = invoice.status ?? "unknown";
  const dueAt = invoice.due_date === null ? null : isoOfSeconds(invoice.due_date);
  const reopened = before?.state === "paid" && state === "open";
  const lateSince = state === "open" ? lateFrom(invoice, before, now, reopened) : null;
  rows.putInvoice({
    ...{ id: invoice.id, number: invoice.number, customer: invoice.customer, state, dueAt, lateSince },
    ...{ currency: invoice.currency.toUpperCase(), totalMinor: invoice.total },
    leftMinor: invoice.amount_remaining,
    subject: invoice.parent?.subscription_details?.metadata?.["tandem_subject"] ?? null,
    url: invoice.hosted_invoice_url ?? null,
    paidAt:
      invoice.status_transitions.paid_at === null ? null : isoOfSeconds(invoice.status_transitions.paid_at),
    reminded: lateSince === null || reopened ? 0 : (before?.reminded ?? 0),
  });
  if (before?.state === state) return;
  const details = { number: invoice.number, state };
  ground.audit.append({ who: "tandem", what: "billing.invoice", subject: invoice.id, details });
  if (reopened) tellBounced(ground, invoice);
}

/** An invoice that is sent is late from its day on; one that is taken by itself, when taking it has failed. */
function lateFrom(
  { due_date: due, attempted, created }: answers.Invoice,
  before: InvoiceRow | undefined,
  nowMs: number,
  reopened: boolean,
): string | null {
  if (reopened) return isoOf(nowMs);
  if (before?.lateSince != null) return before.lateSince;
  if (due !== null) return due * 1000 <= nowMs ? isoOfSeconds(due) : null;
  return attempted ? isoOfSeconds(created) : null;
}

/** A debit may bounce days after it was counted as paid, also after its money was paid out. */
function tellBounced(ground: Ground, invoice: answers.Invoice): void {
  const payer = ground.rows.payerOf(invoice.customer);
  const name = `The invoice ${invoice.number ?? invoice.id} (${amountOf(invoice.total, invoice.currency)})`;
  const message = say(`${name} was paid, and its payment came back: it is open again.`, {
    next: "The books show it as owed. Whoever pays is told too, and nothing is shut off by that.",
  });
  tellTreasurers(ground, `billing/bounced/${invoice.id}/${isoOf(ground.clock.now())}`, message);
  if (payer === undefined) return;
  const theirs = say(`Your payment came back from the bank: ${name.replace(/^The/, "the")} is open again.`, {
    list: [
      "Mostly there was too little in the account on that day, or the account was closed.",
      "Nothing is shut off by that. If it is too much just now, say so to a treasurer: there are plans for less.",
    ],
    next:
      invoice.hosted_invoice_url == null
        ? "To pay it: `billing portal`"
        : `To pay it: ${invoice.hosted_invoice_url}`,
  });
  tellPayer(ground, payer.id, `billing/bounced/${invoice.id}/${isoOf(ground.clock.now())}/payer`, theirs);
}

export function noteDispute(ground: Ground, dispute: z.infer<typeof answers.Dispute>): void {
  const { id, status, amount, currency, reason, evidence_details: evidence } = dispute;
  const until =
    evidence.due_by === null ? "" : ` Evidence is taken until ${isoOfSeconds(evidence.due_by).slice(0, 10)}.`;
  const [why, how] = [reason.replaceAll("_", " "), status.replaceAll("_", " ")];
  const message = say(`A payment of ${amountOf(amount, currency)} is disputed (${why}): ${how}.`, {
    next: `It is answered in Stripe's dashboard, as ${id}.${until}`,
  });
  tellTreasurers(ground, `billing/dispute/${id}/${status}`, message);
}

export function notePayout(ground: Ground, payout: z.infer<typeof answers.Payout>): void {
  if (payout.status !== "failed" && payout.status !== "canceled") return;
  const why = payout.failure_message == null ? "" : ` Stripe says: ${payout.failure_message}`;
  const message = say(
    `The payout ${payout.id} of ${amountOf(payout.amount, payout.currency)} did not arrive (${payout.status}).${why}`,
    {
      next: "Its money is back at Stripe; a payout that repeats it is another one. The account is put right there.",
    },
  );
  tellTreasurers(ground, `billing/payout/${payout.id}/${payout.status}`, message);
}

export function noteRefund(ground: Ground, refund: z.infer<typeof answers.Refund>): void {
  if (refund.status !== "failed") return;
  const why = refund.failure_reason == null ? "" : ` (${refund.failure_reason.replaceAll("_", " ")})`;
  const message = say(
    `The refund ${refund.id} of ${amountOf(refund.amount, refund.currency)} could not be given back${why}.`,
    { next: "Its money is at Stripe. It has to go another way, such as by bank." },
  );
  tellTreasurers(ground, `billing/refund/${refund.id}/failed`, message);
}
