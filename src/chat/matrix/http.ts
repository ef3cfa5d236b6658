import { AsyncLocalStorage } from "node:async_hooks";
import { setTimeout as sleep } from "node:timers/promises";
import { MatrixError, setRequestFn } from "matrix-bot-sdk";
import { isRecord } from "./raw-event.ts";

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
  /** Of an answer that is more than this, nothing is handed on; ours, not matrix-bot-sdk's. */
  mostBytes?: number;
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
/** How long a file of some megabytes may be on its way, ms. */
const downloadTimeoutMs = 120_000;

/** What was asked for is larger than whoever asked can take. */
export class BodyTooLarge extends Error {}

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

/**
 * The bytes at an address of the homeserver, read no further than `mostBytes` whatever the answer says of its length:
 * beyond them it rejects with `BodyTooLarge`. A redirect to where the files lie is followed; fetch leaves the token
 * behind when that is another host.
 */
export async function download(url: string, accessToken: string, mostBytes: number): Promise<Buffer> {
  const { statusCode, body } = await ask({
    uri: url,
    method: "GET",
    headers: { authorization: `Bearer ${accessToken}` },
    encoding: null,
    timeout: downloadTimeoutMs,
    mostBytes,
  });
  if (Buffer.isBuffer(body)) return body;
  throw new MatrixError(refusalIn(body), statusCode);
}

type Refusal = ConstructorParameters<typeof MatrixError>[0];

/** What the homeserver says of why; nothing where something in front of it answered, which `failureOf` goes by. */
function refusalIn(body: string): Refusal {
  try {
    const said: unknown = JSON.parse(body);
    return (isRecord(said) ? said : {}) as Refusal;
  } catch {
    // A proxy's page.
    return {} as Refusal;
  }
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
    const bytes = await bytesOf(response, params.mostBytes);
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

async function bytesOf(response: Response, mostBytes: number | undefined): Promise<Buffer> {
  if (mostBytes === undefined) return Buffer.from(await response.arrayBuffer());
  const chunks: Uint8Array[] = [];
  let size = 0;
  // Leaving the loop ends the connection: the rest is not even received.
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > mostBytes) throw new BodyTooLarge(`more than ${mostBytes} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
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
