/**
 * A group of transactions at Open Collective as one entry: the same in both layouts of the ledger there, whether fees
 * stand in the row of the contribution or in rows of their own.
 */
import { accounts, owedTo } from "../chart.ts";
import { posted, sums } from "../postings.ts";
import type { Posting } from "../types.ts";
import { isOwn } from "./own-side.ts";
import type { Row } from "./read.ts";

export interface Booked {
  kind: "booked";
  /** The row that names the entry. */
  main: Row;
  date: string;
  postings: Posting[];
  /** What a person has to place, in words. */
  asks: string[];
  /** What comes to the account there, by currency. */
  nets: Map<string, bigint>;
}

/** Not booked: the group does not add up, so that a part of it is missing or wrong. */
export interface Refused {
  kind: "refused";
  main: Row;
  why: string;
}

/** Nothing in it is ours. */
export interface NotOurs {
  kind: "not ours";
}

export interface Owners {
  /** The name of our account there. */
  own: string | null;
  /** The short name of the member behind an account there, or behind our own key; undefined: not a member's. */
  member: (payee: string | null, key: string | null) => string | undefined;
}

/** Main rows in the order in which they name an entry; all others come after. */
const naming = ["CONTRIBUTION", "ADDED_FUNDS", "EXPENSE", "BALANCE_TRANSFER"];

/**
 * Σ amount + Σ net over all rows of a group is zero in each currency (facts: Σ amount alone is not); otherwise the
 * group is refused.
 */
export function groupOf(rows: readonly Row[], owners: Owners): Booked | Refused | NotOurs {
  const sorted = rows.toSorted((a, b) => placeOf(a) - placeOf(b) || (a.id < b.id ? -1 : 1));
  const off = [...sums(rows.flatMap(bothAmounts))].filter(([, sum]) => sum !== 0n);
  const ours = sorted.filter((row) => isOwn(row, owners.own));
  const main = ours[0] ?? sorted[0];
  if (main === undefined) return { kind: "not ours" };
  if (off.length > 0) {
    const by = off.map(([currency, sum]) => `${sum} ${currency}`).join(", ");
    return { kind: "refused", main, why: `its amounts and nets are off by ${by} (minor units)` };
  }
  if (ours.length === 0) return { kind: "not ours" };
  const asks: string[] = [];
  const lines = ours.flatMap((row) => linesOf(row, main, owners, asks));
  const nets = sums(ours.map(({ currency, net }) => ({ currency, amountMinor: BigInt(net) })));
  return {
    kind: "booked",
    main,
    date: main.clearedAt ?? main.createdAt,
    postings: posted(...lines),
    asks,
    nets,
  };
}

function bothAmounts({ currency, amount, net }: Row): { currency: string; amountMinor: bigint }[] {
  return [
    { currency, amountMinor: BigInt(amount) },
    { currency, amountMinor: BigInt(net) },
  ];
}

function placeOf({ kind }: Row): number {
  const place = naming.indexOf(kind);
  return place === -1 ? naming.length : place;
}

type Line = readonly [account: string, amountMinor: bigint, currency: string];

function linesOf(row: Row, main: Row, owners: Owners, asks: string[]): Line[] {
  const { currency } = row;
  const net = BigInt(row.net);
  const line = (account: string, amountMinor: bigint): Line => [account, amountMinor, currency];
  const place = (why: string): Line[] => {
    asks.push(why);
    return [line(accounts.collective, net), line(accounts.suspense, -net)];
  };
  switch (row.kind) {
    case "CONTRIBUTION":
    case "ADDED_FUNDS":
      return givenLines(row, line, asks);
    case "EXPENSE": {
      if ((row.type === "DEBIT") === row.isRefund) return place("an expense that is paid to the co-op");
      const fee = net - BigInt(row.amount);
      const person = owners.member(row.payee, row.key) ?? row.payee;
      if (person === null) asks.push("nothing says whom the expense pays");
      const owed = person === null ? accounts.suspense : owedTo(person);
      return [
        line(accounts.collective, net),
        line(accounts.transferFees, -fee),
        line(owed, -BigInt(row.amount)),
      ];
    }
    case "HOST_FEE":
      return [line(accounts.collective, net), line(accounts.hostFees, -net)];
    case "PAYMENT_PROCESSOR_FEE":
    case "PAYMENT_PROCESSOR_COVER":
      return [
        line(accounts.collective, net),
        // What a transfer to a person costs is no fee of taking money.
        line(main.kind === "EXPENSE" ? accounts.transferFees : accounts.processorFees, -net),
      ];
    case "PAYMENT_PROCESSOR_DISPUTE_FEE":
      return [line(accounts.collective, net), line(accounts.disputeFees, -net)];
    case "BALANCE_TRANSFER":
      return place("money moved between accounts at Open Collective");
    case "TAX":
      return place("a tax");
    default:
      return place(`the books do not know the kind ${row.kind}`);
  }
}

/** What was given, with the fees that stand in its own row. */
function givenLines(row: Row, line: (account: string, minor: bigint) => Line, asks: string[]): Line[] {
  const { amount, net, hostFee, processorFee, platformFee, tax } = row;
  const rest = net - amount - hostFee - processorFee - platformFee;
  if (tax !== 0) asks.push("a part of it is a tax");
  else if (rest !== 0) asks.push("a part of it is neither given nor a fee");
  return [
    line(accounts.collective, BigInt(net)),
    line(accounts.hostFees, -BigInt(hostFee) - BigInt(platformFee)),
    line(accounts.processorFees, -BigInt(processorFee)),
    line(accounts.suspense, -BigInt(rest)),
    line(accounts.dues, -BigInt(amount)),
  ];
}

/** What of a group was given, and what of it the processor took: what Stripe has booked as well. */
export function givenIn(
  rows: readonly Row[],
  own: string | null,
): { currency: string; amount: number; fee: number } {
  const ours = rows.filter((row) => isOwn(row, own));
  const given = ours.filter(({ kind }) => kind === "CONTRIBUTION" || kind === "ADDED_FUNDS");
  const fees = ours.filter(({ kind }) => kind.startsWith("PAYMENT_PROCESSOR"));
  const sum = (list: readonly Row[], of: (row: Row) => number): number =>
    list.reduce((total, row) => total + of(row), 0);
  return {
    currency: given[0]?.currency ?? "",
    amount: sum(given, ({ amount }) => amount),
    fee: -sum(given, ({ processorFee }) => processorFee) - sum(fees, ({ net }) => net),
  };
}
