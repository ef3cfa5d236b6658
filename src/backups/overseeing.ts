/**
 * Whether what goes on around the backups of apps is well: Tandem's own backup, forgetting, checks, and a night that
 * does not end. Each could fail for months behind green backups. Reads the database only.
 */
import { durationMs, type Clock } from "../core/clock.ts";
import type { RepositoryName } from "../core/backup-terms.ts";
import type { AppDomain } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import { ageInWords, freshHours } from "./freshness.ts";
import type { RepositoryRows } from "./repositories.ts";
import type { BackupRecords, Repository } from "./types.ts";

/** A backup that takes longer makes a night that is late worth a word. */
const longMs = durationMs("1h");
/** Checked once a week, with a day for those that take long; forgetting is tried each night, and is no danger soon. */
const checkedMs = durationMs("8d");

type Kind = "self" | "forget" | "check";

/** One piece of what is done around backups. JSON. */
export interface CareState {
  kind: Kind;
  /** Null: Tandem itself has no place. */
  repository: string | null;
  /** `new`: its time has not come yet. */
  state: "fine" | "red" | "new";
  /** When it last went well. */
  lastAt: string | null;
  /** In words, for lists: `**Tandem itself** · backed up 5 hours ago`. */
  words: string;
}

/** A night that is not over when its time is. JSON. */
export interface LateNight {
  underWay: { app: AppDomain; run: string; since: string; age: string }[];
  failed: { app: AppDomain; reason: string }[];
}

export interface Overseeing {
  /** Tandem's own backup, then what was too old and the check of each repository in use. */
  careStates(): CareState[];
  /**
   * What there is to tell of a night whose time is over while its run goes on: what has failed so far, and a backup
   * that has been under way for an hour. Null: the night is over, or it is only a long one.
   */
  lateNight(): LateNight | null;
}

interface OverseeingParts {
  db: Db;
  clock: Clock;
  records: Pick<BackupRecords, "list">;
  repositories: Pick<RepositoryRows, "find">;
  repositoriesInUse: () => RepositoryName[];
  selfRepository: () => Repository;
  /** As `Self.selfDue`. */
  selfDue: () => boolean | string;
  /** When the night began that is under way, ms; null: none is. */
  nightSince: () => number | null;
}

/** How people are told of it; `done` in the past, `never` while it was not done yet. */
const about: Record<Kind, { limitMs: number; what: (name: string) => string; done: string; none: string }> = {
  self: {
    limitMs: durationMs(`${freshHours}h`),
    what: () => "Tandem itself",
    done: "backed up",
    none: "no backup",
  },
  forget: {
    ...{ limitMs: checkedMs, done: "forgotten", none: "not forgotten" },
    what: (name) => `What is too old in ${name}`,
  },
  check: { limitMs: checkedMs, what: (name) => `The data of ${name}`, done: "checked", none: "no check" },
};

export function openOverseeing(parts: OverseeingParts): Overseeing {
  return {
    careStates() {
      const { selfDue, selfRepository, repositoriesInUse } = parts;
      const due = selfDue();
      const none = { kind: "self" as const, repository: null, state: "red" as const, lastAt: null };
      const self =
        due === true
          ? [stateOf(parts, "self", selfRepository().name)]
          : due === false
            ? []
            : [{ ...none, words: `**Tandem itself** · not backed up: ${due}` }];
      const kinds = ["forget", "check"] as const;
      return [
        ...self,
        ...repositoriesInUse().flatMap((name) => kinds.map((kind) => stateOf(parts, kind, name))),
      ];
    },
    lateNight() {
      const { clock, records, nightSince } = parts;
      const since = nightSince();
      if (since === null) return null;
      const rows = records
        .list()
        .filter(({ cause, startedAt }) => cause === "schedule" && Date.parse(startedAt) >= since);
      const failed = rows.filter(({ state }) => state === "failed");
      const underWay = rows.filter(({ state }) => state === "running");
      const isLong = underWay.some(({ startedAt }) => clock.now() - Date.parse(startedAt) >= longMs);
      if (failed.length === 0 && !isLong) return null;
      return {
        failed: failed.map(({ app, reason }) => ({ app, reason: reason ?? "" })),
        underWay: underWay.map(({ app, id, startedAt }) => ({
          ...{ app, run: id, since: startedAt },
          age: ageInWords(clock.now() - Date.parse(startedAt)),
        })),
      };
    },
  };
}

function stateOf({ db, clock, repositories }: OverseeingParts, kind: Kind, repository: string): CareState {
  const { limitMs, what, done, none } = about[kind];
  const last = db.sqlite
    .prepare<[string, string], { outcome: "ok" | "failed"; words: string; at: string }>(
      "select outcome, words, at from repository_care where repository = ? and kind = ? order by id desc limit 1",
    )
    .get(repository, kind);
  const lastAt =
    db.sqlite
      .prepare<[string, string], string>(
        "select max(at) from repository_care where repository = ? and kind = ? and outcome = 'ok'",
      )
      .pluck()
      .get(repository, kind) ?? null;
  // What was never done is measured from when it could have been.
  const from = lastAt ?? repositories.find(repository)?.addedAt;
  const ageMs = from === undefined ? Infinity : clock.now() - Date.parse(from);
  const isOld = ageMs > limitMs;
  const hasFailed = last?.outcome === "failed";
  const head = `**${what(repository)}** · `;
  const age = lastAt === null ? `${none} yet` : `${isOld ? "last " : ""}${done} ${ageInWords(ageMs)} ago`;
  const into = kind === "self" ? `, into ${repository}` : "";
  const failure = hasFailed ? `; the last try failed: ${last.words}` : "";
  const state = isOld || hasFailed ? "red" : lastAt === null ? "new" : "fine";
  return { kind, repository, state, lastAt, words: `${head}${age}${into}${failure}` };
}
