import { z } from "zod";
import type { Message } from "../src/chat/message.ts";
import { restoreHalfWay, restoreTakenBack } from "../src/core/problems/restoring.ts";
import { messageOf, Problem } from "../src/core/problem.ts";
import { AppDomain, ServerName } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { evenIfCancelled } from "./parts/even-if-cancelled.ts";
import { howItWent } from "./parts/one-by-one.ts";
import { agreedRestore, restoredWords, takenOut, type HerePlan } from "./parts/restoring.ts";
import { revived } from "./parts/reviving.ts";
import restoreData, { type RestoredData } from "./restore-data.ts";
import takeBackup from "./take-backup.ts";

const Wish = z.strictObject({
  app: AppDomain,
  backup: z.string().optional(),
  volume: z.string().optional(),
  path: z.string().optional(),
  to: ServerName.optional(),
  as: AppDomain.optional(),
  /** The present is lost: for an app that is too broken to be backed up. */
  withoutBackup: z.boolean().default(false),
});

/**
 * An app goes back to a backup: where it is, after a backup of the present, to which it returns when anything fails; or
 * anew on another server or under another domain, where the old app is left alone.
 */
export default workflow({
  input: Wish,
  // Brought up anew it is the new domain that nobody else may work on.
  lock: ({ app, as }) => `app ${as ?? app}`,
  outline: ["plan", "approval", "check the plan", "back up the present", "restore the data"],

  async run(tools, wish) {
    const plan = await agreedRestore(tools, wish);
    if (plan.kind === "anew") return revived(tools, plan);
    return here(tools, plan, wish);
  },
});

async function here(
  tools: Tools & Trades,
  plan: HerePlan,
  { volume, path, withoutBackup }: z.output<typeof Wish>,
): Promise<Message> {
  const { tx, apps, child, run } = tools;
  const { app, backup } = plan;
  const part = { ...(volume !== undefined && { volume }), ...(path !== undefined && { path }) };
  const present = withoutBackup ? null : await backUpPresent(tools, app);
  let restored: RestoredData;
  try {
    restored = await child("restore the data", restoreData, { app, backup, ...part, within: run.id });
  } catch (thrown) {
    throw await wentBack(tools, plan, { present, part, thrown });
  }
  const overwritten = plan.overwritten.map((one) => one.replaceAll("`", ""));
  // Its data is another by now, whatever was said meanwhile.
  await evenIfCancelled(() =>
    tx("write it down", () => apps.note(app, run, "app.restored", { backup, present, overwritten })),
  );
  return restoredWords(plan, restored, present);
}

async function backUpPresent({ child }: Tools, app: AppDomain): Promise<string> {
  const { backup } = await child("back up the present", takeBackup, { app, cause: "restore" as const });
  return backup;
}

interface Part {
  volume?: string;
  path?: string;
}

interface Failure {
  present: string | null;
  part: Part;
  thrown: unknown;
}

/** To the present, whatever stood in the way, a cancel too. Answers what to throw. */
async function wentBack(
  tools: Tools & Trades,
  plan: HerePlan,
  { present, part, thrown }: Failure,
): Promise<Problem> {
  const { tx, apps, run, step, audit } = tools;
  const { app, backup } = plan;
  if (!(thrown instanceof Problem)) throw thrown;
  const reason = messageOf(thrown);
  // What could be known before has stopped it before anything was overwritten.
  const isUntouched = await evenIfCancelled(() =>
    step("look whether data was overwritten", () => isUntouchedBy(audit, app, run.id)),
  );
  if (isUntouched) return thrown;
  const went =
    present === null
      ? null
      : await evenIfCancelled(() => howItWent(backToPresent(tools, plan, { present, part })));
  const isBack = went?.ok === true;
  await evenIfCancelled(() =>
    tx("write down that it failed", () =>
      apps.note(app, run, "app.not-restored", { backup, present, isBack }),
    ),
  );
  if (isBack && present !== null) return restoreTakenBack({ app, backup, present, reason });
  const left = went?.ok === false ? went.problem.happened : "What is there is what the restore has left.";
  return restoreHalfWay({ app, backup, present, reason, back: left });
}

/** As from any backup; but of a part that the present never had, what was put there is taken out. */
async function backToPresent(
  tools: Tools & Trades,
  { app, put }: HerePlan,
  { present, part }: { present: string; part: Part },
): Promise<void> {
  const { child, step, backups, run } = tools;
  const bring = async (only: Part): Promise<void> => {
    await child("back to the present", restoreData, { app, backup: present, ...only });
  };
  if (part.volume === undefined && part.path === undefined) return bring({});
  const way = await step("look how to go back", () =>
    backups.planWayBack({ app, backup: present, ...part, put }, run.id),
  );
  return way.kind === "bring" ? bring(way.part) : takenOut(tools, way);
}

/** By what the restore has written down before it began to. */
function isUntouchedBy(audit: Trades["audit"], app: AppDomain, run: string): boolean {
  return !audit
    .list({ subject: app })
    .some(
      ({ what, details }) =>
        what === "app.data-overwritten" && (details as { within?: string }).within === run,
    );
}
