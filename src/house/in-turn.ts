import type { Logger } from "pino";
import { say } from "../chat/message.ts";
import type { Incoming, Listener, Outbox } from "../chat/transport.ts";
import { durationMs, type Clock } from "../core/clock.ts";

/** How long all rooms wait for one command. */
const patienceSeconds = 10;
const patienceMs = durationMs(`${patienceSeconds}s`);
/** So many may go on beside the others; one more is waited for, whatever it takes. */
const mostBeside = 10;

interface Parts {
  outbox: Pick<Outbox, "post">;
  clock: Clock;
  /** Whether answers open a thread under the command. */
  threads: boolean;
  log: Pick<Logger, "warn">;
}

/**
 * Handles events in turn, but lets nobody wait long for one. Whatever changes something is done at once, at the door;
 * only what looks, such as at a recipe on a host that hangs, can take its time. Then whoever asked is told, the next
 * event has its turn, and the answer is said when it is there. `stop`: what is still looked for is not told any more.
 */
export function inTurn(listener: Listener, parts: Parts): { listener: Listener; stop: () => void } {
  const { clock, log } = parts;
  const beside = new Set<Promise<unknown>>();
  let stopped = false;
  const handle = async (event: Incoming): Promise<void> => {
    const work = Promise.resolve(listener(event));
    if (beside.size >= mostBeside || (await isDoneSoon(clock, work))) return work;
    const failed = (thrown: unknown): void => {
      if (!stopped) log.warn({ err: thrown, event: event.eventId }, "what was looked for could not be told");
    };
    const going = work.catch(failed).finally(() => beside.delete(going));
    beside.add(going);
    try {
      tellToWait(parts, event);
    } catch (thrown) {
      failed(thrown);
    }
  };
  return {
    listener: handle,
    stop: () => {
      stopped = true;
    },
  };
}

/** Whether it ends in time; rejects as it does. */
async function isDoneSoon(clock: Clock, work: Promise<unknown>): Promise<boolean> {
  let stopWaiting = (): void => undefined;
  const late = new Promise<boolean>((ring) => {
    stopWaiting = clock.after(patienceMs, () => ring(false));
  });
  try {
    return await Promise.race([work.then(() => true), late]);
  } finally {
    stopWaiting();
  }
}

function tellToWait({ outbox, threads }: Parts, event: Incoming): void {
  if (event.kind !== "message") return;
  const { eventId, room } = event;
  const threadRoot = event.threadRoot ?? (threads ? eventId : undefined);
  outbox.post({
    kind: "message",
    key: `${eventId}/looking`,
    room,
    replyTo: eventId,
    ...(threadRoot !== undefined && { threadRoot }),
    message: say(
      `Looking takes longer than ${patienceSeconds} s. The answer follows here as soon as there is one.`,
      {
        next: "If none has come after three minutes, say it again: nothing was changed.",
      },
    ),
  });
}
