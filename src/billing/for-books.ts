/** Everything that happened to money at Stripe, for the books: as its API returns it, a week at a time. */
import { z } from "zod";
import type Stripe from "stripe";
import { troubleOf, type Ground } from "./ground.ts";
import type { Fetching, StripeObjects } from "./types.ts";

const weekS = 7 * 86_400;
/** What is older may still change: a payout arrives or fails, an invoice is paid, a dispute is won. */
const lookBackS = 45 * 86_400;
/** How far a first fetch goes back. */
const firstS = 90 * 86_400;
const page = 100;

const Objects = z.array(z.looseObject({ id: z.string() }));
type Range = { gte: number; lt: number };

export function openFetching(ground: Ground): Fetching {
  return { fetchForBooks: (signal) => fetchForBooks(ground, signal) };
}

async function fetchForBooks(
  ground: Ground,
  signal: AbortSignal | undefined,
): ReturnType<Fetching["fetchForBooks"]> {
  const { client, rows, db, clock, books } = ground;
  if (!client.isOn || books === undefined) return { kind: "off" };
  const nowS = Math.floor(clock.now() / 1000);
  const mark = rows.mark("books");
  let weeks = 0;
  try {
    for (let from = mark === undefined ? nowS - firstS : mark - lookBackS; from < nowS; from += weekS) {
      const until = Math.min(from + weekS, nowS);
      const objects = await fetchWeek(ground, { gte: from, lt: until }, signal);
      db.tx(() => {
        books.importStripe(objects);
        // A week that was cut short by the present is fetched again as a whole, as those before it.
        rows.setMark("books", Math.max(until, rows.mark("books") ?? 0));
      });
      weeks++;
    }
    return { kind: "fetched", weeks };
  } catch (thrown) {
    return troubleOf("list what happened to money", thrown);
  }
}

async function fetchWeek(
  ground: Ground,
  created: Range,
  signal: AbortSignal | undefined,
): Promise<StripeObjects> {
  const all = (what: string, list: (stripe: Stripe) => AsyncIterable<unknown>): Promise<Plain[]> =>
    allOf(ground, what, list, signal);
  const limit = page;
  const payouts = await all("payouts", (stripe) => stripe.payouts.list({ created, limit }));
  const members: Record<string, string[]> = {};
  for (const payout of payouts) {
    // Only automatic payouts keep their membership; for others Stripe cannot tell.
    if (payout["automatic"] !== true || payout["reconciliation_status"] !== "completed") continue;
    const lines = await all("the lines of a payout", (stripe) =>
      stripe.balanceTransactions.list({ payout: payout.id, limit }),
    );
    members[payout.id] = lines.map(({ id }) => id);
  }
  return {
    payouts,
    balance_transactions: await all("balance transactions", (stripe) =>
      stripe.balanceTransactions.list({ created, limit }),
    ),
    charges: await all("charges", (stripe) => stripe.charges.list({ created, limit })),
    refunds: await all("refunds", (stripe) => stripe.refunds.list({ created, limit })),
    disputes: await all("disputes", (stripe) => stripe.disputes.list({ created, limit })),
    invoices: await all("invoices", (stripe) => stripe.invoices.list({ created, limit })),
    invoice_payments: await all("payments of invoices", (stripe) =>
      stripe.invoicePayments.list({ created, limit }),
    ),
    members,
  };
}

type Plain = z.infer<typeof Objects>[number];

/** All pages, as plain JSON: the SDK turns decimal texts into numbers of its own, and back. */
async function allOf(
  { client }: Ground,
  what: string,
  list: (stripe: Stripe) => AsyncIterable<unknown>,
  signal: AbortSignal | undefined,
): Promise<Plain[]> {
  return client.ask({
    ...{ operation: `list ${what}`, answer: Objects, signal },
    work: async (stripe) => {
      const found: unknown[] = [];
      for await (const one of list(stripe)) found.push(one);
      return JSON.parse(JSON.stringify(found)) as unknown;
    },
  });
}
