/** Waiting: for a message, for a time, for the wait before the next try. Nothing is thrown to wait. */
import { Problem } from "../core/problem.ts";
import { put, type Call, type Waiter } from "./call.ts";
import type { Execution } from "./execution.ts";
import { jsonOf, valueOf } from "./json.ts";

export interface Wait {
  /** The first message on any of them ends the wait. */
  topics: readonly string[];
  /** Ends the wait without a message; ms since 1970. */
  dueAt: number | null;
  waitsFor: string;
  /**
   * What the message (null: the time is over) means: a value for the story, or a Problem to throw into it.
   */
  means: (message: { topic: string; payload: unknown } | null) => unknown;
  /** In the transaction that records the wait. */
  onPark?: () => void;
  /** In the transaction that tells the cancel. */
  onCancel?: (problem: Problem) => void;
  /**
   * Instead of telling the cancel at once: passes it on, in a transaction; the wait then goes on to its end.
   */
  passCancelOn?: () => void;
}

/** Waits until a message or the time ends it. What has come before the wait counts. */
export async function waitFor(call: Call, wait: Wait): Promise<unknown> {
  const { run } = call;
  const waiter = addWaiter(run, wait);
  let stopAlarm: (() => void) | null = null;
  let passedOn = false;
  try {
    for (;;) {
      const heard = await hear(call, wait);
      if (heard !== null) {
        if (run.house.probing) await run.cut("wait over", call.key);
        if (heard.told === true) call.scope.told = true;
        if (heard.problem !== undefined) throw heard.problem;
        return heard.value;
      }
      if (run.toTell(call.scope) && !passedOn) {
        if (wait.passCancelOn === undefined) return await run.tellCancel(call, 0, wait.onCancel);
        await run.write(wait.passCancelOn);
        passedOn = true;
        continue;
      }
      if (wait.dueAt !== null)
        stopAlarm ??= run.alarm(wait.dueAt, () => {
          // The clock may have been set back by the time it is looked at: then it is set again.
          stopAlarm = null;
          pokeOne(waiter);
        });
      await park(run, waiter);
    }
  } finally {
    run.waiters.delete(waiter);
    stopAlarm?.();
  }
}

type Heard = { value: unknown; problem?: Problem; told?: boolean } | null;

/** One transaction: takes the oldest message and settles the call with it, or records that it waits. */
async function hear(call: Call, wait: Wait): Promise<Heard> {
  const { run } = call;
  const parks = !call.written;
  const heard = await run.write((): Heard | "waits" => {
    const message = takeOldest(run, wait.topics);
    const over = wait.dueAt !== null && wait.dueAt <= run.house.clock.now();
    if (message !== null || over) {
      if (message === null) return settle(call, wait, null);
      return settle(call, wait, { topic: message.topic, payload: valueOf(message.payload) });
    }
    if (call.written) return null;
    put(call, {
      status: "waiting",
      attempt: 0,
      ...(wait.dueAt !== null && { dueAt: wait.dueAt }),
      waitsFor: wait.waitsFor,
    });
    wait.onPark?.();
    // Nothing else of the run is under way: that it waits is written in the same breath.
    if (run.active > 1 || run.waiting) return null;
    markWaiting(run);
    return "waits";
  });
  call.written = true;
  if (heard === "waits") run.waiting = true;
  const parked = heard === null || heard === "waits";
  if (parks && parked && run.house.probing) await run.cut("wait recorded", call.key);
  return parked ? null : heard;
}

interface Message {
  id: number;
  topic: string;
  payload: string;
}

function takeOldest(run: Execution, topics: readonly string[]): Message | null {
  if (!run.mayHaveMail) return null;
  const { journal } = run.house;
  let oldest: Message | null = null;
  for (const topic of topics) {
    const message = journal.oldestOn.get(run.row.id, topic);
    if (message === undefined) continue;
    const [id, payload] = message;
    if (oldest === null || id < oldest.id) oldest = { id, topic, payload };
  }
  if (oldest !== null) journal.useSignal.run(oldest.id);
  return oldest;
}

function settle(call: Call, wait: Wait, message: { topic: string; payload: unknown } | null): Heard {
  const { run } = call;
  const meant = wait.means(message);
  if (meant instanceof Problem) {
    // What was passed on has come back: now it is told here too.
    const told = wait.passCancelOn !== undefined && run.toTell(call.scope);
    const problem = told && run.cancelled !== null ? run.cancelled : meant;
    put(call, { status: "failed", attempt: 0, problem });
    return { value: undefined, problem, told };
  }
  put(call, { status: "done", attempt: 0, output: jsonOf(meant, call.key) });
  return { value: meant };
}

/** The pause before the next try. The run counts as running; a cancel ends it. */
export async function rest(call: Call, dueAt: number, attempt: number): Promise<void> {
  const { run } = call;
  if (dueAt <= run.house.clock.now() && !run.toTell(call.scope)) return;
  const waiter = addWaiter(run, { topics: [], waitsFor: "", dueAt: null });
  const stopAlarm = run.alarm(dueAt, () => pokeOne(waiter));
  if (run.toTell(call.scope)) waiter.poked = true;
  await untilPoked(waiter);
  stopAlarm();
  run.waiters.delete(waiter);
  if (run.toTell(call.scope)) await run.tellCancel(call, attempt);
}

function addWaiter(run: Execution, wait: Pick<Wait, "topics" | "waitsFor" | "dueAt">): Waiter {
  const { topics, waitsFor, dueAt } = wait;
  const waiter: Waiter = { topics, waitsFor, dueAt, poked: false, wake: null };
  run.waiters.add(waiter);
  return waiter;
}

function pokeOne(waiter: Waiter): void {
  waiter.poked = true;
  waiter.wake?.();
}

async function untilPoked(waiter: Waiter): Promise<void> {
  if (!waiter.poked) await new Promise<void>((woken) => (waiter.wake = woken));
  waiter.wake = null;
}

/**
 * Rests until woken. When nothing else of the run is under way, the run is marked as waiting and may leave
 * the memory.
 */
async function park(run: Execution, waiter: Waiter): Promise<void> {
  run.active--;
  checkQuiet(run);
  await untilPoked(waiter);
  // In this order: a run with a poked waiter or a call under way is never dropped from memory.
  run.active++;
  waiter.poked = false;
}

/** In the open transaction. */
function markWaiting(run: Execution): void {
  const { journal, clock } = run.house;
  const waitsFor = [...run.waiters].map((waiter) => waiter.waitsFor).join("; ");
  journal.markWaiting.run(waitsFor, clock.now(), run.row.id);
}

/** When every line of the run is parked, the run waits: written down once, told to the engine. */
export function checkQuiet(run: Execution): void {
  if (run.active > 0 || run.waiters.size === 0 || run.gone) return;
  if (run.waiting) {
    run.house.parked(run);
    return;
  }
  setImmediate(() => {
    if (run.active > 0 || run.waiters.size === 0 || run.gone || run.waiting || run.house.dead) return;
    void run
      .write(() => {
        if (run.active === 0) markWaiting(run);
        return run.active === 0;
      })
      .then((marked) => {
        if (!marked || run.gone) return;
        run.waiting = true;
        run.house.parked(run);
      });
  });
}
