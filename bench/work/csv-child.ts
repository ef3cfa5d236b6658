/**
 * Streams every line of a year to nowhere, as a page does, and prints what it needed: `rows characters MB`. The file is
 * opened without the rest of the house, whose own memory is not what is measured.
 */
import Database from "better-sqlite3";
import { csvLines } from "../../src/core/csv.ts";
import { batchesOf, linesOf, payablesOf } from "../../src/work/payouts/reading.ts";
import { linesTable } from "../../src/work/report-csv.ts";

const db = { sqlite: new Database(process.argv[2] ?? "", { readonly: true }) };
// SQLite's own cache is the house's as well: it does not grow with the table.
db.sqlite.pragma("cache_size = -2000");
const batches = batchesOf(db, {});
let rows = -1;
let characters = 0;
for (const line of csvLines(linesTable(linesOf(db, batches), payablesOf(db, batches)))) {
  rows++;
  characters += line.length;
  // Others have their turn while it is sent.
  if (rows % 500 === 0) await new Promise((resolve) => setImmediate(resolve));
}
process.stdout.write(`${rows} ${characters} ${Math.round(process.resourceUsage().maxRSS / 1024)}\n`);
db.sqlite.close();
