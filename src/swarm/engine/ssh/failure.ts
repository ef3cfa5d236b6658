import { messageOf, Problem } from "../../../core/problem.ts";
import {
  hostKeyChanged,
  serverLoginRefused,
  serverNotReached,
  sshKeyUnusable,
} from "../../../core/problems/servers.ts";
import type { HostKey } from "./host-key.ts";

/** How long a server may take to shake hands; one on a slow line took 3 s. */
export const handshakeMs = 15_000;

const reasons: Record<string, string> = {
  ENOTFOUND: "nobody knows a machine of that name",
  EAI_AGAIN: "names of machines cannot be looked up right now",
  ECONNREFUSED: "nothing listens there",
  ETIMEDOUT: "it does not answer",
  EHOSTUNREACH: "there is no way to that machine",
  ENETUNREACH: "there is no way to that network",
  ECONNRESET: "it hung up",
  EPIPE: "it hung up",
};

/** Why a machine was not reached, in words for people. */
export function reasonInWords(thrown: unknown): string {
  const code = thrown instanceof Error && "code" in thrown ? String(thrown.code) : "";
  if (reasons[code] !== undefined) return reasons[code];
  const message = messageOf(thrown);
  if (/keepalive timeout/i.test(message)) return "it has gone silent";
  if (/timed out/i.test(message)) return `it was silent for ${handshakeMs / 1000} s`;
  if (/connection lost before handshake|hang up|ended/i.test(message)) return "it hung up";
  if (/no matching/i.test(message)) return `it and Tandem have no cipher in common (${message})`;
  return message;
}

export interface FailureFacts {
  server: string;
  user: string;
  key: string;
  agreed: string;
  shown: HostKey | undefined;
}

/** A failed connection as a problem; what ssh2 says alone would tell nobody what to do. */
export function connectionProblem(thrown: unknown, facts: FailureFacts): Problem {
  if (thrown instanceof Problem) return thrown;
  const { server, user, key, agreed, shown } = facts;
  if (shown !== undefined && shown.fingerprint !== agreed) {
    return hostKeyChanged({ server, agreed, shown: `${shown.fingerprint} (${shown.kind})` }, thrown);
  }
  const level = thrown instanceof Error && "level" in thrown ? String(thrown.level) : "";
  if (level === "client-authentication") return serverLoginRefused({ server, user, key }, thrown);
  if (level === "agent") {
    return sshKeyUnusable({ key, reason: `the agent does not answer (${messageOf(thrown)})` }, thrown);
  }
  return serverNotReached({ server, reason: reasonInWords(thrown) }, thrown);
}
