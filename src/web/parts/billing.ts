import { html } from "hono/html";
import type { PlanView } from "../../billing/types.ts";
import type { Html } from "../page.ts";

/** How an app is paid for. Late payment is no alarm: nothing is shut off by it. */
export function billingFacts(plan: PlanView | undefined): Html {
  const until = plan?.paidUntil == null ? "" : `, until ${plan.paidUntil.slice(0, 10)}`;
  return html`<dt>Billing</dt>
    <dd>
      ${plan === undefined ? "nobody is billed for it" : `${plan.said}: ${plan.plan}, by ${plan.payer}${until}`}
    </dd>`;
}
