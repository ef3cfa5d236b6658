/** What was fetched from Open Collective becomes facts: its transactions, and what it says the account holds. */
import type { Facts } from "../facts.ts";
import { tellRow, type Ingested } from "../ingest/ingest.ts";

/** Transactions as GraphQL returns them, with both sides of each group. */
export interface CollectiveObjects {
  /** The name of our account there. */
  own: string;
  rows: unknown[];
  /** What it held when all rows so far were told; `at` is an ISO time. */
  balance?: { amountMinor: bigint; currency: string; at: string };
}

/** What an account was said to hold, by currency, in minor units. */
export interface Held {
  held: Record<string, number>;
  /** Since when it has been said; ISO time. */
  at: string;
}

/** Joins the open transaction. Throws `import-object-unfit`. */
export function tellFetched(facts: Facts, { own, rows, balance }: CollectiveObjects, told: Ingested): void {
  const source = "opencollective";
  facts.tell({ source, kind: "own", ext: own, content: own, unchanging: null }, told);
  for (const row of rows) tellRow(facts, row, told);
  if (balance === undefined) return;
  const held = { [balance.currency]: Number(balance.amountMinor) };
  // The same each hour is no news, and a new fact would be a run of the books.
  if (JSON.stringify(heldThere(facts)?.held) === JSON.stringify(held)) return;
  const content: Held = { held, at: balance.at };
  facts.tell({ source, kind: "balance", ext: own, content, unchanging: null }, told);
}

/** What Open Collective said last. */
export function heldThere(facts: Facts): Held | undefined {
  const said = facts.all("balance").filter(({ source }) => source === "opencollective");
  return said.at(-1)?.content as Held | undefined;
}
