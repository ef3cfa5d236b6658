/** What a file for the books came to, in words. */
import { say, type Message } from "../../src/chat/message.ts";
import type { Trades } from "../../src/workflow/define.ts";

type Taken = ReturnType<Trades["books"]["importSpooled"]>;

const mostNamed = 8;

/** Counts, and where there is any, what was not read and what was told differently before. */
export function takenWords({ added, known, updated, leftAside, alarms }: Taken): {
  counts: string;
  leftAside: string[];
  alarms: string[];
} {
  const first = (names: readonly string[]): string => names.slice(0, mostNamed).join(", ");
  return {
    counts: `${added} new, ${known} known already, ${updated} that have come further`,
    leftAside: leftAside.length === 0 ? [] : [`not read: ${first(leftAside)}`],
    alarms:
      alarms.length === 0
        ? []
        : [`told with other content than before, and kept as they were: ${first(alarms)}`],
  };
}

/**
 * `what` is the kind of file, a bank's statement is of an account; `from`: whose it was, where it came out of a room.
 */
export function tookFile(
  taken: Taken,
  { what, account, from }: { what: string; account?: string | undefined; from?: string },
): Message {
  if (taken.isKnownFile) return say("This file was taken before: there is nothing new in it.");
  const { counts, leftAside, alarms } = takenWords(taken);
  const named =
    what === "bank" ? `The statement of ${account ?? "the bank"} is taken` : `The file for ${what} is taken`;
  return say(from === undefined ? `${named}.` : `${named}: ${from}.`, {
    list: [
      what === "bank" ? `lines and balances: ${counts}` : counts,
      ...leftAside,
      ...alarms.map((line) => `**${line}**`),
    ],
    next: "Next: `money reconcile`",
  });
}
