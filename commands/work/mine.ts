import { formatMoney } from "../../src/core/money.ts";
import { say } from "../../src/chat/message.ts";
import { Month } from "../../src/core/work-terms.ts";
import { formatDuration } from "../../src/core/work-time.ts";
import { answer, command } from "../../src/router/define.ts";
import { entryLine, shareOf, type Entry } from "../../workflows/parts/entry-words.ts";

const most = 200;
const gone = new Set<Entry["state"]>(["declined", "withdrawn"]);

export default command({
  summary: "Show your own work of a month: entry by entry, and what it comes to.",
  example: "work mine 2026-10",
  role: "member",
  args: { month: Month.optional() },
  reads: true,
  run: ({ args, by: { member }, work }) => {
    const month = args.month ?? work.today(member.name).slice(0, 7);
    const all = work.entries(member.name, { month, person: member.name, limit: most });
    const standing = all.filter(({ state }) => !gone.has(state));
    if (all.length === 0)
      return answer(
        say(`You have entered nothing for ${month}.`, {
          next: 'To enter work: `work log 2h recipes "what"`',
        }),
        { month, entries: [] },
      );
    return answer(
      say(`Your work of ${month}: ${totals(standing, member.name)}.`, {
        list: all.toReversed().map(entryLine),
      }),
      { month, entries: all },
    );
  },
});

/** `12 h 30, EUR 250.00, of these volunteer 2 h`. Of shared entries the time counts once, for whose work it is. */
function totals(entries: readonly Entry[], name: string): string {
  const own = entries.filter(({ person }) => person === name);
  const minutes = (some: readonly Entry[]): number => some.reduce((sum, one) => sum + (one.minutes ?? 0), 0);
  const currencies = [...new Set(entries.flatMap(({ currency }) => currency ?? []))].sort();
  const money = currencies.map((currency) =>
    formatMoney({
      currency,
      amountMinor: sum(
        entries.filter((one) => one.currency === currency),
        name,
      ),
    }),
  );
  const unpaid = own.filter(({ amountMinor }) => amountMinor === null);
  const volunteer = unpaid.length === 0 ? [] : [`of these unpaid ${formatDuration(minutes(unpaid))}`];
  return [formatDuration(minutes(own)), ...money, ...volunteer].join(", ");
}

function sum(entries: readonly Entry[], name: string): bigint {
  return entries.reduce((all, entry) => all + shareOf(entry, name), 0n);
}
