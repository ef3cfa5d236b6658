/** Billing through Stripe: whatever fails, wherever the power goes, each thing is made there exactly once. */
import { expect, test } from "vitest";
import billingCredit from "../../workflows/billing-credit.ts";
import billingInvoice from "../../workflows/billing-invoice.ts";
import billingLink from "../../workflows/billing-link.ts";
import billingPlans from "../../workflows/billing-plans.ts";
import billingRefund from "../../workflows/billing-refund.ts";
import billingStart from "../../workflows/billing-start.ts";
import billingTransfer from "../../workflows/billing-transfer.ts";
import {
  billingOf,
  payer,
  see,
  subject,
  worldOf,
  type Seen,
  type Setting,
  type World,
} from "./billing-world.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario, type Variant } from "./harness.ts";

type Story = Pick<Scenario<World>, "name" | "workflow" | "input" | "expect"> & {
  setting?: Setting;
  thin?: number;
};

const scenario = ({ setting, ...story }: Story): Scenario<World> => ({
  world: (db) => worldOf(db, setting),
  trades: (world, db, clock) => ({ billing: billingOf(world, db, clock) }),
  see,
  ...story,
});

/**
 * `well`: how it ends; `early`: how it may stand when a step failed or somebody cancelled. `mayPass`: each request goes
 * wrong in turn, so a cut that swallows an answer may leave nothing to do for the try that was made to fail.
 */
const ends =
  (well: Seen[], early: Seen[], endedAs: Expected["status"][] = ["failed"], mayPass = false) =>
  (variant: Variant, cuts: readonly number[]): Expected[] => {
    const done = well.map((world): Expected => ({ status: "done", world }));
    if (variant.kind === "calm" || variant.kind === "stumbles") return done;
    const worlds = variant.kind === "cancelled" ? [...early, ...well] : early;
    const statuses: Expected["status"][] = variant.kind === "cancelled" ? ["cancelled"] : endedAs;
    const cut = statuses.flatMap((status) => worlds.map((world): Expected => ({ status, world })));
    return variant.kind === "cancelled" || (mayPass && cuts.length > 0) ? [...cut, ...done] : cut;
  };

const empty: Seen = { there: [], mailed: 0, plan: "none", said: [] };
const small = "a price hosting-small of prod_hosting";
const nothing: Seen = { ...empty, there: [small] };
const customer: Seen = { ...nothing, there: ["a customer", small] };
const offered: Seen = { ...nothing, there: ["a customer", "an offer", small].sort() };
const taken: Seen = { ...offered, plan: `${subject} offered`, said: ["a run/ana"] };

/** Three times in a row something stood in the way: treasurers were told, unless a cut swallowed one of them. */
const told = (seen: Seen): Seen => ({ ...seen, said: [...seen.said, "billing/a run/stripe-ill"].sort() });
const orTold = (seen: Seen[]): Seen[] => [...seen, ...seen.map(told)];

const voided: Seen = {
  ...nothing,
  there: ["a customer", "an invoice, void, 25000", "an item over 25000", small].sort(),
};
const sent: Seen = {
  ...nothing,
  there: ["a customer", "an invoice, open, 25000", "an item over 25000", small].sort(),
  mailed: 1,
};

const charged = "a payment of 5000, 0 of it back";
const paid: Seen = { ...empty, there: ["a customer", "an invoice, paid, 5000", charged].sort() };
const back: Seen = {
  ...empty,
  there: [
    ...["a credit note over 1500", "a customer", "a payment of 5000, 1500 of it back"],
    ...["a refund of 1500", "an invoice, paid, 5000"],
  ],
};
const open: Seen = { ...empty, there: ["a customer", "an invoice, open, 5000"] };
const less: Seen = {
  ...empty,
  there: ["a credit note over 1500", "a customer", "an invoice, open, 3500"],
};
/** Whoever pays was told that it comes. */
const given = (seen: Seen): Seen => ({ ...seen, said: ["given/ana"] });

