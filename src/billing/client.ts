/**
 * Stripe's own SDK over a fetch of ours, and what may come back in words. It tries nothing again by itself: the story
 * knows how long to wait, and the key that is sent is written down before.
 */
import type Stripe from "stripe";
import type { z } from "zod";
import { messageOf, Problem } from "../core/problem.ts";
import {
  billingOff,
  stripeBusy,
  stripeChanged,
  stripeIll,
  stripeKeyRefused,
  stripeRefused,
  stripeUnreachable,
} from "../core/problems/billing.ts";
import { redact, type Secret } from "../core/secret.ts";
import { sdk } from "./sdk.ts";

/** Stripe itself gives up after about that long; a lost answer is told by its key. */
const timeoutMs = 30_000;
/** A page of 100 invoices with their lines has some hundred kilobytes. */
const mostAnswerCharacters = 20_000_000;
const mostSaidCharacters = 200;

/** It understood, and said no. */
export class Refusal extends Error {
  /** As Stripe names it, such as `resource_missing`. */
  readonly code: string;
  readonly status: number;
  constructor(code: string, status: number, says: string) {
    super(says);
    this.code = code;
    this.status = status;
  }
}

export interface Ask<T> {
  /** What is done, for people, after "refused to". */
  operation: string;
  work: (stripe: Stripe) => Promise<unknown>;
  /** What the answer must look like. */
  answer: z.ZodType<T>;
  signal?: AbortSignal | undefined;
}

export interface Client {
  /** Whether there is a key. */
  readonly isOn: boolean;
  /**
   * Throws `Refusal` for a no, and Problems: `billing-off`, `stripe-unreachable`, `stripe-ill`, `stripe-busy`,
   * `stripe-changed`, `stripe-key-refused`.
   */
  ask<T>(ask: Ask<T>): Promise<T>;
}

export interface ClientParts {
  apiBase: string;
  key: Secret | undefined;
  /** Tests hand in the contract server. */
  fetch?: typeof fetch;
}

export function openClient({ apiBase, key, fetch: ours = fetch }: ClientParts): Client {
  const { hostname, port, protocol } = new URL(apiBase);
  const stripeFor = (value: Secret, signal: AbortSignal | undefined): Stripe =>
    new (sdk())(value.reveal(), {
      host: hostname,
      ...(port !== "" && { port }),
      protocol: protocol === "http:" ? "http" : "https",
      httpClient: sdk().createFetchHttpClient((to, init) => guard(ours, to, init, signal)),
      maxNetworkRetries: 0,
      timeout: timeoutMs,
      telemetry: false,
    });
  return {
    isOn: key !== undefined,
    async ask({ operation, work, answer, signal }) {
      if (key === undefined) throw billingOff({ setting: "stripe.secretKeyFile" });
      const given = await work(stripeFor(key, signal)).catch((thrown: unknown) => {
        throw meant(thrown);
      });
      const read = answer.safeParse(given);
      if (read.success) return read.data;
      const [issue] = read.error.issues;
      const at = issue?.path.map(String).join(".") ?? "";
      throw stripeChanged({ operation, what: `${at === "" ? "it" : at} is not what it was` });
    },
  };
}

/** A no as a Problem; everything else as it is. */
export function asProblem(operation: string, thrown: unknown): unknown {
  if (!(thrown instanceof Refusal)) return thrown;
  return stripeRefused({ operation, says: thrown.message.replace(/\.$/, "") });
}

/** A fetch that answers nothing but JSON: what a proxy or an outage shows in its place is told as what it is. */
async function guard(
  send: typeof fetch,
  to: Parameters<typeof fetch>[0],
  init: RequestInit | undefined,
  signal: AbortSignal | undefined,
): Promise<Response> {
  const either = [init?.signal, signal].filter((one) => one != null);
  const response = await send(to, { ...init, redirect: "error", signal: AbortSignal.any(either) });
  const type = response.headers.get("content-type") ?? "no type";
  const text = await response.text();
  const body = isJsonObject(type, text) ? text : pageAsError(type);
  const status = body === text || response.status >= 500 ? response.status : 502;
  return new Response(body, { status, headers: response.headers });
}

function pageAsError(type: string): string {
  const message = `a page (${type.split(";")[0] ?? type}) in place of data`;
  return JSON.stringify({ error: { type: "api_error", message } });
}

function isJsonObject(type: string, text: string): boolean {
  if (!/\bjson\b/.test(type) || text.length > mostAnswerCharacters) return false;
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null;
  } catch {
    return false;
  }
}

/** What a failure of the SDK means. */
function meant(thrown: unknown): unknown {
  if (thrown instanceof Problem) return thrown;
  const { errors } = sdk();
  if (thrown instanceof errors.StripeConnectionError) {
    return stripeUnreachable({ reason: reasonOf(thrown) }, thrown);
  }
  if (!(thrown instanceof errors.StripeError)) return thrown;
  const status = thrown.statusCode ?? 0;
  if (thrown instanceof errors.StripeRateLimitError || status === 429) return stripeBusy({}, thrown);
  if (status === 401 || status === 403) return stripeKeyRefused({}, thrown);
  if (status >= 500 || thrown instanceof errors.StripeAPIError) {
    return stripeIll({ status, says: said(thrown.message) }, thrown);
  }
  return new Refusal(thrown.code ?? thrown.type, status, said(thrown.message));
}

/** Whether an answer that says "broken" is kept under its key, and would be given again for a day. */
export function isReplayed(problem: Problem): boolean {
  const headers = (problem.cause as { headers?: Record<string, string> } | undefined)?.headers;
  return headers?.["idempotent-replayed"] === "true";
}

function said(message: string): string {
  return redact(message).replaceAll(/\s+/g, " ").trim().replace(/\.$/, "").slice(0, mostSaidCharacters);
}

/** Node wraps what really happened (ECONNREFUSED, ENOTFOUND) as the cause of a cause. */
function reasonOf(thrown: unknown): string {
  for (let inner = thrown, depth = 0; inner !== undefined && depth < 5; depth++) {
    const { code, name } = inner as { code?: unknown; name?: unknown };
    if (typeof code === "string" && /^[A-Z_]{4,40}$/.test(code)) return code;
    if (name === "TimeoutError") return `no answer within ${timeoutMs / 1000} s`;
    const next = inner as { cause?: unknown; detail?: unknown; raw?: { detail?: unknown } };
    inner = next.cause ?? next.detail ?? next.raw?.detail;
  }
  return said(messageOf(thrown));
}
