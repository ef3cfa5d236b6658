/** The forms by which a treasurer decides about a thing of the queue: only those that can be carried out. */
import { html } from "hono/html";
import { chart } from "../../books/index.ts";
import { decimalOf } from "../../core/money.ts";
import type { Html, MemberVisit } from "../page.ts";
import type { WebParts } from "../types.ts";
import { labelOf, type Item } from "./books.ts";
import { hiddenOnce } from "./form.ts";
import { link, pathOf } from "./link.ts";

type Books = WebParts["books"];

const splitRows = 4;

/** How much of it is in suspense: that much can be booked elsewhere. */
export function inSuspense(books: Books, { id, currency }: Item): bigint {
  return (books.entryOf(id)?.postings ?? [])
    .filter(([account, of]) => account === chart.suspense && of === currency)
    .reduce((sum, [, , amount]) => sum + BigInt(amount), 0n);
}

export function decisionForms(visit: MemberVisit, item: Item): Html {
  const { books } = visit.parts;
  const suspense = inSuspense(books, item);
  const isLine = item.source.startsWith("bank:");
  return html`${!isLine && atItsLine(books, item)}
    <div class="forms">
      ${isLine && matching(visit, item)} ${suspense !== 0n && writingOff(visit, item)}
      ${ignoring(visit, item)} ${suspense !== 0n && splitting(visit, item, suspense)}
    </div>
    <datalist id="accounts">
      ${accountsOf(books).map((one) => html`<option value="${one}"></option>`)}
    </datalist>`;
}

/** A payout is matched from the other side. */
function atItsLine(books: Books, { id, candidates }: Item): Html {
  const lines = (books.lastRun()?.queue ?? []).filter(
    (one) => one.source.startsWith("bank:") && (one.candidates.includes(id) || candidates.includes(one.id)),
  );
  if (lines.length === 0) return html``;
  return html`<p class="note">
    It is matched at the bank's line that it came in as. It could be:
    ${lines.map((one, n) => html`${n > 0 && ", "}${link(pathOf("books", "queue", one.id), labelOf(one, books))}`)}
  </p>`;
}

interface About {
  item: Item;
  name: string;
  head: string;
  button: string;
  isWide?: boolean;
}

/** One form; what was typed stands there again when it was not carried out. */
function form(visit: MemberVisit, { item, name, head, button, isWide = false }: About, fields: Html): Html {
  return html`<form
    class="form${isWide && " wide"}"
    method="post"
    action="${pathOf("books", "queue", item.id)}/${name}"
  >
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

function matching(visit: MemberVisit, item: Item): Html {
  const { candidates } = item;
  const one = (id: string, n: number): Html => {
    const isTicked = typed(visit, "match", `to-${n}`) === id;
    return html`<label class="tick">
      ${
        isTicked
          ? html`<input type="checkbox" name="to-${n}" value="${id}" checked />`
          : html`<input type="checkbox" name="to-${n}" value="${id}" />`
      }
      <span>${id.startsWith("po_") ? `Payout ${id}` : id}</span></label
    >`;
  };
  const fields = html`${candidates.length > 0 && html`<p>The amount is that of:</p>`} ${candidates.map(one)}
    <p>
      <label for="to">
        ${candidates.length > 0 ? "Or another" : "Payout or expense"}, by its id; several with commas
      </label>
      ${idField(typed(visit, "match", "to"), candidates.length === 0)}
    </p>`;
  return form(visit, { item, name: "match", head: "It belongs to", button: "Match" }, fields);
}

function idField(value: string, isNeeded: boolean): Html {
  return isNeeded
    ? html`<input
        id="to"
        name="to"
        type="text"
        maxlength="500"
        value="${value}"
        autocomplete="off"
        required
      />`
    : html`<input id="to" name="to" type="text" maxlength="500" value="${value}" autocomplete="off" />`;
}

function splitting(visit: MemberVisit, item: Item, suspense: bigint): Html {
  const { currency, amountMinor } = item;
  const amount = suspense < 0n ? -suspense : suspense;
  const row = (n: number): Html => {
    const more = n === 0 ? "seen" : "unseen";
    const [account, part] = [`account-${n}`, `amount-${n}`];
    const field = (name: string, list: Html): Html =>
      html`<input
        id="${name}"
        name="${name}"
        type="text"
        maxlength="100"
        value="${typed(visit, "split", name)}"
        autocomplete="off"
        ${list}
      />`;
    return html`<div class="pair">
      <p>
        <label class="${more}" for="${account}">Account${n > 0 && ` ${n + 1}`}</label>
        ${field(account, html`list="accounts"`)}
      </p>
      <p>
        <label class="${more}" for="${part}">${currency}${n > 0 && ` of account ${n + 1}`}</label>
        ${field(part, html`inputmode="decimal"`)}
      </p>
    </div>`;
  };
  const fields = html`<p>
      Say which accounts it is for, such as <code>expenses:work:servers</code>. The parts come to
      ${decimalOf({ amountMinor: amount, currency })} ${currency} together
      (${amountMinor < 0n ? "money that went out" : "money that came in"}); empty lines count for nothing.
    </p>
    ${Array.from({ length: splitRows }, (_, n) => row(n))}`;
  return form(
    visit,
    { item, name: "split", head: "Book it on one or several accounts", button: "Split", isWide: true },
    fields,
  );
}

function writingOff(visit: MemberVisit, item: Item): Html {
  const fields = html`<p>
    <label for="account">The account that bears all of it</label>
    <input
      id="account"
      name="account"
      type="text"
      list="accounts"
      placeholder="expenses:fees:transfer"
      required
      maxlength="200"
      value="${typed(visit, "writeoff", "account")}"
      autocomplete="off"
    />
  </p>`;
  return form(visit, { item, name: "writeoff", head: "Write it off", button: "Write off" }, fields);
}

function ignoring(visit: MemberVisit, item: Item): Html {
  const fields = html`<p>It leaves the queue as it is; what is in suspense stays there.</p>`;
  return form(visit, { item, name: "ignore", head: "Leave it as it is", button: "Ignore" }, fields);
}

/** Accounts to choose from: those of the chart on which people book, and those that they have used. */
function accountsOf(books: Books): string[] {
  const used = [
    ...books.decisions().flatMap(({ what }) => (what.parts ?? []).map(({ account }) => account)),
    ...(books.closed()[0]?.report.others ?? []).map(({ account }) => account),
  ];
  const isForPeople = (account: string): boolean => /^(?:income|expenses):|:receivable$/.test(account);
  return [...new Set([...Object.values(chart).filter(isForPeople), ...used.filter(isForPeople)])].sort();
}
