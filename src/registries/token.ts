/** Anonymous tokens: most registries want one even from those whom everybody may be. */
import { z } from "zod";
import { ask, NoAnswer, type Fetch } from "./ask.ts";
import { isLoopback } from "./image-name.ts";

export interface Challenge {
  realm: string;
  service: string | undefined;
  scope: string | undefined;
}

export interface Token {
  value: string;
  /** ms since 1970. */
  until: number;
}

const TokenAnswer = z.object({
  token: z.string().min(1).optional(),
  access_token: z.string().min(1).optional(),
  expires_in: z.number().positive().optional(),
});

/** What the specification says of answers that do not say how long they last. */
const usualSeconds = 60;
/** Time that is left out at the end, for the way. */
const marginMs = 5000;

/** Reads `WWW-Authenticate: Bearer realm="…",service="…",scope="…"`; undefined when another sign-in is wanted. */
export function readChallenge(header: string | null): Challenge | undefined {
  const match = /^\s*bearer\s+(.*)$/is.exec(header ?? "");
  if (match === null) return undefined;
  const fields = new Map(
    [...(match[1] ?? "").matchAll(/([a-z_]+)\s*=\s*(?:"([^"]*)"|([^\s,"]+))/gi)].map(
      ([, name = "", quoted, plain]) => [name.toLowerCase(), quoted ?? plain ?? ""] as const,
    ),
  );
  const realm = fields.get("realm");
  if (realm === undefined) return undefined;
  return { realm, service: fields.get("service"), scope: fields.get("scope") };
}

/**
 * Fetches a token for one repository. `askedHost` is the registry's: only one on loopback may send to a realm without
 * TLS. Throws `NoAnswer`; undefined when there are tokens for people with an account only.
 */
export async function fetchToken(
  fetcher: Fetch,
  { realm, service, scope }: Challenge,
  { askedHost, path, now }: { askedHost: string; path: string; now: number },
): Promise<Token | undefined> {
  const url = URL.parse(realm);
  const isSafe =
    url?.protocol === "https:" ||
    (url?.protocol === "http:" && isLoopback(askedHost) && isLoopback(url.host));
  if (url === null || !isSafe) throw new NoAnswer("it names a place for tokens that cannot be trusted");
  if (service !== undefined) url.searchParams.set("service", service);
  url.searchParams.set("scope", scope ?? `repository:${path}:pull`);
  const answer = await ask(fetcher, url.href, { accept: "application/json" });
  if (answer.status === 401 || answer.status === 403) return undefined;
  if (answer.status !== 200) throw new NoAnswer(`its token server answered ${answer.status}`);
  const parsed = TokenAnswer.safeParse(jsonOf(answer.text));
  const value = parsed.data?.token ?? parsed.data?.access_token;
  if (value === undefined || !/^[\x21-\x7e]+$/.test(value))
    throw new NoAnswer("its token server sent no token");
  const seconds = parsed.data?.expires_in ?? usualSeconds;
  return { value, until: now + seconds * 1000 - marginMs };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
