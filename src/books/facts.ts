/** What the sources have told, in the database: added once, never changed. Everything joins the open transaction. */
import type { Database } from "better-sqlite3";
import { isoOf, type Clock } from "../core/clock.ts";
import type { Source } from "./types.ts";

export type FactKind =
  "txn" | "payout" | "tie" | "invoice" | "balance" | "row" | "own" | "line" | "statement" | "opening";

/** A fact on its way in. */
export interface NewFact {
  source: Source;
  kind: FactKind;
  ext: string;
  content: unknown;
  /** Of the content, what must stay as it is; left out: all of it. Null: all of it may change. */
  unchanging?: ((content: never) => unknown) | null;
  /** What a balance transaction moves. */
  currency?: string;
  netMinor?: number;
}

export interface Told {
  added: number;
  known: number;
  /** More of what was known already: a payout that has come further. */
  updated: number;
  /** Ids of what was told with other content than before. */
  alarms: string[];
}

export interface Facts {
  /** Adds it, or finds that it is known. */
  tell(fact: NewFact, told: Told): void;
  /** Adds a member to a payout; true where it is new. */
  tellMember(payout: string, txn: string): boolean;
  /** All versions of all facts of a kind. */
  all(kind: FactKind): { source: Source; ext: string; content: unknown }[];
  /** Facts of a kind in the order in which they came, in chunks, so that a million need little memory. */
  inChunks(kind: FactKind): Generator<{ id: number; source: Source; ext: string; json: string }[]>;
  alarms(): { source: Source; kind: FactKind; ext: string; said: string; at: string }[];
  /** Whether a file with these bytes was taken before. */
  hasFile(hash: string): boolean;
  tookFile(hash: string, by: string): void;
  /** Changes whenever anything was added. */
  mark(): string;
}

const chunkSize = 1000;

interface FactRow {
  id: number;
  source: Source;
  ext: string;
  json: string;
}

export function openFacts(sqlite: Database, clock: Clock): Facts {
  const insert = sqlite.prepare<[string, string, string, number, string, string | null, number | null]>(
    `INSERT INTO book_fact (source, kind, ext, version, json, currency, net_minor) VALUES (?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (kind, ext, source, version) DO NOTHING`,
  );
  const versions = sqlite
    .prepare<[string, string, string], string>(
      "SELECT json FROM book_fact WHERE kind = ? AND ext = ? AND source = ? ORDER BY version",
    )
    .pluck();
  const alarm = sqlite.prepare<[string, string, string, string, string]>(
    "INSERT INTO book_alarm (source, kind, ext, said, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const member = sqlite.prepare<[string, string]>(
    "INSERT INTO book_member (payout, txn) VALUES (?, ?) ON CONFLICT DO NOTHING",
  );
  const put = (fact: NewFact, version: number, json: string): boolean =>
    insert.run(
      ...([fact.source, fact.kind, fact.ext, version, json] as const),
      fact.currency ?? null,
      fact.netMinor ?? null,
    ).changes > 0;
  return {
    tell(fact, told) {
      const json = JSON.stringify(fact.content);
      if (put(fact, 0, json)) {
        told.added += 1;
        return;
      }
      const known = versions.all(fact.kind, fact.ext, fact.source);
      // A balance may be once more what it was before; of anything else an old version says nothing new.
      const isKnown = fact.kind === "balance" ? known.at(-1) === json : known.includes(json);
      if (isKnown) told.known += 1;
      else if (mayChange(fact, known[0] ?? "")) {
        put(fact, known.length, json);
        told.updated += 1;
      } else {
        alarm.run(fact.source, fact.kind, fact.ext, json, isoOf(clock.now()));
        told.alarms.push(fact.ext);
      }
    },
    tellMember: (payout, txn) => member.run(payout, txn).changes > 0,
    all: (kind) =>
      sqlite
        .prepare<[string], FactRow>("SELECT id, source, ext, json FROM book_fact WHERE kind = ? ORDER BY id")
        .all(kind)
        .map(({ source, ext, json }) => ({ source, ext, content: JSON.parse(json) as unknown })),
    inChunks: (kind) => chunksOf(sqlite, kind),
    ...files(sqlite, clock),
  };
}

function* chunksOf(sqlite: Database, kind: FactKind): Generator<FactRow[]> {
  // With the plus sign each chunk goes on where the last one ended; the index would sort all of them each time.
  const chunk = sqlite.prepare<[string, number], FactRow>(
    `SELECT id, source, ext, json FROM book_fact WHERE +kind = ? AND id > ? ORDER BY id LIMIT ${chunkSize}`,
  );
  for (let last = 0; ;) {
    const rows = chunk.all(kind, last);
    const end = rows.at(-1);
    if (end === undefined) return;
    yield rows;
    last = end.id;
  }
}

function files(sqlite: Database, clock: Clock): Pick<Facts, "alarms" | "hasFile" | "tookFile" | "mark"> {
  return {
    alarms: () =>
      sqlite
        .prepare("SELECT source, kind, ext, said, at FROM book_alarm ORDER BY kind, ext, said")
        .all() as ReturnType<Facts["alarms"]>,
    hasFile: (hash) => sqlite.prepare("SELECT 1 FROM book_file WHERE hash = ?").get(hash) !== undefined,
    tookFile: (hash, by) =>
      void sqlite
        .prepare("INSERT INTO book_file (hash, by, at) VALUES (?, ?, ?) ON CONFLICT DO NOTHING")
        .run(hash, by, isoOf(clock.now())),
    mark() {
      const counts = sqlite
        .prepare(
          `SELECT (SELECT MAX(id) FROM book_fact) AS facts, (SELECT COUNT(*) FROM book_member) AS members,
           (SELECT MAX(id) FROM book_alarm) AS alarms, (SELECT COUNT(*) FROM book_period) AS periods,
           (SELECT COUNT(*) || '/' || COUNT(undone_at) FROM book_decision) AS decisions`,
        )
        .get();
      return JSON.stringify(counts);
    },
  };
}

function mayChange({ content, unchanging }: NewFact, before: string): boolean {
  if (unchanging === null) return true;
  if (unchanging === undefined) return false;
  const of = (value: unknown): string => JSON.stringify(unchanging(value as never));
  return of(content) === of(JSON.parse(before));
}
