/**
 * A step from its record to its result: begun, done or failed, tried again after a wait that is kept in the
 * journal.
 */
import { durationMs } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { stepCutOff, stepFailed } from "../core/problems/workflow.ts";
import { redact } from "../core/secret.ts";
import { tryOnce } from "./attempt.ts";
import { put, type Call } from "./call.ts";
import type { StepContext, StepOptions } from "./define.ts";
import { forever } from "./house.ts";
import { jsonOf, valueOf } from "./json.ts";
import {
  defaultBackoff,
  defaultMaxBackoff,
  defaultRetries,
  defaultStepTimeout,
  mostCutsPerStep,
  mostMessageLength,
  suspectAfterCuts,
} from "./limits.ts";
import { rest } from "./wait.ts";

type Options = Omit<StepOptions<never>, "undo">;
type Work = (context: StepContext) => unknown;

/**
 * Carries a step (or an undo) out. Each try is recorded before its effect, so that a restart shows what was under
 * way. A Problem is terminal; whatever else is thrown passes and is tried again until `retries` are used up.
 */
export function carryOut(call: Call, work: Work, options: Options): Promise<unknown> {
  return call.recorded === null ? tryUntilDone(call, 0, work, options) : goOn(call, work, options);
}

/** What an earlier life has begun. */
async function goOn(call: Call, work: Work, options: Options): Promise<unknown> {
  const attempt = call.recorded?.attempt ?? 0;
  if (call.recorded?.status === "retry") await rest(call, call.recorded.dueAt ?? 0, attempt);
  const cuts = call.recorded?.status === "running" ? attempt - call.failures : 0;
  // A step that brings the whole process down would do so at every start.
  if (cuts > mostCutsPerStep) return failTerminally(call, attempt, stepCutOff({ step: call.key, cuts }));
  const tries = (): Promise<unknown> => tryUntilDone(call, attempt, work, options);
  return cuts < suspectAfterCuts ? tries() : call.run.house.suspects.inTurn(cuts, tries);
}

async function tryUntilDone(call: Call, before: number, work: Work, options: Options): Promise<unknown> {
  const { run } = call;
  const points = call.kind === "undo" ? undoPoints : stepPoints;
  for (let attempt = before; ;) {
    if (isStopping(call)) return forever();
    attempt++;
    const begun = attempt;
    if (options.record !== false) {
      await run.write(() => put(call, { status: "running", attempt: begun }));
      call.written = true;
    }
    // Stopped while its record was on the way to the disk: nobody would wait for its work.
    if (isStopping(call)) return forever();
    if (run.house.probing) await run.cut(points.begun, call.key);
    // Cancelled while its record was on the way to the disk: its work would not hear of it.
    if (run.toTell(call.scope)) return run.tellCancel(call, attempt);
    const trying = tryOnce(call, attempt, work, options.timeout ?? defaultStepTimeout);
    const tried = trying instanceof Promise ? await trying : trying;
    if (run.house.probing) await run.cut(points.effect, call.key);
    const kept = tried.ok ? keep(tried.value, call.key) : tried;
    if (kept.ok) {
      await run.write(() => put(call, { status: "done", attempt: begun, output: kept.text }));
      if (run.house.probing) await run.cut(points.recorded, call.key);
      return typeof kept.value === "object" ? valueOf(kept.text) : kept.value;
    }
    await failed(call, attempt, kept.failure, options);
  }
}

const stepPoints = { begun: "step begun", effect: "step effect", recorded: "step recorded" } as const;
const undoPoints = { begun: "undo begun", effect: "undo effect", recorded: "undo recorded" } as const;

/** Asked afresh each time: it becomes true while something is awaited. */
function isStopping({ run }: Call): boolean {
  return run.house.stopping;
}

function keep(value: unknown, step: string) {
  try {
    return { ok: true as const, value, text: jsonOf(value, step) };
  } catch (failure) {
    return { ok: false as const, failure };
  }
}

/** Decides about a failure: throws it on, or returns when the time for the next try has come. */
export async function failed(call: Call, attempt: number, failure: unknown, options: Options): Promise<void> {
  const { run } = call;
  if (run.toTell(call.scope)) await run.tellCancel(call, attempt);
  if (failure instanceof Problem) return failTerminally(call, attempt, failure);
  const { house } = run;
  // Not how often it was begun: what was cut off, by a restart or a power cut, has not failed.
  const tries = ++call.failures;
  if (tries > (options.retries ?? defaultRetries)) {
    house.log.error({ run: run.row.id, step: call.key, attempt, err: failure }, "a step failed");
    const message = messageForPeople(failure);
    return failTerminally(call, attempt, stepFailed({ step: call.key, message, tries }, failure));
  }
  house.log.warn({ run: run.row.id, step: call.key, attempt, err: failure }, "a step is tried again");
  const longest = durationMs(options.maxBackoff ?? defaultMaxBackoff);
  const wait = Math.min(durationMs(options.backoff ?? defaultBackoff) * 2 ** (tries - 1), longest);
  const dueAt = house.clock.now() + wait;
  await run.write(() =>
    put(call, { status: "retry", attempt, dueAt, problem: asProblem(failure, call, tries) }),
  );
  call.written = true;
  if (house.probing) await run.cut("failure recorded", call.key);
  await rest(call, dueAt, attempt);
}

async function failTerminally(call: Call, attempt: number, problem: Problem): Promise<never> {
  const { run } = call;
  await run.write(() => put(call, { status: "failed", attempt, problem }));
  call.written = true;
  if (run.house.probing) await run.cut("failure recorded", call.key);
  throw problem;
}

function asProblem(failure: unknown, call: Call, tries: number): Problem {
  return stepFailed({ step: call.key, message: messageForPeople(failure), tries });
}

/** The first line of a foreign failure, without secrets and not too long; the whole of it is in the log. */
export function messageForPeople(failure: unknown): string {
  const line = redact(messageOf(failure)).split("\n")[0]?.trim().replace(/\.+$/, "") ?? "";
  return line.length > mostMessageLength ? `${line.slice(0, mostMessageLength)}…` : line;
}
