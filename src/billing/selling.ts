/** Plans, payers, the portal, bills and what is given back. */
import { hashOf } from "../core/canonical.ts";
import { formatMoney, readMoney } from "../core/money.ts";
import {
  billAmountUnfit,
  billingStands,
  billNoMail,
  creditTooMuch,
  invoiceNotCreditable,
  invoicePaidByBank,
  invoiceUnknown,
  payerKnown,
  payerNew,
  payerNotYours,
  payerUnknown,
  planUnknown,
} from "../core/problems/billing.ts";
import type { z } from "zod";
import type { MemberName } from "../core/terms.ts";
import { Invoice, listOf, PortalSession, Price } from "./answers.ts";
import { asProblem, Refusal } from "./client.ts";
import { tellMember } from "../people/index.ts";
import type { Ground } from "./ground.ts";
import type { CreditPlan, Plan, Selling } from "./types.ts";

/** More plans than these nobody reads. */
const mostPlans = 100;
/** Of a bill, in minor units of a currency with two digits. */
const mostBillMinor = 100_000_000;
/** States of a subscription that take no more money. */
export const endedStates = ["canceled", "incomplete_expired", "offered"];

export function openSelling(ground: Ground): Selling {
  const { db, rows, audit } = ground;
  return {
    plans: (signal) => plans(ground, signal),
    async findPlan(name, signal) {
      const all = await plans(ground, signal);
      const found = all.find((plan) => plan.name === name);
      if (found === undefined) throw planUnknown({ plan: name, plans: all.map((plan) => plan.name) });
      return found;
    },
    payerFor: (by, named) => db.tx(() => payerFor(ground, by, named)),
    mayActFor,
    addPayer: (who, name, title, email) =>
      db.tx(() => {
        const id = `institution/${name}`;
        if (rows.findPayer(id) !== undefined) throw payerKnown({ payer: id });
        rows.addPayer({ id, title, email: email ?? null, addedBy: who });
        audit.append({
          who,
          what: "billing.payer",
          subject: id,
          details: { title, email: email !== undefined },
        });
        return id;
      }),
    beforeStart(subject) {
      const row = rows.plan(subject);
      if (row === undefined || endedStates.includes(row.state)) return;
      throw billingStands({ subject: nameOf(subject), plan: row.plan, state: row.state });
    },
    offered: ({ subject, payer, plan, session }) =>
      db.tx(() => {
        const before = rows.plan(subject);
        if (before !== undefined && !endedStates.includes(before.state)) return;
        rows.putPlan({
          subject,
          payer,
          plan,
          session,
          subscription: null,
          state: "offered",
          paidUntil: null,
        });
      }),
    tellMember: (member, key, message) => tellMember(ground, member, key, message),
    portalLink: (payer) => portalLink(ground, payer),
    beforeBilling: (bill, email) =>
      db.tx(() => {
        const payer = rows.payer(bill.payer);
        const { amountMinor, currency } = bill;
        if (amountMinor <= 0 || amountMinor > mostBillMinor) {
          throw billAmountUnfit({ typed: formatMoney({ amountMinor: BigInt(amountMinor), currency }) });
        }
        if (email === undefined && payer.email === null) throw billNoMail({ payer: bill.payer });
        // A customer that is there already keeps the address that Stripe has.
        if (email !== undefined && payer.customer === null) rows.changePayer(bill.payer, { email });
      }),
    planCredit: (invoice, amount, signal) => planCredit(ground, invoice, amount, signal),
  };
}

/** As people say it. */
export const nameOf = (subject: string): string =>
  subject.startsWith("app/") ? subject.slice(4) : `the dues of ${subject.slice(5)}`;

