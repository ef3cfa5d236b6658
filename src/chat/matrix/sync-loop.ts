import { randomInt } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Problem } from "../../core/problem.ts";
import { tokenRefused } from "../../core/problems/chat.ts";
import type { Api } from "./api.ts";
import { failureOf } from "./failure.ts";
import { withSignal } from "./http.ts";
import type { ChatLog } from "./log.ts";
import type { SyncAnswer } from "./take-in.ts";

/** How long the homeserver may hold an answer back when nothing happens, ms. */
const holdMs = 30_000;
const longestWaitMs = 30_000;

/** Only what is read, and the largest timeline that Synapse gives: what is beyond must be fetched. */
const filter = JSON.stringify({
  presence: { types: [] },
  account_data: { types: [] },
  room: { timeline: { limit: 100 }, ephemeral: { types: [] }, account_data: { types: [] } },
});

export interface SyncLoopParts {
  api: Api;
  log: ChatLog;
  token: () => string | undefined;
  /** Before the first sync, with the homeserver in reach. Repeated until it succeeds; a Problem ends everything. */
  prepare: () => Promise<void>;
  take: (answer: SyncAnswer, since: string | undefined) => Promise<void>;
  /** After each answer has been taken in, and when the homeserver is lost: `undefined`, or why. */
  onConnection: (lost: string | undefined) => void;
  /** The homeserver answers, but what it says could not be taken in; it is tried again. */
  onStuck: (why: string) => void;
  /** The loop has ended for good. */
  onEnd: (problem: Problem) => void;
}

export interface SyncLoop {
  /** Resolves after the first answer or the first failed try; from then on it goes on by itself. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** Hears for ever: one long request after the other, growing waits while the homeserver is away. */
export function openSyncLoop(parts: SyncLoopParts): SyncLoop {
  const stopping = new AbortController();
  let ended: Promise<void> = Promise.resolve();
  return {
    start: () =>
      new Promise((begun) => {
        ended = loop(parts, stopping.signal, begun).finally(begun);
      }),
    async stop() {
      stopping.abort();
      await ended;
    },
  };
}

async function loop(parts: SyncLoopParts, signal: AbortSignal, begun: () => void): Promise<void> {
  let failures = 0;
  let prepared = false;
  let hasSynced = false;
  while (!signal.aborted) {
    let answered = false;
    try {
      if (!prepared) await parts.prepare();
      prepared = true;
      const since = parts.token();
      // The first answer of a start comes at once, so that what waits can leave.
      const answer = await ask(parts.api, since, hasSynced && failures === 0 ? holdMs : 0, signal);
      answered = true;
      await parts.take(answer, since);
      hasSynced = true;
      failures = 0;
      parts.onConnection(undefined);
    } catch (thrown) {
      if (isOver(signal)) return;
      const waitMs = onFailure(parts, thrown, failures++, answered && hasSynced);
      if (waitMs === undefined) return;
      begun();
      await sleep(waitMs, undefined, { signal }).catch(stopped);
    }
    begun();
  }
}

function stopped(): void {
  // The wait was cut short because the loop ends; its condition sees that.
}

/** Asked afresh each time: it becomes true while something is awaited. */
function isOver(signal: AbortSignal): boolean {
  return signal.aborted;
}

async function ask(
  api: Api,
  since: string | undefined,
  timeout: number,
  signal: AbortSignal,
): Promise<SyncAnswer> {
  const query = { filter, timeout, ...(since !== undefined && { since }) };
  // The very first answer holds every room's state and may take a large server minutes.
  const timeoutMs = since === undefined ? 600_000 : timeout + 30_000;
  return withSignal(signal, () => api.call("GET", "/_matrix/client/v3/sync", { query, timeoutMs }));
}

/**
 * How long to wait before the next try, ms; undefined when there is no next one. `isThere`: the homeserver answered,
 * and only taking the answer in failed (a room could not be asked); what waits can leave all the same.
 */
function onFailure(
  parts: SyncLoopParts,
  thrown: unknown,
  failures: number,
  isThere: boolean,
): number | undefined {
  const { api, log, onConnection, onStuck, onEnd } = parts;
  const failure = failureOf(thrown);
  if (thrown instanceof Problem || failure.kind === "token") {
    const problem = thrown instanceof Problem ? thrown : tokenRefused({ homeserver: api.homeserver }, thrown);
    onConnection(problem.text.happened);
    onEnd(problem);
    return undefined;
  }
  const what = isThere ? "an answer could not be taken in" : "the homeserver is out of reach";
  if (failures === 0) log.warn({ err: thrown, reason: failure.words }, `${what}; trying on`);
  if (isThere) onStuck(failure.words);
  else onConnection(failure.words);
  const growing = Math.min(1000 * 2 ** failures, longestWaitMs);
  // Spread, so that many bots do not come back to a homeserver at the same moment.
  return failure.retryAfterMs ?? growing + randomInt(growing / 2);
}
