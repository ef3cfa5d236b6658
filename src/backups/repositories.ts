/** Repositories in the database: which there are and how they are opened. Their secrets are files, never rows. */
import { eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { repositoryElsewhere, repositoryUnknown } from "../core/problems/backups.ts";
import type { ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { Repository } from "./types.ts";

export interface RepositoryRows {
  list(): Repository[];
  find(name: string): Repository | undefined;
  /** Throws `repository-unknown`. */
  get(name: string): Repository;
  /** Throws `repository-unknown`, and `repository-elsewhere` when it is a folder of another server. */
  reachedFrom(name: string, app: string, server: ServerName): Repository;
  /** Writes it down, once by its name: a second time it is replaced. Joins the open transaction, with its audit row. */
  put(who: string, repository: Omit<Repository, "addedBy" | "addedAt">): Repository;
  /** It is found and opened so from now on. Joins the open transaction. */
  change(who: string, repository: Omit<Repository, "addedBy" | "addedAt">): void;
  /** Forgets where it is and how it is opened; the audit keeps that. Joins the open transaction. */
  remove(who: string, name: string): void;
}

export function openRepositories({
  db,
  clock,
  audit,
}: {
  db: Db;
  clock: Clock;
  audit: Audit;
}): RepositoryRows {
  const { backupRepository: table } = schema;
  const list = (): Repository[] =>
    db.orm
      .select()
      .from(table)
      .orderBy(table.name)
      .all()
      .map((row) => ({ ...row, server: row.server as ServerName | null }));
  const find = (name: string): Repository | undefined => list().find((one) => one.name === name);
  const get = (name: string): Repository => {
    const found = find(name);
    if (found === undefined)
      throw repositoryUnknown({ repository: name, known: list().map((one) => one.name) });
    return found;
  };
  return {
    list,
    find,
    get,
    reachedFrom(name, app, on) {
      const found = get(name);
      const { server } = found;
      if (server !== null && server !== on) throw repositoryElsewhere({ repository: name, server, app, on });
      return found;
    },
    put: (who, repository) =>
      db.tx(() => {
        const row = { ...repository, addedBy: who, addedAt: isoOf(clock.now()) };
        db.orm.delete(table).where(eq(table.name, repository.name)).run();
        db.orm.insert(table).values(row).run();
        const { name, location, server, hostKey } = repository;
        audit.append({
          who,
          what: "backup.repository-added",
          subject: name,
          details: { location, server, hostKey },
        });
        return row;
      }),
    ...openChanges({ db, audit, get }),
  };
}

/** Where it is and how it is opened, without who added it. */
export function wayTo({
  addedBy: _,
  addedAt: __,
  ...way
}: Repository): Omit<Repository, "addedBy" | "addedAt"> {
  return way;
}

function openChanges({
  db,
  audit,
  get,
}: {
  db: Db;
  audit: Audit;
  get: RepositoryRows["get"];
}): Pick<RepositoryRows, "change" | "remove"> {
  const { backupRepository: table } = schema;
  return {
    change: (who, { name, ...place }) =>
      db.tx(() => {
        const { location: from } = get(name);
        db.orm.update(table).set(place).where(eq(table.name, name)).run();
        audit.append({ who, what: "backup.repository-changed", subject: name, details: { from, ...place } });
      }),
    remove: (who, name) =>
      db.tx(() => {
        const { name: subject, ...details } = wayTo(get(name));
        db.orm.delete(table).where(eq(table.name, name)).run();
        audit.append({ who, what: "backup.repository-removed", subject, details });
      }),
  };
}
