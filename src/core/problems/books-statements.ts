/** Statements of a bank that cannot be read, or do not fit. */
import { problem } from "../problem.ts";

const nothingTaken = "Nothing of the file was taken; the books are as they were.";
const exportAgain = "Export the statement from the bank again, as it is, and hand in that file.";

export const statementMissing = problem(
  "statement-missing",
  () => ({
    happened: "The form came without a file, or without the name of an account.",
    means: nothingTaken,
    remedy:
      "Name the account as the books do (letters, digits, hyphens), choose the format, and choose the file.",
  }),
  {},
);

export const statementFormatUnknown = problem(
  "statement-format-unknown",
  ({ begins }: { begins: string }) => ({
    happened: `The file is in none of the formats that are read here. It begins with: ${begins}`,
    means: nothingTaken,
    remedy:
      "Export the statement anew as CAMT.053, MT940, OFX or CSV. A PDF or a spreadsheet (xlsx) cannot be read.",
  }),
  { begins: "%PDF-1.7" },
);

export const statementTooLarge = problem(
  "statement-too-large",
  ({ megabytes, most }: { megabytes: number; most: number }) => ({
    happened: `The statement has ${megabytes} MB; at most ${most} MB are read.`,
    means: nothingTaken,
    remedy: "Export a shorter time, such as one month for each file.",
  }),
  { megabytes: 200, most: 100 },
);

export const statementOfAnotherFormat = problem(
  "statement-of-another-format",
  ({ format, what }: { format: string; what: string }) => ({
    happened: `The file is no statement in the format ${format}: ${what}.`,
    means: nothingTaken,
    remedy:
      "Name the format that it has: camt053, mt940, ofx, csv or json. If it has none of them, export it anew.",
  }),
  { format: "camt053", what: "it is a camt.052, a report of the day that the bank may still change" },
);

export const statementNotXml = problem(
  "statement-not-xml",
  ({ line, what }: { line: number; what: string }) => ({
    happened: `The statement is not XML that can be read. Line ${line}: ${what}.`,
    means: nothingTaken,
    remedy: exportAgain,
  }),
  { line: 12, what: "</Stmt> closes nothing that is open" },
);

export const statementDeclares = problem(
  "statement-declares",
  ({ line, what }: { line: number; what: string }) => ({
    happened: `The statement was refused. Line ${line}: ${what}.`,
    means: `No bank writes that; by it a file can grow without end or fetch others. ${nothingTaken}`,
    remedy: "Fetch the file from the bank itself, and tell an operator where this one came from.",
  }),
  { line: 2, what: "it declares a document type or entities of its own" },
);

export const statementCutShort = problem(
  "statement-cut-short",
  ({ what }: { what: string }) => ({
    happened: `The statement ends too early: ${what}.`,
    means: `Lines may be missing at its end. ${nothingTaken}`,
    remedy: exportAgain,
  }),
  { what: "<Stmt> is not closed" },
);

export const statementEncodingUnknown = problem(
  "statement-encoding-unknown",
  ({ what }: { what: string }) => ({
    happened: `The letters of the statement cannot be read: ${what}.`,
    means: `Names and references would come out garbled. ${nothingTaken}`,
    remedy:
      "Export it in UTF-8. For a CSV: name its encoding in the mapping (utf-8, windows-1252 or iso-8859-15).",
  }),
  { what: "it is not in utf-8, as its mapping says" },
);

export const statementLineUnreadable = problem(
  "statement-line-unreadable",
  ({ line, what }: { line: number; what: string }) => ({
    happened: `Line ${line} of the statement cannot be read: ${what}.`,
    means: `A line that is left out or guessed would make the books wrong. ${nothingTaken}`,
    remedy:
      "Compare the line with the statement on paper. For a CSV: see that its mapping names the right columns.",
  }),
  { line: 17, what: 'its amount is "12,3x"' },
);

export const statementColumnsMissing = problem(
  "statement-columns-missing",
  ({ missing, there }: { missing: readonly string[]; there: readonly string[] }) => ({
    happened: `The mapping names columns that the file lacks: ${missing.join(", ")}.\nIt has: ${there.join(", ")}`,
    means: `The bank has changed its export, or it is the mapping of another bank. ${nothingTaken}`,
    remedy: "Choose the mapping of this bank, or put the names of the columns right in it.",
  }),
  { missing: ["Betrag"], there: ["Buchungstag", "Umsatz", "Waehrung"] },
);

export const statementMappingMissing = problem(
  "statement-mapping-missing",
  ({ known }: { known: readonly string[] }) => ({
    happened: "A CSV can only be read by a mapping, which says what its columns are, and none was named.",
    means: nothingTaken,
    remedy: `Name one of these, or save one of your own: ${known.join(", ")}`,
  }),
  { known: ["wise", "gls", "triodos", "monzo"] },
);

export const statementMappingUnfit = problem(
  "statement-mapping-unfit",
  ({ faults }: { faults: readonly string[] }) => ({
    happened: `The mapping of columns is not as it should be:\n${faults.join("\n")}`,
    means: "By it no CSV can be read.",
    remedy: "Put it right; the manual shows whole mappings: `help statements`",
  }),
  { faults: ["decimal: it is . or ,", "date: it is missing"] },
);

export const statementOfAnotherAccount = problem(
  "statement-of-another-account",
  ({ expected, there }: { expected: string; there: string }) => ({
    happened: `The statement is of the account that ends in ${there}, and not of the one that ends in ${expected}.`,
    means: nothingTaken,
    remedy: "Hand it in for the account that it belongs to, or export the other one's.",
  }),
  { expected: "4300", there: "3000" },
);

export const statementInAnotherCurrency = problem(
  "statement-in-another-currency",
  ({ expected, there, where }: { expected: string; there: string; where: string }) => ({
    happened: `${where} is in ${there}, and not in ${expected}.`,
    means: `An account has one currency in the books. ${nothingTaken}`,
    remedy: "Hand it in for the account in its currency; a bank gives one file for each.",
  }),
  { expected: "EUR", there: "GBP", where: "Statement 2 of the file" },
);

export const statementDoesNotAddUp = problem(
  "statement-does-not-add-up",
  ({ where, expected, there }: { where: string; expected: string; there: string }) => ({
    happened: `${where} does not add up: ${expected} is expected at its end, and ${there} stands there.`,
    means: `By the balance before it and the amounts, a line is missing or is there twice. ${nothingTaken}`,
    remedy: exportAgain,
  }),
  { where: "Statement 2 of the file (2026-10-31)", expected: "EUR 100.00", there: "EUR 90.00" },
);

export const statementsDoNotChain = problem(
  "statements-do-not-chain",
  ({ where, expected, there }: { where: string; expected: string; there: string }) => ({
    happened: `${where} begins with ${there}, and the one before it ends with ${expected}.`,
    means: `A statement between them is missing, or one is there twice. ${nothingTaken}`,
    remedy: "Export the whole time in one file, or hand in the statements one after the other.",
  }),
  { where: "Statement 3 of the file (2026-10-31)", expected: "EUR 100.00", there: "EUR 90.00" },
);
