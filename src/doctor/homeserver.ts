/** Questions to the homeserver, with the bot's token. */
import { messageOf } from "../core/problem.ts";
import { homeserverSilent } from "../core/problems/doctor.ts";
import type { Secret } from "../core/secret.ts";

export const patienceMs = 15_000;

/**
 * The status and the JSON of one answer; an answer that is no JSON object counts as an empty one. Throws
 * `homeserver-silent`.
 */
export async function askHomeserver(
  homeserver: string,
  token: Secret,
  address: string,
): Promise<[number, Record<string, unknown>]> {
  const url = new URL(address, homeserver);
  const headers = { authorization: `Bearer ${token.reveal()}` };
  try {
    const answer = await fetch(url, { headers, signal: AbortSignal.timeout(patienceMs) });
    const json = await answer.json().catch(() => ({}));
    return [answer.status, (json ?? {}) as Record<string, unknown>];
  } catch (thrown) {
    throw homeserverSilent({ homeserver, reason: connectionWords(thrown) }, thrown);
  }
}

/** fetch says only "fetch failed"; the reason is in its cause. */
function connectionWords(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const { code = "", name } = cause as { code?: string; name?: string };
  if (name === "TimeoutError") return `it was silent for ${patienceMs / 1000} s`;
  return reasons[code] ?? messageOf(cause);
}

const reasons: Record<string, string> = {
  ECONNREFUSED: "nothing listens there",
  ENOTFOUND: "nobody knows a machine of that name",
  EAI_AGAIN: "names of machines cannot be looked up right now",
  ECONNRESET: "it hung up",
  EHOSTUNREACH: "there is no way to that machine",
  CERT_HAS_EXPIRED: "its certificate has expired",
  DEPTH_ZERO_SELF_SIGNED_CERT: "its certificate is signed by nobody whom this machine trusts",
};
