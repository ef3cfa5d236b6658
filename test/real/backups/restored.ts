import type { AppDomain } from "../../../src/core/terms.ts";
import restore from "../../../workflows/restore.ts";
import restoreData from "../../../workflows/restore-data.ts";
import takeBackup from "../../../workflows/take-backup.ts";
import { tell, type Told } from "../../workflows/telling.ts";
import type { BackupHouse } from "./house.ts";

/** All of an app comes back from this backup, and everybody agrees. */
export function restored({ house }: BackupHouse, app: AppDomain, backup: string): Promise<Told> {
  const others = { "take-backup": takeBackup, "restore-data": restoreData };
  return tell(house, restore, { app, backup }, () => true, { others });
}
