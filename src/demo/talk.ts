/** How the demo's scripts speak in the room. */
import type { ConsoleTransport } from "../chat/console.ts";
import type { MatrixId } from "../core/terms.ts";

/** A deploy takes longest. */
export const patienceMs = 120_000;

/** Says a command as this person; answers the first message after it that reads so. Throws when none comes. */
export async function hear(
  room: ConsoleTransport,
  person: MatrixId,
  line: string,
  answer: RegExp,
): Promise<Awaited<ReturnType<ConsoleTransport["seen"]>>> {
  const after = room.board.all().length;
  room.say(person, `!tandem ${line}`);
  return await room.seen(answer, { after, timeoutMs: patienceMs });
}
