/** What the bank's lines have done to what was owed: for those who owe, and are owed. */
import type { Claim, Line, Matching } from "../match/match.ts";
import { isOwed } from "../match/owed.ts";
import type { BankRow, OwedInvoice } from "./bank.ts";
import type { Transfer } from "./joins.ts";

/** A payable or an invoice with the lines that have paid it or taken it back, in their order. */
export interface Owed {
  kind: "payable" | "invoice";
  reference: string;
  isPaid: boolean;
  lines: OwedLine[];
}

export interface OwedLine {
  /** Where the line stands, and its id there. */
  line: string;
  date: string;
  currency: string;
  /** What of the line is about this one: below zero goes out. */
  amountMinor: bigint;
}

/** By reference. What nothing has happened to is not among them. */
export function owedOf(matching: Matching, rows: readonly BankRow[]): Owed[] {
  const rowOf = new Map(rows.map((row) => [row.key, row]));
  const found = new Map<Claim, Owed>();
  const add = (claim: Claim, line: Line, isPaid: boolean, amountMinor: bigint): void => {
    const row = rowOf.get(line.key);
    if (row === undefined || !isOwed(claim)) return;
    const kind = claim.kind === "invoice" ? "invoice" : "payable";
    const one = found.get(claim) ?? { kind, reference: claim.id, isPaid, lines: [] };
    one.lines.push({ line: `${row.source}/${row.id}`, date: row.date, currency: row.currency, amountMinor });
    found.set(claim, one);
  };
  for (const [claim, line] of matching.pairs) add(claim, line, true, line.amountMinor);
  for (const [claims, lines] of matching.groups)
    for (const claim of claims)
      for (const line of lines)
        add(claim, line, true, claims.length === 1 ? line.amountMinor : claim.amountMinor);
  for (const { ties, paid } of matching.cameBack)
    for (const { line, claims, isReturn } of ties)
      for (const claim of claims)
        add(claim, line, paid.has(claim), isReturn ? -claim.amountMinor : claim.amountMinor);
  return [...found.values()].sort((a, b) => (a.reference < b.reference ? -1 : 1));
}

/** What was paid to the bank of invoices, for those that were paid at Stripe before or after. */
export function transfersOf(owed: readonly Owed[], invoices: readonly OwedInvoice[]): Transfer[] {
  const ids = new Map(invoices.map(({ reference, invoice }) => [reference, invoice]));
  return owed.flatMap(({ kind, reference, lines }) => {
    const invoice = ids.get(reference);
    if (kind !== "invoice" || invoice === undefined) return [];
    let day = "";
    return lines.map(({ line, currency, amountMinor, date }, turn) => {
      // They come in the order in which they were paid and taken back, whatever their days say.
      if (date > day) day = date;
      return { line, invoice, currency, amountMinor, date: day, turn };
    });
  });
}
