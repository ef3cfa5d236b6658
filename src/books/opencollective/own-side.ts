/** Which side of a movement is ours. */
import type { Row } from "./read.ts";

/** The side on which a collective stands in a movement of this kind; of a refund it is the other one. */
const sides: Partial<Record<string, "CREDIT" | "DEBIT">> = {
  CONTRIBUTION: "CREDIT",
  ADDED_FUNDS: "CREDIT",
  EXPENSE: "DEBIT",
  HOST_FEE: "DEBIT",
  PAYMENT_PROCESSOR_FEE: "DEBIT",
  PAYMENT_PROCESSOR_DISPUTE_FEE: "DEBIT",
  PAYMENT_PROCESSOR_COVER: "CREDIT",
  TAX: "DEBIT",
};

/** Kinds in which a collective stands for itself, so that they tell who it is. */
const telling = new Set(["CONTRIBUTION", "ADDED_FUNDS", "EXPENSE"]);

function isSideOfKind({ kind, type, isRefund }: Row): boolean {
  const side = sides[kind];
  return side !== undefined && (side === type) !== isRefund;
}

/**
 * The name of our account there, where nobody has said it: the one that stands most often on a collective's side of
 * contributions and expenses. Null: the rows do not say.
 */
export function ownAccountOf(rows: Iterable<Row>): string | null {
  const counts = new Map<string, number>();
  for (const row of rows) {
    if (row.account === null || !telling.has(row.kind) || !isSideOfKind(row)) continue;
    counts.set(row.account, (counts.get(row.account) ?? 0) + 1);
  }
  const [first] = [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1));
  return first?.[0] ?? null;
}

/** Whether the row is ours: by the name of the account or, where the row has none, by the side. */
export function isOwn(row: Row, own: string | null): boolean {
  if (row.account !== null && own !== null) return row.account === own;
  if (sides[row.kind] !== undefined) return isSideOfKind(row);
  // Nobody knows such a kind; the side to which money comes is as good a guess as any, and it waits for a person.
  return row.type === "CREDIT";
}
