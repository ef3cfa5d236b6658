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
    remedy: "It is one of `stripe`, `opencollective` and `bank`; a bank's file also needs `--account NAME`.",
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

export const importFileGone = problem(
  "import-file-gone",
  (_: object) => ({
    happened: "The file that should be imported is not there.",
    means: nothingTaken,
    remedy: "On the command line name it: `tandem money import stripe --from FILE`",
  }),
  {},
);
