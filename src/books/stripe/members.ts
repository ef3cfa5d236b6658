/** Which balance transactions make up a payout, as the facts name them. */
import type { Database } from "better-sqlite3";
import type { Members } from "./payouts.ts";
import type { Payout, Txn } from "./read.ts";

export interface Memberships {
  /** Σ over the members of a payout, by the database. `own`: the payout's own transaction. */
  sumsOf(payout: Payout, own: Txn | undefined): Members;
  /** By transaction, the payout that names it; of several the first by id. `rows`: one chunk of facts, in order. */
  payoutsOf(rows: readonly { id: number }[]): Map<string, string>;
}

/** Members are kept by payout; for the other way round a table is made that lasts as long as the connection. */
export function openMembers(sqlite: Database): Memberships {
  sqlite.exec(
    `CREATE TEMP TABLE IF NOT EXISTS book_payout_of (txn TEXT PRIMARY KEY, payout TEXT, payouts INTEGER) WITHOUT ROWID;
     DELETE FROM temp.book_payout_of;
     INSERT INTO temp.book_payout_of SELECT txn, MIN(payout), COUNT(*) FROM book_member GROUP BY txn;`,
  );
  const between = sqlite
    .prepare<[number, number], [string, string]>(
      `SELECT p.txn, p.payout FROM book_fact f JOIN temp.book_payout_of p ON p.txn = f.ext
       WHERE f.id BETWEEN ? AND ? AND +f.kind = 'txn'`,
    )
    .raw();
  return {
    sumsOf: sumsIn(sqlite),
    payoutsOf: (rows) => new Map(between.all(rows[0]?.id ?? 0, rows.at(-1)?.id ?? 0)),
  };
}

interface SumRow {
  payout: string;
  currency: string | null;
  named: number;
  net: number | null;
}

function sumsIn(sqlite: Database): Memberships["sumsOf"] {
  const rows = sqlite
    .prepare<[], SumRow>(
      `SELECT m.payout AS payout, f.currency AS currency, COUNT(*) AS named, SUM(f.net_minor) AS net
       FROM book_member m LEFT JOIN book_fact f
         ON f.kind = 'txn' AND f.ext = m.txn AND f.source = 'stripe' AND f.version = 0
       GROUP BY m.payout, f.currency`,
    )
    .all();
  const byPayout = Map.groupBy(rows, ({ payout }) => payout);
  const sharedBy = new Map(
    sqlite
      .prepare<[], { payout: string; shared: number }>(
        `SELECT payout, COUNT(*) AS shared FROM book_member
         WHERE txn IN (SELECT txn FROM temp.book_payout_of WHERE payouts > 1) GROUP BY payout`,
      )
      .all()
      .map(({ payout, shared }) => [payout, shared]),
  );
  const names = sqlite.prepare("SELECT 1 FROM book_member WHERE payout = ? AND txn = ?");
  return (payout, own) => {
    const all = byPayout.get(payout.id) ?? [];
    const isOwnNamed = own !== undefined && names.get(payout.id, own.id) !== undefined;
    const isOwnMissing =
      own === undefined && payout.txn !== null && names.get(payout.id, payout.txn) !== undefined;
    const count = (rows: SumRow[]): number => rows.reduce((sum, { named }) => sum + named, 0);
    const same = all.filter(({ currency }) => currency === payout.currency);
    const net = same.reduce((sum, row) => sum + BigInt(safe(row.net ?? 0)), 0n);
    return {
      named: count(all) - (isOwnNamed || isOwnMissing ? 1 : 0),
      missing: count(all.filter(({ currency }) => currency === null)) - (isOwnMissing ? 1 : 0),
      netMinor: net - (isOwnNamed && own.currency === payout.currency ? BigInt(own.net) : 0n),
      foreign: count(all.filter(({ currency }) => currency !== null && currency !== payout.currency)),
      shared: sharedBy.get(payout.id) ?? 0,
      ownNetMinor: own?.currency === payout.currency ? BigInt(own.net) : null,
    };
  };
}

function safe(sum: number): number {
  if (!Number.isSafeInteger(sum)) throw new RangeError(`${sum} is more than can be told exactly`);
  return sum;
}
