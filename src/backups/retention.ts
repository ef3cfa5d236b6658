/**
 * What is kept and what is forgotten. restic says which snapshots its rules would remove; what a backup consists of is
 * only forgotten as a whole, and never the newest proven one of an app. Each time is written down as a result of its
 * own: a forget that fails for months would otherwise go unseen behind green backups.
 */
import { durationMs, isoOf, type Clock } from "../core/clock.ts";
import type { Problem } from "../core/problem.ts";
import { repositoryDamaged } from "../core/problems/backup-care.ts";
import type { AppDomain, ServerName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { Audit } from "../audit/index.ts";
import { inHelper, type HelpingParts, type Inside } from "./helping.ts";
import type { RepositoryRows } from "./repositories.ts";
import { lastWords, resticProblem } from "./restic/failure.ts";
import type { Restic } from "./restic/run.ts";
import { removeSnapshots, snapshotsWith, type Snapshot } from "./restic/snapshots.ts";
import type { Backup, BackupPolicy, BackupRecords } from "./types.ts";

export interface TooOld {
  /** Backups of which nothing is left without these snapshots, by id. */
  backups: string[];
  /** By their whole ids, also those that no row knows. */
  snapshots: string[];
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
  /**
   * What no policy keeps, app by app. Before that is asked, what failed backups could not take back themselves is
   * removed: it would stand for the backup of its day, and the one that is proven would go. Throws what restic fails
   * for.
   */
  tooOld(repository: string, run: string, signal: AbortSignal): Promise<TooOld>;
  /** Removes these snapshots, as far as they are there. Safe twice. Throws what restic fails for. */
  removeOld(
    repository: string,
    snapshots: readonly string[],
    run: string,
    signal: AbortSignal,
  ): Promise<void>;
  /** Frees the room of what was removed, or cut off while it was taken. Throws what restic fails for. */
  freeRoom(repository: string, run: string, signal: AbortSignal): Promise<void>;
  /** Reads a 52nd of its data, another one each week. Throws `repository-damaged` and what restic fails for. */
  checkData(repository: string, run: string, signal: AbortSignal): Promise<string>;
  /** Writes a result down, and what was forgotten. Joins the open transaction. */
  recordCare(care: {
    repository: string;
    kind: "check" | "forget" | "self";
    run: string;
    outcome: "ok" | "failed";
    words: string;
    /** Backups that were removed; each is marked so, where it is not yet. */
    forgotten?: readonly string[];
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
const weekMs = durationMs("7d");

export function openRetention(parts: RetentionParts): Retention {
  const { db, clock, audit, records } = parts;
  return {
    tooOld: (repository, run, signal) =>
      caring(parts, { repository, run, signal }, async ({ restic }) => {
        const all = await snapshotsWith(restic, []);
        await removeMany(restic, leftByFailed(all, rowsIn(parts, repository)));
        const snapshots: string[] = [];
        for (const app of appsOf(all)) snapshots.push(...(await toForget(parts, restic, repository, app)));
        return { backups: gone(backupsIn(parts, repository), new Set(snapshots)), snapshots };
      }),
    removeOld: (repository, snapshots, run, signal) =>
      caring(parts, { repository, run, signal }, async ({ restic }) => {
        if (snapshots.length === 0) return;
        const there = new Set((await snapshotsWith(restic, [])).map(({ id }) => id));
        const left = snapshots.filter((id) => there.has(id));
        await removeMany(restic, left);
      }),
    freeRoom: (repository, run, signal) =>
      caring(parts, { repository, run, signal }, async ({ restic }) => {
        await restic.run("free the room of what was forgotten", ["prune"], { signal });
      }),
    checkData: (repository, run, signal) =>
      caring(parts, { repository, run, signal }, async ({ restic }) => {
        const subset = `${(Math.floor(clock.now() / weekMs) % parts52) + 1}/${parts52}`;
        const ended = await restic.end(["check", `--read-data-subset=${subset}`], { signal });
        if (ended.exitCode !== 0) throw checkProblem(ended, repository);
        return `its structure is whole, and so is part ${subset} of its data`;
      }),
    recordCare: ({ repository, kind, run, outcome, words, forgotten, who = null }) =>
      db.tx(() => {
        const at = isoOf(clock.now());
        db.orm.insert(schema.repositoryCare).values({ repository, kind, run, outcome, words, at }).run();
        for (const id of forgotten ?? []) records.mark(id, "forgotten", null);
        audit.append({
          who: who ?? "schedule",
          what: `backup.${kind}`,
          subject: repository,
          details: { run, outcome, words, ...(forgotten && { backups: forgotten }) },
        });
      }),
  };
}

/**
 * Hands restic for this repository to `work`. What an earlier life of the run has left is ended before: restic goes on
 * in it, and it has the secrets of the repository.
 */
async function caring<T>(
  parts: HelpingParts & Pick<RetentionParts, "repositories">,
  { repository: name, run, signal }: { repository: string; run: string; signal: AbortSignal },
  work: (inside: Inside) => Promise<T>,
): Promise<T> {
  const repository = parts.repositories.get(name);
  // One that is reached from everywhere is cared for from the server that Tandem runs on.
  const server = repository.server ?? ("local" as ServerName);
  await parts.servers.swarmOf(server).dropHelpers(run, [null]);
  return inHelper(parts, { server, node: null, run, repository, signal }, work);
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
function appsOf(all: readonly Snapshot[]): AppDomain[] {
  const tags = all.flatMap((one) => one.tags ?? []);
  const apps = tags.filter((tag) => tag.startsWith("app=")).map((tag) => tag.slice("app=".length));
  return [...new Set(apps)].sort() as AppDomain[];
}

/**
 * Pure: snapshots of backups that have failed and could not take them back, because the repository was away just then.
 * No row names them, but they bear the time at which their backup began.
 */
export function leftByFailed(
  all: readonly Pick<Snapshot, "id" | "time" | "tags">[],
  rows: readonly Pick<Backup, "app" | "state" | "startedAt">[],
): string[] {
  const states = new Map<string, Backup["state"][]>();
  const moment = (app: string, time: string): string => `${Math.floor(Date.parse(time) / 1000)} app=${app}`;
  for (const { app, state, startedAt } of rows) {
    const at = moment(app, startedAt);
    states.set(at, [...(states.get(at) ?? []), state]);
  }
  return all.flatMap(({ id, time, tags = [] }) => {
    const tag = tags.find((one) => one.startsWith("app="));
    const found = tag === undefined ? [] : (states.get(moment(tag.slice("app=".length), time)) ?? []);
    return found.length > 0 && found.every((state) => state === "failed") ? [id] : [];
  });
}

function rowsIn({ records }: Pick<RetentionParts, "records">, repository: string): Backup[] {
  return records.list().filter((one) => one.repository === repository);
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
  parts: Pick<RetentionParts, "records" | "policyOf" | "clock">,
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
  return wholeBackups(removed, backupsIn(parts, repository, app), parts.clock.now());
}

/** People were told to go back to these; rules that know of days alone would take them the next night. */
const graceMs = durationMs("7d");
const graceCauses: readonly Backup["cause"][] = ["asked", "upgrade", "restore"];

/**
 * Pure: of what restic would remove, what really goes. `backups` newest first. The newest proven one stays with all its
 * parts, whatever the rules say; so does for seven days what was not taken by schedule, and with a doubtful one the
 * proven one before it, in whose place the rules have kept it. Of any other no part stays behind alone.
 */
export function wholeBackups(
  removed: readonly string[],
  backups: readonly Pick<Backup, "state" | "cause" | "startedAt" | "snapshots">[],
  nowMs: number,
): string[] {
  const going = new Set(removed);
  const keep = (one: Pick<Backup, "snapshots"> | undefined): void => {
    for (const { id } of one?.snapshots ?? []) going.delete(id);
  };
  for (const { snapshots } of backups)
    if (snapshots.some(({ id }) => going.has(id))) for (const { id } of snapshots) going.add(id);
  const isProven = ({ state }: Pick<Backup, "state">): boolean => state === "proven";
  keep(backups.find(isProven));
  for (const one of backups)
    if (graceCauses.includes(one.cause) && nowMs - Date.parse(one.startedAt) < graceMs) keep(one);
  for (const [at, { state, snapshots }] of backups.entries())
    if (state === "doubtful" && !snapshots.some(({ id }) => going.has(id)))
      keep(backups.slice(at).find(isProven));
  return [...going];
}

/** Those of which nothing is left. */
function gone(backups: readonly Backup[], ids: ReadonlySet<string>): string[] {
  return backups.filter(({ snapshots }) => snapshots.every(({ id }) => ids.has(id))).map(({ id }) => id);
}

/** Few at a time: a command line has an end. */
const mostAtOnce = 200;

async function removeMany(restic: Restic, ids: readonly string[]): Promise<void> {
  for (let at = 0; at < ids.length; at += mostAtOnce)
    await removeSnapshots(restic, ids.slice(at, at + mostAtOnce));
}
