/** A cell that a spreadsheet would take for a formula (OWASP, "CSV Injection"). */
const formula = /^[=+\-@\t\r]/;

/**
 * A table as CSV (RFC 4180: CRLF, quotes doubled). Numbers stay numbers; a text that a spreadsheet would take
 * for a formula gets an apostrophe in front.
 */
export function csvOf(table: { head: readonly string[]; rows: readonly (readonly CsvCell[])[] }): string {
  return [table.head, ...table.rows].map((row) => `${row.map(cellOf).join(",")}\r\n`).join("");
}

export type CsvCell = string | number | null;

function cellOf(cell: CsvCell): string {
  if (cell === null) return "";
  if (typeof cell === "number") return String(cell);
  const safe = formula.test(cell) ? `'${cell}` : cell;
  return /[",\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}
