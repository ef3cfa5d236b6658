/**
 * What is kept and what is forgotten. restic says which snapshots its rules would remove; what a backup consists of is
 * only forgotten as a whole, and never the newest proven one of an app. Each time is written down as a result of its
 * own: a forget that fails for months would otherwise go unseen behind green backups.
 */
import { isoOf, type Clock } from "../core/clock.ts";
import type { Problem } from "../core/problem.ts";
import { repositoryDamaged } from "../core/problems/backup-care.ts";
import type { AppDomain, ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { Audit } from "../audit/index.ts";
import { inHelper, type HelpingParts } from "./helping.ts";
import type { RepositoryRows } from "./repositories.ts";
import { lastWords, resticProblem } from "./restic/failure.ts";
import type { Restic } from "./restic/run.ts";
import { snapshotsWith } from "./restic/snapshots.ts";
import type { Backup, BackupPolicy, BackupRecords } from "./types.ts";

export interface Forgotten {
  /** Backups that are not there any more, by id. */
  backups: string[];
  /** How many snapshots were removed, also those that no row knows. */
  snapshots: number;
}

export interface RetentionParts extends HelpingParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  records: BackupRecords;
  repositories: Pick<RepositoryRows, "get">;
  policyOf: (app: AppDomain) => BackupPolicy;
}

export interface Retention {
  /** Removes what no policy keeps, app by app, and frees its room. Throws what restic fails for, as a problem. */
  forgetOld(repository: string, run: string, signal: AbortSignal): Promise<Forgotten>;
  /** Removes one backup. Throws `backup-unknown` and what restic fails for. */
  forgetOne(id: string, run: string, signal: AbortSignal): Promise<Forgotten>;
  /** Reads a 52nd of its data, another one each week. Throws `repository-damaged` and what restic fails for. */
  checkData(repository: string, run: string, signal: AbortSignal): Promise<string>;
  /** Writes a result down, and what was forgotten. Joins the open transaction. */
  recordCare(care: {
    repository: string;
    kind: "check" | "forget" | "self";
    run: string;
    outcome: "ok" | "failed";
    words: string;
    forgotten?: Forgotten;
    /** Who asked; null: a schedule. */
    who?: string | null;
  }): void;
}

/** Of `restic forget --json`, for each group of host and tags. */
interface ForgetGroup {
  remove: { id: string }[] | null;
}

/** The weeks of the year share the data among them. */
const parts52 = 52;
const weekMs = 7 * 24 * 3600 * 1000;

export function openRetention(parts: RetentionParts): Retention {
  const { db, clock, audit, records } = parts;
  const use = (name: string, run: string, signal: AbortSignal) => {
    const repository = parts.repositories.get(name);
    // One that is reached from everywhere is cared for from the server that Tandem runs on.
    const server = repository.server ?? ("local" as ServerName);
    return { server, node: null, run, repository, signal };
  };
  return {
    forgetOld: (repository, run, signal) =>
      inHelper(parts, use(repository, run, signal), async ({ restic }) => {
        const ids: string[] = [];
        for (const app of await appsIn(restic)) ids.push(...(await toForget(parts, restic, repository, app)));
        await removeSnapshots(restic, ids);
        // Also where nothing was forgotten: a backup that was cut off has left data that belongs to none.
        await restic.run("free the room of what was forgotten", ["prune"], { signal });
        return { backups: gone(backupsIn(parts, repository), new Set(ids)), snapshots: ids.length };
      }),
    forgetOne(id, run, signal) {
      const { repository, snapshots } = records.get(id);
      return inHelper(parts, use(repository, run, signal), async ({ restic }) => {
        const there = new Set((await snapshotsWith(restic, [])).map((one) => one.id));
        const ids = snapshots.map((part) => part.id).filter((part) => there.has(part));
        await removeSnapshots(restic, ids);
        await restic.run("free the room of what was forgotten", ["prune"], { signal });
        return { backups: [id], snapshots: ids.length };
      });
    },
    checkData: (repository, run, signal) =>
      inHelper(parts, use(repository, run, signal), async ({ restic }) => {
        const subset = `${(Math.floor(clock.now() / weekMs) % parts52) + 1}/${parts52}`;
        const ended = await restic.end(["check", `--read-data-subset=${subset}`], { signal });
        if (ended.exitCode !== 0) throw checkProblem(ended, repository);
        return `its structure is whole, and so is part ${subset} of its data`;
      }),
    recordCare: ({ repository, kind, run, outcome, words, forgotten, who = null }) =>
      db.tx(() => {
        const at = isoOf(clock.now());
        db.orm.insert(schema.repositoryCare).values({ repository, kind, run, outcome, words, at }).run();
        for (const id of forgotten?.backups ?? []) records.mark(id, "forgotten", null);
        audit.append({
          who: who ?? "schedule",
          what: `backup.${kind}`,
          subject: repository,
          details: { run, outcome, words, ...(forgotten && { backups: forgotten.backups }) },
        });
      }),
  };
}

