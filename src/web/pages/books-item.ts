import { html } from "hono/html";
import { decimalOf, formatMoney } from "../../core/money.ts";
import { memberPage, type Form, type Html, type MemberVisit } from "../page.ts";
import { askedAboutBooks, askedBy, labelOf, secondVoice, tellerOf, type Item } from "../parts/books.ts";
import { decisionForms, inSuspense } from "../parts/book-decisions.ts";
import { refusal, wordsOf } from "../parts/form.ts";
import { link } from "../parts/link.ts";
import { table } from "../parts/table.ts";
import type { WebParts } from "../types.ts";

const path = "/books/queue/:id";
const treasurers = ["treasurer"] as const;
type Fields = Readonly<Record<string, string>>;

/** One thing that waits in the books: what was told of it, what it could belong to, and the forms to decide. */
export const bookItemPage = memberPage({
  path,
  audience: treasurers,
  shows: "one thing of the queue with its entry, what it could belong to, and the forms to decide",
  show(visit) {
    const item = find(visit);
    if (item === undefined) return undefined;
    const { amountMinor, ...rest } = item;
    return {
      title: `In the queue: ${labelOf(item, visit.parts.books)}`,
      body: () => body(visit, item),
      json: { ...rest, amount: Number(amountMinor) },
    };
  },
});

function find({ parts, path: at }: MemberVisit): Item | undefined {
  return parts.books.lastRun()?.queue.find(({ id }) => id === at["id"]);
}

/** A decision about the item, by the words of its command. */
function decision(name: string, words: (fields: Fields, item: Item, visit: MemberVisit) => string[]): Form {
  return {
    ...{ path: `${path}/${name}`, audience: treasurers, name, page: bookItemPage },
    words(visit, fields) {
      const item = find(visit);
      return item && ["money", name, item.id, ...words(fields, item, visit), ...wordsOf(fields["why"])];
    },
    after: (visit, outcome) => askedBy(visit, outcome, "/books"),
  };
}

const withoutSpaces = (typed: string | undefined): string => (typed ?? "").replaceAll(/\s+/g, "");

/** What was ticked and what was typed beside it. */
export const matchForm = decision("match", (fields) => {
  const ticked = Object.keys(fields).filter((field) => /^to-\d+$/.test(field));
  const all = [...ticked.map((field) => fields[field]), withoutSpaces(fields["to"])];
  return wordsOf(all.filter((one) => one !== undefined && one !== "").join(","));
});

/** Amounts are typed as parts of the amount that stands there; in the books the other side has the other sign. */
export const splitForm = decision("split", (fields, item, visit) => {
  const isIncome = inSuspense(visit.parts.books, item) < 0n;
  const rows = Object.keys(fields).flatMap((field) => /^account-(\d+)$/.exec(field)?.[1] ?? []);
  const parts = rows.flatMap((row) => {
    const account = withoutSpaces(fields[`account-${row}`]);
    // A comma stands between parts.
    const amount = withoutSpaces(fields[`amount-${row}`]).replace(/,(\d{1,3})$/, ".$1");
    if (account === "" && amount === "") return [];
    return [`${account}=${item.currency}${isIncome ? negated(amount) : amount}`];
  });
  return wordsOf(parts.join(","));
});

const negated = (amount: string): string => (amount.startsWith("-") ? amount.slice(1) : `-${amount}`);

export const writeOffForm = decision("writeoff", (fields) => wordsOf(withoutSpaces(fields["account"])));

export const ignoreForm = decision("ignore", () => []);

function body(visit: MemberVisit, item: Item): Html {
  const { books } = visit.parts;
  const { id, date, why, currency, amountMinor } = item;
  const entry = books.entryOf(id);
  const asked = askedAboutBooks(visit).find(({ subject }) => subject === id);
  return html`<p class="way">${link("/books", "Books")}</p>
    <h1>${labelOf(item, books)}</h1>
    ${refusal(visit)}
    <dl class="facts">
      <dt>Day</dt>
      <dd>${date}</dd>
      <dt>Amount</dt>
      <dd>${currency === "" ? "none" : formatMoney({ amountMinor, currency })}</dd>
      <dt>Why it waits</dt>
      <dd>${why}</dd>
      ${
        entry !== undefined &&
        entry.memo !== "" &&
        entry.memo !== labelOf(item, books) &&
        html`<dt>What was told of it</dt>
          <dd>${entry.memo}</dd>`
      }
      <dt>Known as</dt>
      <dd><code>${id}</code>, told by ${tellerOf(item)}</dd>
    </dl>
    ${entry !== undefined && booked(entry)}
    <h2>Decide</h2>
    ${asked !== undefined && html`<p class="note">${secondVoice(asked)}.</p>`}
    <p>
      A decision stays in the books with your name and the reason. It can be taken back until its month is
      closed. About much money a second treasurer is asked first.
    </p>
    ${decisionForms(visit, item)}`;
}

function booked({ postings }: NonNullable<ReturnType<WebParts["books"]["entryOf"]>>): Html {
  return table({
    id: "postings",
    caption: "How it is booked now",
    columns: [{ head: "Account" }, { head: "Amount", number: true }, { head: "Currency" }],
    rows: postings.map(([account, currency, amount]) => [
      account,
      decimalOf({ amountMinor: BigInt(amount), currency }),
      currency,
    ]),
    empty: "It is not booked.",
  });
}