const charge: Seen = { ...empty, there: ["a customer", charged] };
const returned: Seen = {
  ...empty,
  there: ["a customer", "a payment of 5000, 1500 of it back", "a refund of 1500"],
};
const linked: Seen = { ...empty, there: ["a link", small] };
const product: Seen = { ...empty, there: [small, "a product Hosting"].sort() };
const oneMade: Seen = {
  ...empty,
  there: [...product.there, "a price hosting-middle of prod_2"].sort(),
};
const bothMade: Seen = {
  ...empty,
  there: [...oneMade.there, "a price hosting-large of prod_2"].sort(),
};

const start = { subject, plan: "hosting-small", payer };
const bill = { payer, amountMinor: 25_000, currency: "EUR", words: "Hosting in 2027", dueDays: 30 };
const credit = { invoice: "in_2", amount: "EUR15", reason: "The app was away" };

const arrived: Seen = {
  ...{ ...empty, there: ["a customer", "an invoice, paid, 5000"] },
  said: ["billing/transfer/arrived/in_2/bank:gls/l1", "billing/transfer/arrived/in_2/bank:gls/l1/payer/ana"],
};
const untold: Seen = { ...arrived, said: [] };

const stories: Story[] = [
  {
    ...{ name: "offer a plan", workflow: billingStart, input: start, thin: 32 },
    expect: ends([taken], [nothing, customer, offered]),
  },
  {
    ...{
      name: "offer a plan while each request goes wrong once",
      workflow: billingStart,
      input: start,
      thin: 60,
    },
    setting: {
      faults: {
        "POST /v1/customers 1": "lost",
        "POST /v1/checkout/sessions 1": "kept",
        "POST /v1/checkout/sessions 2": "away",
      },
    },
    expect: ends(orTold([taken]), orTold([nothing, customer, offered]), ["failed"], true),
  },
  {
    ...{ name: "send an invoice", workflow: billingInvoice, input: bill, thin: 32 },
    expect: ends([sent], [nothing, customer, voided, { ...voided, mailed: 1 }], ["failed", "undone"]),
  },
  {
    ...{ name: "give back of a paid invoice", workflow: billingCredit, input: credit, thin: 32 },
    setting: { invoice: "paid" },
    expect: ends([given(back)], [paid, back, given(back)]),
  },
  {
    ...{
      name: "lessen an open invoice, whose answer gets lost",
      workflow: billingCredit,
      input: credit,
      thin: 64,
    },
    setting: { invoice: "open", faults: { "POST /v1/credit_notes 1": "lost" } },
    expect: ends([given(less)], [open, less, given(less)], ["failed"], true),
  },
  {
    ...{ name: "give back what had no invoice", workflow: billingRefund, thin: 32 },
    ...{ input: { charge: "ch_2", amount: "EUR15", reason: "They paid twice" }, setting: { charge: true } },
    expect: ends([given(returned)], [charge, returned, given(returned)]),
  },
  {
    ...{ name: "make a link, whose answer gets lost", workflow: billingLink, thin: 32 },
    ...{ input: { plan: "hosting-small", once: true } },
    setting: { faults: { "POST /v1/payment_links 1": "lost" } },
    expect: ends([linked], [nothing, linked], ["failed"], true),
  },
  {
    ...{ name: "make the plans that are missing", workflow: billingPlans, input: {}, thin: 160 },
    setting: { plans: true, faults: { "POST /v1/products 1": "kept", "POST /v1/prices 2": "lost" } },
    expect: ends([bothMade], [nothing, product, oneMade, bothMade], ["failed"], true),
  },
  {
    ...{ name: "count an invoice as paid by transfer", workflow: billingTransfer, thin: 32 },
    ...{ input: { invoice: "in_2" }, setting: { invoice: "open", transfer: true } },
    expect: ends([arrived], [open, untold]),
  },
  {
    ...{ name: "count it as paid while Stripe answers badly", workflow: billingTransfer, thin: 64 },
    input: { invoice: "in_2" },
    setting: {
      ...{ invoice: "open", transfer: true },
      faults: {
        "GET /v1/invoices/{} 1": "away",
        "POST /v1/invoices/{}/pay 1": "lost",
        "POST /v1/invoices/{}/pay 2": "kept",
      },
    },
    expect: ends([arrived], [open, untold], ["failed"], true),
  },
];

test.for(stories)("$name: exactly one effect, at every cut", async (story) => {
  const report = await crashEverywhere(scenario(story));
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
