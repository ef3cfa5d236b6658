import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { messageOf } from "../src/core/problem.ts";
import { deployFailed, deployRolledBack, planKeepsChanging } from "../src/core/problems/apps.ts";
import { AppDomain, RecipeVersion } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import afterDeploy, { type AfterDeploy } from "./after-deploy.ts";

type DeployPlan = Awaited<ReturnType<Trades["apps"]["planDeploy"]>>;

const mostTimesAsked = 3;
const diffLinesShown = 20;

/** Brings an app to a version: the first time, to a newer or older one, or again with other settings. */
export default workflow({
  input: z.strictObject({ app: AppDomain, version: RecipeVersion.optional() }),
  // Two deploys of one app would undo each other's work.
  lock: ({ app }) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", "record", "deploy", "watch", "write down how it went"],

  async run(tools, { app, version }) {
    const { step, tx, apps, run } = tools;
    const plan = await agreedPlan(tools, app, version);
    if (plan.isEmpty) return say(`${app} already runs ${plan.to}; there is nothing to change.`);

    await step("record", () => apps.beginRecord(plan, run.id, run.askedBy), {
      undo: () =>
        apps.endRecord(app, run.id, { outcome: "restored", reason: "the run ended before a verdict" }),
    });
    await step("deploy", ({ key }) => apps.deploy(plan, key), { undo: () => apps.restore(plan) });
    const verdict = await step("watch", ({ signal }) => apps.verdict(plan, { signal }));
    await tx("write down how it went", () =>
      apps.endRecord(app, run.id, { outcome: verdict.outcome, reason: verdict.reason ?? null }),
    );

    if (verdict.outcome !== "converged") {
      const { reason = "it did not say why", lastLines = [] } = verdict;
      const failure = { app, from: plan.from, to: plan.to, reason: reason.replace(/\.$/, ""), lastLines };
      throw verdict.outcome === "failed" ? deployFailed(failure) : deployRolledBack(failure);
    }
    const after = await afterwards(tools, plan);
    const but = after.failed ? " But what was to be done after the deploy is not done." : "";
    return say(`${app} runs ${plan.to}, healthy after ${Math.round(verdict.seconds)} s.${but}`, {
      list: [...(plan.opensAt === null ? [] : [`Open it: ${plan.opensAt}`]), ...after.lines],
      code: after.output,
      next: wayBack(plan),
    });
  },
});

/** The commands that the recipe wants run now. The app is up: whatever becomes of them takes nothing back. */
async function afterwards({ child }: Tools, { domain: app, after = [] }: DeployPlan): Promise<AfterDeploy> {
  if (after.length === 0) return { lines: [], output: "", failed: false };
  try {
    return await child("after the deploy", afterDeploy, { app, commands: after } as never);
  } catch (thrown) {
    return { lines: [messageOf(thrown)], output: "", failed: true };
  }
}

/**
 * Asks until what was approved is what would be done; when the plan has changed meanwhile, the voices count
 * for nothing.
 */
async function agreedPlan(
  { step, approval, apps }: Tools & Trades,
  app: AppDomain,
  version: RecipeVersion | undefined,
): Promise<DeployPlan> {
  let plan = await step("plan", ({ key }) => apps.planDeploy(app, version, key));
  for (let asked = 1; !plan.isEmpty; asked++) {
    await approval({
      ask: question(plan, asked > 1),
      from: "maintainer",
      weight: "ordinary",
      binds: plan.hash,
      subject: app,
    });
    const { to, hash } = plan;
    const now = await step("check the plan", ({ key }) => apps.planDeploy(app, to, key));
    if (now.hash === hash) return now;
    if (asked === mostTimesAsked) throw planKeepsChanging({ app, times: asked });
    plan = now;
  }
  return plan;
}

function question(plan: DeployPlan, isChanged: boolean): Message {
  const { changes, newSecrets, warnings, timeoutSeconds, notes, diff } = plan;
  const lines = diff.split("\n");
  const left = lines.length - diffLinesShown;
  const again = isChanged ? "The plan has changed since it was approved, so it needs new voices. " : "";
  return say(`${again}${headline(plan)}`, {
    list: [
      ...changes
        .filter(({ change }) => change !== "same")
        .map(({ service, change }) => `${change} ${service}`),
      ...newSecrets.map((name) => `make the secret ${name}`),
      ...warnings.map((warning) => `Mind: ${warning}`),
      ...(plan.after ?? []).map(({ service, argv }) => `then run \`${argv.join(" ")}\` in ${service}`),
      `It may take up to ${inWords(timeoutSeconds)}.`,
    ],
    notes: notes === "" ? "" : `What is new:\n${notes}`,
    diff: lines.slice(0, diffLinesShown).join("\n") + (left > 0 ? `\n… and ${left} more lines` : ""),
    ...(left > 0 && { attachment: { name: `${plan.domain}.diff`, text: diff } }),
  });
}

function headline({ domain, recipe, from, to }: DeployPlan): string {
  if (from === null) return `Deploy ${domain} with ${recipe} ${to}?`;
  return from === to
    ? `Deploy ${domain} again with ${recipe} ${to}?`
    : `Deploy ${domain}: ${recipe} from ${from} to ${to}?`;
}

function wayBack({ domain, from, to }: DeployPlan): string {
  if (from === null) return `To take it off the server: \`app undeploy ${domain}\``;
  return from === to
    ? `More about it: \`app show ${domain}\``
    : `To go back: \`app deploy ${domain} ${from}\``;
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
