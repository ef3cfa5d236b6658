/**
 * One request to Open Collective, and what may come back in words. Its limits (100 requests a minute, 429) are kept
 * here; whoever asks hears of a failure at once and comes again later, because only the story knows how long to wait.
 */
import type { ClientError } from "graphql-request";
import { z } from "zod";
import type { Clock } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import {
  collectiveBusy,
  collectiveChanged,
  collectivePage,
  collectiveTokenRefused,
  collectiveUnreachable,
} from "../core/problems/collective.ts";
import { redact, type Secret } from "../core/secret.ts";

/** Its limit is 100 a minute for each token (API source, August 2026); some room is left for others. */
const mostPerMinute = 90;
const minuteMs = 60_000;
/** Its own servers give up after 30 s; an answer may still be on its way. */
const timeoutSeconds = 45;
/** An answer of ours has a few kilobytes. */
const mostAnswerCharacters = 2_000_000;
const mostSaidCharacters = 200;

export interface Ask<T> {
  /** Its name in the document, for people. */
  operation: string;
  document: string;
  variables: Record<string, unknown>;
  answer: z.ZodType<T>;
  /** By whose token; null: as anybody. */
  as: { token: Secret; whose: string } | null;
  signal?: AbortSignal | undefined;
}

/** It understood, and said no. `code` as it names it (`NotFound`, `Forbidden`, …). */
export class Refusal extends Error {
  readonly code: string;
  readonly says: string;
  constructor(code: string, says: string) {
    super(says);
    this.code = code;
    this.says = says;
  }
}

export interface Client {
  /**
   * Throws `Refusal` for a no, and Problems: `collective-unreachable`, `collective-page`, `collective-busy`,
   * `collective-changed`, `collective-token-refused`.
   */
  ask<T>(ask: Ask<T>): Promise<T>;
}

export interface ClientParts {
  url: string;
  clock: Clock;
  /** Tests hand in the contract server. */
  fetch?: typeof fetch;
}

export function openClient({ url, clock, fetch: ours = fetch }: ClientParts): Client {
  const pace = openPace(clock);
  return {
    async ask({ operation, document, variables, answer, as, signal }) {
      await pace.turn();
      const guarded: typeof fetch = (to, init) =>
        guard({ clock, fetch: ours, whose: as?.whose ?? null, busy: pace.busy }, to, init, signal);
      // Loaded when it is first needed: most starts of the program ask nothing there.
      const library = await import("graphql-request");
      const client = new library.GraphQLClient(url, {
        fetch: guarded,
        headers: as === null ? {} : { "Personal-Token": as.token.reveal() },
      });
      const data = await client.request<unknown>(document, variables).catch((thrown: unknown) => {
        const answered = thrown instanceof library.ClientError ? thrown.response : undefined;
        throw meant(operation, { thrown, answered }, pace.busy);
      });
      const read = answer.safeParse(data);
      if (read.success) return read.data;
      const issue = read.error.issues[0];
      const at = issue?.path.map(String).join(".") ?? "it";
      throw collectiveChanged({ operation, what: `${at === "" ? "it" : at} is not what it was` });
    },
  };
}

interface Pace {
  /** Waits until one more request fits into the minute. Throws `collective-busy` while it wants to be left alone. */
  turn(): Promise<void>;
  busy: (seconds: number) => Problem;
}

function openPace(clock: Clock): Pace {
  let sent: number[] = [];
  let quietUntil = 0;
  return {
    busy(seconds) {
      quietUntil = Math.max(quietUntil, clock.now() + seconds * 1000);
      return collectiveBusy({ seconds });
    },
    async turn() {
      for (;;) {
        const now = clock.now();
        if (now < quietUntil) throw collectiveBusy({ seconds: Math.ceil((quietUntil - now) / 1000) });
        sent = sent.filter((at) => at > now - minuteMs);
        const [oldest] = sent;
        if (sent.length < mostPerMinute || oldest === undefined) break;
        await new Promise<void>((woken) => clock.at(oldest + minuteMs, woken));
      }
      sent.push(clock.now());
    },
  };
}

