import { html } from "hono/html";
import { decimalOf } from "../../core/money.ts";
import type { Html, Page, Visit } from "../page.ts";
import { link, pathOf } from "../parts/link.ts";
import { table } from "../parts/table.ts";
import type { WebParts } from "../types.ts";

export const publicBooksPath = "/books/summary";

type Closed = ReturnType<WebParts["books"]["closed"]>[number];

/** One total of a month, over all accounts that it is made of. */
interface Total {
  what: string;
  currency: string;
  /** What there was at the end, for what is held or owed; what it came to in the month, for the rest. */
  amountMinor: bigint;
}

interface Section {
  id: string;
  caption: string;
  /** Accounts by their beginnings, the first that fits counts; "" takes what is left of the section. */
  lines: readonly (readonly [what: string, ...beginnings: string[]])[];
  within: RegExp;
  sign: 1n | -1n;
  atEnd: boolean;
}

/** Totals only: no account here is of one person, and none names a circle, which may be one person. */
const sections: readonly Section[] = [
  {
    ...{ id: "held", caption: "What the co-op held at the end", within: /^assets:/, sign: 1n, atEnd: true },
    lines: [
      ["At Stripe", "assets:stripe"],
      ["At Open Collective", "assets:opencollective"],
      ["At the bank", "assets:bank"],
      ["On its way to the bank", "assets:transit"],
      ["Owed to the co-op", "assets:receivable"],
      ["Other", ""],
    ],
  },
  {
    ...{ id: "owed", caption: "What it owed at the end", within: /^liabilities:/, sign: -1n, atEnd: true },
    lines: [
      ["To contributors", "liabilities:contributors"],
      ["Other", ""],
    ],
  },
  {
    ...{ id: "in", caption: "What came in", within: /^income:/, sign: -1n, atEnd: false },
    lines: [
      ["Hosting, less what was paid back", "income:hosting"],
      ["Dues and contributions", "income:dues"],
      ["Other", ""],
    ],
  },
  {
    ...{ id: "out", caption: "What it was spent on", within: /^expenses:/, sign: 1n, atEnd: false },
    lines: [
      ["Work", "expenses:work"],
      ["Fees", "expenses:fees"],
      ["Other", ""],
    ],
  },
  {
    ...{ id: "else", caption: "Beside these", within: /^(?:equity|suspense)/, sign: 1n, atEnd: false },
    lines: [
      ["Changed into another currency", "equity:conversion"],
      ["Not placed yet", "suspense"],
      ["Other", ""],
    ],
  },
];

const isWithin = (account: string, beginning: string): boolean =>
  beginning === "" || account === beginning || account.startsWith(`${beginning}:`);

/** The totals of a section, one for each line and currency; nothing of nothing. */
function totalsOf({ lines, within, sign, atEnd }: Section, { report }: Closed): Total[] {
  const rows = [...report.places, ...report.others].filter(({ account }) => within.test(account));
  const sums = new Map<string, Total>();
  for (const { account, currency, moved, closing } of rows) {
    const what = lines.find(([, ...all]) => all.some((one) => isWithin(account, one)))?.[0] ?? "Other";
    const key = `${lines.findIndex(([name]) => name === what)} ${currency}`;
    const { amountMinor = 0n } = sums.get(key) ?? {};
    sums.set(key, { what, currency, amountMinor: amountMinor + sign * BigInt(atEnd ? closing : moved) });
  }
  const inOrder = [...sums].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
  return inOrder.filter(({ amountMinor }) => amountMinor !== 0n);
}

/** Closed months for whoever wants to know, where the co-op's settings say so (`books.publicSummary`). */
export const publicBooksPage: Page = {
  path: publicBooksPath,
  audience: "everyone",
  shows: "the closed months as totals, where the settings say that they are public",
  show(visit) {
    if (!isPublic(visit)) return undefined;
    const months = visit.parts.books.closed();
    return {
      title: "Our books",
      json: months.map(({ month, closedAt }) => ({ month, closedAt })),
      body: () =>
        html`<h1>Our books</h1>
          <p>
            What ${visit.parts.settings.coopName} earned, spent and held, month by month. Each month was
            proved to the cent against Stripe, Open Collective and the bank, and agreed to by its treasurers;
            then nothing in it changes any more.
          </p>
          ${table({
            ...{ id: "months", caption: "Closed months, the newest first", empty: "No month is closed yet." },
            columns: [{ head: "Month" }, { head: "Closed" }],
            rows: months.map(({ month, closedAt }) => [
              link(pathOf("books", "summary", month), month),
              closedAt.slice(0, 10),
            ]),
          })}`,
    };
  },
};

export const publicMonthPage: Page = {
  path: `${publicBooksPath}/:month`,
  audience: "everyone",
  shows: "a closed month as totals, without persons, where the settings say that it is public",
  show(visit) {
    const month = visit.path["month"];
    const found = isPublic(visit) ? visit.parts.books.closed().find((one) => one.month === month) : undefined;
    if (found === undefined) return undefined;
    const all = sections.map((section) => ({ ...section, totals: totalsOf(section, found) }));
    const decimal = ({ amountMinor, currency }: Total): string => decimalOf({ amountMinor, currency });
    return {
      title: `Our books: ${found.month}`,
      body: () => body(visit, found, all),
      json: {
        ...{ month: found.month, closedAt: found.closedAt, agreedBy: found.closedBy.length },
        totals: Object.fromEntries(
          all.map(({ id, totals }) => [
            id,
            totals.map(({ what, currency, amountMinor }) => ({
              what,
              currency,
              amount: Number(amountMinor),
            })),
          ]),
        ),
      },
      csv: {
        head: ["section", "what", "currency", "amount_minor", "amount"],
        rows: all.flatMap(({ caption, totals }) =>
          totals.map((total) => [
            ...[caption, total.what, total.currency, Number(total.amountMinor)],
            { decimal: decimal(total) },
          ]),
        ),
      },
    };
  },
};

function isPublic({ parts }: Visit): boolean {
  return parts.settings.publicBooks === true;
}

function body(
  { parts }: Visit,
  { month, closedAt, closedBy }: Closed,
  all: readonly (Section & { totals: readonly Total[] })[],
): Html {
  const at = pathOf("books", "summary", month);
  const voices = closedBy.length === 1 ? "one treasurer" : `${closedBy.length} treasurers`;
  return html`<p class="way">${link(publicBooksPath, "Our books")}</p>
    <h1>Our books: ${month}</h1>
    <p>
      ${parts.settings.coopName}. Closed on ${closedAt.slice(0, 10)}, agreed to by ${voices}. Totals only: who
      paid and who was paid is not shown here.
    </p>
    <p class="screen">${link(`${at}.csv`, "CSV")}, ${link(`${at}.json`, "JSON")}</p>
    ${all
      .filter(({ totals }) => totals.length > 0)
      .map(({ id, caption, totals }) =>
        table({
          ...{ id, caption, empty: "" },
          columns: [{ head: "What" }, { head: "Amount", number: true }, { head: "Currency" }],
          rows: totals.map(({ what, currency, amountMinor }) => [
            what,
            decimalOf({ amountMinor, currency }),
            currency,
          ]),
        }),
      )}`;
}
