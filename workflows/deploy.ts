import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { deployFailed, deployRolledBack, planKeepsChanging } from "../src/core/problems/apps.ts";
import { AppDomain, RecipeCommit, RecipeVersion } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";

type DeployPlan = Awaited<ReturnType<Trades["apps"]["planDeploy"]>>;

const mostTimesAsked = 3;
const diffLinesShown = 20;

const Wish = z.strictObject({
  app: AppDomain,
  version: RecipeVersion.optional(),
  /** A commit in place of a release; without one the head of the default branch. */
  chaos: z.boolean().default(false),
  commit: z.union([RecipeCommit, RecipeVersion]).optional(),
  noDomainChecks: z.boolean().default(false),
});

/** Brings an app to a version: the first time, to a newer or older one, or again with other settings. */
export default workflow({
  input: Wish,
  // Two deploys of one app would undo each other's work.
  lock: ({ app }) => `app ${app}`,
  outline: [
    "plan",
    "approval",
    "check the plan",
    "record",
    "deploy",
    "watch",
    "look from outside",
    "write down how it went",
  ],

  async run(tools, wish) {
    const { step, tx, apps, run } = tools;
    const { app } = wish;
    const plan = await agreedPlan(tools, wish);
    if (plan.isEmpty) return say(`${app} already runs ${aimOf(plan)}; there is nothing to change.`);

    await step("record", () => apps.beginRecord(plan, run.id, run.askedBy), {
      undo: () =>
        apps.endRecord(app, run.id, { outcome: "restored", reason: "the run ended before a verdict" }),
    });
    await step("deploy", ({ key }) => apps.deploy(plan, key), { undo: () => apps.restore(plan) });
    const verdict = await step("watch", ({ signal }) => apps.verdict(plan, { signal }));
    // Before it is written down: whoever cancels meanwhile has not cancelled something that is done.
    const seen =
      verdict.outcome === "converged"
        ? await step("look from outside", ({ signal }) => apps.lookFromOutside(plan, signal))
        : null;
    await tx("write down how it went", () =>
      apps.endRecord(app, run.id, { outcome: verdict.outcome, reason: verdict.reason ?? null }),
    );

    if (verdict.outcome !== "converged") {
      const { reason = "it did not say why", lastLines = [] } = verdict;
      const failure = { app, from: plan.from, to: aimOf(plan), reason: reason.replace(/\.$/, ""), lastLines };
      throw verdict.outcome === "failed" ? deployFailed(failure) : deployRolledBack(failure);
    }
    return say(`${app} runs ${aimOf(plan)}, healthy after ${Math.round(verdict.seconds)} s.`, {
      list: [...(plan.opensAt === null ? [] : [`Open it: ${plan.opensAt}`]), ...(seen?.lines ?? [])],
      next: wayBack(plan),
    });
  },
});

/**
 * Asks until what was approved is what would be done; when the plan has changed meanwhile, the voices count
 * for nothing.
 */
async function agreedPlan(
  { step, approval, apps }: Tools & Trades,
  { app, version, chaos, commit, noDomainChecks }: z.output<typeof Wish>,
): Promise<DeployPlan> {
  const checkDomains = !noDomainChecks;
  const first = { checkDomains, ...(chaos && { chaos: commit ?? (true as const) }) };
  let plan = await step("plan", ({ key }) => apps.planDeploy(app, version, key, first));
  for (let asked = 1; !plan.isEmpty; asked++) {
    await approval({
      ask: question(plan, asked > 1),
      from: "maintainer",
      weight: "ordinary",
      binds: plan.hash,
      subject: app,
    });
    const { to, hash } = plan;
    const same = { checkDomains, ...(plan.chaos !== null && { chaos: plan.chaos.commit }) };
    const now = await step("check the plan", ({ key }) => apps.planDeploy(app, to, key, same));
    if (now.hash === hash) return now;
    if (asked === mostTimesAsked) throw planKeepsChanging({ app, times: asked });
    plan = now;
  }
  return plan;
}

function question(plan: DeployPlan, isChanged: boolean): Message {
  const { changes, chaos, newSecrets, warnings, timeoutSeconds, notes, diff } = plan;
  const lines = diff.split("\n");
  const left = lines.length - diffLinesShown;
  const again = isChanged ? "The plan has changed since it was approved, so it needs new voices. " : "";
  return say(`${again}${headline(plan)}`, {
    list: [
      ...changes
        .filter(({ change }) => change !== "same")
        .map(({ service, change }) => `${change} ${service}`),
      ...newSecrets.map((name) => `make the secret ${name}`),
      ...(chaos === null ? [] : [noRelease(chaos)]),
      ...warnings.map((warning) => `Mind: ${warning}`),
      `It may take up to ${inWords(timeoutSeconds)}.`,
    ],
    notes: notes === "" ? "" : `What is new:\n${notes}`,
    diff: lines.slice(0, diffLinesShown).join("\n") + (left > 0 ? `\n… and ${left} more lines` : ""),
    ...(left > 0 && { attachment: { name: `${plan.domain}.diff`, text: diff } }),
  });
}

/** What will run, in words: a version, or a commit that is none. */
function aimOf({ to, chaos }: DeployPlan): string {
  return chaos === null ? to : `commit ${chaos.short}`;
}

function noRelease({ short, subject, tags }: NonNullable<DeployPlan["chaos"]>): string {
  const tagged = tags.length === 0 ? "no tag points to it" : `it is tagged ${tags.join(", ")}`;
  return `Mind: ${short} (“${subject}”) is deployed as a commit and not as a release; ${tagged}.`;
}

function headline({ domain, recipe, from, to, chaos }: DeployPlan): string {
  if (chaos !== null) return `Deploy ${domain} with ${recipe} at commit ${chaos.short}, which is no release?`;
  if (from === null) return `Deploy ${domain} with ${recipe} ${to}?`;
  return from === to
    ? `Deploy ${domain} again with ${recipe} ${to}?`
    : `Deploy ${domain}: ${recipe} from ${from} to ${to}?`;
}

function wayBack({ domain, from, to, chaos }: DeployPlan): string {
  if (chaos !== null) return `To go back to releases: \`app deploy ${domain}\``;
  if (from === null) return `To take it off the server: \`app undeploy ${domain}\``;
  return from === to
    ? `More about it: \`app show ${domain}\``
    : `To go back: \`app deploy ${domain} ${from}\``;
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
