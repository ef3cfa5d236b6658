/**
 * The opening balances of an hledger journal: a small part of its language, read strictly. Transactions with a date and
 * postings of ISO currencies, comments, and the directives that only declare names. All else is named with its line:
 * half of a journal would be a wrong opening.
 */
import { openingUnreadable } from "../../core/problems/books-opening.ts";
import { isDay } from "../../core/work-day.ts";
import { plainText } from "../statements/decode.ts";
import { exactMinor } from "../statements/amount.ts";
import type { Posting } from "../types.ts";

export interface OpeningTransaction {
  /** Of its first line in the file, from 1. */
  line: number;
  date: string;
  memo: string;
  postings: (Posting & { line: number })[];
}

const mostBytes = 4_000_000;
const comment = /^(?:[;#*].*|\s*(?:;.*)?)$/;
/** Declarations say nothing of money. */
const declaration = /^(?:account|commodity|payee|tag|decimal-mark \.)(?:\s|$)/;
const head = /^(\d{4})([-/.])(\d{2})\2(\d{2})(?:\s+[*!])?(?:\s+\([^()]*\))?(?:\s+([^;]*?))?\s*(?:;.*)?$/;
const accountShape = /^[a-z]+(?::[a-z0-9][a-z0-9_-]{0,40}){1,6}$/i;

/** Throws `opening-unreadable`, with the line of what is not read. */
export function readOpening(bytes: Uint8Array): OpeningTransaction[] {
  if (bytes.length > mostBytes) throw openingUnreadable({ line: 1, what: "the file is larger than 4 MB" });
  const found: Draft[] = [];
  for (const [index, text] of plainText(bytes).split(/\r?\n/).entries()) {
    const line = index + 1;
    const isInside = /^\s/.test(text);
    if (comment.test(text) || (!isInside && declaration.test(text))) continue;
    const last = found.at(-1);
    if (!isInside) found.push(headOf(text, line));
    // Below a declaration, such as `format`: it says how amounts are shown.
    else if (last === undefined && /^\s+(?:format|note|default)\b/.test(text)) continue;
    else if (last === undefined) throw openingUnreadable({ line, what: "it belongs to no transaction" });
    else last.postings.push(postingOf(text, line));
  }
  if (found.length === 0) throw openingUnreadable({ line: 1, what: "there is no transaction in it" });
  return found.map(whole);
}

interface Draft extends Omit<OpeningTransaction, "postings"> {
  postings: DraftPosting[];
}

interface DraftPosting {
  account: string;
  line: number;
  /** Undefined: what the others leave over. */
  money: { currency: string; amountMinor: bigint } | undefined;
}

function headOf(text: string, line: number): Draft {
  const [, year = "", , month = "", day = "", memo = ""] = head.exec(text) ?? [];
  const date = `${year}-${month}-${day}`;
  if (!isDay(date))
    throw openingUnreadable({ line, what: `${JSON.stringify(text.slice(0, 60))} begins no transaction` });
  return { line, date, memo: memo.trim(), postings: [] };
}

function postingOf(text: string, line: number): DraftPosting {
  const plain = text.replace(/;.*$/, "").trim();
  // Two spaces or a tab end an account's name; a single one is a part of it.
  const [name = "", ...rest] = plain.split(/\s{2,}|\t+/);
  const account = name.replace(/^[*!]\s+/, "");
  if (/^equity:open/i.test(account)) return { account: "equity:opening", line, money: moneyOf(rest, line) };
  if (!accountShape.test(account))
    throw openingUnreadable({
      line,
      what: `${account.slice(0, 60)} is no account's name that the books can bear (letters, digits and hyphens)`,
    });
  return { account, line, money: moneyOf(rest, line) };
}

const number = String.raw`([+-]?)\s*(\d+(?:\.\d*)?)`;
const before = new RegExp(String.raw`^([+-]?)\s*([A-Z]{3})\s*${number}$`);
const after = new RegExp(String.raw`^${number}\s*([A-Z]{3})$`);

/** `EUR 12.50`, `12.50 EUR`, each with a sign; a balance behind it has to be the same. */
function moneyOf(rest: readonly string[], line: number): DraftPosting["money"] {
  const text = rest.join(" ").trim();
  if (text === "") return undefined;
  const [amount = "", asserted, ...more] = text.split(/\s*={1,2}\*?\s*/);
  const money = oneMoney(amount, line);
  if (asserted === undefined) return money;
  const said = oneMoney(asserted, line);
  if (more.length > 0 || said.currency !== money.currency || said.amountMinor !== money.amountMinor)
    throw openingUnreadable({
      line,
      what: "its balance is not its amount, and a balance opens with nothing before",
    });
  return money;
}

function oneMoney(text: string, line: number): { currency: string; amountMinor: bigint } {
  const [, sign, first, inner, digits] = before.exec(text) ?? [];
  const [, only, plain, last] = after.exec(text) ?? [];
  const currency = first ?? last;
  const signs = [sign, inner, only].filter((one) => one !== undefined && one !== "");
  const written = digits ?? plain;
  const amount =
    currency === undefined || written === undefined || signs.length > 1
      ? undefined
      : exactMinor(`${signs[0] ?? ""}${written.replace(/\.$/, "")}`, ".", currency);
  if (amount === undefined || currency === undefined)
    throw openingUnreadable({
      line,
      what: `${JSON.stringify(text.slice(0, 60))} is no amount in whole minor units, such as EUR 1250.00`,
    });
  return { currency, amountMinor: amount };
}

/** Σ is zero in each currency; one posting may leave its amount to the others. */
function whole({ postings, ...draft }: Draft): OpeningTransaction {
  const { line } = draft;
  const left = new Map<string, bigint>();
  for (const { money } of postings)
    if (money !== undefined) left.set(money.currency, (left.get(money.currency) ?? 0n) + money.amountMinor);
  const open = postings.filter(({ money }) => money === undefined);
  if (open.length > 1)
    throw openingUnreadable({ line: open[1]?.line ?? line, what: "two postings have no amount" });
  const off = [...left].filter(([, sum]) => sum !== 0n);
  if (postings.length < 2 || (open.length === 0 && off.length > 0)) {
    const by = off.map(([currency, sum]) => `${sum} ${currency}`).join(", ");
    const what = postings.length < 2 ? "it has fewer than two postings" : `it is off by ${by} (minor units)`;
    throw openingUnreadable({ line, what });
  }
  const known = postings.flatMap(({ account, money, line: at }) =>
    money === undefined ? [] : [{ account, ...money, line: at }],
  );
  const rest = open.flatMap(({ account, line: at }) =>
    off.map(([currency, sum]) => ({ account, currency, amountMinor: -sum, line: at })),
  );
  return { ...draft, postings: [...known, ...rest] };
}
