/** What members and treasurers read of payments, as the golden file has it. */
import { expect, test } from "vitest";
import { invoicesByTransfer } from "../../src/billing/index.ts";
import billingCredit from "../../workflows/billing-credit.ts";
import billingInvoice from "../../workflows/billing-invoice.ts";
import billingLink from "../../workflows/billing-link.ts";
import billingPlans from "../../workflows/billing-plans.ts";
import billingRefund from "../../workflows/billing-refund.ts";
import billingStart from "../../workflows/billing-start.ts";
import billingTransfer from "../../workflows/billing-transfer.ts";
import { expectGolden } from "../golden.ts";
import { tell } from "../workflows/telling.ts";
import { bo, cloud, house, lookAround, offer, tess, type House } from "./house.ts";

const day = 86_400_000;

/** Collects what is said, story by story. */
function openBook(one: House) {
  const pages: string[] = [];
  let read = 0;
  const put = (head: string, texts: readonly string[]): void => {
    pages.push(`=== ${head}\n\n${texts.map((text) => text.trimEnd()).join("\n\n---\n\n")}\n`);
  };
  return {
    put,
    /** What has been said since the last time. */
    said(head: string): void {
      const fresh = one.said.slice(read).map(({ to, text }) => `To ${to}:\n${text}`);
      read = one.said.length;
      put(head, fresh);
    },
    /** A story as its room reads it, and what else was said in it. */
    async story(head: string, workflow: Parameters<typeof tell>[1], input: object): Promise<void> {
      const told = await tell(one as never, workflow, input, () => true, { askedBy: "tess" });
      const fresh = one.said.slice(read).map(({ to, text }) => `To ${to}:\n${text}`);
      read = one.said.length;
      put(
        head,
        [told.text, ...fresh]
          .filter((text) => text.trim() !== "")
          .map((text) => text.replaceAll(told.run, "bakor")),
      );
    },
    text: () => pages.join("\n"),
  };
}

test("the messages of billing are those of the golden file", async () => {
  const one = house({ settings: settings() });
  const { billing, play, db, clock } = one;
  const book = openBook(one);
  play.price({ lookup_key: "hosting-small", unit_amount: 1000, nickname: "Small" });
  billing.payerFor(bo);
  await book.story("A plan is offered", billingStart, {
    subject: cloud,
    plan: "hosting-small",
    payer: "seat/three-rivers",
  });
  play.complete(await offer(one));
  await lookAround(one);
  book.said("It is taken");
  const [invoice] = one.there("invoice");
  const id = invoice?.id ?? "";
  play.bounce(id);
  play.become(one.there("subscription")[0]?.id ?? "", "past_due");
  await lookAround(one);
  book.said("A debit comes back after it was counted");
  for (const [days, head] of [
    [3, "After 3 days"],
    [11, "After 14 days"],
    [16, "After 30 days"],
    [15, "After 45 days"],
  ] as const) {
    await clock.turn(days * day);
    db.tx(() => billing.remind());
    book.said(head);
  }
  play.pay(id);
  await lookAround(one);
  await book.story("A part goes back", billingCredit, {
    invoice: id,
    amount: "EUR4",
    reason: "The app was away",
  });
  await book.story("Plans of the settings are made", billingPlans, {});
  await book.story("A payment link", billingLink, { plan: "hosting-small", once: true });
  await byTransfer(one, book);
  const charge = play.add("charge", {
    ...{ amount: 1000, currency: "eur", customer: one.there("customer")[0]?.id ?? "", status: "succeeded" },
    description: "Subscription creation",
  });
  await book.story("A payment without an invoice goes back", billingRefund, {
    ...{ charge: charge.id, amount: null, reason: "They paid twice" },
  });
  seldom(one);
  await lookAround(one);
  book.said("What seldom happens");
  expectGolden("messages/billing.txt", book.text());
  expect(book.text()).not.toMatch(/invalid|error|sorry|please/i);
});

function settings() {
  return {
    ...{ apiBase: "https://api.stripe.test", room: "!treasurers:example.coop" },
    plans: {
      "hosting-small": { for: "Hosting", amount: "EUR12", every: "month" as const },
      "hosting-solidarity": { for: "Hosting", amount: "EUR5", every: "month" as const, title: "Solidarity" },
    },
  };
}

async function byTransfer(one: House, book: ReturnType<typeof openBook>): Promise<void> {
  const { billing, db } = one;
  const payer = "seat/three-rivers";
  billing.payerFor(tess, payer);
  const bill = { payer, amountMinor: 25_000, currency: "EUR", words: "Hosting in 2027", dueDays: 30 };
  await book.story("An invoice is sent, to be paid by transfer", billingInvoice, bill);
  await lookAround(one);
  const found = invoicesByTransfer(db).at(-1);
  const [reference, invoice] = [found?.reference ?? "", found?.invoice ?? ""];
  const paid = { line: "bank:gls/l1", date: "2027-01-12", currency: "EUR", amountMinor: 25_000n };
  db.tx(() => billing.heedBank([{ reference, isPaid: true, lines: [paid] }]));
  await book.story("Its transfer arrives", billingTransfer, { invoice });
  const back = { line: "bank:gls/l2", date: "2027-01-15", currency: "EUR", amountMinor: -25_000n };
  db.tx(() => billing.heedBank([{ reference, isPaid: false, lines: [paid, back] }]));
  book.said("Its transfer goes back");
  db.tx(() => billing.heedBank([]));
  book.said("Its line is given to something else");
}

function seldom({ play, billing, db, build, state, clock }: House): void {
  const told = (type: string, object: object): void =>
    void play.add("event", {
      type,
      created: Math.floor(clock.now() / 1000),
      livemode: false,
      data: { object },
    });
  const dispute = build("dispute", {
    ...{
      amount: 1000,
      currency: "eur",
      reason: "product_not_received",
      status: "needs_response",
      charge: "ch_1",
    },
    evidence_details: { due_by: 1_796_000_000 },
  });
  const payout = build("payout", {
    amount: 9000,
    currency: "eur",
    status: "failed",
    failure_message: "No such account",
  });
  const refund = build("refund", {
    amount: 400,
    currency: "eur",
    status: "failed",
    failure_reason: "lost_or_stolen_card",
  });
  state.objects.push(dispute, payout, refund);
  told("charge.dispute.created", dispute);
  told("payout.failed", payout);
  told("refund.failed", refund);
  db.tx(() =>
    billing.tellTrouble(
      {
        kind: "trouble",
        problem: {
          code: "stripe-ill",
          happened: "Stripe broke.",
          means: "It is asked again.",
          remedy: "Nothing.",
        },
      },
      "bakor",
    ),
  );
}
