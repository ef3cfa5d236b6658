/** Opening balances that cannot be taken. */
import { problem } from "../problem.ts";

const nothingTaken = "A file is taken whole or not at all; the books are as they were.";

export const openingUnreadable = problem(
  "opening-unreadable",
  ({ line, what }: { line: number; what: string }) => ({
    happened: `Line ${line} of the opening balances cannot be read: ${what}.`,
    means: nothingTaken,
    remedy:
      "Write them with `hledger close --open`, amounts as EUR 1250.00. What is read: `help keeping-books`",
  }),
  { line: 12, what: '"€ 1.250,00" is no amount in whole minor units, such as EUR 1250.00' },
);

export const openingNotTaken = problem(
  "opening-not-taken",
  ({ why }: { why: string }) => ({
    happened: `These opening balances cannot be where the books begin: ${why}.`,
    means: nothingTaken,
    remedy:
      "They are of the first or the last day of a month, and come before everything else: `help keeping-books`",
  }),
  { why: "2026-09 is closed" },
);
