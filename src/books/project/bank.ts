/** The bank's side of the books: what each line is booked as, by what it belongs to. */
import { accounts, bankAccount, owedTo } from "../chart.ts";
import type { BankLine } from "../bank/lines.ts";
import type { Facts } from "../facts.ts";
import type { Claim, Line, Matching } from "../match/match.ts";
import { posted } from "../postings.ts";
import type { Entry, Posting, Source } from "../types.ts";

/** A line with the account that it stands in. */
export interface BankRow extends Line {
  id: string;
  source: Source;
  account: string;
}

/** A payment that the co-op's own file asked the bank for. */
export interface Payable {
  /** What stands in the transfer, such as `bakor-bo-EUR`. */
  reference: string;
  member: string;
  currency: string;
  amountMinor: bigint;
}

export function bankRows(facts: Facts): BankRow[] {
  const rows = facts.all("line").map(({ source, content }) => {
    const { id, date, amount, currency, text } = content as BankLine;
    return {
      ...{ id, source, account: source.slice("bank:".length), key: `${source}/${id}` },
      ...{ date, amountMinor: BigInt(amount), currency, text },
    };
  });
  // Some banks write a line of nothing, such as a notice: there is nothing to book or to match.
  return rows.filter(({ amountMinor }) => amountMinor !== 0n);
}

export function claimsOfPayables(payables: readonly Payable[]): Claim[] {
  return payables.map(({ reference, currency, amountMinor }) => ({
    ...{ id: reference, kind: "payable", amountMinor: -amountMinor, currency },
    ...{ arrival: null, references: [reference] },
  }));
}

/** What each line belongs to, by its key. */
export function belongings(matching: Matching): Map<string, Claim[]> {
  const found = new Map<string, Claim[]>();
  for (const [claim, line] of matching.pairs) found.set(line.key, [claim]);
  for (const [claims, lines] of matching.groups) for (const line of lines) found.set(line.key, claims);
  for (const [claim, lines] of matching.returned) for (const line of lines) found.set(line.key, [claim]);
  // As many payouts as lines: whichever is whose, they are Stripe's.
  for (const [claims, lines] of matching.held)
    if (claims.length === lines.length) for (const line of lines) found.set(line.key, claims);
  return found;
}

export function entryOf(row: BankRow, claims: readonly Claim[] | undefined, counter: Counter): Entry {
  const { source, id, date, text } = row;
  return {
    ...{ source, ref: id, date, kind: "line", memo: text, corrects: null },
    postings: postingsOf(row, claims, counter),
  };
}

/** What lines are booked against. */
export interface Counter {
  /** To whom a payable is owed, by its reference. */
  memberOf: (reference: string) => string;
}

function postingsOf(row: BankRow, claims: readonly Claim[] | undefined, counter: Counter): Posting[] {
  const { amountMinor, currency } = row;
  const bank = bankAccount(row.account);
  const against = (account: string): Posting[] =>
    posted([bank, amountMinor, currency], [account, -amountMinor, currency]);
  const [first] = claims ?? [];
  switch (first?.kind) {
    case undefined:
      return against(accounts.suspense);
    case "expense":
      // The fund has paid it in its own book; here the money leaves from where it lies.
      return against(accounts.collective);
    case "payable": {
      const people = new Set((claims ?? []).map(({ id }) => counter.memberOf(id)));
      const [person = ""] = people;
      if (people.size === 1) return against(owedTo(person));
      return splitAmong(row, claims ?? [], counter);
    }
    default:
      return against(accounts.transit);
  }
}

/** One line that pays several people: each gets what was owed. Several lines among several people wait. */
function splitAmong(row: BankRow, claims: readonly Claim[], { memberOf }: Counter): Posting[] {
  const { amountMinor, currency } = row;
  const parts = claims.map((claim) => [owedTo(memberOf(claim.id)), -claim.amountMinor, currency] as const);
  const paid = claims.reduce((sum, claim) => sum + claim.amountMinor, 0n);
  return posted(
    [bankAccount(row.account), amountMinor, currency],
    ...(paid === amountMinor ? parts : [[accounts.suspense, -amountMinor, currency] as const]),
  );
}
