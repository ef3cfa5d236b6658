/** The books in words. */
import { formatMoney } from "../../src/core/money.ts";
import type { Trades } from "../../src/workflow/define.ts";

type Run = ReturnType<Trades["books"]["reconcile"]>;

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
    ...off.map(
      ({ proof, currency, differenceMinor, note }) =>
        `**${proof}: off by ${formatMoney({ amountMinor: differenceMinor, currency })}**${note === "" ? "" : ` (${note})`}`,
    ),
  ];
}
