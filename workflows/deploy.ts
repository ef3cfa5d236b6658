import { z } from "zod";
import { AppDomain, RecipeCommit, RecipeVersion } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import {
  agreedPlan,
  aimOf,
  carryOut,
  questionOf,
  stepsOfCarryOut,
  type Deployed,
  type DeployPlan,
} from "./parts/deploying.ts";
import { nothingToChange } from "./parts/nothing-to-change.ts";
import { carryOutAfterBackup } from "./parts/with-backup.ts";

const Wish = z.strictObject({
  app: AppDomain,
  version: RecipeVersion.optional(),
  /** A commit in place of a release; without one the head of the default branch. */
  chaos: z.boolean().default(false),
  commit: z.union([RecipeCommit, RecipeVersion]).optional(),
  noDomainChecks: z.boolean().default(false),
});

type Wished = z.output<typeof Wish>;

const told = {
  input: Wish,
  // Two deploys of one app would undo each other's work.
  lock: ({ app }: Wished) => `app ${app}`,
  outline: ["plan", "approval", "check the plan", ...stepsOfCarryOut],
};

/** What runs was not looked at after the backup: runs that began so may have written to it by now. */
const unlooked = workflow({ ...told, run: (tools, wish) => story(tools, wish, { looksAgain: false }) });

/** Brings an app to a version: the first time, to a newer or older one, or again with other settings. */
export default workflow({
  ...told,
  version: 2,
  older: [unlooked],
  run: (tools, wish) => story(tools, wish, { looksAgain: true }),
});

async function story(
  tools: Tools & Trades,
  { app, version, chaos, commit, noDomainChecks }: Wished,
  { looksAgain }: { looksAgain: boolean },
): Promise<Deployed> {
  const { step, apps } = tools;
  const checkDomains = !noDomainChecks;
  const wanted = { checkDomains, ...(chaos && { chaos: commit ?? (true as const) }) };
  const first = await step("plan", ({ key }) => apps.planDeploy(app, version, key, wanted));
  const isBackedUp = isOther(first) ? await looksBackedUp(tools, app) : null;
  const plan = await agreedPlan(
    tools,
    first,
    ({ to, chaos: at }, key) =>
      apps.planDeploy(app, to, key, { checkDomains, ...(at !== null && { chaos: at.commit }) }),
    (one, isChanged) => ({
      ask: questionOf(one, headline(one), { isChanged, more: isOther(one) ? backupWords(isBackedUp) : [] }),
    }),
  );
  if (plan.isEmpty)
    return nothingToChange(tools, plan, `${app} already runs ${aimOf(plan)}; there is nothing to change.`);
  if (!isOther(plan)) return carryOut(tools, plan, wayBack(plan));
  return carryOutAfterBackup(tools, plan, { isPromised: isBackedUp === true, looksAgain }, (backup) =>
    wayBackFrom(plan, backup),
  );
}

/**
 * Another version than the one that runs may do to its data what this one cannot read: as with every upgrade. To a
 * commit that is no release, and from one, is a way to another version too, whatever its label says.
 */
function isOther(plan: DeployPlan): boolean {
  const { from, to, chaos } = plan;
  return commitOf(plan) !== null || (from !== null && (from !== to || chaos !== null));
}

/** The commit that runs, as the labels of what runs say it; null: a release runs, or nothing. */
function commitOf({ stack, before }: DeployPlan): string | null {
  const spec = before.services["app"]?.spec as { Labels?: Record<string, string> } | undefined;
  const labels = spec?.Labels ?? {};
  return labels[`coop-cloud.${stack}.chaos`] === "true"
    ? (labels[`coop-cloud.${stack}.chaos-version`] ?? "")
    : null;
}

async function looksBackedUp({ step, backups }: Tools & Trades, app: AppDomain): Promise<boolean> {
  const { repository, mode } = await step("look whether it is backed up", () => backups.policyOf(app));
  return repository !== null && mode !== "off";
}

/** Null: it was not looked at, because it was no other version when it was first planned. */
function backupWords(isBackedUp: boolean | null): string[] {
  if (isBackedUp === null) return [];
  return [
    isBackedUp
      ? "A fresh backup is taken first; without it nothing is changed."
      : "Tandem takes no backup of it first: make sure that there is a fresh one.",
  ];
}

function headline({ domain, recipe, from, to, chaos }: DeployPlan): string {
  if (chaos !== null) return `Deploy ${domain} with ${recipe} at commit ${chaos.short}, which is no release?`;
  if (from === null) return `Deploy ${domain} with ${recipe} ${to}?`;
  return from === to
    ? `Deploy ${domain} again with ${recipe} ${to}?`
    : `Deploy ${domain}: ${recipe} from ${from} to ${to}?`;
}

function wayBack({ domain, from, chaos }: DeployPlan): string {
  if (chaos !== null) return `To go back to releases: \`app deploy ${domain}\``;
  if (from === null) return `To take it off the server: \`app undeploy ${domain}\``;
  return `More about it: \`app show ${domain}\``;
}

/** From another version, which may be a newer or an older one: a rollback leads to older ones only. */
function wayBackFrom(plan: DeployPlan, backup: string | null): string {
  const { domain, chaos } = plan;
  const command = [`app deploy ${domain}`, ...(chaos === null ? whatRan(plan) : [])].join(" ");
  const where = chaos === null ? "To go back" : "To go back to releases";
  return backup === null
    ? `${where}, with the program only and not its data: \`${command}\``
    : `${where}, with the program only: \`${command}\`. With its data as before: \`app restore ${domain} ${backup}\``;
}

/** As it is named after `app deploy`. */
function whatRan(plan: DeployPlan): string[] {
  const commit = commitOf(plan);
  if (commit === null) return plan.from === null ? [] : [plan.from];
  return RecipeCommit.safeParse(commit).success ? [commit, "--chaos"] : ["--chaos"];
}
