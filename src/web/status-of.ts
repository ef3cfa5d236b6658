import type { ContentfulStatusCode } from "hono/utils/http-status";

/** HTTP status codes of the problems that a command can meet, by their code; all others are 422. */
const byCode: [RegExp, ContentfulStatusCode][] = [
  [/^(not-allowed|role-missing|not-yours|speaker-unknown)/, 403],
  [/(-unknown|-missing|-not-found|no-such-.*)$/, 404],
  [/^(too-many|too-fast|rate-|slow-down)/, 429],
  [/^(command-too-long|body-too-large)/, 413],
  [/^(broke|page-broke|command-broke|internal)/, 500],
  [/^(disk-full|database-locked|server-silent|docker-.*)/, 503],
];

/** The status with which the JSON API and refused forms answer a problem. */
export function statusOf(code: string): ContentfulStatusCode {
  return byCode.find(([pattern]) => pattern.test(code))?.[1] ?? 422;
}
