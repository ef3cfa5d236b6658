/** Backups in the database: one row for each that was taken, or tried. */
import { and, desc, eq, type SQL } from "drizzle-orm";
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
  };
}

/** Doubts have no column of their own: they are kept with the first of the snapshots. */
type KeptPart = SnapshotPart & { doubts?: Doubt[] };

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
  const kept = JSON.parse(row.snapshots) as KeptPart[];
  const doubts = kept[0]?.doubts;
  return {
    ...row,
    app: row.app as AppDomain,
    server: row.server as ServerName,
    recipe: row.recipe as RecipeName,
    version: row.version as RecipeVersion | null,
    snapshots: kept.map(({ doubts: _, ...part }) => part),
    warnings: JSON.parse(row.warnings) as string[],
    ...(doubts && { doubts }),
  };
}
