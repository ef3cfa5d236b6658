/** The plans that the settings name, held against what there is at Stripe. What lacks is made, nothing is changed. */
import { hashOf } from "../core/canonical.ts";
import { formatMoney, readMoney } from "../core/money.ts";
import { plansNotSet } from "../core/problems/billing.ts";
import type { z } from "zod";
import { listOf, Price, Product } from "./answers.ts";
import { asProblem } from "./client.ts";
import type { Ground } from "./ground.ts";
import type { PlanList, PlansToMake, SettingsPlan, WantedPlan } from "./types.ts";

/** So many lookup keys Stripe takes in one question. */
const mostKeys = 10;
const mostProducts = 100;

export function openPlanList(ground: Ground): PlanList {
  return { plansToMake: (signal) => plansToMake(ground, signal) };
}

async function plansToMake(ground: Ground, signal: AbortSignal | undefined): Promise<PlansToMake> {
  const wanted = Object.entries(ground.plans).map(([name, plan]) => wantedOf(name, plan));
  if (wanted.length === 0) throw plansNotSet({});
  const operation = "list the plans";
  try {
    const prices = new Map<string, z.infer<typeof Price>>();
    for (let from = 0; from < wanted.length; from += mostKeys) {
      const keys = wanted.slice(from, from + mostKeys).map(({ name }) => name);
      const { data } = await ground.client.ask({
        ...{ operation, answer: listOf(Price), signal },
        // Those that are switched off hold their key as well.
        work: (stripe) => stripe.prices.list({ lookup_keys: keys, limit: 100 }),
      });
      for (const price of data) if (price.lookup_key !== null) prices.set(price.lookup_key, price);
    }
    const { data: products } = await ground.client.ask({
      ...{ operation, answer: listOf(Product), signal },
      work: (stripe) => stripe.products.list({ active: true, limit: mostProducts }),
    });
    const productOf = new Map(products.map(({ id, name }) => [name, id]));
    const missing = wanted
      .filter(({ name }) => !prices.has(name))
      .map((plan) => ({ ...plan, product: productOf.get(plan.for) ?? null }));
    const differing = wanted.flatMap((plan) => differenceOf(plan, prices.get(plan.name)));
    return { missing, differing, hash: hashOf({ missing }) };
  } catch (thrown) {
    throw asProblem(operation, thrown);
  }
}

function wantedOf(name: string, { for: what, title, amount, every }: SettingsPlan): WantedPlan {
  const money = readMoney(amount);
  // The settings were read by the same rule.
  if (money === undefined) throw new RangeError(`${amount} is no amount`);
  const [count, interval] = every.includes(" ") ? every.split(" ") : ["1", every];
  return {
    ...{ name, for: what, title: title ?? null, product: null },
    ...{ amountMinor: Number(money.amountMinor), currency: money.currency, every },
    ...{ interval: interval === "year" ? "year" : "month", count: Number(count) },
  };
}

function differenceOf(plan: WantedPlan, price: z.infer<typeof Price> | undefined): string[] {
  if (price === undefined) return [];
  const { unit_amount: amount, currency, recurring, active } = price;
  const there =
    amount === null
      ? "no fixed price"
      : formatMoney({ amountMinor: BigInt(amount), currency: currency.toUpperCase() });
  const here = formatMoney({ amountMinor: BigInt(plan.amountMinor), currency: plan.currency });
  const isSame = recurring?.interval === plan.interval && recurring.interval_count === plan.count;
  return [
    ...(active ? [] : [`${plan.name} is switched off at Stripe`]),
    ...(there === here ? [] : [`${plan.name} costs ${there} at Stripe, and ${here} in the settings`]),
    ...(isSame ? [] : [`${plan.name} is not paid each ${plan.every} at Stripe`]),
  ];
}
