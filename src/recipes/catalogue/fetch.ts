/** Asking for a catalogue over the network: own patience, a limit of size, no way to another address. */
import { messageOf } from "../../core/problem.ts";

export const catalogueLimits = { bytes: 16 * 1024 * 1024, patienceMs: 20_000 };

/** What a server said of the state of a copy, to be asked with the next time. */
export interface Tags {
  etag?: string;
  lastModified?: string;
}

export type Fetched = { kind: "unchanged" } | { kind: "text"; text: string; tags: Tags };
export type Fetch = (url: string, init: RequestInit) => Promise<Response>;

/** Why there was no answer, in words for people. */
export class CatalogueSilent extends Error {
  override readonly name = "CatalogueSilent";
}

/** Asks for the catalogue, or whether it has changed since. Throws CatalogueSilent with the reason. */
export async function fetchCatalogue(url: string, known: Tags, ask: Fetch = fetch): Promise<Fetched> {
  const { address, authorization } = signIn(url);
  const headers = {
    accept: "application/json",
    ...authorization,
    ...(known.etag !== undefined && { "if-none-match": known.etag }),
    ...(known.lastModified !== undefined && { "if-modified-since": known.lastModified }),
  };
  try {
    const signal = AbortSignal.timeout(catalogueLimits.patienceMs);
    const response = await ask(address, { headers, redirect: "manual", signal });
    if (response.status === 304) return { kind: "unchanged" };
    if (response.status !== 200) {
      await response.body?.cancel();
      const elsewhere = response.status >= 300 && response.status < 400;
      throw new CatalogueSilent(
        elsewhere ? "it sends on to another address, which is not followed" : `it answers ${response.status}`,
      );
    }
    return { kind: "text", text: await textOf(response), tags: tagsOf(response.headers) };
  } catch (thrown) {
    throw thrown instanceof CatalogueSilent
      ? thrown
      : new CatalogueSilent(wordsOf(thrown), { cause: thrown });
  }
}

/** `https://name:word@host` as a request carries it: fetch takes no such address, and would say it aloud. */
function signIn(url: string): { address: string; authorization?: { authorization: string } } {
  const { username, password } = new URL(url);
  if (username === "" && password === "") return { address: url };
  const words = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
  const authorization = `Basic ${Buffer.from(words).toString("base64")}`;
  return { address: url.replace(/^(https?:\/\/)[^/@]*@/i, "$1"), authorization: { authorization } };
}

async function textOf(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength;
    // Leaving the loop gives the connection up.
    if (size > catalogueLimits.bytes)
      throw new CatalogueSilent(`it is larger than ${catalogueLimits.bytes / 1024 / 1024} MB`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function tagsOf(headers: Headers): Tags {
  const etag = headers.get("etag");
  const lastModified = headers.get("last-modified");
  return { ...(etag !== null && { etag }), ...(lastModified !== null && { lastModified }) };
}

function wordsOf(thrown: unknown): string {
  if ((thrown as Error).name === "TimeoutError") return "it did not answer in time";
  const { cause } = thrown as { cause?: { code?: string } };
  if (cause?.code === "ECONNREFUSED") return "nothing listens there";
  if (cause?.code === "ENOTFOUND" || cause?.code === "EAI_AGAIN") return "its host is not known";
  return cause === undefined ? messageOf(thrown) : messageOf(cause);
}
