/** How each app is backed up: what the settings say for all, and what its own row says otherwise. */
import { eq } from "drizzle-orm";
import type { App } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import type { AppDomain } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { RepositoryRows } from "./repositories.ts";
import type { BackupPolicy } from "./types.ts";

/** What the settings say for every app. */
export interface UsualPolicy {
  repository?: string | undefined;
  window: string;
  keepDaily: number;
  keepWeekly: number;
  keepMonthly: number;
  dataBack: BackupPolicy["dataBack"];
}

/** What an app has otherwise than the settings say; what is left out stays as it was. */
export interface PolicyChange {
  repository?: string | undefined;
  window?: string | undefined;
  keepDaily?: number | undefined;
  keepWeekly?: number | undefined;
  keepMonthly?: number | undefined;
  mode?: BackupPolicy["mode"] | undefined;
  dumps?: boolean | undefined;
  dataBack?: BackupPolicy["dataBack"] | undefined;
}

export interface Policies {
  /** Everything filled in. An app without a row is backed up as the settings say, while it runs. */
  policyOf(app: AppDomain): BackupPolicy;
  /**
   * Changes what is said and writes it down with its audit row; joins the open transaction. Throws
   * `repository-unknown`, `repository-elsewhere`, and what `get` of the app throws.
   */
  setPolicy(who: string, app: AppDomain, change: PolicyChange): BackupPolicy;
}

export function openPolicies(parts: {
  db: Db;
  audit: Audit;
  apps: { get(domain: AppDomain): Pick<App, "server"> };
  repositories: Pick<RepositoryRows, "reachedFrom">;
  usual: UsualPolicy;
}): Policies {
  const { db, audit, apps, repositories, usual } = parts;
  const { backupPolicy: table } = schema;
  const rowOf = (app: AppDomain) => db.orm.select().from(table).where(eq(table.app, app)).get();
  const policyOf = (app: AppDomain): BackupPolicy => {
    const row = rowOf(app);
    return {
      repository: row?.repository ?? usual.repository ?? null,
      window: row?.window ?? usual.window,
      keep: {
        daily: row?.keepDaily ?? usual.keepDaily,
        weekly: row?.keepWeekly ?? usual.keepWeekly,
        monthly: row?.keepMonthly ?? usual.keepMonthly,
      },
      mode: row?.mode ?? "running",
      dumps: row?.dumps ?? false,
      dataBack: row?.dataBack ?? usual.dataBack,
    };
  };
  return {
    policyOf,
    setPolicy: (who, app, change) =>
      db.tx(() => {
        const { server } = apps.get(app);
        if (change.repository !== undefined) repositories.reachedFrom(change.repository, app, server);
        const said = Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
        if (Object.keys(said).length === 0) return policyOf(app);
        db.orm
          .insert(table)
          .values({ app, ...said })
          .onConflictDoUpdate({ target: table.app, set: said })
          .run();
        audit.append({ who, what: "backup.policy", subject: app, details: said });
        return policyOf(app);
      }),
  };
}
