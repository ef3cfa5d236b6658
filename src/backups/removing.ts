/**
 * Taking a repository out of Tandem: not while anything leads there. Nothing in it is touched, and what is known of the
 * backups in it stays written down.
 */
import { eq } from "drizzle-orm";
import type { App } from "../apps/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { repositoryBusy, repositoryInUse } from "../core/problems/backup-care.ts";
import type { AppDomain } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { wayTo, type RepositoryRows } from "./repositories.ts";
import type { Backup, BackupRecords, Repository } from "./types.ts";

/** What must be known before a repository is taken out. JSON. */
export interface BeforeRemoving {
  repository: Omit<Repository, "addedBy" | "addedAt">;
  /** How many there are in it that could be restored. */
  backups: number;
  /** Those of which they are, also those that are no apps any more. */
  apps: AppDomain[];
  /** Of them those that have a proven backup there, and nowhere else. */
  onlyThere: AppDomain[];
  /** Tandem itself was backed up there. */
  hasSelf: boolean;
}

export interface Removing {
  /**
   * Throws `repository-unknown`, `repository-in-use` while a policy or the settings lead there, and `repository-busy`
   * while a run has an app in its hands of which backups are there.
   */
  beforeRemoving(name: string): BeforeRemoving;
  /** Forgets it; the backups in it are away. Looks again and throws the same. Joins the open transaction. */
  removeRepository(who: string, name: string): void;
}

export interface RemovingParts {
  db: Db;
  clock: Clock;
  apps: { list(): Pick<App, "domain">[] };
  records: Pick<BackupRecords, "list" | "putAway">;
  repositories: Pick<RepositoryRows, "get" | "remove">;
  settings: { repository?: string | undefined; selfRepository?: string | undefined };
  isBusy: (app: AppDomain) => boolean;
}

export function openRemoving(parts: RemovingParts): Removing {
  const { db, clock, records, repositories } = parts;
  const { backupPolicy } = schema;
  return {
    beforeRemoving: (name) => lookAt(parts, name),
    removeRepository: (who, name) =>
      db.tx(() => {
        lookAt(parts, name);
        const on = isoOf(clock.now()).slice(0, 10);
        records.putAway(name, `The repository ${name}, in which it lies, was taken out of Tandem on ${on}.`);
        // What is left of apps that were removed: one that comes back is backed up as the settings say.
        db.orm.update(backupPolicy).set({ repository: null }).where(eq(backupPolicy.repository, name)).run();
        repositories.remove(who, name);
      }),
  };
}

function lookAt(parts: RemovingParts, name: string): BeforeRemoving {
  const { records, repositories, isBusy } = parts;
  const repository = wayTo(repositories.get(name));
  assertUnused(parts, name);
  const all = records.list();
  const there = all.filter((one) => one.repository === name && isThere(one));
  const apps = appsOf(there);
  const underWay = appsOf(all.filter((one) => one.repository === name && one.state === "running"));
  const busy = [...new Set([...underWay, ...apps.filter(isBusy)])];
  if (busy.length > 0) throw repositoryBusy({ repository: name, apps: busy });
  const proven = all.filter(({ state }) => state === "proven");
  const elsewhere = new Set(proven.filter((one) => one.repository !== name).map(({ app }) => app));
  return {
    repository,
    backups: there.length,
    apps,
    onlyThere: appsOf(proven.filter((one) => one.repository === name)).filter((app) => !elsewhere.has(app)),
    hasSelf: wasSelfThere(parts, name),
  };
}

function assertUnused({ db, apps, settings }: RemovingParts, name: string): void {
  const { backupPolicy } = schema;
  const known = new Set<string>(apps.list().map(({ domain }) => domain));
  const policies = db.orm.select().from(backupPolicy).where(eq(backupPolicy.repository, name)).all();
  const using = policies.map(({ app }) => app).filter((app) => known.has(app));
  const naming = (["repository", "selfRepository"] as const).filter((key) => settings[key] === name);
  if (using.length + naming.length === 0) return;
  throw repositoryInUse({
    ...{ repository: name, apps: using.sort() },
    settings: naming.map((key) => `backups.${key}`),
  });
}

function wasSelfThere({ db }: Pick<RemovingParts, "db">, name: string): boolean {
  const found = db.sqlite
    .prepare<[string], number>(
      "select 1 from repository_care where repository = ? and kind = 'self' and outcome = 'ok' limit 1",
    )
    .pluck()
    .get(name);
  return found !== undefined;
}

const isThere = ({ state }: Pick<Backup, "state">): boolean => state === "proven" || state === "doubtful";

function appsOf(backups: readonly Pick<Backup, "app">[]): AppDomain[] {
  return [...new Set(backups.map(({ app }) => app))].sort();
}
