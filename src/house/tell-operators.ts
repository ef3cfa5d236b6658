import type { Outbox, TellOperators } from "../chat/transport.ts";
import { sayProblem } from "../chat/message.ts";

interface Parts {
  outbox: Pick<Outbox, "post">;
  operatorsRoom?: string | undefined;
  defaultRoom?: string | undefined;
}

/**
 * Tells of a room that something is wrong with, where it will be read: in the operators' room, else in the default one,
 * and never in the very room.
 */
export function tellOperators({ outbox, operatorsRoom, defaultRoom }: Parts): TellOperators {
  return (about, key, problem) => {
    const room = [operatorsRoom, defaultRoom].find((one) => one !== undefined && one !== about);
    if (room !== undefined) outbox.post({ kind: "message", key, room, message: sayProblem(problem) });
  };
}
