/** The words of backups as branded types; each schema's message says what was expected. */
import { z } from "zod";
import { readWindow } from "./window.ts";

/** What the co-op calls a place where backups are kept. */
export const RepositoryName = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, { error: "a repository's name, such as nightly" })
  .brand<"RepositoryName">();
export type RepositoryName = z.infer<typeof RepositoryName>;

/** A backup, by the five letters of the run that took it. */
export const BackupId = z
  .string()
  .regex(/^[a-z]{5}$/, { error: "a backup's five letters, such as bakor" })
  .brand<"BackupId">();
export type BackupId = z.infer<typeof BackupId>;

/** A part of the day, such as `01:00-05:00`. */
export const DayPart = z
  .string()
  .refine((text) => readWindow(text) !== undefined, { error: "a part of the day, such as 01:00-05:00" });
