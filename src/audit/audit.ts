import { and, desc, eq, lt, or, sql, type Column, type SQL } from "drizzle-orm";
import { canonicalJson, sha256 } from "../core/canonical.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { redact } from "../core/secret.ts";
import { schema, type Db } from "../db/index.ts";

export interface AuditRow {
  n: number;
  /** ISO time, UTC. */
  at: string;
  /** Short name of the member, or `config`, `schedule`, `tandem`. */
  who: string;
  /** What was done, such as `member.added` or `run.started`. */
  what: string;
  subject: string;
  details: unknown;
  hash: string;
}

export interface Audit {
  /** Adds a row; joins the open transaction. Secrets are removed before hashing. */
  append(entry: { who: string; what: string; subject: string; details?: unknown }): void;
  /** Newest first. */
  list(filter?: { subject?: string; before?: number; limit?: number }): AuditRow[];
  /** Walks the chain: how many rows are good, or the first that is not. */
  verify(): { rows: number; head: string } | { brokenAt: number; why: string };
  head(): { n: number; hash: string };
}

/** What the first row's `prev` is. */
const genesis = "0".repeat(64);
const verifyBatch = 5000;

/** Opens the chain on this database. */
export function openAudit(db: Db, clock: Clock): Audit {
  const { audit } = schema;
  const newest = db.orm
    .select({ n: audit.n, hash: audit.hash })
    .from(audit)
    .orderBy(desc(audit.n))
    .limit(1)
    .prepare();
  const head = (): { n: number; hash: string } => newest.get() ?? { n: 0, hash: genesis };
  const add = db.sqlite.prepare(
    `INSERT INTO audit (n, at, who, what, subject, details, prev, hash)
     VALUES (@n, @at, @who, @what, @subject, @details, @prev, @hash)`,
  );
  return {
    head,
    append(entry) {
      db.tx(() => {
        const last = head();
        const row = {
          n: last.n + 1,
          at: isoOf(clock.now()),
          who: entry.who,
          what: entry.what,
          subject: redact(entry.subject),
          details: canonicalJson(withoutSecrets(entry.details ?? {})),
          prev: last.hash,
        };
        add.run({ ...row, hash: hashOfRow(row) });
      });
    },
    list(filter = {}) {
      const bySubject =
        filter.subject === undefined
          ? undefined
          : or(eq(audit.subject, filter.subject), startsWith(audit.subject, `${filter.subject}/`));
      const older = filter.before === undefined ? undefined : lt(audit.n, filter.before);
      return db.orm
        .select()
        .from(audit)
        .where(and(bySubject, older))
        .orderBy(desc(audit.n))
        .limit(filter.limit ?? 100)
        .all()
        .map(({ prev: _prev, details, ...row }) => ({ ...row, details: JSON.parse(details) as unknown }));
    },
    verify: () => walk(db),
  };
}

/** Every text in it redacted by itself: in finished JSON a secret with quotes in it would look different. */
function withoutSecrets(details: unknown): unknown {
  const asJson = JSON.stringify(details, (_key, inner: unknown) =>
    typeof inner === "bigint" ? inner.toString() : inner,
  );
  return JSON.parse(asJson, (_key, inner: unknown) => (typeof inner === "string" ? redact(inner) : inner));
}

/** Not LIKE, to which `_` and `%` in a name would be wildcards. */
function startsWith(column: Column, prefix: string): SQL {
  return sql`substr(${column}, 1, length(${prefix})) = ${prefix}`;
}

function walk(db: Db): ReturnType<Audit["verify"]> {
  const page = db.sqlite.prepare<[number, number], Parameters<typeof hashOfRow>[0] & { hash: string }>(
    "select n, at, who, what, subject, details, prev, hash from audit where n > ? order by n limit ?",
  );
  let prev = genesis;
  let n = 0;
  for (;;) {
    const rows = page.all(n, verifyBatch);
    if (rows.length === 0) return { rows: n, head: prev };
    for (const row of rows) {
      if (row.n !== n + 1) return { brokenAt: n + 1, why: `row ${n + 1} is missing` };
      if (row.prev !== prev) return { brokenAt: row.n, why: `row ${row.n} does not follow row ${n}` };
      if (hashOfRow(row) !== row.hash) return { brokenAt: row.n, why: `row ${row.n} was changed` };
      prev = row.hash;
      n = row.n;
    }
  }
}

function hashOfRow(row: {
  n: number;
  at: string;
  who: string;
  what: string;
  subject: string;
  details: string;
  prev: string;
}): string {
  const { n, at, who, what, subject, details, prev } = row;
  return sha256(canonicalJson({ n, at, who, what, subject, details, prev }));
}