interface Guard {
  clock: Clock;
  fetch: typeof fetch;
  whose: string | null;
  busy: (seconds: number) => Problem;
}

/** A fetch that ends in time and answers nothing but JSON. */
async function guard(
  { clock, fetch: send, whose, busy }: Guard,
  to: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const late = new AbortController();
  const stop = clock.after(timeoutSeconds * 1000, () => late.abort());
  const either = signal === undefined ? late.signal : AbortSignal.any([signal, late.signal]);
  try {
    const response = await send(to, { ...init, redirect: "error", signal: either });
    const type = response.headers.get("content-type") ?? "no type";
    const text = await response.text();
    if (response.status === 429) throw busy(secondsIn(response.headers.get("retry-after")));
    if (response.status === 401 && whose !== null) throw collectiveTokenRefused({ whose });
    if (!isJson(type, text))
      throw collectivePage({ status: response.status, type: type.split(";")[0] ?? type });
    return new Response(text, { status: response.status, headers: { "content-type": "application/json" } });
  } catch (thrown) {
    if (thrown instanceof Problem) throw thrown;
    const reason = late.signal.aborted ? `no answer within ${timeoutSeconds} s` : reasonOf(thrown);
    throw collectiveUnreachable({ reason }, thrown);
  } finally {
    stop();
  }
}

function secondsIn(retryAfter: string | null): number {
  const seconds = Number(retryAfter ?? "");
  return Number.isFinite(seconds) && seconds > 0 ? Math.min(seconds, 3600) : 60;
}

function isJson(type: string, text: string): boolean {
  if (!/\bjson\b/.test(type) || text.length > mostAnswerCharacters) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

/** Node wraps what really happened (ECONNREFUSED, ENOTFOUND) as the cause. */
function reasonOf(thrown: unknown): string {
  const inner = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const code = (inner as { code?: unknown }).code;
  return typeof code === "string" ? code : clean(messageOf(inner));
}

/** Errors as GraphQL says them; their extensions may be left out. */
const Said = z.array(
  z.object({
    message: z.string(),
    extensions: z.object({ code: z.string().optional(), type: z.string().optional() }).nullish(),
  }),
);

/** What a failure of the library means. Its own message holds the variables and goes nowhere. */
function meant(
  operation: string,
  { thrown, answered }: { thrown: unknown; answered: ClientError["response"] | undefined },
  busy: (seconds: number) => Problem,
): Error {
  if (thrown instanceof Problem) return thrown;
  if (answered === undefined) {
    // The library's own word for JSON that is no answer to a query.
    if (/execution result/i.test(messageOf(thrown)))
      return collectiveChanged({ operation, what: "it is no answer to a query" });
    return thrown instanceof Error ? thrown : new Error(messageOf(thrown));
  }
  const { status, errors } = answered;
  const [first] = Said.safeParse(errors).data ?? [];
  if (first === undefined) return collectiveUnreachable({ reason: `status ${status}` });
  const code = first.extensions?.code ?? first.extensions?.type ?? "";
  const says = clean(first.message);
  if (/rate.?limit/i.test(code) || /rate limit/i.test(says)) return busy(60);
  if (code === "GRAPHQL_VALIDATION_FAILED" || code === "GRAPHQL_PARSE_FAILED" || code === "BAD_USER_INPUT")
    return collectiveChanged({ operation, what: says });
  if (status >= 500 || code === "INTERNAL_SERVER_ERROR") return collectiveUnreachable({ reason: says });
  return new Refusal(code, says);
}

function clean(text: string): string {
  const line = redact(text)
    .replaceAll(/\s+/g, " ")
    .trim()
    .replace(/[.!]+$/, "");
  return line.length > mostSaidCharacters ? `${line.slice(0, mostSaidCharacters)}…` : line;
}
