/** Entries of work in words, for questions, lists and answers. */
import { formatMoney } from "../../src/core/money.ts";
import { partOf } from "../../src/core/shares.ts";
import { formatDuration } from "../../src/core/work-time.ts";
import type { Trades } from "../../src/workflow/define.ts";

export type Entry = ReturnType<Trades["work"]["entry"]>;

/** `2 h 30 for recipes, “nextcloud 30 migration” (#812), EUR 50.00 from 010`. */
export function entryWords(entry: Entry): string {
  const { minutes, amountMinor, circle, description, evidence, kind } = entry;
  const time = minutes === null ? kindWords(kind) : formatDuration(minutes);
  const proof = evidence === null || evidence === description ? "" : ` (${evidence})`;
  const worth =
    amountMinor === null ? kindWords(kind) : `${moneyOf(entry, amountMinor)} from ${entry.budget ?? ""}`;
  return `${time} for ${circle}, “${description}”${proof}, ${worth}`;
}

/** One line of a list. */
export function entryLine(entry: Entry): string {
  return `\`${entry.id}\` ${entry.day} · ${entry.person}: ${entryWords(entry)} · ${entry.state}`;
}

/** Whose it is, when, and all that is not to be seen from the words alone. */
export function entryFacts(entry: Entry): string[] {
  const { shares, amountMinor, perHourMinor, by, person, corrects, kind, seat } = entry;
  return [
    `Day of the work: ${entry.day}`,
    ...(kind === "paid" || amountMinor === null ? [] : [`Kind: ${kindWords(kind)}`]),
    ...(perHourMinor === null ? [] : [`Rate: ${moneyOf(entry, perHourMinor)} an hour`]),
    ...(shares.length === 0 ? [] : [`Shared: ${shareWords(entry).join(", ")}`]),
    ...(by === person ? [] : [`Entered by ${by}`]),
    ...(seat === null ? [] : [`Member organisation: ${seat}`]),
    ...(corrects === null ? [] : [`Corrects entry ${corrects}, by the difference`]),
  ];
}

/** `ana 60 %, EUR 30.00`: the parts add up to the whole. */
function shareWords(entry: Entry): string[] {
  const { shares, amountMinor } = entry;
  return shares.map(({ member, basisPoints }) => {
    const part = amountMinor === null ? "" : ` (${moneyOf(entry, shareOf(entry, member))})`;
    return `${member} ${basisPoints / 100} %${part}`;
  });
}

/** What one person gets of an entry, in minor units; the parts of all add up to its amount. */
export function shareOf({ shares, amountMinor, person }: Entry, name: string): bigint {
  return amountMinor === null ? 0n : partOf(BigInt(amountMinor), person, shares, name);
}

function moneyOf({ currency }: Entry, amount: number | bigint): string {
  return formatMoney({ amountMinor: BigInt(amount), currency: currency ?? "" });
}

function kindWords(kind: Entry["kind"]): string {
  const words = {
    paid: "paid",
    volunteer: "volunteer",
    "in-kind": "in kind",
    stipend: "a stipend",
    "lump-sum": "a lump sum",
  };
  return words[kind];
}
