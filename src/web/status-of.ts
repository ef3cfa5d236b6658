import type { ContentfulStatusCode } from "hono/utils/http-status";

/**
 * HTTP status codes of problems by their code; all others are 422: understood, and not to be done like this.
 */
const byCode: [RegExp, ContentfulStatusCode][] = [
  [
    /^(not-(known|allowed|your-run|by-token|verified)|private-answer|approval-(own|beneficiary|role|unverified))$/,
    403,
  ],
  [/^(app|approval|command|member|recipe|recipe-version|run|seat|stack|token|topic|page)-unknown$/, 404],
  [
    /^(approval-(settled|past)|plan-changed|run-already-over|secret-already-there|lock-held.*|.*-taken)$/,
    409,
  ],
  [/^(command-too-long|body-too-large)$/, 413],
  [/^too-many-(commands|tries)$/, 429],
  [/^(unexpected|page-broke)$/, 500],
  [/^(disk-full|docker-down|not-a-manager|server-slow|database-.*)$/, 503],
];

/** The status with which the JSON API and refused forms answer a problem. */
export function statusOf(code: string): ContentfulStatusCode {
  return byCode.find(([pattern]) => pattern.test(code))?.[1] ?? 422;
}
