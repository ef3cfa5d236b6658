/** Reading the ledger: entries in the order of journals, and sums. */
import type { Database } from "better-sqlite3";
import type { Source } from "../types.ts";
import { unkeptMemo, type Kept } from "./write.ts";

/** An entry as it is read for journals and reports. */
export interface LedgerEntry {
  source: Source;
  /** The source's id, with `+1` and so on where it amends an entry of a closed month. */
  ref: string;
  date: string;
  happened: string | null;
  kind: string;
  memo: string;
  /** The payout that it was known to be a part of when its month was closed; in an open month, as it is known now. */
  payout: string | null;
  corrects: string | null;
  postings: Kept;
}

interface Row extends Omit<LedgerEntry, "postings" | "payout"> {
  amends: number;
  postings: string;
}

/** By day, source and id: the order depends on nothing but the facts. `month`: only entries of that month. */
export function* ledgerEntries(sqlite: Database, month?: string): Generator<LedgerEntry> {
  const rows = sqlite
    .prepare<[string, string], Row>(
      `SELECT source, ref, amends, date, happened, kind, memo, corrects, postings FROM book_entry
       WHERE date >= ? AND date <= ? ORDER BY date, source, ref, amends`,
    )
    .iterate(month === undefined ? "" : `${month}-01`, month === undefined ? "~" : `${month}-31`);
  for (const row of rows) yield entryFrom(row);
}

/** What a source told under this id, as it is booked; the newest where a closed month was amended. */
export function entryOf(sqlite: Database, ref: string): LedgerEntry | undefined {
  const row = sqlite
    .prepare<[string], Row>(
      `SELECT source, ref, amends, date, happened, kind, memo, corrects, postings FROM book_entry
       WHERE ref = ? ORDER BY amends DESC, source LIMIT 1`,
    )
    .get(ref);
  return row === undefined ? undefined : entryFrom(row);
}

function entryFrom({ amends, postings, ...row }: Row): LedgerEntry {
  return {
    ...row,
    ...unkeptMemo(row.source, row.memo),
    ref: amends === 0 ? row.ref : `${row.ref}+${amends}`,
    postings: JSON.parse(postings) as Kept,
  };
}

/** Σ by account and currency, up to a day. */
export function balances(sqlite: Database, until = "~"): Map<string, Map<string, bigint>> {
  const found = new Map<string, Map<string, bigint>>();
  // Some hundred entries in one text: they are read in one go.
  const rows = sqlite
    .prepare<[string], string>(
      `SELECT group_concat(substr(postings, 2, length(postings) - 2)) FROM book_entry
       WHERE date <= ? GROUP BY id / 500`,
    )
    .pluck()
    .iterate(until);
  const sums = new Map<string, number>();
  for (const json of rows)
    for (const [account, currency, amount] of JSON.parse(`[${json}]`) as Kept) {
      const key = `${account} ${currency}`;
      const sum = (sums.get(key) ?? 0) + amount;
      // Long before a sum could lose a cent it is said.
      if (!Number.isSafeInteger(sum)) throw new RangeError(`${account} holds more than can be told exactly`);
      sums.set(key, sum);
    }
  for (const [key, sum] of [...sums].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [account = "", currency = ""] = key.split(" ");
    const of = found.get(account) ?? new Map<string, bigint>();
    found.set(account, of.set(currency, BigInt(sum)));
  }
  return found;
}
