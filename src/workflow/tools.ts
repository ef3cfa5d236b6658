/** The tools that a story gets: each looks into the journal first, and only then does something. */
import { durationMs, isoOf } from "../core/clock.ts";
import type { RunId } from "../core/terms.ts";
import { approvalTool } from "./approval.ts";
import { sideBySide } from "./branches.ts";
import { put, type Call } from "./call.ts";
import { carryOut, failed } from "./carry-out.ts";
import { childTool } from "./child.ts";
import type { StepOptions, Tools, Trades } from "./define.ts";
import type { Execution } from "./execution.ts";
import { forever } from "./house.ts";
import { jsonOf, valueOf } from "./json.ts";
import type { StepKind } from "./ports.ts";
import { checkQuiet, rest, waitFor } from "./wait.ts";

/** The engine's tools over the trades, for one run. */
export function toolsFor(run: Execution, trades: Trades): Tools & Trades {
  const { id, askedBy } = run.facts;
  const tools: Tools = {
    run: { id: id as RunId, askedBy, place: run.facts.place },
    step: stepTool(run) as Tools["step"],
    tx: txTool(run) as Tools["tx"],
    approval: approvalTool(run),
    waitFor: (async (topic: string, options: WaitOptions = {}) => {
      const heard = await anyOf(run, `wait:${topic}`, [topic], options);
      return heard?.payload ?? null;
    }) as Tools["waitFor"],
    any: (topics, options = {}) => anyOf(run, `wait:${topics.join("|")}`, topics, options),
    all: ((branches: readonly (() => Promise<unknown>)[]) => sideBySide(run, branches)) as Tools["all"],
    sleep: sleepTool(run),
    now: () =>
      called(run, "now", "now", (call) =>
        carryOut(call, () => run.house.clock.now(), { record: false }),
      ) as Promise<number>,
    child: childTool(run) as Tools["child"],
  };
  return Object.assign(Object.create(trades) as Trades, tools);
}

/** The way of every call: settled in the journal already, cancelled, or to be done now. */
export async function called(
  run: Execution,
  kind: StepKind,
  name: string,
  act: (call: Call) => Promise<unknown>,
  onReplay?: (call: Call, value: unknown) => void,
): Promise<unknown> {
  const call = run.enter(kind, name);
  if (call === null) return forever();
  if (call.recorded !== null && onReplay !== undefined && call.recorded.attempt > 0)
    onReplay(call, call.recorded.status === "done" ? valueOf(call.recorded.output) : undefined);
  const settled = run.settled(call);
  if (settled !== undefined) return settled.value;
  // A wait that was recorded has something to clear away first; it tells the cancel itself.
  if (run.toTell(call.scope) && call.recorded?.status !== "waiting")
    return run.tellCancel(call, call.recorded?.attempt ?? 0);
  run.active++;
  try {
    return await act(call);
  } finally {
    run.active--;
    checkQuiet(run);
  }
}

function stepTool(run: Execution) {
  return (
    name: string,
    work: (context: never) => unknown,
    options: StepOptions<unknown> = {},
  ): Promise<unknown> => {
    const { undo } = options;
    if (undo === undefined)
      return called(run, "step", name, (call) => carryOut(call, work as () => unknown, options));
    // What is to be taken back must be known to have been begun, so its record is not optional.
    const kept = { ...options, record: true };
    return called(
      run,
      "step",
      name,
      async (call) => {
        const known = run.undos.find((entry) => entry.call === call);
        const entry = known ?? { call, options, value: undefined as unknown };
        if (known === undefined) run.undos.push(entry);
        entry.value = await carryOut(call, work as () => unknown, kept);
        return entry.value;
      },
      (call, value) => run.undos.push({ call, options, value }),
    );
  };
}

function txTool(run: Execution) {
  return (name: string, change: () => unknown): Promise<unknown> =>
    called(run, "tx", name, async (call) => {
      let attempt = call.recorded?.attempt ?? 0;
      if (call.recorded?.status === "retry") await rest(call, call.recorded.dueAt ?? 0, attempt);
      for (;;) {
        attempt++;
        const tried = await tryChange(call, change, attempt);
        if (tried.ok) {
          if (run.house.probing) await run.cut("step recorded", call.key);
          return tried.value;
        }
        await failed(call, attempt, tried.failure, {});
      }
    });
}

/** The change and the record of it in one transaction. */
async function tryChange(call: Call, change: () => unknown, attempt: number) {
  const { run } = call;
  try {
    const value = await run.write(() => {
      const given = change();
      const output = jsonOf(given, call.key);
      put(call, { status: "done", attempt, output });
      if (run.house.probing && !run.house.cut("tx inside", run.row.id, call.key))
        throw new Error("the power is gone");
      return typeof given === "object" ? valueOf(output) : given;
    }, true);
    return { ok: true as const, value };
  } catch (failure) {
    return { ok: false as const, failure };
  }
}

interface WaitOptions {
  timeout?: `${number}${"ms" | "s" | "m" | "h" | "d"}`;
}

function anyOf(run: Execution, name: string, topics: string[], { timeout }: WaitOptions) {
  return called(run, "wait", name, (call) => {
    const until = timeout === undefined ? null : run.house.clock.now() + durationMs(timeout);
    const dueAt = call.recorded === null ? until : call.recorded.dueAt;
    const waitsFor = `${topics.join(" or ")}${dueAt === null ? "" : `, until ${isoOf(dueAt)}`}`;
    return waitFor(call, { topics, dueAt, waitsFor, means: (message) => message });
  }) as Promise<{ topic: string; payload: unknown } | null>;
}

function sleepTool(run: Execution): Tools["sleep"] {
  return async (name, length) => {
    await called(run, "sleep", name, (call) => {
      const dueAt = call.recorded?.dueAt ?? run.house.clock.now() + durationMs(length);
      return waitFor(call, { topics: [], dueAt, waitsFor: `until ${isoOf(dueAt)}`, means: () => null });
    });
  };
}
