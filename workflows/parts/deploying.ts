/** What deploy, upgrade and rollback have in common: ask for exactly this plan, then carry it out and judge it. */
import { say, type Message } from "../../src/chat/message.ts";
import { deployFailed, deployRolledBack } from "../../src/core/problems/apps.ts";
import { messageOf, Problem } from "../../src/core/problem.ts";
import { planChanged } from "../../src/core/problems/swarm.ts";
import type { ApprovalAsk, Tools, Trades } from "../../src/workflow/define.ts";
import afterDeploy, { type AfterDeploy } from "../after-deploy.ts";
import { agreed, onceMore } from "./agreed.ts";
import { cutDiff } from "./cut-diff.ts";
import { isCancel } from "./one-by-one.ts";

export type DeployPlan = Awaited<ReturnType<Trades["apps"]["planDeploy"]>>;

/** How a plan is asked about; weight, role and binding are the same for all. */
export type Question = Pick<ApprovalAsk, "ask" | "needed" | "expires">;

/**
 * Asks for a plan of an app until what was approved is what would be done. One that is empty is not asked about. A
 * server that has gone meanwhile is waited for: the voices that were given are not lost for it.
 */
export function agreedPlan<P extends DeployPlan>(
  tools: Tools & Trades,
  first: P,
  again: (plan: P, key: string) => Promise<P>,
  question: (plan: P, isChanged: boolean) => Question,
): Promise<P> {
  return agreed(tools, first, {
    subject: first.domain,
    check: "check the plan",
    again: async (plan, { key, signal }) => {
      await tools.apps.awaitServer(plan.domain, signal);
      return again(plan, key);
    },
    hash: ({ isEmpty, hash }) => (isEmpty ? null : hash),
    question: (plan, isChanged) => ({ ...question(plan, isChanged), from: "maintainer", weight: "ordinary" }),
  });
}

/** The names of the steps of `carryOut`, for outlines. */
export const stepsOfCarryOut = ["record", "deploy", "watch", "look from outside", "write down how it went"];

/** A bad verdict, as problems tell it. */
export interface Failure {
  app: string;
  from: string | null;
  to: string;
  reason: string;
  lastLines: string[];
  /** There is no verdict: something else has ended it, after it had begun. */
  isBrokenOff: boolean;
}

/** What is said of a deploy that went well. */
export interface Deployed extends Message {
  /** The app is up, and what the recipe wanted done after it is not done: what became of that. */
  unfinished?: string[];
}

type Verdict = Awaited<ReturnType<Trades["apps"]["verdict"]>>;
type Seen = Awaited<ReturnType<Trades["apps"]["lookFromOutside"]>>;

/**
 * Carries out a plan that was agreed to. A verdict other than `converged` is a problem, and all is put back; so it is
 * when anything breaks it off. `afterFailure` does what else is to be put back, and answers the problem that tells of
 * it.
 */
export async function carryOut(
  tools: Tools & Trades,
  plan: DeployPlan,
  next: string,
  afterFailure?: (failure: Failure) => Promise<Problem>,
): Promise<Deployed> {
  const { step, apps, run } = tools;
  const app = plan.domain;
  await step("record", () => apps.beginRecord(plan, run.id, run.askedBy), {
    undo: () =>
      apps.endRecord(app, run.id, { outcome: "restored", reason: "the run ended before a verdict" }),
  });
  let sent: { verdict: Verdict; seen: Seen };
  try {
    sent = await sentAndWatched(tools, plan);
  } catch (thrown) {
    const failure = afterFailure === undefined ? null : await brokenOff(tools, plan, thrown);
    throw failure === null || afterFailure === undefined ? thrown : await afterFailure(failure);
  }
  const { verdict, seen } = sent;
  if (verdict.outcome !== "converged") {
    const { reason = "it did not say why", lastLines = [] } = verdict;
    const failure = { ...aboutOf(plan), reason: reason.replace(/\.$/, ""), lastLines, isBrokenOff: false };
    if (afterFailure !== undefined) throw await afterFailure(failure);
    throw verdict.outcome === "failed" ? deployFailed(failure) : deployRolledBack(failure);
  }
  const after = await afterwards(tools, plan);
  const but = after.failed ? " But what was to be done after the deploy is not done." : "";
  const said = say(`${app} runs ${aimOf(plan)}, healthy after ${Math.round(verdict.seconds)} s.${but}`, {
    list: [
      ...(plan.opensAt === null ? [] : [`Open it: ${plan.opensAt}`]),
      ...(seen?.lines ?? []),
      ...after.lines,
    ],
    code: after.output,
    next,
  });
  return after.failed ? { ...said, unfinished: after.lines } : said;
}

