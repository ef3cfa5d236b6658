/**
 * A month at each place where money lies, in the three sections of Stripe's own reconciliation reports: what moved its
 * balance, what was paid out or transferred with what it settled, and what its ending balance is made of.
 */
import type { Database } from "better-sqlite3";
import { accounts } from "./chart.ts";
import { ledgerEntries, type LedgerEntry } from "./ledger/read.ts";
import type { Run } from "./reconcile.ts";

/** How much of a place's balance has to do with an account; in minor units, as the place sees it. */
export interface Part {
  account: string;
  count: number;
  amount: number;
}

export interface Transfer {
  /** The payout's id, or the bank's for its line. */
  id: string;
  date: string;
  amount: number;
  state: string;
  /** What it is matched with. */
  with: string[];
}

export interface Section {
  place: string;
  currency: string;
  activity: Part[];
  transfers: Transfer[];
  /** What is in the ending balance: at Stripe all that no payout has taken; elsewhere nothing is told apart. */
  left: Part[];
}

/** `month` as `YYYY-MM`, `last` its last day. */
export function sectionsOf(sqlite: Database, month: string, last: string, run: Run): Section[] {
  const found = new Map<string, Section>();
  const sectionOf = (place: string, currency: string): Section => {
    const key = `${place} ${currency}`;
    const section = found.get(key) ?? { place, currency, activity: [], transfers: [], left: [] };
    found.set(key, section);
    return section;
  };
  const partners = partnersOf(run);
  for (const entry of ledgerEntries(sqlite, month))
    for (const [place, currency, amount] of entry.postings) {
      if (!isPlace(place)) continue;
      const section = sectionOf(place, currency);
      addParts(section.activity, entry, place, currency);
      if (!isTransfer(entry, place)) continue;
      const id = entry.kind === "payout" ? (entry.payout ?? entry.ref) : entry.ref;
      const state = run.states[id] ?? "";
      section.transfers.push({ id, date: entry.date, amount, state, with: partners.get(id) ?? [] });
    }
  for (const entry of notPaidOut(sqlite, last))
    for (const currency of new Set(entry.postings.map(([, of]) => of)))
      addParts(sectionOf(accounts.stripe, currency).left, entry, accounts.stripe, currency);
  return [...found.values()]
    .filter(({ activity, left }) => activity.length + left.length > 0)
    .sort((a, b) => (`${a.place} ${a.currency}` < `${b.place} ${b.currency}` ? -1 : 1));
}

const isPlace = (account: string): boolean =>
  account.startsWith("assets:") && account !== accounts.transit && account !== accounts.receivable;

/** Money that goes from one place to another, or to somebody to whom it was owed. */
const isTransfer = ({ postings }: LedgerEntry, place: string): boolean =>
  postings.some(
    ([account]) =>
      account !== place && (account.startsWith("assets:") || account.startsWith("liabilities:contributors:")),
  );

/** Adds what the other accounts of an entry have to do with a place; nothing where the place is not among them. */
function addParts(parts: Part[], { postings }: LedgerEntry, place: string, currency: string): void {
  if (!postings.some(([account, of]) => account === place && of === currency)) return;
  for (const [account, of, amount] of postings) {
    if (account === place || of !== currency) continue;
    const known = parts.find((part) => part.account === account);
    if (known === undefined) parts.push({ account, count: 1, amount: -amount });
    else {
      known.count += 1;
      known.amount -= amount;
    }
  }
  parts.sort((a, b) => (a.account < b.account ? -1 : 1));
}

/** Entries at Stripe up to a day, without the payouts that come to nothing together with what they took. */
function notPaidOut(sqlite: Database, last: string): LedgerEntry[] {
  const byPayout = new Map<string, LedgerEntry[]>();
  for (const entry of ledgerEntries(sqlite)) {
    if (entry.date > last) break;
    if (!entry.postings.some(([account]) => account === accounts.stripe)) continue;
    const key = entry.payout ?? `alone ${entry.ref}`;
    const group = byPayout.get(key);
    if (group === undefined) byPayout.set(key, [entry]);
    else group.push(entry);
  }
  return [...byPayout.values()].filter((group) => !isSettled(group)).flat();
}

function isSettled(group: readonly LedgerEntry[]): boolean {
  const sums = new Map<string, number>();
  for (const [account, currency, amount] of group.flatMap(({ postings }) => postings))
    if (account === accounts.stripe) sums.set(currency, (sums.get(currency) ?? 0) + amount);
  return group.some(({ kind }) => kind === "payout") && [...sums.values()].every((sum) => sum === 0);
}

/** What is matched with what, by either side. */
function partnersOf({ matched, groups }: Pick<Run, "matched" | "groups">): Map<string, string[]> {
  const partners = new Map<string, string[]>();
  for (const [one, other] of matched) partners.set(one, [other]).set(other, [one]);
  for (const [claims, lines] of groups) {
    for (const claim of claims) partners.set(claim, lines);
    for (const line of lines) partners.set(line, claims);
  }
  return partners;
}
