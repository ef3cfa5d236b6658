/** How a restore is asked about, and what is said at its end. */
import { say, type Message } from "../../src/chat/message.ts";
import { hashOf } from "../../src/core/canonical.ts";
import { restoreDidNotComeUp } from "../../src/core/problems/restoring.ts";
import type { AppDomain, ServerName } from "../../src/core/terms.ts";
import type { StepContext, Tools, Trades } from "../../src/workflow/define.ts";
import { longest, type RestoredData } from "../restore-data.ts";
import { agreed, onceMore } from "./agreed.ts";
import { evenIfCancelled } from "./even-if-cancelled.ts";

type Plan = Awaited<ReturnType<Trades["backups"]["planRestore"]>>;
export type HerePlan = Extract<Plan, { kind: "here" }>;
export type AnewPlan = Extract<Plan, { kind: "anew" }>;
type WayBack = Awaited<ReturnType<Trades["backups"]["planWayBack"]>>;
type TakeOut = Extract<WayBack, { kind: "take out" }>;

export interface Wish {
  app: AppDomain;
  backup?: string | undefined;
  volume?: string | undefined;
  path?: string | undefined;
  to?: ServerName | undefined;
  as?: AppDomain | undefined;
  withoutBackup: boolean;
}

/** Asks until what was agreed to is what would be done. */
export async function agreedRestore(tools: Tools & Trades, wish: Wish): Promise<Plan> {
  const { step, backups, run } = tools;
  const { withoutBackup, ...meant } = wish;
  const look = (_: StepContext): Promise<Plan> => backups.planRestore(meant, run.id);
  const first = await step("plan", look);
  return agreed(tools, first, {
    subject: first.kind === "here" ? first.app : first.domain,
    check: "check the plan",
    // The backup that was agreed to, and not one that was taken meanwhile.
    again: () => backups.planRestore({ ...meant, backup: backupOf(first) }, run.id),
    hash: ({ hash }) => hash,
    question: (plan, isChanged) => ({
      ask: plan.kind === "here" ? askHere(plan, isChanged, withoutBackup) : askAnew(plan, isChanged),
      from: "maintainer",
      // Over live data; where nothing is overwritten there is something to undo.
      weight: plan.kind === "here" ? "grave" : "ordinary",
    }),
  });
}

/** The backup of what is there now, taken before it is overwritten. */
export interface Present {
  backup: string;
  /** Why it may not be a way back, as a sentence; null: it is proven. */
  doubt: string | null;
}

/**
 * Before the present is overwritten, of which there is only a doubtful backup. It may be empty or broken, which is why
 * it is restored; or the backup has not caught what people still want.
 */
export async function agreedAllTheSame(
  { approval }: Tools,
  { app, backup, overwritten, hash }: HerePlan,
  present: Present,
): Promise<void> {
  await approval({
    ask: say(`The backup of the present of ${app} is doubtful. Restore \`${backup}\` over it all the same?`, {
      list: [
        `What is said of \`${present.backup}\`: ${present.doubt ?? ""}`,
        `**The way back may not bring back what is there now**: ${overwritten.join(", ")}.`,
        "If the app is empty or broken, there is no better one: then agree.",
        "If what is there is still wanted, decline, and mend what is named first. Nothing is overwritten yet.",
      ],
    }),
    from: "maintainer",
    weight: "grave",
    // What is written while people think is in no backup.
    expires: "1h",
    binds: hashOf({ plan: hash, present: present.backup }),
    subject: app,
  });
}

/**
 * Takes out what a restore has put where nothing was, while the app is at rest. It is started in any case: at rest it
 * helps nobody, whatever is in its volumes by then. Throws `restore-did-not-come-up`, and what stood in the way.
 */
export async function takenOut(
  { step, tx, apps, backups, run }: Tools & Trades,
  way: TakeOut,
): Promise<void> {
  const { data } = way;
  const { app, backup, volumes } = data;
  const start = (): Promise<void> => step("start it again", () => backups.startAsBefore(data));
  try {
    await step("stop it again", ({ signal }) => backups.haltForRestore(data, signal));
    await tx("write down what is taken out", () =>
      apps.note(app, run, "app.data-overwritten", { backup, volumes: volumes.map(({ into }) => into) }),
    );
    await step("take out what was put there", ({ signal }) => backups.takeOut(way, run.id, signal), {
      timeout: longest,
    });
    await start();
  } catch (thrown) {
    await evenIfCancelled(() =>
      step("end what takes it out", ({ signal }) => backups.dropRestoreHelpers(data, run.id, signal)),
    ).finally(() => evenIfCancelled(start));
    throw thrown;
  }
  const verdict = await step("watch it again", ({ signal }) => backups.verdictRestored(data, { signal }));
  const { outcome, reason, lastLines = [] } = verdict;
  if (outcome === "converged") return;
  const why = (reason ?? "it did not say why").replace(/\.$/, "");
  throw restoreDidNotComeUp({ app, backup, reason: why, lastLines });
}

function backupOf(plan: Plan): string {
  return plan.kind === "here" ? plan.backup : plan.data.backup;
}

