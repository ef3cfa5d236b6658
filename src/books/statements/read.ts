import { statementMappingMissing, statementTooLarge } from "../../core/problems/books-statements.ts";
import { readCamt } from "./camt.ts";
import { checkStatements } from "./check.ts";
import { readCsv } from "./csv.ts";
import { readJson } from "./json.ts";
import type { CsvMapping } from "./mapping.ts";
import { readMt940 } from "./mt940.ts";
import { readOfx } from "./ofx.ts";
import { presets } from "./presets.ts";
import type { Statement, StatementFormat } from "./types.ts";

export interface HowToRead {
  format: StatementFormat;
  /** Of a CSV: one of `presets`, or what `csvMappingOf` gives. */
  mapping?: CsvMapping | undefined;
  /** The account's currency: other ones are refused. A CSV without such a column is read in it. */
  currency?: string | undefined;
  /** The account's IBAN or number: a file that says another one is refused. */
  account?: string | undefined;
  /** Larger files are refused before anything of them is read. */
  mostBytes?: number | undefined;
}

/** A hundred thousand lines of the wordiest format. */
const mostBytesOfAFile = 128_000_000;

/**
 * The statements of a file, in the order of the file; those without lines too. Throws a Problem when it cannot be read
 * whole, is of another account or currency, or when its balances do not chain. Never guesses.
 */
export function readStatements(bytes: Uint8Array, how: HowToRead): Statement[] {
  refuseLargerStatement(bytes.length, how.mostBytes);
  const statements = read(bytes, how);
  checkStatements(statements, how);
  return statements;
}

/** Throws `statement-too-large`; for whoever knows a file's size before reading it. */
export function refuseLargerStatement(bytes: number, most = mostBytesOfAFile): void {
  if (bytes <= most) return;
  throw statementTooLarge({
    megabytes: Math.ceil(bytes / 1_000_000),
    most: Math.floor(most / 1_000_000),
  });
}

function read(bytes: Uint8Array, { format, mapping, currency }: HowToRead): Statement[] {
  switch (format) {
    case "camt053":
      return readCamt(bytes);
    case "mt940":
      return readMt940(bytes);
    case "ofx":
      return readOfx(bytes);
    case "json":
      return readJson(bytes);
    case "csv":
      if (mapping === undefined) throw statementMappingMissing({ known: Object.keys(presets) });
      return readCsv(bytes, mapping, currency);
  }
}
