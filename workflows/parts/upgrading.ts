/** How an upgrade is asked about: by a person, and when Tandem proposes it. */
import type { Tools, Trades } from "../../src/workflow/define.ts";
import { agreedPlan, questionOf, type Question } from "./deploying.ts";

export type UpgradePlan = Awaited<ReturnType<Trades["upgrades"]["plan"]>>;

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
    ({ domain, to }, key) => upgrades.plan(domain, to, key),
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
  if (!backup.known) return "Tandem takes no backups of apps yet: make sure that there is a fresh one.";
  return backup.at === null ? "There is no backup of it." : `Its newest backup is of ${backup.at}.`;
}

/** The way back of an upgrade, in words. */
export function wayBackOf({ domain, from }: UpgradePlan): string {
  return from === null
    ? `More about it: \`app show ${domain}\``
    : `To go back, with the program only and not its data: \`app rollback ${domain} ${from}\``;
}
