import type { RunDetail, StepView } from "../workflow/types.ts";
import type { Message } from "./message.ts";

/** Lines of a progress message, heading included; it is read on a phone, between other things. */
export const mostProgressLines = 12;

/** What a progress message is made of; any RunDetail fits. */
export type Told = Pick<
  RunDetail,
  "id" | "workflow" | "status" | "lock" | "waitsFor" | "outline" | "steps" | "problem"
>;

const marks = { done: "✓", now: "●", later: "○", failed: "✕", undone: "↩" } as const;

interface Line {
  mark: keyof typeof marks;
  text: string;
}

const endings: Record<RunDetail["status"], string> = {
  running: "runs",
  waiting: "waits",
  done: "is done",
  failed: "has failed",
  undone: "has failed and was taken back",
  cancelled: "was cancelled",
};

/**
 * How a run goes, in at most 12 lines: ✓ done ● now ○ to come ✕ failed ↩ undone. It rings nobody. `now` (ms since
 * 1970) turns the time of the next try into a wait; without it the time of day is said.
 */
export function sayProgress(run: Told, now?: number): Message {
  const about = run.lock === null ? "" : ` (${run.lock})`;
  const heading = `**${run.workflow}**${about} ${endings[run.status]} · run \`${run.id}\``;
  const lines = shorten(linesOf(run, now), mostProgressLines - 1);
  return { blocks: [{ kind: "text", text: [heading, ...lines].join("\n") }] };
}

function linesOf(run: Told, now: number | undefined): Line[] {
  const begun = run.steps.filter((step) => step.kind !== "now");
  const over = run.status !== "running" && run.status !== "waiting";
  const lines = begun.map((step) => lineOf(step, run, now));
  // Steps that the outline does not name come where they happened; those that it names and that are to come, after.
  const keys = new Set(begun.map((step) => step.key));
  const later = over ? [] : run.outline.filter((name) => !keys.has(name));
  // What keeps the whole run from moving: another run's lock, or a story that is gone.
  if (!over && run.problem !== null)
    lines.push({ mark: "now", text: `stands still: ${firstLine(run.problem.happened)}` });
  else if (!over && !lines.some((line) => line.mark === "now") && run.waitsFor !== null)
    lines.push({ mark: "now", text: `waits for ${run.waitsFor}` });
  return [...lines, ...later.map((text): Line => ({ mark: "later", text }))];
}

function lineOf(step: StepView, run: Told, now: number | undefined): Line {
  const name = step.key;
  switch (step.undo) {
    case "done":
      return { mark: "undone", text: `${name}: taken back` };
    case "running":
    case "retry":
      return { mark: "now", text: `${name}: is being taken back` };
    case "failed":
      return { mark: "failed", text: `${name}: could not be taken back` };
    case null:
  }
  switch (step.status) {
    case "done":
      return { mark: "done", text: name };
    case "failed":
      return {
        mark: "failed",
        text: step.problem === null ? name : `${name}: ${firstLine(step.problem.happened)}`,
      };
    case "running":
      return { mark: "now", text: step.attempt > 1 ? `${name}, try ${step.attempt}` : name };
    case "retry":
      return { mark: "now", text: `${name}: ${nextTry(step, now)}` };
    case "waiting":
      return { mark: "now", text: `${name}: ${waiting(step, run, now)}` };
  }
}

function waiting(step: StepView, run: Told, now: number | undefined): string {
  // The run's reason is one text for all that it waits for; with several waits it fits none of them.
  const alone = run.steps.filter((other) => other.status === "waiting").length === 1;
  const reason = alone ? run.waitsFor : null;
  if (step.kind === "approval") return `waits for ${reason ?? "people to agree"}`;
  if (step.kind === "sleep" && step.dueAt !== null) return `goes on ${when(step.dueAt, now)}`;
  if (step.kind === "child") return "waits for the run that it started";
  return `waits for ${reason ?? "a sign"}`;
}

function nextTry(step: StepView, now: number | undefined): string {
  const cause = step.problem === null ? "" : `${firstLine(step.problem.happened).replace(/\.$/, "")}; `;
  return `${cause}tries again ${step.dueAt === null ? "soon" : when(step.dueAt, now)}`;
}

/** `in 20 s`, `in 5 min`, `in 3 h`, `in 2 days`; without a now, `at 08:00:20 UTC`. */
function when(dueAt: number, now: number | undefined): string {
  if (now === undefined) return `at ${new Date(dueAt).toISOString().slice(11, 19)} UTC`;
  const seconds = Math.max(1, Math.round((dueAt - now) / 1000));
  if (seconds < 120) return `in ${seconds} s`;
  if (seconds < 2 * 3600) return `in ${Math.round(seconds / 60)} min`;
  if (seconds < 2 * 86_400) return `in ${Math.round(seconds / 3600)} h`;
  return `in ${Math.round(seconds / 86_400)} days`;
}

const longestLine = 160;

function firstLine(text: string): string {
  const line = text.split("\n", 1)[0] ?? "";
  return line.length <= longestLine ? line : `${line.slice(0, longestLine)}…`;
}

/** Folds what is least worth its line: first what is done, from the beginning; then what is to come, from the end. */
function shorten(lines: readonly Line[], most: number): string[] {
  const shown = [...lines];
  let done = 0;
  let later = 0;
  const size = (): number => shown.length + (done > 0 ? 1 : 0) + (later > 0 ? 1 : 0);
  while (size() > most) {
    const first = shown.findIndex((line) => line.mark === "done" || line.mark === "undone");
    const last = shown.findLastIndex((line) => line.mark === "later");
    const doneLeft = shown.filter((line) => line.mark === "done" || line.mark === "undone").length;
    if (first >= 0 && (doneLeft > 2 || last < 0)) {
      shown.splice(first, 1);
      done++;
    } else if (last >= 0) {
      shown.splice(last, 1);
      later++;
    } else {
      shown.shift();
      done++;
    }
  }
  return [
    ...(done > 0 ? [`… ${done} earlier steps`] : []),
    ...shown.map((line) => `${marks[line.mark]} ${line.text}`),
    ...(later > 0 ? [`… ${later} more to come`] : []),
  ];
}
