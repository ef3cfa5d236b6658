/** How an app is backed up: the settings for all, and what its own policy says otherwise. */
import { eq } from "drizzle-orm";
import type { AppDomain } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { BackupPolicy, BackupSettings } from "./types.ts";

export function openPolicy({ db, settings }: { db: Db; settings: BackupSettings }): {
  policyOf(app: AppDomain): BackupPolicy;
} {
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