function askHere(plan: HerePlan, isChanged: boolean, withoutBackup: boolean): Message {
  const { app, backup, overwritten, hooks, warnings, server } = plan;
  return say(`${onceMore(isChanged)}Restore ${app} on ${server} from the backup \`${backup}\`?`, {
    list: [
      `**What is there now is overwritten**: ${overwritten.join(", ")}.`,
      ...factLines(plan),
      withoutBackup
        ? "**No backup of the present is taken first**: what is overwritten is lost, and there is no way back."
        : "A backup of the present is taken first; when anything fails, the app goes back to it.",
      ...hooks.map(({ service, command }) => `\`${command}\` is run in ${service}`),
      `It is away from when its data is put back until it is healthy${timeWords(plan.facts.bytes)}.`,
      ...warnings.map((warning) => `Mind: ${warning}`),
    ],
  });
}

function askAnew(plan: AnewPlan, isChanged: boolean): Message {
  const { domain, data, recipe, version, made, secrets, warnings, isSpread, from } = plan;
  const whose = domain === from.app ? domain : `${from.app} as ${domain}`;
  return say(
    `${onceMore(isChanged)}Bring up ${whose} on ${data.server} from the backup \`${data.backup}\`?`,
    {
      list: [
        `It runs ${recipe} ${version} with the images of the backup.`,
        ...factLines(plan),
        `Made there: ${counted(made.length, "volume")}, ${counted(secrets.length, "secret")}.`,
        ...data.postHooks.map(({ service, command }) => `\`${command}\` is run in ${service}`),
        whoseWords(plan),
        ...(isSpread
          ? [`Mind: ${data.server} has several nodes, and the data is put on the one that is asked.`]
          : []),
        ...warnings.map((warning) => `Mind: ${warning}`),
        `Afterwards its name has to lead to ${data.server}.`,
      ],
    },
  );
}

/** What becomes of the row that there may be. */
function whoseWords({ domain, data, from, isKnown, isBack = false }: AnewPlan): string {
  if (isBack)
    return (
      `Nothing of ${domain} is on ${data.server} any more: it comes back with its settings, ` +
      "and with the old values of its secrets."
    );
  if (isKnown)
    return `${domain} is known as an app of ${data.server} afterwards; on ${from.server} nothing is touched.`;
  return domain === from.app ? "No app of that name is known here now." : `${from.app} stays as it is.`;
}

function factLines({ facts }: Plan): string[] {
  const { takenAt, ageHours, version, newer, bytes } = facts;
  const age = ageHours < 48 ? `${ageHours} h` : `${Math.floor(ageHours / 24)} days`;
  const size = bytes === null ? "" : `, ${mb(bytes)}`;
  const later = newer.length;
  return [
    `The backup is of ${minuteOf(takenAt)}, ${age} old, of version ${version ?? "unknown"}${size}.`,
    "What was written since then is not in it.",
    ...(later === 0
      ? []
      : [
          `${later === 1 ? "One backup is" : `${later} backups are`} newer than it, the newest \`${newer[0] ?? ""}\`.`,
        ]),
    ...doubtLines(facts),
  ];
}

/** What a drill has answered stays worth knowing: it has shown that the app comes up, not that nothing is missing. */
function doubtLines({ state, reason }: Plan["facts"]): string[] {
  if (state !== "proven") return [`Mind: it is ${state}${reason === null ? "" : `: ${reason}`}`];
  return reason === null ? [] : [`Mind: it was doubtful, and counts as proven by now: ${reason}`];
}

/** restic restores about 170 MB/s from a disk; what the app needs to come up is added. */
const bytesPerSecond = 100_000_000;
const startSeconds = 30;

function timeWords(bytes: number | null): string {
  if (bytes === null) return "";
  const seconds = startSeconds + bytes / bytesPerSecond;
  return seconds < 90 ? ", about a minute" : `, about ${Math.ceil(seconds / 60)} minutes`;
}

function counted(n: number, what: string): string {
  return `${n} ${what}${n === 1 ? "" : "s"}`;
}

/** `2026-11-25 03:10 UTC` */
export function minuteOf(at: string): string {
  return `${at.slice(0, 16).replace("T", " ")} UTC`;
}

export function mb(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.ceil(bytes / 1000)} kB` : `${(bytes / 1_000_000).toFixed(1)} MB`;
}

export function restoredWords(
  { app, backup, overwritten, facts }: HerePlan,
  { seconds, lines }: RestoredData,
  present: Present | null,
): Message {
  const when = `${facts.takenAt.slice(0, 16).replace("T", " ")} UTC`;
  return say(
    `${app} has its data of ${when} back (backup \`${backup}\`), healthy after ${Math.round(seconds)} s.`,
    {
      list: [`Brought back: ${overwritten.join(", ")}`, ...lines.map(upper)],
      ...(present !== null && { next: wayBackWords(app, present) }),
    },
  );
}

function wayBackWords(app: AppDomain, { backup, doubt }: Present): string {
  const restore = `\`app restore ${app} ${backup}\``;
  return doubt === null
    ? `To go back to what was there before: ${restore}`
    : `The backup of what was there before is doubtful: ${doubt} To go back to it all the same: ${restore}`;
}

export function upper(line: string): string {
  return `${line.charAt(0).toUpperCase()}${line.slice(1)}`;
}
