/** One request to a registry: its time, its size, no redirects, and what a refusal means in words. */
import { messageOf } from "../core/problem.ts";

export const askTimeoutMs = 10_000;
/** A page of a thousand tags is about 30 KB. */
export const largestAnswer = 4 * 1024 * 1024;

export interface Answer {
  status: number;
  headers: Headers;
  /** Empty for 304 and for refusals. */
  text: string;
}

export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** A request that got no usable answer; the message says why in words. */
export class NoAnswer extends Error {}

/** Asks and reads at most `largestAnswer` bytes. Throws `NoAnswer`. */
export async function ask(fetcher: Fetch, url: string, headers: Record<string, string>): Promise<Answer> {
  const signal = AbortSignal.timeout(askTimeoutMs);
  try {
    const response = await fetcher(url, { headers, redirect: "manual", signal });
    const { status } = response;
    if (status !== 200) {
      await response.body?.cancel();
      return { status, headers: response.headers, text: "" };
    }
    return { status, headers: response.headers, text: await readWithin(response) };
  } catch (thrown) {
    if (thrown instanceof NoAnswer) throw thrown;
    if (signal.aborted) throw new NoAnswer(`no answer in ${askTimeoutMs / 1000} s`);
    throw new NoAnswer(reasonOf(thrown));
  }
}

async function readWithin(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  if (response.body === null) return "";
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    size += chunk.length;
    if (size > largestAnswer) throw new NoAnswer(`its answer is longer than ${largestAnswer / 2 ** 20} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

const codes: Record<string, string> = {
  ENOTFOUND: "its name cannot be looked up",
  EAI_AGAIN: "its name cannot be looked up",
  ECONNREFUSED: "nothing listens there",
  ECONNRESET: "it broke the connection off",
  UND_ERR_SOCKET: "it broke the connection off",
  UND_ERR_CONNECT_TIMEOUT: "it cannot be reached",
  ETIMEDOUT: "it cannot be reached",
  EHOSTUNREACH: "there is no way to it from here",
  ENETUNREACH: "there is no way to it from here",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is not trusted here",
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: "its certificate is not trusted here",
  CERT_HAS_EXPIRED: "its certificate has expired",
};

function reasonOf(thrown: unknown): string {
  const { cause } = thrown as { cause?: { code?: string } };
  return codes[cause?.code ?? ""] ?? messageOf(cause ?? thrown);
}
