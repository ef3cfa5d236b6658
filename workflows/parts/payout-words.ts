/** What is said about a batch: totals for everybody, never one person's amounts. */
import { say, type Message } from "../../src/chat/message.ts";
import type { Trades } from "../../src/workflow/define.ts";
import { onceMore } from "./agreed.ts";
import type { HandedOn } from "./paying.ts";

type Facts = ReturnType<Trades["payouts"]["publish"]>;

const mostNamed = 20;

/** Published: from now on it may be disputed. */
export function payoutPublished(facts: Facts, page: string): Message {
  const { batch, period, disputeDays, disputesUntil } = facts;
  const until = disputesUntil.slice(0, 16).replace("T", " ");
  return say(`The payout of ${period} is proposed: **${facts.totals.join(", ")}** (batch \`${batch}\`).`, {
    list: [...whatIsIn(facts), `The page, with your own lines: ${page}`],
    next:
      disputeDays === 0
        ? "Treasurers are asked next. Is an entry wrong? `work dispute <number> <why>`, until they have agreed."
        : `Is an entry wrong? Until ${until} UTC: \`work dispute <number> <why>\`. Then treasurers are asked.`,
  });
}

/** The question to treasurers. */
export function payoutQuestion(facts: Facts, page: string, isChanged: boolean): Message {
  const { period, payees, withoutWay, carried } = facts;
  return say(
    `${onceMore(isChanged, "The batch")}Pay **${facts.totals.join(", ")}** for the work of ${period}?`,
    {
      list: [
        ...whatIsIn(facts),
        `To ${personsOf(payees.length)}, without a voice in it: ${named(payees)}`,
        ...(carried.length === 0
          ? []
          : [`Not above zero, so taken over into the next batch: the sum of ${personsOf(carried.length)}`]),
        ...(withoutWay.length === 0
          ? []
          : [`Mind: nobody knows yet how these are paid, so theirs would wait: ${named(withoutWay)}`]),
        `Every line: ${page}`,
        "Until you have agreed any member may hold an entry (`work dispute <number> <why>`): you are asked anew then",
      ],
    },
  );
}

function whatIsIn({ entries, circles, late, leftOut }: Facts): string[] {
  return [
    `${entries === 1 ? "One entry" : `${entries} entries`}; by circle: ${circles.join(", ")}`,
    ...(late.length === 0 ? [] : [`Of earlier months, so they come along: ${named(late)}`]),
    ...leftOut.slice(0, mostNamed).map(leftOutWords),
    ...(leftOut.length > mostNamed ? [`and ${leftOut.length - mostNamed} more that are left out`] : []),
  ];
}

function leftOutWords({ entry, why, holds }: Facts["leftOut"][number]): string {
  if (why === "no-amount") return `Left out: ${entry}, which says no amount`;
  return `Left out: ${entry}, held by ${holds.map((hold) => `${hold.by} (“${hold.why}”)`).join(", ")}`;
}

/** Agreed to, and who waits for what. */
export function payoutAgreed(period: string, ready: HandedOn["waiting"], page: string): Message {
  const noWay = ready.filter(({ how }) => how === null).map(({ member }) => member);
  const people = new Set(ready.map(({ member }) => member)).size;
  return say(`The payout of ${period} is agreed to.`, {
    list: [
      people === 1 ? "One person is to be paid." : `${people} persons are to be paid.`,
      ...(noWay.length === 0 ? [] : [`These wait until they say how they are paid: ${named(noWay)}`]),
    ],
    next: `To sign, print and book: ${page}`,
  });
}

/** What came of paying, as far as this run saw it through. */
export function handedOn(period: string, { paid, waiting, troubles }: HandedOn): Message {
  const isAll = waiting.length + troubles.length === 0;
  const head = isAll ? `All of the payout of ${period} is paid.` : `Of the payout of ${period} this waits:`;
  return say(head, {
    list: [
      ...(waiting.length === 0
        ? []
        : [`For the bank, or for a person to look: ${named(waiting.map(({ member }) => member))}`]),
      ...troubles,
      ...(paid.length === 0 ? [] : [`Paid: ${named(paid.map(({ member }) => member))}`]),
    ],
    next: "Your own: `payout mine`",
  });
}

/** Everything in it was held or withdrawn. */
export function nothingLeft(period: string): Message {
  return say(`Nothing is left of the payout of ${period}: all of its work is held or withdrawn.`, {
    next: "What is approved later comes into the next batch.",
  });
}

function personsOf(count: number): string {
  return count === 1 ? "one person" : `${count} persons`;
}

function named(names: readonly (string | number)[]): string {
  const shown = [...new Set(names)].slice(0, mostNamed).join(", ");
  return names.length > mostNamed ? `${shown} and more` : shown;
}