async function plans({ client }: Ground, signal: AbortSignal | undefined): Promise<Plan[]> {
  const operation = "list the plans";
  try {
    const { data } = await client.ask({
      ...{ operation, answer: listOf(Price), signal },
      work: (stripe) => stripe.prices.list({ active: true, type: "recurring", limit: mostPlans }),
    });
    return data.flatMap((price) => planOf(price)).sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (thrown) {
    throw asProblem(operation, thrown);
  }
}

function planOf({
  lookup_key: name,
  recurring,
  unit_amount: amount,
  ...price
}: z.infer<typeof Price>): Plan[] {
  if (name === null || recurring === null || amount === null) return [];
  const { interval, interval_count: count } = recurring;
  return [
    {
      ...{ name, price: price.id, title: price.nickname, product: price.product, amountMinor: amount },
      ...{ currency: price.currency.toUpperCase(), every: count === 1 ? interval : `${count} ${interval}s` },
    },
  ];
}

type By = Parameters<Selling["payerFor"]>[0];

function mayActFor(by: By, named: string | undefined): string {
  const own = by.seat === null ? `member/${by.name}` : `seat/${by.seat}`;
  const id = named ?? own;
  const isTheirs = id === own || id === `member/${by.name}`;
  if (!isTheirs && !by.roles.includes("treasurer")) throw payerNotYours({ payer: id });
  return id;
}

function payerFor({ rows, people }: Ground, by: By, named: string | undefined): string {
  const id = mayActFor(by, named);
  if (rows.findPayer(id) !== undefined) return id;
  const [kind, name = ""] = id.split("/");
  const title =
    kind === "seat"
      ? people.seats().find((seat) => seat.name === name)?.title
      : kind === "member"
        ? people.byName(name)?.displayName
        : undefined;
  if (title === undefined) throw payerUnknown({ payer: id });
  rows.addPayer({ id, title, addedBy: by.name });
  return id;
}

async function portalLink({ client, rows, publicUrl }: Ground, payer: string): Promise<string> {
  const customer = rows.findPayer(payer)?.customer;
  if (customer == null) throw payerNew({ payer });
  const operation = "open the portal";
  try {
    // Nothing is made by it but a link that ends soon: it needs no key of ours.
    const { url } = await client.ask({
      ...{ operation, answer: PortalSession },
      work: (stripe) => stripe.billingPortal.sessions.create({ customer, return_url: publicUrl }),
    });
    return url;
  } catch (thrown) {
    throw asProblem(operation, thrown);
  }
}

async function planCredit(
  ground: Ground,
  named: string,
  typed: string | null,
  signal: AbortSignal | undefined,
): Promise<CreditPlan> {
  const { client, rows } = ground;
  const id = rows.invoice(named)?.id ?? named;
  const operation = "show the invoice";
  const invoice = await client
    .ask({ operation, answer: Invoice, signal, work: (stripe) => stripe.invoices.retrieve(id) })
    .catch((thrown: unknown) => {
      if (thrown instanceof Refusal && thrown.status === 404) throw invoiceUnknown({ invoice: named });
      throw asProblem(operation, thrown);
    });
  const number = invoice.number ?? invoice.id;
  const way = invoice.status === "open" ? "lessen" : invoice.status === "paid" ? "give back" : undefined;
  if (way === undefined) throw invoiceNotCreditable({ invoice: number, state: invoice.status ?? "unknown" });
  // Stripe has never had that money, and can give none of it back.
  if (way === "give back" && rows.transfers(invoice.id).length > 0)
    throw invoicePaidByBank({ invoice: number });
  const currency = invoice.currency.toUpperCase();
  const most = way === "lessen" ? invoice.amount_remaining : invoice.amount_paid;
  const money = typed === null ? { amountMinor: BigInt(most), currency } : readMoney(typed);
  const fits = money?.currency === currency && money.amountMinor > 0n && money.amountMinor <= BigInt(most);
  if (!fits) {
    throw creditTooMuch({ invoice: number, most: formatMoney({ amountMinor: BigInt(most), currency }) });
  }
  const plan = {
    ...({ invoice: invoice.id, number, payer: rows.payerOf(invoice.customer)?.id ?? null, way } as const),
    ...{ amountMinor: Number(money.amountMinor), currency },
  };
  return { ...plan, gainers: gainersOf(ground, plan.payer), hash: hashOf({ ...plan, most }) };
}

/** Members who would get what goes to a payer. */
export function gainersOf({ people }: Pick<Ground, "people">, payer: string | null): MemberName[] {
  const [kind, name = ""] = (payer ?? "").split("/");
  if (kind === "member") return people.list().flatMap((one) => (one.name === name ? [one.name] : []));
  return kind === "seat" ? (people.seats().find((seat) => seat.name === name)?.members ?? []) : [];
}
