import { messageOf } from "../../core/problem.ts";

/** What a failed request means for whoever made it. */
export interface Failure {
  /**
   * `passing`: try again later. `refused`: never try this again. `token`: the access token is dead, nothing works.
   */
  kind: "passing" | "refused" | "token";
  /** In words, for logs and for the outbox; holds no token. */
  words: string;
  /** The homeserver's own wish, ms. */
  retryAfterMs?: number;
  /** Matrix's code, such as `M_NOT_FOUND`. */
  code?: string;
}

interface Refusal {
  statusCode?: number;
  errcode?: string;
  error?: string;
  retryAfterMs?: number;
}

/** Sorts what matrix-bot-sdk throws: a MatrixError, a bare response (a proxy's page), or a failed connection. */
export function failureOf(thrown: unknown): Failure {
  const { statusCode, errcode, error, retryAfterMs } = (thrown ?? {}) as Refusal;
  if (statusCode === undefined) return { kind: "passing", words: connectionWords(thrown) };
  const words = `${statusCode} ${errcode ?? ""} ${error ?? ""}`.trim().replaceAll(/\s+/g, " ");
  const common = {
    words,
    ...(errcode !== undefined && { code: errcode }),
    ...(retryAfterMs !== undefined && { retryAfterMs }),
  };
  if (errcode === "M_UNKNOWN_TOKEN" || errcode === "M_MISSING_TOKEN" || errcode === "M_USER_DEACTIVATED")
    return { kind: "token", ...common };
  // It is too large for the homeserver, or for what stands in front of it, and will be the next time.
  if (statusCode === 413) return { kind: "refused", ...common };
  // Without a Matrix code the answer came from something in front of the homeserver.
  if (statusCode === 429 || statusCode === 408 || statusCode >= 500 || errcode === undefined)
    return { kind: "passing", ...common };
  return { kind: "refused", ...common };
}

/** fetch says only "fetch failed"; the reason is in its cause. */
function connectionWords(thrown: unknown): string {
  const cause = thrown instanceof Error ? (thrown.cause ?? thrown) : thrown;
  const { code } = (cause ?? {}) as { code?: string };
  const message = messageOf(cause);
  return code !== undefined && !message.includes(code) ? `${code} ${message}`.trim() : message;
}
