import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { formatMoney } from "../src/core/money.ts";
import { plansChanged } from "../src/core/problems/billing.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";
import { atStripe } from "./parts/at-stripe.ts";

type Plans = Awaited<ReturnType<Trades["billing"]["plansToMake"]>>;

/** Makes the settings' plans that are not at Stripe, after a treasurer agrees. What is there is never changed. */
export default workflow({
  input: z.strictObject({}),
  lock: () => "billing plans",
  outline: ["see what is missing", "approval", "look again"],

  async run(tools) {
    const { step, approval, billing } = tools;
    const plans = await step("see what is missing", ({ signal }) => billing.plansToMake(signal));
    if (plans.missing.length === 0)
      return say("All plans of the settings are at Stripe.", {
        list: plans.differing,
        next: "`billing plans`",
      });
    await approval({
      ask: question(plans),
      ...{ from: "treasurer", weight: "ordinary", binds: plans.hash, subject: "plans", expires: "7d" },
    });
    await step("look again", async ({ signal }) => {
      const now = await billing.plansToMake(signal);
      if (now.hash !== plans.hash) throw plansChanged({});
    });
    const products = new Map<string, string>();
    for (const plan of plans.missing) {
      const known = plan.product ?? products.get(plan.for);
      const made =
        known ?? (await atStripe(tools, `make ${plan.for}`, (as) => billing.wantProduct(as, plan.for)))?.id;
      const product = made ?? "";
      products.set(plan.for, product);
      await atStripe(tools, `make the plan ${plan.name}`, (as) => billing.wantPrice(as, plan, product));
    }
    return say(`Made at Stripe: ${plans.missing.map(({ name }) => name).join(", ")}.`, {
      next: "To see them all: `billing plans`",
    });
  },
});

function question({ missing, differing }: Plans): Message {
  return say(
    missing.length === 1 ? "Make this plan at Stripe?" : `Make these ${missing.length} plans at Stripe?`,
    {
      list: [
        ...missing.map(({ name, title, amountMinor, currency, every, for: what }) => {
          const price = formatMoney({ amountMinor: BigInt(amountMinor), currency });
          return `\`${name}\`: ${price} each ${every} for “${what}”${title === null ? "" : ` (${title})`}`;
        }),
        ...differing.map((one) => `Not touched: ${one}`),
        "A price is never changed later: another one takes its place.",
      ],
    },
  );
}
