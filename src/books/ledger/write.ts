/**
 * The ledger follows the facts. In open months an entry is what its fact comes to now; in closed months it stays as it
 * is, and what is heard later becomes an entry of the first open day with the difference, that names what it amends.
 */
import type { Database } from "better-sqlite3";
import { plusDays } from "../days.ts";
import { difference } from "../postings.ts";
import type { Entry, Posting } from "../types.ts";

/** Postings as the database keeps them. */
export type Kept = [account: string, currency: string, amountMinor: number][];

export function kept(postings: readonly Posting[]): string {
  return JSON.stringify(
    postings.map(({ account, currency, amountMinor }) => [account, currency, Number(amountMinor)]),
  );
}

/** The payout stands behind the memo, which is one id of Stripe's then: what is closed keeps both as they were. */
export function keptMemo({ memo, payout }: Pick<Entry, "memo" | "payout">): string {
  return payout == null ? memo : `${memo} ${payout}`;
}

export function unkeptMemo(source: string, kept: string): { memo: string; payout: string | null } {
  const at = source === "stripe" ? kept.indexOf(" ") : -1;
  return at === -1 ? { memo: kept, payout: null } : { memo: kept.slice(0, at), payout: kept.slice(at + 1) };
}

export function unkept(json: string): Posting[] {
  return (JSON.parse(json) as Kept).map(([account, currency, amount]) => ({
    ...{ account, currency, amountMinor: BigInt(amount) },
  }));
}

interface Row {
  id: number;
  amends: number;
  date: string;
  happened: string | null;
  kind: string;
  memo: string;
  corrects: string | null;
  postings: string;
  is_closed: 0 | 1;
}

export interface Writing {
  /** Writes what one fact comes to. */
  put(entry: Entry): void;
  /** Takes out of the open months what no fact comes to any more. Answers what was changed in all. */
  end(): { added: number; changed: number; removed: number };
}

/** `closedUntil`: the last day of the last closed month; null: none is closed. */
export function beginWriting(sqlite: Database, closedUntil: string | null): Writing {
  return new Writer(sqlite, closedUntil);
}

class Writer implements Writing {
  readonly #closedUntil: string | null;
  /** Entries that some fact comes to; not kept where there was none before, of which a million may come. */
  readonly #seen = new Set<number>();
  readonly #isEmpty: boolean;
  readonly #sqlite: Database;
  readonly #find;
  readonly #insert;
  readonly #update;
  readonly #counts = { added: 0, changed: 0, removed: 0 };

  constructor(sqlite: Database, closedUntil: string | null) {
    this.#sqlite = sqlite;
    this.#closedUntil = closedUntil;
    this.#isEmpty = sqlite.prepare("SELECT 1 FROM book_entry LIMIT 1").get() === undefined;
    this.#find = sqlite.prepare<[string, string], Row>(
      `SELECT id, amends, date, happened, kind, memo, corrects, postings, is_closed FROM book_entry
       WHERE ref = ? AND source = ? ORDER BY amends`,
    );
    this.#insert = sqlite.prepare(
      `INSERT INTO book_entry (source, ref, amends, date, happened, kind, memo, corrects, postings, is_closed)
       VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 0)`,
    );
    this.#update = sqlite.prepare(
      "UPDATE book_entry SET date = ?, happened = ?, kind = ?, memo = ?, corrects = ?, postings = ? WHERE id = ?",
    );
  }

  put(entry: Entry): void {
    const rows = this.#isEmpty ? [] : this.#find.all(entry.ref, entry.source);
    const closed = rows.filter((row) => row.is_closed === 1);
    const open = rows.find((row) => row.is_closed === 0);
    const [first] = closed;
    if (first === undefined) {
      if (entry.postings.length > 0) this.#write(entry, 0, open);
      return;
    }
    this.#seen.add(first.id);
    const before = closed.flatMap((row) => unkept(row.postings));
    const postings = difference(before, entry.postings);
    if (postings.length > 0) this.#write({ ...entry, corrects: entry.ref, postings }, closed.length, open);
  }

  #write(entry: Entry, amends: number, open: Row | undefined): void {
    const { source, ref, kind, corrects } = entry;
    const memo = keptMemo(entry);
    const closed = this.#closedUntil;
    const isLate = closed !== null && entry.date <= closed;
    const date = isLate ? plusDays(closed, 1) : entry.date;
    const happened = isLate ? entry.date : null;
    const postings = kept(entry.postings);
    if (open === undefined) {
      const { lastInsertRowid } = this.#insert.run(
        ...[source, ref, amends, date, happened, kind, memo, corrects, postings],
      );
      if (!this.#isEmpty) this.#seen.add(Number(lastInsertRowid));
      this.#counts.added += 1;
      return;
    }
    this.#seen.add(open.id);
    const now = [date, happened, kind, memo, corrects, postings];
    const before = [open.date, open.happened, open.kind, open.memo, open.corrects, open.postings];
    if (now.every((value, i) => value === before[i])) return;
    this.#update.run(...now, open.id);
    this.#counts.changed += 1;
  }

  /**
   * Closed entries that no fact comes to any more, such as that of a group which another of its rows names now: what
   * they booked is taken back on the first open day, or it would be booked twice.
   */
  #takeBack(): void {
    const ids = this.#sqlite
      .prepare<[], number>("SELECT id FROM book_entry WHERE is_closed = 1 AND amends = 0")
      .pluck()
      .all();
    const find = this.#sqlite.prepare<[number], Omit<Entry, "postings" | "corrects">>(
      "SELECT source, ref, date, kind, memo FROM book_entry WHERE id = ?",
    );
    for (const id of ids) {
      const gone = this.#seen.has(id) ? undefined : find.get(id);
      if (gone === undefined) continue;
      this.put({ ...gone, ...unkeptMemo(gone.source, gone.memo), corrects: null, postings: [] });
    }
  }

  end(): { added: number; changed: number; removed: number } {
    if (!this.#isEmpty) {
      if (this.#closedUntil !== null) this.#takeBack();
      const ids = this.#sqlite
        .prepare<[], number>("SELECT id FROM book_entry WHERE is_closed = 0")
        .pluck()
        .all();
      const remove = this.#sqlite.prepare<[number]>("DELETE FROM book_entry WHERE id = ?");
      for (const id of ids)
        if (!this.#seen.has(id)) {
          remove.run(id);
          this.#counts.removed += 1;
        }
    }
    return { ...this.#counts };
  }
}
