/** A cell that a spreadsheet would take for a formula (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r]/;

/** `decimal`: a number that keeps its digits, such as `-12.50`. */
export type CsvCell = string | number | null | { decimal: string };

/**
 * A table as CSV (RFC 4180: CRLF, quotes doubled). Numbers stay numbers; a text that a spreadsheet would take
 * for a formula gets an apostrophe in front.
 */
export function csvOf(table: { head: readonly string[]; rows: Iterable<readonly CsvCell[]> }): string {
  return [...csvLines(table)].join("");
}

/** The same line by line, for tables that are better not held in memory. */
export function* csvLines({
  head,
  rows,
}: {
  head: readonly string[];
  rows: Iterable<readonly CsvCell[]>;
}): Generator<string, undefined> {
  yield lineOf(head);
  for (const row of rows) yield lineOf(row);
  return undefined;
}

function lineOf(cells: readonly CsvCell[]): string {
  return `${cells.map(cellOf).join(",")}\r\n`;
}

function cellOf(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  if (typeof cell === "object") {
    if (!/^-?\d+(?:\.\d+)?$/.test(cell.decimal)) throw new RangeError(`not a decimal: ${cell.decimal}`);
    return cell.decimal;
  }
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
