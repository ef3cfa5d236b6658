/** An upgrade never begins without a fresh proven backup, where its app has a repository; and it knows the way back. */
import { say } from "../../src/chat/message.ts";
import { approvalDeclined, approvalExpired, runCancelled } from "../../src/core/problems/workflow.ts";
import { messageOf, Problem } from "../../src/core/problem.ts";
import {
  backupNotAsPromised,
  upgradeNotBack,
  upgradeTakenBack,
  upgradeWithoutBackup,
} from "../../src/core/problems/backup-care.ts";
import type { Tools, Trades } from "../../src/workflow/define.ts";
import restoreData from "../restore-data.ts";
import takeBackup from "../take-backup.ts";
import { aimOf, carryOut, type Deployed, type DeployPlan, type Failure } from "./deploying.ts";
import { evenIfCancelled } from "./even-if-cancelled.ts";
import { howItWent } from "./one-by-one.ts";

/** The steps of `backUpFirst`, for outlines. */
export const stepsOfBackup = ["look how it is backed up", "back up"];

export interface BackupFirst {
  /** Who agreed to it was told of the backup. */
  isPromised: boolean;
  /** What runs is looked at once more after the backup; runs of stories in which it was not go on without. */
  looksAgain: boolean;
}

/**
 * A backup, then the deploy of another version; when that goes wrong, the program goes back, and the data as the app's
 * policy says. `next`: what to say of the way back, with the backup if there is one. Throws what `backUpFirst` throws,
 * and `plan-changed` where something else runs by the end of the backup.
 */
export async function carryOutAfterBackup(
  tools: Tools & Trades,
  agreed: DeployPlan,
  { isPromised, looksAgain }: BackupFirst,
  next: (backup: string | null) => string,
): Promise<Deployed> {
  const backup = await backUpFirst(tools, agreed, isPromised);
  if (backup === null) return carryOut(tools, agreed, next(null));
  const plan = looksAgain ? await asItRunsNow(tools, agreed) : agreed;
  return carryOut(tools, plan, next(backup), bringBack.bind(null, tools, plan, backup));
}

/**
 * A backup may take hours and start every service again: with the tasks and versions of before, the watch would take
 * what those went through for the deploy's doing, and a deploy that has written nothing would seem to have begun.
 */
async function asItRunsNow({ step, apps }: Tools & Trades, plan: DeployPlan): Promise<DeployPlan> {
  const before = await step("look what runs after the backup", ({ signal }) =>
    apps.snapshotFor(plan, signal),
  );
  return { ...plan, before };
}

/**
 * Takes a backup and answers its id; null where none is to be taken. Throws `upgrade-without-backup`, and
 * `backup-not-as-promised` where none is to be taken any more.
 */
async function backUpFirst(
  tools: Tools & Trades,
  plan: DeployPlan,
  isPromised: boolean,
): Promise<string | null> {
  const { step, child, backups } = tools;
  const app = plan.domain;
  const policy = await step("look how it is backed up", () => backups.policyOf(app));
  const to = aimOf(plan);
  if (policy.repository === null || policy.mode === "off") {
    if (!isPromised) return null;
    // The hash of a plan does not tell of it, so nobody was asked anew when it changed.
    throw backupNotAsPromised({ app, to, isOff: policy.mode === "off" });
  }
  try {
    const { backup, state, reason } = await child("back up", takeBackup, { app, cause: "upgrade" as const });
    if (state === "proven") return backup;
    throw upgradeWithoutBackup({ app, to, reason: `${backup} is doubtful. ${reason ?? ""}`.trim() });
  } catch (thrown) {
    const isOurs =
      thrown instanceof Problem && ![upgradeWithoutBackup.code, runCancelled.code].includes(thrown.code);
    if (!isOurs) throw thrown;
    throw upgradeWithoutBackup({ app, to, reason: thrown.text.happened });
  }
}

/**
 * After a bad verdict, or when the upgrade was broken off: the program goes back now, then the data as the app's policy
 * says; under a program that may still be the newer one it would be spoiled again. Answers what to throw.
 */
async function bringBack(
  tools: Tools & Trades,
  plan: DeployPlan,
  backup: string,
  failure: Failure,
): Promise<Problem> {
  const { step, child, run, apps, backups } = tools;
  const app = plan.domain;
  const { dataBack } = await step("look whether the data goes back", () => backups.policyOf(app));
  // The undo of the deploy does it again, which changes nothing then.
  const program = await howItWent(step("put the program back", () => apps.restore(plan)));
  const about = { ...failure, from: plan.from ?? "What ran before", backup };
  if (!program.ok) return upgradeNotBack({ ...about, why: program.problem.happened });
  const ended = (data: "back" | "stays" | "failed", why = ""): Problem =>
    upgradeTakenBack({ ...about, data, why });
  if (dataBack === "never") return ended("stays", "the policy of the app says so.");
  if (dataBack === "ask") {
    const refusal = await askForData(tools, plan, backup, failure);
    if (refusal !== null) return ended("stays", refusal);
  }
  const went = await evenIfCancelled(() =>
    howItWent(child("put the data back", restoreData, { app, backup, within: run.id })),
  );
  return went.ok ? ended("back") : ended("failed", went.problem.happened);
}

/** Why it was not agreed to; null: it was. */
async function askForData(
  { approval }: Tools,
  { domain: app, from, hash }: DeployPlan,
  backup: string,
  { to, reason, isBrokenOff }: Failure,
): Promise<string | null> {
  const what = isBrokenOff
    ? `The upgrade of ${app} to ${to} was broken off.`
    : `${app} ${to} did not come up.`;
  try {
    await approval({
      ask: say(`${what} Shall its data go back too?`, {
        list: [
          `${isBrokenOff ? "Why" : "What it said"}: ${reason}`,
          `${from ?? "What ran before"} is put back already; it may not be able to read what the upgrade has written.`,
          `All its volumes would be as in the backup ${backup}, taken just before the upgrade.`,
          "What was written since then is lost.",
        ],
      }),
      from: "maintainer",
      weight: "grave",
      binds: hash,
      subject: app,
    });
    return null;
  } catch (thrown) {
    const isNo =
      thrown instanceof Problem && [approvalDeclined.code, approvalExpired.code].includes(thrown.code);
    if (!isNo) throw thrown;
    return messageOf(thrown).split("\n")[0] ?? "";
  }
}
