/** The tables of a payout. Amounts stand to the right; where all are of one currency, it stands in the caption. */
import { html } from "hono/html";
import { decimalOf, formatMoney } from "../../core/money.ts";
import { formatDuration } from "../../core/work-time.ts";
import type { PayoutReport, ReportLine, ReportPayable, Sum } from "../../work/index.ts";
import type { Html, MemberVisit } from "../page.ts";
import { link, pathOf } from "./link.ts";
import { state } from "./state.ts";
import { table, type Cell } from "./table.ts";

/** One table per currency: what each person gets, through what, and how it stands. */
export function persons(report: PayoutReport, all: boolean): Html {
  const currencies = [...new Set(report.persons.map(({ currency }) => currency))];
  if (currencies.length === 0)
    return html`<p class="empty">${all ? "Nobody gets anything." : "There is no line of yours in it."}</p>`;
  return html`${currencies.map((currency) =>
    table({
      id: `persons-${currency.toLowerCase()}`,
      caption: `Persons, amounts in ${currency}`,
      columns: [
        { head: "Person" },
        { head: "Time", number: true },
        { head: "Entries", number: true },
        { head: "Earned", number: true },
        { head: "Gets", number: true },
        { head: "Paid" },
        { head: "Through" },
        { head: "Reference" },
      ],
      rows: report.persons
        .filter((sum) => sum.currency === currency)
        .map((sum) => personRow(sum, payableOf(report, sum))),
      empty: "",
    }),
  )}`;
}

function personRow(sum: Sum, payable: ReportPayable | undefined): Cell[] {
  return [
    sum.name,
    formatDuration(sum.minutes),
    sum.lines,
    decimalOf(sum),
    payable === undefined ? "" : decimalOf(payable),
    payable === undefined ? "" : standing(payable),
    payable === undefined ? "" : throughWords(payable),
    payable === undefined ? "" : whereTo(payable),
  ];
}

function payableOf({ payables }: PayoutReport, { name, currency }: Sum): ReportPayable | undefined {
  return payables.find((payable) => payable.member === name && payable.currency === currency);
}

/** The mark and what it means, for whoever has never seen the page. */
function standing({ state: now, how, said, amountMinor, carriedInto }: ReportPayable): Html {
  const meaning = {
    proposed: amountMinor > 0n ? "nobody has agreed to it yet" : "not above zero: nothing would be paid",
    carried:
      carriedInto === null
        ? "not above zero: it goes into their next payout"
        : "taken over into a later payout",
    ready: how === null ? "agreed to; nobody knows how to pay it" : "agreed to, not asked for yet",
    asked: how === "bank" ? "the bank has it, and has not said that it paid" : "asked for at Open Collective",
    paid: how === "bank" ? "the bank's statement says so" : "Open Collective says so",
    rejected: "refused there: a treasurer puts it right there",
  }[now];
  return html`${state(now)}<br /><span class="soft">${meaning}${said !== null && html`: ${said}`}</span>`;
}

/** What was asked for, and which line of the bank has settled it. */
function whereTo({ reference, bankLine, carriedInto }: ReportPayable): Cell {
  if (bankLine === null) return reference ?? carriedInto ?? "";
  return html`${reference}<br /><span class="soft">${bankLine}</span>`;
}

const ways = { opencollective: "Open Collective", bank: "bank" };

function throughWords({ how, state: now, amountMinor }: ReportPayable): string {
  if (how !== null) return ways[how];
  return amountMinor > 0n && now !== "paid" ? "has not said" : "";
}

/** Sums by one name. */
export function sums(id: string, caption: string, all: readonly Sum[]): Html {
  return table({
    id,
    caption,
    columns: [
      { head: "Name" },
      { head: "Time", number: true },
      { head: "Lines", number: true },
      { head: "Amount", number: true },
    ],
    rows: all.map((sum) => [
      sum.name === "" ? "none" : sum.name,
      formatDuration(sum.minutes),
      sum.lines,
      formatMoney(sum),
    ]),
    empty: "Nothing.",
  });
}

