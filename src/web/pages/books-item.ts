import { html } from "hono/html";
import { decimalOf, formatMoney } from "../../core/money.ts";
import { memberPage, type Form, type Html, type MemberVisit } from "../page.ts";
import { hiddenOnce, refusal, wordsOf } from "../parts/form.ts";
import { link, pathOf } from "../parts/link.ts";
import { table } from "../parts/table.ts";
import type { WebParts } from "../types.ts";

const path = "/books/queue/:id";
const treasurers = ["treasurer"] as const;

type Books = WebParts["books"];
type Item = NonNullable<ReturnType<Books["lastRun"]>>["queue"][number];

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
      title: `In the queue: ${item.id}`,
      body: () => body(visit, item),
      json: { ...rest, amount: Number(amountMinor) },
    };
  },
});

function find({ parts, path: at }: MemberVisit): Item | undefined {
  return parts.books.lastRun()?.queue.find(({ id }) => id === at["id"]);
}

/** A decision about the item, by the words of its command. */
function decision(name: string, words: (fields: Readonly<Record<string, string>>) => string[]): Form {
  return {
    ...{ path: `${path}/${name}`, audience: treasurers, name, page: bookItemPage },
    words(visit, fields) {
      const item = find(visit);
      return item && ["money", name, item.id, ...words(fields), ...wordsOf(fields["why"])];
    },
    after: () => "/books",
  };
}

const noSpaces = (typed: string | undefined): string[] => wordsOf((typed ?? "").replaceAll(/\s+/g, ""));

export const matchForm = decision("match", (fields) => noSpaces(fields["to"]));
export const splitForm = decision("split", (fields) => noSpaces(fields["parts"]));
export const writeOffForm = decision("writeoff", (fields) => noSpaces(fields["account"]));
export const ignoreForm = decision("ignore", () => []);

function body(visit: MemberVisit, item: Item): Html {
  const { id, date, why, currency, amountMinor, source, candidates } = item;
  const entry = visit.parts.books.entryOf(id);
  return html`<h1>In the queue</h1>
    ${refusal(visit)}
    <dl class="facts">
      <dt>What</dt>
      <dd><code>${id}</code>, told by ${source.replace(/^bank:/, "the bank account ")}</dd>
      <dt>Day</dt>
      <dd>${date}</dd>
      <dt>Amount</dt>
      <dd>${currency === "" ? "none" : formatMoney({ amountMinor, currency })}</dd>
      <dt>Why it waits</dt>
      <dd>${why}</dd>
      ${
        entry !== undefined &&
        entry.memo !== "" &&
        html`<dt>What was told of it</dt>
          <dd>${entry.memo}</dd>`
      }
    </dl>
    ${entry !== undefined && booked(entry)}
    <h2>Decide</h2>
    <p>
      A decision stays in the books with your name and the reason. It can be taken back until its month is
      closed.
    </p>
    <div class="forms">${matching(visit, id, candidates)} ${splitting(visit, id)} ${ending(visit, id)}</div>
    <p>${link("/books", "All that waits")}</p>`;
}

function booked({ postings }: NonNullable<ReturnType<Books["entryOf"]>>): Html {
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

/** One form; what was typed stands there again when it was not carried out. */
function form(
  visit: MemberVisit,
  of: { id: string; name: string; head: string; button: string },
  fields: Html,
): Html {
  const { id, name, head, button } = of;
  return html`<form class="form" method="post" action="${pathOf("books", "queue", id)}/${name}">
    <h3>${head}</h3>
    ${hiddenOnce()} ${fields}
    <p>
      <label for="why-${name}">Why?</label>
      <textarea id="why-${name}" name="why" required minlength="3" maxlength="500">
${typed(visit, name, "why")}</textarea>
    </p>
    <p><button class="go" type="submit">${button}</button></p>
  </form>`;
}

function typed({ refused }: MemberVisit, name: string, field: string): string {
  return refused?.form === name ? (refused.fields[field] ?? "") : "";
}

function matching(visit: MemberVisit, id: string, candidates: readonly string[]): Html {
  const fields = html`<p>
    <label for="to">Payouts or expenses that it belongs to, with commas</label>
    <input
      id="to"
      name="to"
      type="text"
      list="candidates"
      required
      maxlength="500"
      value="${typed(visit, "match", "to")}"
      autocomplete="off"
    />
    <datalist id="candidates">${candidates.map((one) => html`<option value="${one}"></option>`)}</datalist>
    ${candidates.length > 0 && "It could be: "}
    ${candidates.map((one, n) => html`${n > 0 && ", "}<code>${one}</code>`)}
  </p>`;
  return form(visit, { id, name: "match", head: "It belongs to", button: "Match" }, fields);
}

function splitting(visit: MemberVisit, id: string): Html {
  const fields = html`<p>
    <label for="parts">Accounts with their amounts, with commas; what is paid out is above zero</label>
    <input
      id="parts"
      name="parts"
      type="text"
      placeholder="expenses:fees:transfer=EUR1.50,expenses:work:servers=EUR8.50"
      required
      maxlength="1000"
      value="${typed(visit, "split", "parts")}"
      autocomplete="off"
    />
  </p>`;
  return form(visit, { id, name: "split", head: "Book it on accounts", button: "Split" }, fields);
}

function ending(visit: MemberVisit, id: string): Html {
  const account = html`<p>
    <label for="account">The account that bears it</label>
    <input
      id="account"
      name="account"
      type="text"
      placeholder="expenses:fees:transfer"
      required
      maxlength="200"
      value="${typed(visit, "writeoff", "account")}"
      autocomplete="off"
    />
  </p>`;
  const asItIs = html`<p>It leaves the queue as it is; what is in suspense stays there.</p>`;
  return html`${form(visit, { id, name: "writeoff", head: "Write it off", button: "Write off" }, account)}
  ${form(visit, { id, name: "ignore", head: "Leave it as it is", button: "Ignore" }, asItIs)}`;
}
