import { z } from "zod";
import type { Message } from "../src/chat/message.ts";
import { restoredElsewhere } from "../src/core/problems/placing.ts";
import { restoreHalfWay, restoreTakenBack, restoreWithoutPresent } from "../src/core/problems/restoring.ts";
import { messageOf, Problem, type ProblemJson } from "../src/core/problem.ts";
import { AppDomain, ServerName } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { evenIfCancelled } from "./parts/even-if-cancelled.ts";
import { howItWent, isCancel } from "./parts/one-by-one.ts";
import {
  agreedAllTheSame,
  agreedRestore,
  restoredWords,
  takenOut,
  type HerePlan,
  type Present,
} from "./parts/restoring.ts";
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

type Wished = z.output<typeof Wish>;

const told = {
  input: Wish,
  // Brought up anew it is the new domain that nobody else may work on.
  lock: ({ app, as }: Wished) => `app ${as ?? app}`,
  outline: ["plan", "approval", "check the plan", "back up the present", "restore the data"],
};

/** A doubtful backup of the present was not asked about: runs that began so may have overwritten it by now. */
const unasked = workflow({ ...told, run: (tools, wish) => story(tools, wish, { asksOnceMore: false }) });

/**
 * An app goes back to a backup: where it is, after a backup of the present, to which it returns when anything fails; or
 * anew where it is not: on another server, under another domain, or on its own server that has lost it.
 */
export default workflow({
  ...told,
  version: 2,
  older: [unasked],
  run: (tools, wish) => story(tools, wish, { asksOnceMore: true }),
});

async function story(
  tools: Tools & Trades,
  wish: Wished,
  { asksOnceMore }: { asksOnceMore: boolean },
): Promise<Message> {
  const plan = await agreedRestore(tools, wish);
  if (plan.kind === "anew") return revived(tools, plan);
  const present = wish.withoutBackup ? null : await backUpPresent(tools, plan);
  if (asksOnceMore && present !== null && present.doubt !== null)
    await agreedAllTheSame(tools, plan, present);
  return here(tools, plan, wish, present);
}

async function here(
  tools: Tools & Trades,
  plan: HerePlan,
  { volume, path }: Wished,
  present: Present | null,
): Promise<Message> {
  const { tx, apps, child, run } = tools;
  const { app, backup } = plan;
  const part = { ...(volume !== undefined && { volume }), ...(path !== undefined && { path }) };
  let restored: RestoredData;
  try {
    restored = await child("restore the data", restoreData, { app, backup, ...part, within: run.id });
  } catch (thrown) {
    throw await wentBack(tools, plan, { present, part, thrown });
  }
  const overwritten = plan.overwritten.map((one) => one.replaceAll("`", ""));
  // Its data is another by now, whatever was said meanwhile.
  const kept = present?.backup ?? null;
  await evenIfCancelled(() =>
    tx("write it down", () => apps.note(app, run, "app.restored", { backup, present: kept, overwritten })),
  );
  return restoredWords(plan, restored, present);
}

/** Throws `restore-without-present`, which names the way without one. */
async function backUpPresent({ child }: Tools, { app, backup: wanted }: HerePlan): Promise<Present> {
  try {
    const cause = "restore" as const;
    const { backup, state, reason } = await child("back up the present", takeBackup, { app, cause });
    return { backup, doubt: state === "proven" ? null : (reason ?? "it did not say why.") };
  } catch (thrown) {
    if (!(thrown instanceof Problem) || isCancel(thrown)) throw thrown;
    throw restoreWithoutPresent({ app, backup: wanted, reason: thrown.text.happened });
  }
}

interface Part {
  volume?: string;
  path?: string;
}

interface Failure {
  present: Present | null;
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
  const kept = present?.backup ?? null;
  const doubt = present?.doubt ?? null;
  if (!(thrown instanceof Problem)) throw thrown;
  const reason = messageOf(thrown);
  // What could be known before has stopped it before anything was overwritten.
  const isUntouched = await evenIfCancelled(() =>
    step("look whether data was overwritten", () => isUntouchedBy(audit, app, run.id)),
  );
  if (isUntouched) return thrown;
  const went =
    kept === null
      ? null
      : await evenIfCancelled(() => howItWent(backToPresent(tools, plan, { present: kept, part })));
  const isBack = went?.ok === true;
  await evenIfCancelled(() =>
    tx("write down that it failed", () =>
      apps.note(app, run, "app.not-restored", { backup, present: kept, isBack }),
    ),
  );
  const mend = mendOf(thrown.toJSON());
  if (isBack && kept !== null) return restoreTakenBack({ app, backup, present: kept, doubt, reason, mend });
  const about = { app, backup, present: kept, doubt, reason };
  if (went?.ok !== false)
    return restoreHalfWay({ ...about, back: "What is there is what the restore has left.", mend });
  const { problem } = went;
  return restoreHalfWay({ ...about, back: problem.happened, mend: mendOf(problem) ?? mend });
}

/** How to bind a service to a node is not in the reason. */
function mendOf({ code, remedy }: ProblemJson): string | null {
  return code === restoredElsewhere.code ? remedy : null;
}

/** As from any backup; but of a part that the present never had, what was put there is taken out. */
async function backToPresent(
  tools: Tools & Trades,
  { app, put, others }: HerePlan,
  { present, part }: { present: string; part: Part },
): Promise<void> {
  const { child, step, backups, run } = tools;
  const bring = async (only: Part): Promise<void> => {
    await child("back to the present", restoreData, { app, backup: present, ...only });
  };
  if (part.volume === undefined && part.path === undefined) return bring({});
  const way = await step("look how to go back", () =>
    backups.planWayBack({ app, backup: present, ...part, put, others }, run.id),
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
