/** Where the books begin: balances from another ledger, before the first month and all that the sources tell. */
import { openingNotTaken, openingUnreadable } from "../../core/problems/books-opening.ts";
import { daysOfMonth, monthOf } from "../../core/work-day.ts";
import type { Database } from "better-sqlite3";
import { accounts } from "../chart.ts";
import { plusDays } from "../days.ts";
import type { Facts, Told } from "../facts.ts";
import type { Kept } from "../ledger/write.ts";
import type { OwnNames } from "../own-names.ts";
import { posted } from "../postings.ts";
import type { Entry } from "../types.ts";
import { readOpening, type OpeningTransaction } from "./read.ts";

/** As facts keep it. */
interface Opening {
  /** How many there were before it: the last one counts. */
  nth: number;
  date: string;
  transactions: { memo: string; postings: Kept }[];
}

export interface OpeningParts {
  sqlite: Database;
  facts: Facts;
  names: OwnNames;
  /** Brings the ledger up to date: what is in it is held against the day. */
  run: () => unknown;
}

/**
 * Takes the opening balances of a journal, or others in the place of those that were taken before. Throws
 * `opening-unreadable`, `opening-not-taken`.
 */
export function takeOpening(parts: OpeningParts, bytes: Uint8Array, told: Told): void {
  const { facts, names } = parts;
  const transactions = readOpening(bytes);
  const date = dayOf(transactions);
  assertFirst(parts, date);
  const content = {
    date,
    transactions: transactions.map(({ memo, postings }) => ({ memo, postings: keptOf(postings, names) })),
  };
  const all = openingsIn(facts);
  const last = all.at(-1);
  const before = last && { date: last.date, transactions: last.transactions };
  if (JSON.stringify(before) === JSON.stringify(content)) told.known += 1;
  else {
    const fact = { source: "opening", kind: "opening", ext: "opening", unchanging: null } as const;
    facts.tell({ ...fact, content: { nth: all.length, ...content } }, told);
  }
}

function openingsIn(facts: Facts): Opening[] {
  return facts.all("opening").map(({ content }) => content as Opening);
}

/** The last day before the first month: the file's own day, or the one before the first of a month. */
function dayOf(transactions: readonly OpeningTransaction[]): string {
  const date = transactions[0]?.date ?? "";
  const other = transactions.find((one) => one.date !== date);
  if (other !== undefined)
    throw openingUnreadable({
      line: other.line,
      what: `it is of ${other.date}, and the first one of ${date}`,
    });
  if (date.endsWith("-01")) return plusDays(date, -1);
  if (date !== daysOfMonth(monthOf(date)).last)
    throw openingNotTaken({ why: `${date} is neither the first nor the last day of a month` });
  return date;
}

function assertFirst({ sqlite, run }: OpeningParts, date: string): void {
  const closed = sqlite.prepare("SELECT MIN(month) FROM book_period").pluck().get() as string | null;
  if (closed !== null) throw openingNotTaken({ why: `${closed} is closed` });
  run();
  const first = sqlite.prepare("SELECT MIN(date) FROM book_entry WHERE source <> 'opening'").pluck().get() as
    string | null;
  if (first !== null && first <= date)
    throw openingNotTaken({
      why: `the books know of something on ${first}, and they would begin after ${date}`,
    });
}

function keptOf(postings: OpeningTransaction["postings"], names: OwnNames): Kept {
  return postings.map(({ account: name, currency, amountMinor, line }) => {
    const account = names.kept(name);
    const isOurs = /^(?:assets|liabilities|equity|income|expenses):/.test(account);
    if (!isOurs && account !== accounts.suspense)
      throw openingUnreadable({
        line,
        what: `${name} is under none of assets, liabilities, equity, income and expenses`,
      });
    return [account, currency, Number(amountMinor)];
  });
}

/** What the books begin with. */
export function openingEntries(facts: Facts): Entry[] {
  const { date = "", transactions = [] } = openingsIn(facts).at(-1) ?? {};
  return transactions.map(({ memo, postings }, index) => ({
    ...{ source: "opening", ref: `opening/${index + 1}`, date, kind: "opening", memo, corrects: null },
    postings: posted(
      ...postings.map(([account, currency, amount]) => [account, BigInt(amount), currency] as const),
    ),
  }));
}
