import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import type { AppDomain } from "../src/core/terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import backup from "./backup.ts";
import backupSelf from "./backup-self.ts";
import forgetBackups from "./forget-backups.ts";
import { howItWent } from "./parts/one-by-one.ts";

type Night = Tools & Trades;

/** How one app's turn went. */
interface Turn {
  app: AppDomain;
  end: "proven" | "doubtful" | "failed" | "left out";
  why: string;
}

/**
 * From when the window opens until it opens again: each app's backup at its own time, one at a time per server and
 * repository; one that fails does not stop the others. Then Tandem itself, then what is too old is forgotten. What went
 * wrong is said in the room, by app and reason.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "backups of the night",

  async run(tools) {
    const { step, all, child, tx, run, backups } = tools;
    const lanes = await step("plan", () => backups.planNight());
    const turns = (await all(lanes.map((lane) => () => alongLane(tools, lane)))).flat();
    const self = await step("look for Tandem itself", () => backups.selfDue());
    const itself = self === true ? await howItWent(child("back up Tandem itself", backupSelf, {})) : null;
    const troubles: string[] = [];
    if (typeof self === "string") troubles.push(`Tandem itself is not backed up: ${self}`);
    if (itself?.ok === false) troubles.push(`Tandem itself: ${itself.problem.happened}`);
    for (const repository of await step("look what is too old", () => backups.repositoriesInUse())) {
      const went = await howItWent(child(`forget in ${repository}`, forgetBackups, { repository }));
      if (!went.ok) troubles.push(`What is too old in ${repository} stays: ${went.problem.happened}`);
    }
    const summary = inWords(turns, troubles);
    if (summary === null) return null;
    await tx("tell", () =>
      backups.tellRoom(`${run.id}/night`, summary.message, { rings: summary.isTrouble }),
    );
    return null;
  },
});

/** One app after the other. One that somebody works on is put off to the end. */
async function alongLane(
  tools: Night,
  lane: Awaited<ReturnType<Trades["backups"]["planNight"]>>[number],
): Promise<Turn[]> {
  const { step, sleep, backups } = tools;
  const turns: Turn[] = [];
  const putOff: AppDomain[] = [];
  for (const { app, atMs } of lane) {
    // Not `now`: lanes go side by side, and each of their steps has a name of its own.
    const wait = await step(`how long until the turn of ${app}`, () => backups.msUntil(atMs), {
      record: false,
    });
    if (wait > 0) await sleep(`until the turn of ${app}`, `${wait}ms`);
    const look = await step(`look at ${app}`, () => backups.lookBefore(app));
    if (look === "busy") putOff.push(app);
    else if (look === "go") turns.push(await backUp(tools, app));
  }
  for (const app of putOff) {
    const look = await step(`look at ${app} again`, () => backups.lookBefore(app));
    if (look === "go") turns.push(await backUp(tools, app));
    else if (look === "busy")
      turns.push({ app, end: "left out", why: "another run works on it, or asks about it" });
  }
  return turns;
}

async function backUp({ child, step, backups }: Night, app: AppDomain): Promise<Turn> {
  const went = await howItWent(child(`back up ${app}`, backup, { app, cause: "schedule" as const }));
  if (!went.ok) return { app, end: "failed", why: went.problem.happened };
  const { state, reason } = await step(`look at the backup of ${app}`, () => backups.newestOf(app));
  return { app, end: state === "proven" ? "proven" : "doubtful", why: reason ?? "" };
}

function inWords(turns: Turn[], troubles: string[]): { message: Message; isTrouble: boolean } | null {
  if (turns.length === 0 && troubles.length === 0) return null;
  const proven = turns.filter(({ end }) => end === "proven").length;
  const others = turns.filter(({ end }) => end !== "proven");
  const isTrouble = others.length > 0 || troubles.length > 0;
  const of = turns.length === 1 ? "one app" : `${turns.length} apps`;
  const head =
    turns.length === 0
      ? "No app was backed up this night."
      : others.length === 0
        ? `This night ${of} ${turns.length === 1 ? "was backed up, and the" : "were backed up, and each"} ` +
          "backup is proven."
        : `This night ${proven} of ${of} got a proven backup.`;
  const message = say(head, {
    list: [...others.map(({ app, end, why }) => `**${app}** ${ends[end]}: ${why}`), ...troubles],
    ...(isTrouble && { next: "How all stand: `backup status`. To take one again: `app backup <domain>`" }),
  });
  return { message, isTrouble };
}

const ends = {
  proven: "is proven",
  doubtful: "is doubtful",
  failed: "could not be backed up",
  "left out": "was left out",
};
