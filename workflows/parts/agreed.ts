/** Asking people about something that may change while they think. */
import { planKeepsChanging } from "../../src/core/problems/apps.ts";
import type { ApprovalAsk, StepContext, Tools } from "../../src/workflow/define.ts";

const mostTimesAsked = 3;

export interface Asking<P> {
  /** What lists show, and what a grave approval must name: the app's domain. */
  subject: string;
  /** The name of the step that looks once more when people have agreed. */
  check: string;
  again: (plan: P, context: StepContext) => Promise<P>;
  /** The voices count for exactly what has this hash. Null: there is nothing to agree to. */
  hash: (plan: P) => string | null;
  question: (plan: P, isChanged: boolean) => Omit<ApprovalAsk, "binds" | "subject">;
}

/**
 * Asks until what was approved is what would be done; when that has changed meanwhile, the voices count for nothing.
 * Throws `plan-keeps-changing` after the third time, and what `approval` throws.
 */
export async function agreed<P>({ step, approval }: Tools, first: P, asking: Asking<P>): Promise<P> {
  const { subject, check, again, hash, question } = asking;
  let plan = first;
  for (let asked = 1; ; asked++) {
    const binds = hash(plan);
    if (binds === null) return plan;
    await approval({ ...question(plan, asked > 1), binds, subject });
    const now = await step(check, (context) => again(plan, context));
    if (hash(now) === binds) return now;
    if (asked === mostTimesAsked) throw planKeepsChanging({ app: subject, times: asked });
    plan = now;
  }
}

/** How a question begins that had to be asked again. `what` has changed. */
export function onceMore(isChanged: boolean, what = "The plan"): string {
  return isChanged ? `${what} has changed since it was approved, so it needs new voices. ` : "";
}

/** That volumes may be left on nodes to which no way leads. */
export function unseenWords(nodes: readonly string[]): string[] {
  if (nodes.length === 0) return [];
  const names = nodes.join(", ");
  return [
    `Mind: ${names} cannot be asked just now; volumes of the app there stay: \`server add-node\` shows the way.`,
  ];
}
