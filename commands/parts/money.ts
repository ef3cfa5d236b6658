/** The books in words. */
import { say, type Message } from "../../src/chat/message.ts";
import { decimalOf, formatMoney } from "../../src/core/money.ts";
import { answer, start, type CommandContext, type Reply } from "../../src/router/define.ts";
import decide from "../../workflows/decide.ts";

type Books = CommandContext<unknown>["books"];
export type Run = ReturnType<Books["reconcile"]>;
type Wanted = Parameters<Books["weigh"]>[0];

const words = {
  matched: "matched",
  waiting: "on their way",
  failed_reversed: "failed and came back",
  bank_matched_members_unknown: "at the bank, of unknown members",
  ambiguous: "could be one or another",
  unmatched: "not matched",
};

/** How many are in which state, and what does not prove. */
export function standing({ states, queue, proofs }: Run): string[] {
  const counts = Map.groupBy(Object.values(states), (state) => state);
  const found = Object.entries(words).flatMap(([state, text]) => {
    const count = counts.get(state as keyof typeof words)?.length ?? 0;
    return count === 0 ? [] : [`${count} ${text}`];
  });
  const off = proofs.filter(({ ok }) => !ok);
  return [
    ...(found.length === 0 ? [] : [found.join(", ")]),
    `${queue.length} in the queue`,
    off.length === 0
      ? `all ${proofs.length} proofs are exact`
      : `${off.length} of ${proofs.length} proofs are not exact`,
    ...off.map(({ proof, currency, differenceMinor, note }) => {
      const by = formatMoney({ amountMinor: differenceMinor, currency });
      if (proof.startsWith("assets:transit") && differenceMinor === 0n) return `**${proof}: ${note}**`;
      return `**${proof}: off by ${by}**${note === "" ? "" : ` (${note})`}`;
    }),
  ];
}

/** One thing of the queue, as treasurers read it. What a bank wrote about people is not in it. */
export function queued({
  id,
  date,
  kind,
  why,
  currency,
  amountMinor,
  candidates,
}: Run["queue"][number]): string {
  const amount = currency === "" ? "" : ` · ${decimalOf({ amountMinor, currency })} ${currency}`;
  const could = candidates.length === 0 ? "" : `: ${candidates.map((one) => `\`${one}\``).join(", ")}`;
  return `\`${id}\` · ${date}${amount} · ${kind}: ${why}${could}`;
}

/** Writes a decision down or, where it is about much, asks a second treasurer first. */
export function decided(books: Books, wanted: Wanted, by: string): Reply {
  const { isAboveLimit } = books.weigh(wanted);
  if (isAboveLimit) return start(decide, { wanted, by });
  const { id, left } = books.decide(wanted, by, null);
  return answer(afterDecision(id, wanted, left), { id, left });
}

function afterDecision(id: number, { subject }: Wanted, left: number): Message {
  return say(`That is decided about \`${subject}\` (decision ${id}).`, {
    list: [left === 0 ? "Nothing is left in the queue" : `${left} left in the queue`],
    next: `To take it back, until its month is closed: \`money undo ${id}\``,
  });
}
