import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { moveFailed } from "../src/core/problems/move.ts";
import { AppDomain, ServerName } from "../src/core/terms.ts";
import { workflow, type StepContext, type Tools, type Trades } from "../src/workflow/define.ts";
import { agreed, onceMore } from "./parts/agreed.ts";
import { cutDiff } from "./parts/cut-diff.ts";
import { longest } from "./restore-data.ts";

type MovePlan = Awaited<ReturnType<Trades["apps"]["planMove"]>>;

const Wish = z.strictObject({ app: AppDomain, server: ServerName, withoutData: z.boolean().default(false) });

/**
 * Brings an app to another server, with its data unless that is to stay. It is offline while its data is copied;
 * the old volumes stay until a person removes them, and when it does not come up there it is started again here.
 */
export default workflow({
  input: Wish,
  lock: ({ app }) => `app ${app}`,
  outline: [
    "plan",
    "approval",
    "check the plan",
    "stop it here",
    "copy its data",
    "deploy it there",
    "watch",
  ],

  async run(tools, wish) {
    const { step, apps, run } = tools;
    const { app } = wish;
    const plan = await agreedMove(tools, wish);
    const { there, from, to } = plan;

    await step("stop it here", ({ signal }) => apps.halt(plan, signal), { undo: () => apps.restart(plan) });
    await step("copy its data", ({ signal }) => apps.copyVolumes(plan, run.id, signal), {
      ...{ timeout: longest, retries: 1 },
      undo: () => apps.uncopyVolumes(plan, run.id),
    });
    await step("record", () => void apps.beginRecord(there, run.id, run.askedBy), {
      undo: () => apps.endRecord(app, run.id, { outcome: "restored", reason: "the move was taken back" }),
    });
    await step("deploy it there", ({ key }) => apps.deployThere(plan, key), {
      undo: () => apps.clearThere(plan),
    });
    const verdict = await step("watch", ({ signal }) => apps.verdictThere(plan, { signal }));
    const { outcome, reason = "it did not say why", lastLines = [] } = verdict;
    if (outcome !== "converged") {
      await step("write down that it failed", () => apps.endRecord(app, run.id, { outcome, reason }));
      throw moveFailed({ app, from, to, reason: reason.replace(/\.$/, ""), lastLines });
    }
    await step("write it down", () => written(tools, plan, true), {
      undo: () => written(tools, plan, false),
    });
    const isClear = await clearedHere(tools, plan);
    return outcomeOf(plan, verdict.seconds, isClear);
  },
});

function written({ apps, run }: Tools & Trades, plan: MovePlan, isMoved: boolean): void {
  if (isMoved) apps.endRecord(plan.domain, run.id, { outcome: "converged", reason: null });
  apps.recordMove(plan, run.id, run.askedBy, isMoved);
}

/** It runs there and that is written down: whatever happens from here on, it has moved. */
async function clearedHere({ step, apps }: Tools & Trades, plan: MovePlan): Promise<boolean> {
  try {
    await step("take it off here", ({ signal }) => apps.clearHere(plan, signal));
    return true;
  } catch {
    return false;
  }
}

async function agreedMove(
  tools: Tools & Trades,
  { app, server, withoutData }: z.output<typeof Wish>,
): Promise<MovePlan> {
  const look = ({ key }: StepContext): Promise<MovePlan> =>
    tools.apps.planMove(app, server, { data: !withoutData }, key);
  return agreed(tools, await tools.step("plan", look), {
    subject: app,
    check: "check the plan",
    again: (_, context) => look(context),
    hash: ({ hash }) => hash,
    question: (plan, isChanged) => ({
      ask: question(plan, isChanged),
      from: "maintainer",
      weight: plan.volumes.length > 0 ? "grave" : "ordinary",
    }),
  });
}

function question(plan: MovePlan, isChanged: boolean): Message {
  const { domain, from, to, there, volumes, left, isSpread, diff } = plan;
  const { text, isCut } = cutDiff(diff ?? "");
  const names = (all: readonly string[]): string => all.map((name) => `\`${name}\``).join(", ");
  const data =
    volumes.length > 0
      ? [
          `Its data goes along: ${names(volumes.map(({ name }) => name))}. It is offline while that is copied.`,
          `The old volumes stay on ${from} until somebody removes them.`,
        ]
      : left.length > 0
        ? [`**Its data stays on ${from}**: ${names(left)}. There it begins empty.`]
        : ["It has no data in volumes."];
  return say(`${onceMore(isChanged)}Move ${domain} from ${from} to ${to}?`, {
    list: [
      ...data,
      differenceWords(diff),
      ...secretWords(plan),
      ...(isSpread ? [`Mind: ${to} has several nodes, and the data is put on the one that is asked.`] : []),
      ...there.warnings.map((warning) => `Mind: ${warning}`),
      `Afterwards its name has to lead to ${to}.`,
    ],
    diff: text,
    ...(isCut && { attachment: { name: `${domain}.diff`, text: diff ?? "" } }),
  });
}

function differenceWords(diff: string | null): string {
  if (diff === "") return "Its services are there as they are here.";
  return diff === null
    ? "Mind: how they will differ from what runs here could not be worked out."
    : "**Its services are others there than here**, as shown below: the settings were changed since, or by hand.";
}

/** A swarm gives no secret away, not even to its owner. */
function secretWords({ there, volumes, from, to }: MovePlan): string[] {
  if (there.newSecrets.length === 0) return [];
  const names = there.newSecrets.map((name) => `\`${name}\``).join(", ");
  const data =
    volumes.length === 0
      ? ""
      : " **What was made with the old ones, such as a database, will not know them**: " +
        `put the old values on ${to} first, if they are known, or set them anew afterwards.`;
  return [`The secrets of ${from} cannot be read, so these are made anew on ${to}: ${names}.${data}`];
}

function outcomeOf(
  { domain, from, to, there, volumes, left }: MovePlan,
  seconds: number,
  isClear: boolean,
): Message {
  const kept = volumes.length > 0 ? volumes.map(({ name }) => name) : left;
  return say(`${domain} runs on ${to}, healthy after ${Math.round(seconds)} s.`, {
    list: [
      ...(there.opensAt === null ? [] : [`Open it: ${there.opensAt}`]),
      ...(isClear ? [] : [`Mind: its services are stopped on ${from} but still there; remove them by hand.`]),
      ...(kept.length > 0 ? [`Kept on ${from} until somebody removes them: ${kept.join(", ")}`] : []),
    ],
    next: `Let the name ${domain} lead to ${to}. To go back: \`app move ${domain} ${from}\``,
  });
}