/** Every line with its whole way: who entered it, who agreed in which question, how it was paid. */
export function lines(report: PayoutReport, all: boolean): Html {
  return table({
    id: "lines",
    caption: "Entry by entry",
    quietCaption: true,
    columns: [
      { head: "Entry" },
      { head: "Day" },
      ...(all ? [{ head: "Person" }] : []),
      { head: "What" },
      { head: "Circle, budget" },
      { head: "Time", number: true },
      { head: "Amount", number: true },
      { head: "Agreed by" },
    ],
    rows: report.lines.map((line) => lineRow(line, all)),
    empty: all ? "There is no line." : "There is no line of yours in it.",
  });
}

function lineRow(line: ReportLine, all: boolean): Cell[] {
  const { entry, corrects, evidence, by, member, description } = line;
  const more = [
    ...(corrects === null ? [] : [`corrects ${corrects}`]),
    ...(by === member ? [] : [`entered by ${by}`]),
    ...(evidence === null ? [] : [evidence]),
  ];
  return [
    entry,
    html`<span class="nowrap">${line.day}</span>`,
    ...(all ? [member] : []),
    html`${description}${more.length > 0 && html` <span class="soft">(${more.join(", ")})</span>`}`,
    line.budget === null ? line.circle : `${line.circle}, ${line.budget}`,
    line.minutes === null ? "" : formatDuration(line.minutes),
    formatMoney(line),
    agreedBy(line),
  ];
}

function agreedBy({ approval, agreedBy: names }: ReportLine): Html | string {
  const [run, step] = approval?.split("/", 2) ?? [];
  const words = names.join(", ");
  return run === undefined || step === undefined ? words : link(pathOf("approvals", run, step), words);
}

/** Entries that were held while it could be disputed. */
export function disputes({ when }: MemberVisit, report: PayoutReport): Html {
  return table({
    id: "disputes",
    caption: "Entries that were held",
    quietCaption: true,
    columns: [{ head: "Entry" }, { head: "State" }, { head: "Held by" }, { head: "Why" }, { head: "When" }],
    rows: report.disputes.map((one) => [
      `${one.entry} of ${one.person}`,
      state(one.releasedBy === null ? "held" : "released"),
      one.by,
      one.releasedBy === null
        ? one.why
        : html`${one.why}
            <span class="soft">(released by ${one.releasedBy}: ${one.releasedWhy ?? ""})</span>`,
      when.at(Date.parse(one.at)),
    ]),
    empty: "No entry was held.",
  });
}

/** Patronage: what was given. Never part of what is paid. */
export function given({ given: all }: PayoutReport, isWhole: boolean): Html {
  const { minutes, paidMinutes, persons: members, work } = all;
  const share = minutes + paidMinutes === 0 ? 0 : Math.round((100 * minutes) / (minutes + paidMinutes));
  const time = minutes === 0 ? "No volunteer time" : `${formatDuration(minutes)} of volunteer time`;
  return html`<p>
      ${time} in this month, beside ${formatDuration(paidMinutes)} that are paid: ${share} % of all time. It
      counts towards patronage and is never paid.
    </p>
    ${table({
      id: "given",
      caption: "By person",
      columns: [
        { head: "Person" },
        { head: "Volunteer time", number: true },
        { head: "In kind", number: true },
        { head: "Paid time", number: true },
      ],
      rows: members.map((one) => [
        one.member,
        formatDuration(one.volunteerMinutes),
        one.inKind,
        formatDuration(one.paidMinutes),
      ]),
      empty: isWhole ? "Nothing was given." : "You gave nothing that is entered.",
    })}
    ${
      work.length > 0 &&
      table({
        id: "given-work",
        caption: "Given, entry by entry",
        columns: [{ head: "Entry" }, { head: "Day" }, { head: "Person" }, { head: "Kind" }, { head: "What" }],
        rows: work.map((one) => [
          one.entry,
          html`<span class="nowrap">${one.day}</span>`,
          one.member,
          one.minutes === null ? one.kind : `${one.kind}, ${formatDuration(one.minutes)}`,
          one.description,
        ]),
        empty: "",
      })
    }`;
}
