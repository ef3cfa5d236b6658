import type { AppRevival, Apps } from "../apps/index.ts";
import type { Recipes } from "../recipes/index.ts";
import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import type { Db } from "../db/index.ts";
import type { Servers } from "../servers/index.ts";
import type { HelpingParts } from "./helping.ts";
import { openPolicy } from "./policy.ts";
import { openRecords } from "./records.ts";
import { openRepositories, type RepositoryRows } from "./repositories.ts";
import { openRepositoryCare } from "./repository-care.ts";
import { openDownloading } from "./downloading.ts";
import { openDrilling } from "./drilling.ts";
import { openRestoring } from "./restoring.ts";
import { openReviving } from "./reviving.ts";
import { openTaking } from "./taking.ts";
import type { Turns } from "./turns.ts";
import type { BackupPolicy, BackupRecords, Backups, BackupSettings } from "./types.ts";
import type { AppDomain } from "../core/terms.ts";

export interface BackupsOptions {
  db: Db;
  clock: Clock;
  audit: Audit;
  apps: Pick<Apps, "get" | "find" | "list" | "envOf" | "lookFromOutside"> & AppRevival;
  recipes: Pick<Recipes, "versions">;
  servers: Pick<Servers, "list" | "get" | "swarmOf" | "probe">;
  settings: BackupSettings;
  /** Where the pages are found: links to downloads begin with it. */
  publicUrl: string;
  /** Shared by everything that works on repositories and nodes. */
  turns: Turns;
}

/** What the parts of this room share. */
export interface Ground extends Omit<BackupsOptions, "settings"> {
  settings: BackupSettings;
  records: BackupRecords;
  repositories: RepositoryRows;
  policyOf: (app: AppDomain) => BackupPolicy;
  /** Turns, servers and the image of helpers: what `inHelper` wants. */
  helping: HelpingParts;
}

/** Opens the backups. Nothing is asked of a server or a repository yet. */
export function openBackups(options: BackupsOptions): Backups {
  const { servers, settings, turns } = options;
  const records = openRecords(options);
  const repositories = openRepositories(options);
  const { policyOf } = openPolicy(options);
  const helping = { servers, turns, clock: options.clock, image: settings.image };
  const ground: Ground = { ...options, records, repositories, policyOf, helping };
  return {
    ...records,
    policyOf,
    ...openRepositoryCare(ground),
    ...openTaking(ground),
    ...openRestoring(ground),
    ...openReviving(ground),
    ...openDrilling(ground),
    ...openDownloading(ground),
  };
}
