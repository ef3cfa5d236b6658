/** Books: what cannot be imported, decided or closed. */
import { problem } from "../problem.ts";

const nothingTaken = "A file is taken whole or not at all; the books are as they were.";

export const importUnreadable = problem(
  "import-unreadable",
  ({ file, why }: { file: string; why: string }) => ({
    happened: `${file} cannot be read as what it should be: ${why}.`,
    means: nothingTaken,
    remedy: "The shapes that can be imported are in the manual: `help books`",
  }),
  { file: "stripe.json", why: "it ends in the middle of the list payouts" },
);

export const importObjectUnfit = problem(
  "import-object-unfit",
  ({ place, why }: { place: string; why: string }) => ({
    happened: `${place} is not as its source gives it: ${why}.`,
    means: nothingTaken,
    remedy: "Fetch it anew from where it comes from, and import that. Money is never a number with a point.",
  }),
  { place: "txn_1 in balance_transactions", why: "amount is no whole number" },
);

export const importTooLarge = problem(
  "import-too-large",
  ({ mostMb }: { mostMb: number }) => ({
    happened: `The file is larger than ${mostMb} MB.`,
    means: nothingTaken,
    remedy: "Import it in parts: what is in two of them is taken once.",
  }),
  { mostMb: 2048 },
);

export const bankAccountUnfit = problem(
  "bank-account-unfit",
  ({ name }: { name: string }) => ({
    happened: `${name} cannot be the name of a bank account in the books.`,
    means: nothingTaken,
    remedy: "It is a word of letters, digits and hyphens, such as `--account wise-eur`.",
  }),
  { name: "our bank" },
);

export const importUnknown = problem(
  "import-unknown",
  ({ what }: { what: string }) => ({
    happened: `Nothing of the kind ${what} can be imported.`,
    means: nothingTaken,
    remedy:
      "It is one of `stripe`, `opencollective`, `bank` and `opening`; a bank's file also needs `--account NAME`.",
  }),
  { what: "paypal" },
);

export const importFormatUnknown = problem(
  "import-format-unknown",
  ({ format }: { format: string }) => ({
    happened: `Statements in the format ${format} are not read here.`,
    means: nothingTaken,
    remedy: "The formats that are read are in the manual: `help books`",
  }),
  { format: "xls" },
);

export const importWithoutFile = problem(
  "import-without-file",
  (_: object) => ({
    happened: "There is no file to import: none was named, and the message replies to none.",
    means: nothingTaken,
    remedy:
      "In a room send the file, then reply to it: `money import bank --account NAME`. " +
      "On the server: `tandem money import bank --account NAME --from FILE`",
  }),
  {},
);

export const importReplyNoFile = problem(
  "import-reply-no-file",
  (_: object) => ({
    happened: "The message that was replied to is no file.",
    means: nothingTaken,
    remedy: "Reply to the message that holds the file itself, with the same words.",
  }),
  {},
);

export const importFileGone = problem(
  "import-file-gone",
  (_: object) => ({
    happened: "The file that should be imported is not there.",
    means: nothingTaken,
    remedy: "On the command line name it: `tandem money import stripe --from FILE`",
  }),
  {},
);

const nothingDecided = "Nothing was decided, and nothing was booked.";

export const bookItemUnknown = problem(
  "book-item-unknown",
  ({ id }: { id: string }) => ({
    happened: `Nothing with the id ${id} waits in the queue of the books.`,
    means: nothingDecided,
    remedy: "See what waits: `money queue`. If it was decided already, it is in `money decisions`.",
  }),
  { id: "l1" },
);

export const bookLineUnfit = problem(
  "book-line-unfit",
  ({ id, what }: { id: string; what: string }) => ({
    happened: `${id} cannot be decided so: ${what}.`,
    means: nothingDecided,
    remedy:
      "A bank's line is matched or split; all else in suspense is split; what is in neither is ignored.",
  }),
  { id: "txn_1", what: "it is no line of a bank" },
);

export const bookAmountsDiffer = problem(
  "book-amounts-differ",
  ({ id, is, parts }: { id: string; is: string; parts: string }) => ({
    happened: `${id} is ${is}, and what it should be comes to ${parts}.`,
    means: `Not a cent may be left over. ${nothingDecided}`,
    remedy: "Name all its parts, with their amounts: `money split <id> <account> <amount> … <why>`",
  }),
  { id: "l1", is: "EUR 12.50", parts: "EUR 12.00" },
);

export const bookDecisionUnknown = problem(
  "book-decision-unknown",
  ({ id }: { id: number }) => ({
    happened: `There is no decision ${id} that could be taken back.`,
    means: "It is not there, was taken back already, or is about a closed month, which stays as it is.",
    remedy: "See those that stand: `money decisions`",
  }),
  { id: 4 },
);

export const monthNotToClose = problem(
  "month-not-to-close",
  ({ month, why }: { month: string; why: string }) => ({
    happened: `${month} cannot be closed: ${why}.`,
    means: "It stays open, and its entries can still change.",
    remedy: "What is in the way: `money status`, `money queue`",
  }),
  { month: "2026-10", why: "it is not over yet" },
);

export const monthNotClean = problem(
  "month-not-clean",
  ({ month, waiting, off }: { month: string; waiting: number; off: readonly string[] }) => ({
    happened: [
      `${month} does not come out even: ${waiting} in the queue`,
      ...(off.length === 0 ? [] : [`not exact: ${off.join(", ")}`]),
    ]
      .join("; ")
      .concat("."),
    means: "A closed month is right to the cent, or says of each difference what it is; so it stays open.",
    remedy: "Work through `money queue`: match, split, write off, or ignore with a reason.",
  }),
  { month: "2026-10", waiting: 3, off: ["assets:bank:gls by EUR 4.00"] },
);

export const monthKeepsChanging = problem(
  "month-keeps-changing",
  ({ month }: { month: string }) => ({
    happened: `While treasurers were asked about ${month}, its books changed again and again.`,
    means: "What they agreed to is not what would be closed; the month stays open.",
    remedy: "Wait until all its files are in, then: `money close <month>`",
  }),
  { month: "2026-10" },
);
