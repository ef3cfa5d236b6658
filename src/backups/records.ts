/** Backups in the database: one row for each that was taken, or tried. */
import { and, desc, eq, inArray, type SQL } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { backupUnknown } from "../core/problems/backup-taking.ts";
import type { AppDomain, RecipeName, RecipeVersion, ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { Backup, BackupRecords, Doubt, SnapshotPart } from "./types.ts";

/** Who is written down when nobody asked: a run that a schedule began. */
const nobody = "schedule";

export function openRecords({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): BackupRecords {
  const { backup: table } = schema;
  const find = (id: string): Backup | undefined => {
    const row = db.orm.select().from(table).where(eq(table.id, id)).get();
    return row && readRow(row);
  };
  const get = (id: string): Backup => {
    const found = find(id);
    if (found === undefined) throw backupUnknown({ backup: id });
    return found;
  };
  const newest = (where: SQL | undefined): Backup[] =>
    db.orm
      .select()
      .from(table)
      .where(where)
      .orderBy(desc(table.startedAt), desc(table.id))
      .all()
      .map(readRow);
  return {
    find,
    get,
    list: (app) => newest(app === undefined ? undefined : eq(table.app, app)),
    newestProven: (app) => newest(and(eq(table.app, app), eq(table.state, "proven")))[0] ?? null,
    begin: (plan, run, { cause, askedBy }) =>
      db.tx(() => {
        const known = find(run);
        if (known !== undefined) return known;
        const { app, server, stack, repository, recipe, version, warnings } = plan;
        const row = { id: run, app, server, stack, repository, recipe, version, cause, askedBy };
        const startedAt = isoOf(clock.now());
        const text = { snapshots: "[]", warnings: JSON.stringify(warnings) };
        db.orm
          .insert(table)
          .values({ ...row, ...text, state: "running", startedAt })
          .run();
        return get(run);
      }),
    end: (run, { state, reason, ...taken }) =>
      db.tx(() => {
        const known = find(run);
        if (known?.state !== "running") return;
        const endedAt = isoOf(clock.now());
        const { app, cause, repository, askedBy } = known;
        db.orm
          .update(table)
          .set({ state, reason, endedAt, ...("files" in taken ? columnsOf(taken, known.warnings) : {}) })
          .where(eq(table.id, run))
          .run();
        const details = { run, state, cause, repository, ...(reason !== null && { reason }) };
        audit.append({ who: askedBy ?? nobody, what: "app.backed-up", subject: app, details });
      }),
    mark: (id, state, reason) =>
      db.tx(() => {
        get(id);
        db.orm.update(table).set({ state, reason }).where(eq(table.id, id)).run();
      }),
    ...openAbsence(db),
  };
}

/** Doubts have no column of their own, nor has what one was before: they are kept with the first of the snapshots. */
type KeptPart = SnapshotPart & { doubts?: Doubt[]; was?: Pick<Backup, "state" | "reason"> };

/** Backups whose repository is taken out, and comes back. */
function openAbsence(db: Db): Pick<BackupRecords, "putAway" | "takeBack"> {
  const { backup: table } = schema;
  const set = (id: string, columns: Partial<typeof table.$inferInsert>): void =>
    void db.orm.update(table).set(columns).where(eq(table.id, id)).run();
  return {
    putAway: (repository, reason) =>
      db.tx(() => {
        const isThere = and(eq(table.repository, repository), inArray(table.state, ["proven", "doubtful"]));
        for (const row of db.orm.select().from(table).where(isThere).all()) {
          const was = { state: row.state, reason: row.reason };
          const kept = keptOf(row).map((part, n) => (n === 0 ? { ...part, was } : part));
          set(row.id, { state: "away", reason, snapshots: JSON.stringify(kept) });
        }
      }),
    takeBack: (ids, repository) =>
      db.tx(() => {
        for (const row of db.orm.select().from(table).where(eq(table.state, "away")).all()) {
          const kept = keptOf(row);
          const was = kept[0]?.was;
          if (was === undefined || !ids.includes(row.id)) continue;
          const snapshots = JSON.stringify(kept.map(({ was: _, ...part }) => part));
          set(row.id, { ...was, repository, snapshots });
        }
      }),
  };
}

function keptOf({ snapshots }: Pick<typeof schema.backup.$inferSelect, "snapshots">): KeptPart[] {
  return JSON.parse(snapshots) as KeptPart[];
}

function columnsOf(
  {
    files,
    bytes,
    addedBytes,
    snapshots,
    warnings,
    doubts = [],
  }: Pick<
    Extract<Parameters<BackupRecords["end"]>[1], { files: number }>,
    "files" | "bytes" | "addedBytes" | "snapshots" | "warnings" | "doubts"
  >,
  before: readonly string[],
) {
  const all = [...new Set([...before, ...warnings])];
  const kept = snapshots.map((part, n): KeptPart =>
    n === 0 && doubts.length > 0 ? { ...part, doubts } : part,
  );
  return { files, bytes, addedBytes, snapshots: JSON.stringify(kept), warnings: JSON.stringify(all) };
}

function readRow(row: typeof schema.backup.$inferSelect): Backup {
  const kept = keptOf(row);
  const doubts = kept[0]?.doubts;
  return {
    ...row,
    app: row.app as AppDomain,
    server: row.server as ServerName,
    recipe: row.recipe as RecipeName,
    version: row.version as RecipeVersion | null,
    snapshots: kept.map(({ doubts: _, was: __, ...part }) => part),
    warnings: JSON.parse(row.warnings) as string[],
    ...(doubts && { doubts }),
  };
}
