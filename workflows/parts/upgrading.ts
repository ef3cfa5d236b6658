/** How an upgrade is asked about: by a person, and when Tandem proposes it. */
import type { Tools, Trades } from "../../src/workflow/define.ts";
import {
  agreedPlan,
  questionOf,
  stepsOfCarryOut,
  type Deployed,
  type DeployPlan,
  type Question,
} from "./deploying.ts";
import { carryOutAfterBackup, stepsOfBackup, type BackupFirst } from "./with-backup.ts";

export type UpgradePlan = Awaited<ReturnType<Trades["upgrades"]["plan"]>>;

/** The steps of `carryOutUpgrade`, for outlines. */
export const stepsOfUpgrade = [...stepsOfBackup, ...stepsOfCarryOut];

/** `isPromised` is for what was agreed to as a part of something else; left out, it is as its own question says. */
export function carryOutUpgrade(
  tools: Tools & Trades,
  plan: UpgradePlan,
  { looksAgain, isPromised = takesBackup(plan) }: Pick<BackupFirst, "looksAgain"> & Partial<BackupFirst>,
): Promise<Deployed> {
  return carryOutAfterBackup(tools, plan, { isPromised, looksAgain }, (backup) => wayBackOf(plan, backup));
}

/** Whether a fresh backup is taken first, as the question says it. */
export function takesBackup({ backup }: Pick<UpgradePlan, "backup">): boolean {
  return backup.known && backup.willTake;
}

/** Voices for a step that may need work by hand, where there are so many people to give them. */
const voicesForGreatSteps = 2;

/** Asks for an upgrade until what was approved is what would be done. */
export async function agreedUpgrade(
  tools: Tools & Trades,
  first: UpgradePlan,
  more: Pick<Question, "expires"> = {},
): Promise<UpgradePlan> {
  const { step, people, run, upgrades } = tools;
  if (first.isEmpty) return first;
  const others = await step(
    "count who may agree",
    () => people.withRole("maintainer").filter(({ name }) => name !== run.askedBy).length,
    { record: false },
  );
  return agreedPlan(
    tools,
    first,
    async ({ domain, to, hash, backup }, key) => {
      const now = await upgrades.plan(domain, to, key);
      // The voices count for what the question said of the backup; whether that still holds is seen when it is taken.
      return now.hash === hash ? { ...now, backup } : now;
    },
    (plan, isChanged) => ({ ...askFor(plan, isChanged, others), ...more }),
  );
}

function askFor(plan: UpgradePlan, isChanged: boolean, others: number): Question {
  const isGreat = plan.size === "major" || plan.migration.length > 0;
  const needed = isGreat ? Math.max(1, Math.min(voicesForGreatSteps, others)) : 1;
  const alone = isGreat && needed < voicesForGreatSteps;
  const lines = [
    ...sizeOf(plan),
    ...(alone
      ? ["Such a step takes two voices; there is only one maintainer who may agree, so one is enough."]
      : []),
    ...driftOf(plan),
    backupOf(plan),
  ];
  return { ask: questionOf(plan, headline(plan), { isChanged, more: lines }), needed };
}

function headline({ domain, recipe, from, to }: UpgradePlan): string {
  return `Upgrade ${domain}: ${recipe} from ${from ?? "an unknown version"} to ${to}?`;
}

function sizeOf({ size, migration }: UpgradePlan): string[] {
  const words = migration.map((word) => `“${word}”`).join(", ");
  return [
    `It is a ${size} version.`,
    ...(migration.length > 0 ? [`Its notes speak of ${words}: read them before you agree.`] : []),
  ];
}

function driftOf({ domain, drift }: UpgradePlan): string[] {
  const names = (keys: string[]): string => keys.map((key) => `\`${key}\``).join(", ");
  return [
    ...drift.missing.map(({ key, sample }) =>
      sample === null
        ? `New setting \`${key}\`, which ${domain} does not have; it looks secret, so an operator puts it in.`
        : `New setting \`${key}\` (sample: \`${sample}\`), which ${domain} does not have: ` +
          `\`app set ${domain} ${key} ${sample === "" ? "<value>" : sample}\``,
    ),
    ...(drift.gone.length > 0
      ? [`Set here, and no setting of the recipe any more: ${names(drift.gone)}`]
      : []),
    ...drift.changed.map(
      ({ key, from, to }) => `The sample of \`${key}\` was \`${from}\` and is \`${to}\` now.`,
    ),
  ];
}

function backupOf({ backup }: UpgradePlan): string {
  if (!backup.known) {
    return "There is no repository for it, so Tandem takes no backup of it: make sure that there is a fresh one.";
  }
  const newest =
    backup.at === null
      ? "There is no proven backup of it."
      : `Its newest proven backup is of ${backup.at.slice(0, 16).replace("T", " ")} UTC.`;
  return backup.willTake
    ? `${newest} A fresh one is taken first; without it nothing is changed.`
    : `${newest} Its policy says that none is taken.`;
}

/** The way back of an upgrade, in words. */
export function wayBackOf(
  { domain, from }: Pick<DeployPlan, "domain" | "from">,
  backup: string | null = null,
): string {
  if (backup !== null) {
    const program =
      from === null ? "" : `To go back, with the program only: \`app rollback ${domain} ${from}\`. `;
    return `${program}With its data as before: \`app restore ${domain} ${backup}\``;
  }
  return from === null
    ? `More about it: \`app show ${domain}\``
    : `To go back, with the program only and not its data: \`app rollback ${domain} ${from}\``;
}