async function sentAndWatched(
  { step, tx, apps, run }: Tools & Trades,
  plan: DeployPlan,
): Promise<{ verdict: Verdict; seen: Seen }> {
  await step("deploy", ({ key }) => apps.deploy(plan, key), { undo: () => apps.restore(plan) });
  const verdict = await step("watch", ({ signal }) => apps.verdict(plan, { signal }));
  // Before it is written down: whoever cancels meanwhile has not cancelled something that is done.
  const seen =
    verdict.outcome === "converged"
      ? await step("look from outside", ({ signal }) => apps.lookFromOutside(plan, signal))
      : null;
  await tx("write down how it went", () =>
    apps.endRecord(plan.domain, run.id, { outcome: verdict.outcome, reason: verdict.reason ?? null }),
  );
  return { verdict, seen };
}

/**
 * A deploy that something has broken off, such as a server that is away: the newer program may have worked on the data
 * by then. Null where that is not so, because nothing was written yet, or where somebody has cancelled it.
 */
async function brokenOff(
  { step, apps }: Tools & Trades,
  plan: DeployPlan,
  thrown: unknown,
): Promise<Failure | null> {
  if (!(thrown instanceof Problem) || isCancel(thrown)) return null;
  const isByOthers = thrown.code === planChanged.code;
  let hasBegun = true;
  try {
    hasBegun = await step("look whether it has begun", async ({ signal }) => {
      await apps.awaitServer(plan.domain, signal);
      return apps.hasBegun(plan, { isByOthers });
    });
  } catch (failed) {
    // Where nobody can look, it may have.
    if (!(failed instanceof Problem) || isCancel(failed)) throw failed;
  }
  if (!hasBegun) return null;
  const [reason = "", ...lastLines] = thrown.text.happened.split("\n");
  return { ...aboutOf(plan), reason: reason.replace(/\.$/, ""), lastLines, isBrokenOff: true };
}

function aboutOf(plan: DeployPlan): Pick<Failure, "app" | "from" | "to"> {
  return { app: plan.domain, from: plan.from, to: aimOf(plan) };
}

/** Commands that the recipe wants run now. The app is up: whatever becomes of them, a cancel too, it stays so. */
async function afterwards({ child }: Tools, { domain: app, after = [] }: DeployPlan): Promise<AfterDeploy> {
  if (after.length === 0) return { lines: [], output: "", failed: false };
  try {
    return await child("after the deploy", afterDeploy, { app, commands: after });
  } catch (thrown) {
    return { lines: [messageOf(thrown)], output: "", failed: true };
  }
}

/** The question about a plan. `more` are lines that stand before how long it may take. */
export function questionOf(
  plan: DeployPlan,
  headline: string,
  { isChanged, more = [] }: { isChanged: boolean; more?: string[] },
): Message {
  const { changes, chaos, newSecrets, warnings, timeoutSeconds, notes, diff } = plan;
  const { text, isCut } = cutDiff(diff);
  return say(`${onceMore(isChanged)}${headline}`, {
    list: [
      ...changes
        .filter(({ change }) => change !== "same")
        .map(({ service, change }) => `${change} ${service}`),
      ...newSecrets.map((name) => `make the secret ${name}`),
      ...(chaos === null ? [] : [noRelease(chaos)]),
      ...warnings.map((warning) => `Mind: ${warning}`),
      ...(plan.after ?? []).map(({ service, argv }) => `then run \`${argv.join(" ")}\` in ${service}`),
      ...more,
      `It may take up to ${inWords(timeoutSeconds)}.`,
    ],
    notes: notes === "" ? "" : `What is new:\n${notes}`,
    diff: text,
    ...(isCut && { attachment: { name: `${plan.domain}.diff`, text: diff } }),
  });
}

/** What will run, in words: a version, or a commit that is none. */
export function aimOf({ to, chaos }: DeployPlan): string {
  return chaos === null ? to : `commit ${chaos.short}`;
}

function noRelease({ short, subject, tags }: NonNullable<DeployPlan["chaos"]>): string {
  const tagged = tags.length === 0 ? "no tag points to it" : `it is tagged ${tags.join(", ")}`;
  return `Mind: ${short} (“${subject}”) is deployed as a commit and not as a release; ${tagged}.`;
}

function inWords(seconds: number): string {
  return seconds < 120 ? `${seconds} s` : `${Math.ceil(seconds / 60)} min`;
}
