/** What the database holds after the process has gone: the truth about what was done, and how often. */
import path from "node:path";
import { openAudit } from "../../../src/audit/index.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { openDb } from "../../../src/db/index.ts";

export interface Records {
  rows<T>(query: string, ...values: unknown[]): T[];
  /** The audit rows of one kind, their details read. */
  audited(what: string): { who: string; subject: string; details: Record<string, unknown> }[];
  /** How many rows the chain has; throws where it is broken. */
  chain(): number;
  close(): void;
}

export function openRecords(folder: string): Records {
  const db = openDb(path.join(folder, "data/tandem.db"));
  const rows: Records["rows"] = (query, ...values) => db.sqlite.prepare(query).all(...values) as never;
  return {
    rows,
    audited: (what) =>
      rows<{ who: string; subject: string; details: string }>(
        "select who, subject, details from audit where what = ? order by n",
        what,
      ).map((row) => ({ ...row, details: JSON.parse(row.details) as Record<string, unknown> })),
    chain() {
      const verdict = openAudit(db, systemClock).verify();
      if ("brokenAt" in verdict) throw new Error(`the audit chain is broken: ${verdict.why}`);
      return verdict.rows;
    },
    close: () => db.close(),
  };
}
