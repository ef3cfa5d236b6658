import type { Logger } from "pino";
import { dayHead, type Audit } from "../audit/index.ts";
import type { Outbox } from "../chat/transport.ts";
import { againWhenItFails, isoOf, type Clock } from "../core/clock.ts";

const dayMs = 86_400_000;
/** A clock that was set meanwhile is noticed by then. */
const longestWaitMs = 3_600_000;

/**
 * Posts the head of the audit chain in the operators' room each day just after midnight UTC: the room lives on
 * many servers, so it is a witness that nobody can rewrite. Keyed by day: posted once. Answers how to stop.
 */
export function postAuditHead(
  audit: Audit,
  outbox: Outbox,
  room: string,
  { clock, log }: { clock: Clock; log: Pick<Logger, "error"> },
): () => void {
  let cancel = (): void => undefined;
  const failed = (thrown: unknown): void =>
    log.error({ err: thrown }, "the head of the audit chain could not be posted; it is tried again");
  const post = againWhenItFails(clock, postNow, failed, (takeBack) => (cancel = takeBack));
  function postNow(): void {
    const now = clock.now();
    const day = isoOf(now).slice(0, 10);
    outbox.post({
      kind: "message",
      key: `audit-head/${day}`,
      room,
      message: dayHead(audit, clock),
    });
    const midnight = (Math.floor(now / dayMs) + 1) * dayMs;
    cancel = clock.after(Math.min(midnight - now, longestWaitMs), post);
  }
  post();
  return () => cancel();
}
