/** What both journals are written from: the same ledger gives the same bytes. */
import { oneLine } from "../bank/lines.ts";
import type { LedgerEntry } from "../ledger/read.ts";

export interface JournalParts {
  /** In the order of the journal; asked for more than once. */
  entries: () => Iterable<LedgerEntry>;
}

/** Accounts with the day that first books on them, and the currencies, each sorted. */
export function usedIn(entries: Iterable<LedgerEntry>): {
  accounts: Map<string, string>;
  currencies: string[];
} {
  const accounts = new Map<string, string>();
  const currencies = new Set<string>();
  for (const { date, postings } of entries)
    for (const [account, currency] of postings) {
      if (!accounts.has(account)) accounts.set(account, date);
      currencies.add(currency);
    }
  const sorted = [...accounts].sort(([a], [b]) => (a < b ? -1 : 1));
  return { accounts: new Map(sorted), currencies: [...currencies].sort() };
}

/** What is said of an entry in words. */
export function wordsOf({ kind, memo, source }: LedgerEntry): string {
  const said = oneLine(memo);
  if (source.startsWith("bank:")) return said === "" ? "line" : said;
  return said === "" ? kind : `${kind} ${said}`;
}

/** Tags of an entry, in a fixed order. */
export function tagsOf(entry: LedgerEntry): [name: string, value: string][] {
  const { source, payout, corrects, happened } = entry;
  return [
    ["source", source.replace(":", "-")],
    ...(payout === null ? [] : [["payout", payout] as [string, string]]),
    ...(corrects === null ? [] : [["corrects", corrects] as [string, string]]),
    ...(happened === null ? [] : [["happened", happened] as [string, string]]),
  ];
}
