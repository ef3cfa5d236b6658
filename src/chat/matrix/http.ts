import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { setRequestFn } from "matrix-bot-sdk";

/** What matrix-bot-sdk hands to its request function; the names are those of the old `request` package. */
interface RequestParams {
  uri: string;
  method: string;
  qs?: Record<string, string | number | boolean | null | undefined> | null;
  headers: Record<string, string>;
  body?: string | Buffer;
  /** null asks for a Buffer instead of text. */
  encoding?: null;
  timeout?: number | null;
}
interface RequestAnswer {
  statusCode: number;
  headers: Record<string, string>;
  body: string | Buffer;
}
type Answered = (failure: unknown, answer?: RequestAnswer, body?: string | Buffer) => void;

/** Without a limit of its own a request may take this long, ms. */
const defaultTimeoutMs = 60_000;
/** A rate limit is waited out here when it is short; longer ones are left to whoever keeps a queue. */
const longestRateWaitMs = 5_000;
const mostRateWaits = 3;

const ambient = new AsyncLocalStorage<AbortSignal>();

/** Runs requests so that `signal` ends them; matrix-bot-sdk has no way to hand one through. */
export function withSignal<T>(signal: AbortSignal, requests: () => Promise<T>): Promise<T> {
  return ambient.run(signal, requests);
}

/**
 * Makes matrix-bot-sdk use the platform's fetch instead of the retired `request` package. Rate limits (429) that
 * say they are over within 5 s are waited out, which matrix-bot-sdk never does.
 */
export function useFetch(): void {
  setRequestFn((params: RequestParams, answered: Answered) => {
    ask(params).then(
      (answer) => answered(null, answer, answer.body),
      (failure: unknown) => answered(failure),
    );
  });
}

async function ask(params: RequestParams): Promise<RequestAnswer> {
  const url = new URL(params.uri);
  for (const [name, value] of Object.entries(params.qs ?? {}))
    if (value !== undefined && value !== null) url.searchParams.append(name, String(value));
  const stop = ambient.getStore();
  for (let waits = 0; ; waits++) {
    const limit = AbortSignal.timeout(params.timeout ?? defaultTimeoutMs);
    const response = await fetch(url, {
      method: params.method,
      headers: params.headers,
      signal: stop === undefined ? limit : AbortSignal.any([stop, limit]),
      ...(params.body !== undefined && { body: params.body as NonNullable<RequestInit["body"]> }),
    });
    const bytes = Buffer.from(await response.arrayBuffer());
    const waitMs = response.status === 429 ? rateWaitMs(bytes, response.headers) : 0;
    if (response.status === 429 && waitMs <= longestRateWaitMs && waits < mostRateWaits) {
      await sleep(waitMs, undefined, stop === undefined ? {} : { signal: stop });
      continue;
    }
    return {
      statusCode: response.status,
      headers: Object.fromEntries(response.headers),
      body: params.encoding === null && response.ok ? bytes : bytes.toString(),
    };
  }
}

function rateWaitMs(body: Buffer, headers: Headers): number {
  try {
    const { retry_after_ms: ms } = JSON.parse(body.toString()) as { retry_after_ms?: unknown };
    if (typeof ms === "number") return ms;
  } catch {
    // A proxy's page instead of the homeserver's JSON: its header is all there is.
  }
  const seconds = Number(headers.get("retry-after"));
  return Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : 1000;
}
