/** Circles, rates, budgets and the fund. */
import { problem } from "../problem.ts";

const nothingChanged = "Nothing was changed.";

function orNearest(nearest: string | undefined, all: string): string {
  return nearest === undefined ? `See all: ${all}` : `Was ${nearest} meant? See all: ${all}`;
}

export const circleUnknown = problem(
  "circle-unknown",
  ({ typed, nearest }: { typed: string; nearest?: string }) => ({
    happened: `There is no circle ${typed}.`,
    means: nothingChanged,
    remedy: orNearest(nearest, "circle list"),
  }),
  { typed: "recipe", nearest: "recipes" },
);

export const circleTaken = problem(
  "circle-taken",
  ({ name, title }: { name: string; title: string }) => ({
    happened: `There is a circle ${name} already: ${title}.`,
    means: nothingChanged,
    remedy: "Choose another short name. See all: circle list",
  }),
  { name: "recipes", title: "Recipes" },
);

export const budgetUnknown = problem(
  "budget-unknown",
  ({ typed, nearest }: { typed: string; nearest?: string }) => ({
    happened: `There is no budget ${typed}.`,
    means: nothingChanged,
    remedy: orNearest(nearest, "budget list"),
  }),
  { typed: "011", nearest: "010" },
);

export const budgetTaken = problem(
  "budget-taken",
  ({ name, title }: { name: string; title: string }) => ({
    happened: `There is a budget ${name} already: ${title}.`,
    means: "What was resolved once is not rewritten, because work was agreed to by it.",
    remedy: `Close it (budget close ${name}) and add the new one under another name.`,
  }),
  { name: "010", title: "Critical fixes" },
);

export const budgetWithoutCap = problem(
  "budget-without-cap",
  ({ name }: { name: string }) => ({
    happened: `Nothing says how much budget ${name} is.`,
    means: `A budget without an end would not be one. ${nothingChanged}`,
    remedy: "Say most money, most hours, or both: --cap EUR1000 --hours 10h",
  }),
  { name: "010" },
);

export const daysTurned = problem(
  "days-turned",
  ({ from, until }: { from: string; until: string }) => ({
    happened: `${until} is before ${from}.`,
    means: `A last day comes after the first. ${nothingChanged}`,
    remedy: "Turn them round, or look at the year.",
  }),
  { from: "2026-11-01", until: "2026-10-31" },
);

export const budgetOver = problem(
  "budget-over",
  ({ name }: { name: string }) => ({
    happened: `Budget ${name} is closed.`,
    means: `A closed budget is not opened again: what was resolved has come to its end. ${nothingChanged}`,
    remedy: "Add another one: budget add",
  }),
  { name: "010" },
);

interface FundBelow {
  balance: string;
  buffer: string;
  at: string;
  /** Who said so: a treasurer's name, or `Open Collective`. */
  source: string;
  /** It is asked there again and again, and needs nobody to say it. */
  isAsked: boolean;
}

export const fundBelowBuffer = problem(
  "fund-below-buffer",
  ({ balance, buffer, at, source, isAsked }: FundBelow) => ({
    happened: `The fund held ${balance} on ${at}, as ${source} said: less than the buffer of ${buffer}.`,
    means: "While it does, no new budget is taken on, so that what was promised before can be paid.",
    remedy: isAsked
      ? "It is asked each hour. When the fund has grown, add the budget again; what it holds: fund balance"
      : "When the fund has grown, a treasurer says it: fund balance EUR2000. Then add the budget again.",
  }),
  { balance: "EUR 1200.00", buffer: "EUR 1500.00", at: "2026-11-20", source: "tess", isAsked: false },
);

export const fundUnknown = problem(
  "fund-unknown",
  ({ buffer }: { buffer: string }) => ({
    happened: `Nobody has said what the fund holds, and the buffer of ${buffer} has to stay in it.`,
    means: `Whether there is money for a new budget cannot be seen. ${nothingChanged}`,
    remedy: "A treasurer says it: fund balance EUR6507.14. Then add the budget again.",
  }),
  { buffer: "EUR 1500.00" },
);

export const rateOverlaps = problem(
  "rate-overlaps",
  ({ id, whose, from, until }: { id: number; whose: string; from: string; until: string | null }) => ({
    happened: `Rate ${id} ${whose} holds from ${from}${until === null ? " on" : ` until ${until}`} already.`,
    means: "Two rates on one day would leave open what an hour is worth. Nothing was changed.",
    remedy: `End that one on the day before: rate end ${id} <day>. See all: rate list`,
  }),
  { id: 3, whose: "for everybody", from: "2026-01-01", until: null },
);

export const rateScopeUnclear = problem(
  "rate-scope-unclear",
  (_: object) => ({
    happened: "A rate is for one person, one circle, one role, or for everybody.",
    means: nothingChanged,
    remedy: "Name one of --person, --circle and --role, or none of them.",
  }),
  {},
);

export const rateUnknown = problem(
  "rate-unknown",
  ({ id }: { id: number }) => ({
    happened: `There is no rate ${id}.`,
    means: nothingChanged,
    remedy: "See all: rate list",
  }),
  { id: 9 },
);

export const rateOver = problem(
  "rate-over",
  ({ id, until }: { id: number; until: string }) => ({
    happened: `Rate ${id} has ended on ${until}.`,
    means: "An end that is over is not moved, because work was entered by it.",
    remedy: "Add the rate that holds since: rate add",
  }),
  { id: 3, until: "2026-10-31" },
);

export const rateMissing = problem(
  "rate-missing",
  (p: {
    person: string;
    circle: string;
    day: string;
    currency: string;
    ended?: { id: number; until: string };
  }) => ({
    happened:
      `No rate in ${p.currency} says what an hour of ${p.person} for ${p.circle} is worth on ${p.day}` +
      (p.ended === undefined ? "." : `: rate ${p.ended.id} ended on ${p.ended.until}.`),
    means: "Nothing was entered.",
    remedy: "A treasurer adds what was resolved: rate add. A fixed amount needs no rate: work log EUR100 …",
  }),
  {
    person: "bo",
    circle: "recipes",
    day: "2026-11-25",
    currency: "EUR",
    ended: { id: 3, until: "2026-10-31" },
  },
);