/** A check that got to its end and found something is another thing than one that could not be made. */
function checkProblem(
  ended: { exitCode: number; stdout: string; stderr: string },
  repository: string,
): Problem {
  const { stdout, stderr } = ended;
  if (!/repository contains errors/i.test(stderr))
    return resticProblem(ended, { repository, doing: "check its data" });
  const found = `${stdout}\n${stderr}`
    .split("\n")
    .find((line) => /\berror\b|not match|missing|damaged/i.test(line));
  return repositoryDamaged({ repository, said: (found ?? lastWords(stderr)).trim().slice(0, 300) });
}

/** Those of which the repository has snapshots, by their tags. */
async function appsIn(restic: Restic): Promise<AppDomain[]> {
  const tags = (await snapshotsWith(restic, [])).flatMap((one) => one.tags ?? []);
  const apps = tags.filter((tag) => tag.startsWith("app=")).map((tag) => tag.slice("app=".length));
  return [...new Set(apps)].sort() as AppDomain[];
}

function backupsIn(
  { records }: Pick<RetentionParts, "records">,
  repository: string,
  app?: AppDomain,
): Backup[] {
  return records
    .list(app)
    .filter((one) => one.repository === repository && one.state !== "forgotten" && one.snapshots.length > 0);
}

/** The snapshots of one app that its policy does not keep. */
async function toForget(
  parts: Pick<RetentionParts, "records" | "policyOf">,
  restic: Restic,
  repository: string,
  app: AppDomain,
): Promise<string[]> {
  const { daily, weekly, monthly } = parts.policyOf(app).keep;
  // Without any rule restic would refuse; nothing is forgotten then.
  if (daily + weekly + monthly === 0) return [];
  const rules = [
    ...(daily > 0 ? ["--keep-daily", String(daily)] : []),
    ...(weekly > 0 ? ["--keep-weekly", String(weekly)] : []),
    ...(monthly > 0 ? ["--keep-monthly", String(monthly)] : []),
  ];
  const words = ["forget", "--dry-run", "--tag", `app=${app}`, "--group-by", "host,tags", ...rules];
  const groups = await restic.json<ForgetGroup>("work out what is too old", words);
  const removed = groups.flatMap(({ remove }) => (remove ?? []).map(({ id }) => id));
  return wholeBackups(removed, backupsIn(parts, repository, app));
}

/**
 * Pure: of what restic would remove, what really goes. `backups` newest first. The newest proven one stays with all its
 * parts, whatever the rules say; of any other no part stays behind alone.
 */
export function wholeBackups(
  removed: readonly string[],
  backups: readonly Pick<Backup, "state" | "snapshots">[],
): string[] {
  const going = new Set(removed);
  const kept = backups.find(({ state }) => state === "proven");
  for (const { snapshots } of backups)
    if (snapshots.some(({ id }) => going.has(id))) for (const { id } of snapshots) going.add(id);
  for (const { id } of kept?.snapshots ?? []) going.delete(id);
  return [...going];
}

/** Those of which nothing is left. */
function gone(backups: readonly Backup[], ids: ReadonlySet<string>): string[] {
  return backups.filter(({ snapshots }) => snapshots.every(({ id }) => ids.has(id))).map(({ id }) => id);
}

/** Few at a time: a command line has an end. */
const mostAtOnce = 200;

async function removeSnapshots(restic: Restic, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += mostAtOnce)
    await restic.run("forget what is too old", ["forget", ...ids.slice(at, at + mostAtOnce)]);
}
