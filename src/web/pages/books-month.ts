import { html } from "hono/html";
import { decimalOf } from "../../core/money.ts";
import { memberPage, type Download, type Html, type MemberVisit } from "../page.ts";
import { proofWord } from "../parts/books.ts";
import { link, pathOf } from "../parts/link.ts";
import { state } from "../parts/state.ts";
import { table, type Cell } from "../parts/table.ts";
import type { WebParts } from "../types.ts";

const path = "/books/months/:month";
const treasurers = ["treasurer"] as const;

type Closed = ReturnType<WebParts["books"]["closed"]>[number];
type Row = Closed["report"]["places"][number];

/** A closed month: what each place held, what moved, what it held then; to be printed and signed. */
export const booksMonthPage = memberPage({
  path,
  audience: treasurers,
  shows: "a closed month: balances, payouts on their way, proofs, decisions; sign-off on paper",
  show(visit) {
    const found = find(visit);
    if (found === undefined) return undefined;
    const { report, month } = found;
    return {
      title: `Books of ${month}`,
      body: () => body(visit, found),
      json: found,
      csv: {
        head: [
          "account",
          "currency",
          "opening_minor",
          "moved_minor",
          "closing_minor",
          "opening",
          "moved",
          "closing",
        ],
        rows: [...report.places, ...report.others].map((row) => [
          ...[row.account, row.currency, row.opening, row.moved, row.closing],
          ...amountsOf(row).map((decimal) => ({ decimal })),
        ]),
      },
    };
  },
});

export const booksJournals: readonly Download[] = (["hledger", "beancount"] as const).map((format) => ({
  path: `${path}/${format}`,
  audience: treasurers,
  shows: `a closed month as a journal of ${format}`,
  file(visit) {
    const found = find(visit);
    if (found === undefined) return undefined;
    const text = [...visit.parts.books.journal(format, found.month)].join("");
    return { name: `books-${found.month}.${format === "hledger" ? "journal" : format}`, text };
  },
}));

function find({ parts, path: at }: MemberVisit): Closed | undefined {
  return parts.books.closed().find(({ month }) => month === at["month"]);
}

const amountsOf = ({ currency, opening, moved, closing }: Row): string[] =>
  [opening, moved, closing].map((amount) => decimalOf({ amountMinor: BigInt(amount), currency }));

function body({ parts }: MemberVisit, { month, report, closedAt, closedBy, hash }: Closed): Html {
  const at = pathOf("books", "months", month);
  return html`<h1>Books of ${month}</h1>
    <p>
      ${parts.settings.coopName}. ${report.entries} entries; closed on ${closedAt.slice(0, 10)}, agreed to by
      ${closedBy.join(" and ")}. Nothing in it is changed any more.
    </p>
    <p class="screen">
      ${link(`${at}.csv`, "CSV")}, ${link(`${at}.json`, "JSON")}, journals:
      ${link(`${at}/hledger`, "hledger")}, ${link(`${at}/beancount`, "beancount")}
    </p>
    ${balances("places", "Where the money lies: starting balance, activity, ending balance", report.places)}
    ${balances("others", "What it came from and went to", report.others)}
    ${(report.sections ?? []).map((one, i) => section(one, i))}
    ${table({
      ...{ id: "payouts", caption: "Payouts that are not settled", empty: "Every payout is settled." },
      columns: [{ head: "Payout" }, { head: "State" }],
      rows: report.payouts.map(({ id, state: now }) => [id, now.replaceAll("_", " ")]),
    })}
    ${table({
      ...{ id: "proofs", caption: "Proofs", empty: "There was nothing to prove." },
      columns: [
        { head: "Account" },
        { head: "Currency" },
        { head: "Difference", number: true },
        { head: "It rests on" },
      ],
      rows: report.proofs.map(({ proof, currency, difference, ok, note }): Cell[] => [
        html`${state(proofWord({ ok, proof }))} ${proof}`,
        currency,
        decimalOf({ amountMinor: BigInt(difference), currency }),
        note,
      ]),
    })}
    ${table({
      ...{ id: "decisions", caption: "Decisions of people", empty: "Nobody had to decide anything." },
      columns: [{ head: "Number", number: true }, { head: "What" }, { head: "Who" }, { head: "Why" }],
      rows: report.decisions.map(({ id, kind, subject, by, secondedBy, why }) => [
        id,
        `${kind} ${subject}`,
        secondedBy === null ? by : `${by}, ${secondedBy}`,
        why,
      ]),
    })}
    <p class="note">What was agreed to: <code>${hash}</code></p>
    <div class="paper">
      <div class="signed">
        ${closedBy.map((who) => html`<p>Agreed by ${who}<br />Date and signature</p>`)}
      </div>
    </div>`;
}

type Section = NonNullable<Closed["report"]["sections"]>[number];

/** What moved a place, what was transferred and what that settles, and what its ending balance is made of. */
function section({ place, currency, activity, transfers, left }: Section, at: number): Html {
  const amount = (minor: number): string => decimalOf({ amountMinor: BigInt(minor), currency });
  const parts = (id: string, caption: string, rows: Section["activity"]): Html =>
    table({
      ...{ id: `${id}-${at}`, caption: `${caption}, in ${currency}`, empty: "Nothing." },
      columns: [{ head: "Account" }, { head: "Entries", number: true }, { head: "Amount", number: true }],
      rows: rows.map((row): Cell[] => [row.account, row.count, amount(row.amount)]),
    });
  return html`<h2>${place}, ${currency}</h2>
    ${parts("activity", `What moved ${place}`, activity)}
    ${table({
      ...{
        id: `transfers-${at}`,
        caption: `Payouts and transfers of ${place}, in ${currency}`,
        empty: "There was none.",
      },
      columns: [
        { head: "Day" },
        { head: "What" },
        { head: "Amount", number: true },
        { head: "State" },
        { head: "Matched with" },
      ],
      rows: transfers.map((one): Cell[] => [
        ...[one.date, one.id, amount(one.amount), one.state.replaceAll("_", " "), one.with.join(", ")],
      ]),
    })}
    ${left.length === 0 ? "" : parts("left", `What ${place} ends with: no payout has taken it`, left)}`;
}

function balances(id: string, caption: string, rows: readonly Row[]): Html {
  return table({
    ...{ id, caption, empty: "Nothing was booked." },
    columns: [
      { head: "Account" },
      { head: "Currency" },
      { head: "Starting", number: true },
      { head: "Activity", number: true },
      { head: "Ending", number: true },
    ],
    rows: rows.map((row) => [row.account, row.currency, ...amountsOf(row)]),
  });
}
