import type { Logger } from "pino";
import type { Apps } from "../apps/index.ts";
import { sayProblem } from "../chat/message.ts";
import type { Outbox } from "../chat/transport.ts";
import type { Problem } from "../core/problem.ts";
import { AppDomain } from "../core/terms.ts";
import type { People } from "../people/index.ts";
import type { Engine } from "../workflow/index.ts";

export interface StrandedParts {
  log: Pick<Logger, "error">;
  apps: Pick<Apps, "find">;
  people: Pick<People, "byName">;
  show: Engine["show"];
  outbox: Pick<Outbox, "post">;
  /** Where runs speak that come from no room and are about no app. */
  defaultRoom: string | undefined;
}

/**
 * Tells of a run that cannot go on: to the log, and where it was asked for, with a new message that rings the asker.
 * Otherwise silence would look like a run that waits for somebody. Each start of Tandem finds it again; the room
 * hears of each reason once. Never throws: it is called where the engine has just let the run go.
 */
export function tellStranded(parts: StrandedParts): (run: string, problem: Problem) => void {
  return (run, problem) => {
    const { log } = parts;
    log.error({ run, code: problem.code }, problem.message);
    try {
      tellRoom(parts, run, problem);
    } catch (thrown) {
      // What keeps the journal from being written may keep the outbox from it as well.
      log.error({ run, code: problem.code, err: thrown }, "the room was not told that a run cannot go on");
    }
  };
}

function tellRoom(parts: StrandedParts, run: string, problem: Problem): void {
  const { show, people, outbox, defaultRoom } = parts;
  const { place, askedBy, lock } = show(run) ?? { place: null, askedBy: null, lock: null };
  const room = place?.room ?? roomOf(parts, lock) ?? defaultRoom;
  if (room === undefined) return;
  const asker = askedBy === null ? undefined : people.byName(askedBy)?.matrixIds[0];
  outbox.post({
    kind: "message",
    key: `${run}/stranded/${problem.code}`,
    room,
    message: sayProblem(problem, { run, mentions: asker === undefined ? [] : [asker] }),
    ...(place?.eventId !== undefined && { replyTo: place.eventId }),
    ...(place?.threadRoot !== undefined && { threadRoot: place.threadRoot }),
  });
}

/** The room of the app that the run works on, if it works on one: a lock may be about something else. */
function roomOf({ apps }: StrandedParts, lock: string | null): string | undefined {
  const { data: domain } = AppDomain.safeParse(/^app (.+)$/.exec(lock ?? "")?.[1]);
  return domain === undefined ? undefined : (apps.find(domain)?.room ?? undefined);
}
