import type { Apps } from "../apps/index.ts";
import type { Outbox } from "../chat/transport.ts";
import { say } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import type { ServerName } from "../core/terms.ts";
import type { Engine } from "../workflow/index.ts";

export interface AwayWatchParts {
  clock: Clock;
  apps: Pick<Apps, "list">;
  engine: Pick<Engine, "list">;
  outbox: Outbox;
  defaultRoom: string | undefined;
}

/**
 * Says in the room that a deploy waits for its server to come back, and that it goes on; otherwise silence would
 * look like a deploy that hangs. `why` is null when it goes on. Rings nobody: nobody has to do anything yet.
 */
export function openAwayWatch(
  parts: AwayWatchParts,
): (server: ServerName, stack: string, why: string | null) => void {
  const { clock, apps, engine, outbox, defaultRoom } = parts;
  return (server, stack, why) => {
    const app = apps.list().find((one) => one.server === server && one.stack === stack);
    if (app === undefined) return;
    const [run] = engine
      .list({ open: true, lock: `app ${app.domain}` })
      .filter(({ status }) => status === "running");
    const room = run?.place?.room ?? defaultRoom;
    if (run === undefined || room === undefined) return;
    const text =
      why === null
        ? `${server} answers again; the run \`${run.id}\` of ${app.domain} goes on.`
        : `${why} The run \`${run.id}\` of ${app.domain} waits for it and goes on by itself.`;
    const { eventId, threadRoot } = run.place ?? {};
    outbox.post({
      kind: "message",
      key: `${run.id}/away/${clock.now()}/${why === null ? "back" : "gone"}`,
      room,
      message: say(text, why === null ? {} : { next: `To give up instead: \`cancel ${run.id}\`` }),
      ...(eventId !== undefined && { replyTo: eventId }),
      ...(threadRoot !== undefined && { threadRoot }),
    });
  };
}
