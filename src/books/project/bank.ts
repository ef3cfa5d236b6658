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

/** An invoice that is to be paid by transfer to an account of the co-op's own. */
export interface OwedInvoice {
  /** Its number, which whoever pays it writes into the transfer. */
  reference: string;
  /** Stripe's id of it. */
  invoice: string;
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

export function claimsOfInvoices(invoices: readonly OwedInvoice[]): Claim[] {
  return invoices.map(({ reference, currency, amountMinor }) => ({
    ...{ id: reference, kind: "invoice", amountMinor, currency },
    ...{ arrival: null, references: [reference] },
  }));
}

/** What each line belongs to, by its key. */
export function belongings(matching: Matching): Map<string, Claim[]> {
  const found = new Map<string, Claim[]>();
  for (const [claim, line] of matching.pairs) found.set(line.key, [claim]);
  for (const [claims, lines] of matching.groups) for (const line of lines) found.set(line.key, claims);
  for (const { ties } of matching.cameBack)
    for (const { line, claims } of ties) found.set(line.key, [...claims]);
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
  /** How much of a line pays what was owed since an earlier payment of the same invoice came back, by its key. */
  receivable: ReadonlyMap<string, bigint>;
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
    case "payable":
      return ofPayables(row, claims ?? [], counter);
    case "invoice":
      return ofInvoices(row, counter);
    default:
      return against(accounts.transit);
  }
}

/**
 * One line that pays one person or several: each gets what was owed. What comes back is owed anew; what a bank took
 * of it on the way is a fee. Several lines among several people wait.
 */
function ofPayables(row: BankRow, claims: readonly Claim[], { memberOf }: Counter): Posting[] {
  const { amountMinor, currency } = row;
  const bank = [bankAccount(row.account), amountMinor, currency] as const;
  const due = claims.reduce((sum, claim) => sum + claim.amountMinor, 0n);
  const isReturn = amountMinor < 0n !== due < 0n;
  const people = new Set(claims.map(({ id }) => memberOf(id)));
  const [person = ""] = people;
  if (people.size === 1 && !isReturn) return posted(bank, [owedTo(person), -amountMinor, currency]);
  if (!isReturn && due !== amountMinor) return posted(bank, [accounts.suspense, -amountMinor, currency]);
  const parts = claims.map(({ id, amountMinor: part }) => {
    return [owedTo(memberOf(id)), isReturn ? part : -part, currency] as const;
  });
  const fee = isReturn ? -due - amountMinor : 0n;
  return posted(bank, ...parts, [accounts.transferFees, fee, currency]);
}

/** Income is booked when it is paid; a transfer that goes back is owed, and what pays that is no income again. */
function ofInvoices(row: BankRow, { receivable }: Counter): Posting[] {
  const { amountMinor, currency } = row;
  const owed = amountMinor < 0n ? amountMinor : (receivable.get(row.key) ?? 0n);
  return posted(
    [bankAccount(row.account), amountMinor, currency],
    [accounts.receivable, -owed, currency],
    [accounts.hosting, owed - amountMinor, currency],
  );
}
