/** How each app is backed up: what the settings say for all, and what its own row says otherwise. */
import { eq } from "drizzle-orm";
import type { App } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import type { AppDomain } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { RepositoryRows } from "./repositories.ts";
import type { BackupPolicy, BackupSettings } from "./types.ts";

export interface PolicyReading {
  /** Everything filled in. An app without a row of its own is backed up as the settings say. */
  policyOf: (app: AppDomain) => BackupPolicy;
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

export interface PolicySetting {
  /**
   * Changes what is said and answers what counts now; nothing said changes nothing. Joins the open transaction, with
   * its audit row. Throws `repository-unknown`, `repository-elsewhere`, and what `get` of the app throws.
   */
  setPolicy(who: string, app: AppDomain, change: PolicyChange): BackupPolicy;
}

export function openPolicy({ db, settings }: { db: Db; settings: BackupSettings }): PolicyReading {
  const { backupPolicy: table } = schema;
  return {
    policyOf(app) {
      const own = db.orm.select().from(table).where(eq(table.app, app)).get();
      return {
        repository: own?.repository ?? settings.repository ?? null,
        window: own?.window ?? settings.window,
        keep: {
          daily: own?.keepDaily ?? settings.keepDaily,
          weekly: own?.keepWeekly ?? settings.keepWeekly,
          monthly: own?.keepMonthly ?? settings.keepMonthly,
        },
        mode: own?.mode ?? "running",
        dumps: own?.dumps ?? false,
        dataBack: own?.dataBack ?? settings.dataBack,
      };
    },
  };
}

export function openPolicySetting(parts: {
  db: Db;
  audit: Audit;
  apps: { get(domain: AppDomain): Pick<App, "server"> };
  repositories: Pick<RepositoryRows, "reachedFrom">;
  policyOf: PolicyReading["policyOf"];
}): PolicySetting {
  const { db, audit, apps, repositories, policyOf } = parts;
  const { backupPolicy: table } = schema;
  return {
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
