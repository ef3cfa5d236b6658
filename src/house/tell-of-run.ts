import { sayProblem } from "../chat/message.ts";
import type { Apps } from "../apps/index.ts";
import type { Outbox } from "../chat/transport.ts";
import type { Problem } from "../core/problem.ts";
import type { AppDomain } from "../core/terms.ts";
import type { People } from "../people/index.ts";
import type { Engine } from "../workflow/index.ts";

export interface RunTeller {
  engine: Pick<Engine, "show">;
  apps: Pick<Apps, "find">;
  people: Pick<People, "byName">;
  outbox: Pick<Outbox, "post">;
  /** Where runs speak that come from no room and are about no app. */
  defaultRoom: string | undefined;
}

/**
 * Posts a problem that a run has left behind: where it was asked for, else in the room of its app, with a new message
 * that rings the asker. `about` tells it from others of the run: each is posted once, over restarts too.
 */
export function tellOfRun(
  { engine, apps, people, outbox, defaultRoom }: RunTeller,
  { run, app, about }: { run: string; app: AppDomain | undefined; about: string },
  problem: Problem,
): void {
  const { place, askedBy } = engine.show(run) ?? { place: null, askedBy: null };
  const room = place?.room ?? (app === undefined ? undefined : apps.find(app)?.room) ?? defaultRoom;
  if (room === undefined) return;
  const asker = askedBy === null ? undefined : people.byName(askedBy)?.matrixIds[0];
  outbox.post({
    kind: "message",
    key: `${run}/${about}`,
    room,
    message: sayProblem(problem, { run, mentions: asker === undefined ? [] : [asker] }),
    ...(place?.eventId !== undefined && { replyTo: place.eventId }),
    ...(place?.threadRoot !== undefined && { threadRoot: place.threadRoot }),
  });
}
