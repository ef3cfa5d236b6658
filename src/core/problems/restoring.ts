import { problem } from "../problem.ts";

const untouched = "Nothing was overwritten: the app and its data are as they were.";

export const backupNone = problem(
  "backup-none",
  (p: { app: string; doubtful: string | null; away?: string | null }) => ({
    happened: `There is no proven backup of ${p.app}.`,
    means:
      p.doubtful !== null
        ? `The newest that is kept is ${p.doubtful}, and something about it is not as it should be.`
        : p.away != null
          ? `${p.away} is away: the repository in which it lies was taken out of Tandem.`
          : "There is nothing to bring back.",
    remedy:
      p.doubtful !== null
        ? `See what: \`backup show ${p.doubtful}\`. To use it all the same, name it.`
        : p.away != null
          ? `See which: \`backup show ${p.away}\`. When it is added again, with \`backup repo add\`, it counts again.`
          : `Take one: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", doubtful: "bakor" },
);

export const backupOfAnother = problem(
  "backup-of-another",
  (p: { app: string; backup: string; of: string }) => ({
    happened: `${p.backup} is a backup of ${p.of}, not of ${p.app}.`,
    means: `The data of one app would overwrite that of another. ${untouched}`,
    remedy: `The backups of ${p.app}: \`backup list ${p.app}\``,
  }),
  { app: "cloud.example.coop", backup: "bakor", of: "notes.example.coop" },
);

export const backupNotRestorable = problem(
  "backup-not-restorable",
  (p: { app: string; backup: string; state: string }) => ({
    happened: `${p.backup} cannot be restored: it is ${p.state}.`,
    means:
      p.state === "away"
        ? `The repository in which it lies was taken out of Tandem. ${untouched}`
        : `There is nothing in the repository to bring back. ${untouched}`,
    remedy:
      p.state === "away"
        ? `Add that repository again (\`backup repo add\`), or choose another backup: \`backup list ${p.app}\``
        : `Choose another one: \`backup list ${p.app}\``,
  }),
  { app: "cloud.example.coop", backup: "bakor", state: "forgotten" },
);

export const snapshotGone = problem(
  "snapshot-gone",
  (p: { app: string; backup: string; repository: string; snapshot: string }) => ({
    happened: `The repository ${p.repository} does not have snapshot ${p.snapshot} of the backup ${p.backup} any more.`,
    means: `Somebody has removed it there, so this backup cannot be restored. ${untouched}`,
    remedy: `Choose another one: \`backup list ${p.app}\`. What the repository has: \`restic snapshots\``,
  }),
  { app: "cloud.example.coop", backup: "bakor", repository: "nightly", snapshot: "5f3a91c0" },
);

export const manifestUnreadable = problem(
  "manifest-unreadable",
  (p: { backup: string; reason: string }) => ({
    happened: `What the backup ${p.backup} says of itself cannot be read: ${p.reason}.`,
    means: `Without it nobody knows what belongs where. ${untouched}`,
    remedy:
      "Choose another backup. Its files can still be had with plain restic: the manual says how under “restore”.",
  }),
  { backup: "bakor", reason: "there is no /tandem/manifest.json in its snapshots" },
);

export const restoreVolumeUnknown = problem(
  "restore-volume-unknown",
  (p: { backup: string; volume: string; known: readonly string[] }) => ({
    happened: `The backup ${p.backup} has no volume ${p.volume}.`,
    means: `${p.known.length === 0 ? "It has none at all." : `It has: ${p.known.join(", ")}.`} ${untouched}`,
    remedy: "Name one of these, or leave --volume out to bring back all of them.",
  }),
  { backup: "bakor", volume: "dta", known: ["data", "db-data"] },
);

export const restorePathUnknown = problem(
  "restore-path-unknown",
  (p: { backup: string; volume: string; path: string }) => ({
    happened: `There is no ${p.path} in the volume ${p.volume} of the backup ${p.backup}.`,
    means: untouched,
    remedy: "Write it as it lies in the volume, such as `uploads/2026`; an older backup may still have it.",
  }),
  { backup: "bakor", volume: "data", path: "uploads/2025" },
);

export const restorePathNeedsVolume = problem(
  "restore-path-needs-volume",
  (p: { backup: string; known: readonly string[] }) => ({
    happened: `A path was named and no volume, and the backup ${p.backup} has several.`,
    means: untouched,
    remedy: `Add --volume and one of: ${p.known.join(", ")}.`,
  }),
  { backup: "bakor", known: ["data", "db-data"] },
);

export const restoreNotRunning = problem(
  "restore-not-running",
  (p: {
    app: string;
    server: string;
    backup: string;
    /** Volumes and secrets that are there all the same. */
    left: readonly string[];
    /** Secrets of the backup that are not there, which a deploy would make. */
    anew: readonly string[];
  }) => {
    const restore = `\`app restore ${p.app} ${p.backup}\``;
    if (p.left.length === 0)
      return {
        happened: `Nothing of ${p.app} is on ${p.server}, so there is nothing to bring data back into.`,
        means: untouched,
        remedy: `Bring all of it back, with the old values of its secrets: ${restore}`,
      };
    const happened = `${p.app} does not run on ${p.server}, and this is left of it there: ${p.left.join(", ")}.`;
    if (p.anew.length === 0)
      return {
        happened,
        means: `Its secrets are all there, so a deploy makes none anew. ${untouched}`,
        remedy: `Bring it up first: \`app deploy ${p.app}\`. Then: ${restore}`,
      };
    return {
      happened,
      means:
        `**A deploy would make these secrets anew**: ${p.anew.join(", ")}. ` +
        `What was encrypted with their old values could then never be read again. ${untouched}`,
      remedy:
        `If nobody needs what is left, remove it on ${p.server} (\`docker volume rm\`, \`docker secret rm\`); ` +
        `then ${restore} brings the app up with the old secrets. ` +
        `Or bring it up beside that: \`app restore ${p.app} ${p.backup} --as <new domain>\``,
    };
  },
  {
    app: "cloud.example.coop",
    server: "local",
    backup: "bakor",
    left: ["cloud_example_coop_data"],
    anew: ["cloud_example_coop_db_password_v1"],
  },
);

export const restorePartElsewhere = problem(
  "restore-part-elsewhere",
  (p: { app: string }) => ({
    happened: "One volume or one path was asked for, and the app is to be brought up anew.",
    means: `An app without the rest of its data would not be ${p.app}. ${untouched}`,
    remedy: "Leave --volume and --path out, or leave --to and --as out.",
  }),
  { app: "cloud.example.coop" },
);

export const restoreSecretThere = problem(
  "restore-secret-there",
  (p: { server: string; names: readonly string[] }) => ({
    happened: `These secrets are on ${p.server} already: ${p.names.join(", ")}.`,
    means: `Their values may be other ones than those of the backup, and a database would not know them. ${untouched}`,
    remedy: "Remove them there if they are of no use, or choose another domain with --as.",
  }),
  { server: "swarm-2", names: ["cloud_example_coop_db_password_v1"] },
);

export const restoreNoRoom = problem(
  "restore-no-room",
  (p: { volume: string; neededMb: number; freeMb: number }) => ({
    happened: `There is no room for the volume ${p.volume}: it needs ${p.neededMb} MB and there are ${p.freeMb} MB.`,
    means: `Filling it would have ended half-way. ${untouched}`,
    remedy: "Make room on that server, then try again.",
  }),
  { volume: "cloud_example_coop_data", neededMb: 5120, freeMb: 800 },
);

export const restoreDiskFull = problem(
  "restore-disk-full",
  (p: { volume: string }) => ({
    happened: `The disk ran full while the volume ${p.volume} was being filled.`,
    means: "Something else took the room meanwhile. The volume holds a part of its data only.",
    remedy: "Make room on that server, then try again.",
  }),
  { volume: "cloud_example_coop_data" },
);

export const restoreHookFailed = problem(
  "restore-hook-failed",
  (p: { service: string; hook: string; exitCode: number; lastLines: readonly string[] }) => ({
    happened: [`The ${p.hook} in ${p.service} ended with code ${p.exitCode}.`, ...p.lastLines].join("\n"),
    means: "The recipe wants it for its data to be whole again, so the restore counts as failed.",
    remedy: "Mend what it names, then try again.",
  }),
  { service: "db", hook: "restore post-hook", exitCode: 3, lastLines: ['psql: role "notes" does not exist'] },
);

export const restoreIncomplete = problem(
  "restore-incomplete",
  (p: { volume: string; what: string }) => ({
    happened: `What came back into ${p.volume} is not what the snapshot has: ${p.what}.`,
    means: "The backup or the disk is damaged, so it cannot be relied on.",
    remedy: "Look at the repository with `backup repo check`, and try an older backup.",
  }),
  { volume: "data", what: "1204 files in the snapshot, 1203 in the volume" },
);

export const restoreDidNotComeUp = problem(
  "restore-did-not-come-up",
  (p: { app: string; backup: string; reason: string; lastLines: readonly string[] }) => ({
    happened: [`${p.app} did not come up with the data of ${p.backup}: ${p.reason}.`, ...p.lastLines].join(
      "\n",
    ),
    means: "The data is in place, and the program does not work with it.",
    remedy: "If the backup is of another version, deploy that one first; else try another backup.",
  }),
  { app: "cloud.example.coop", backup: "bakor", reason: "app crashed twice", lastLines: [] },
);

export const restoreWithoutPresent = problem(
  "restore-without-present",
  (p: { app: string; backup: string; reason: string }) => ({
    happened: `No backup of the present of ${p.app} could be taken before its restore from ${p.backup}: ${p.reason}`,
    means: `Without it there is no way back. ${untouched}`,
    remedy:
      `When that is mended: \`app restore ${p.app} ${p.backup}\`. If the app is too broken for it, and what is there ` +
      `may be lost: \`app restore ${p.app} ${p.backup} --without-backup\``,
  }),
  {
    app: "cloud.example.coop",
    backup: "bakor",
    reason: "No container of db runs, in which its pre-hook could be run.",
  },
);

export const restoreTakenBack = problem(
  "restore-taken-back",
  (p: {
    app: string;
    backup: string;
    present: string;
    doubt: string | null;
    reason: string;
    /** How it is mended, as a sentence; null: the reason says it. */
    mend: string | null;
  }) => ({
    happened: `The restore of ${p.app} from ${p.backup} failed: ${p.reason}`,
    means:
      p.doubt === null
        ? `Its data is back as it was before, from the backup ${p.present}, and it runs with it.`
        : `It runs with the data of ${p.present} again, the backup of what was there before. ` +
          `**That is doubtful, so its data may not be as it was**: ${p.doubt}`,
    remedy: `${mendWords(p.mend)} \`app restore ${p.app} ${p.backup}\``,
  }),
  {
    app: "cloud.example.coop",
    backup: "bakor",
    present: "dufim",
    doubt: null,
    reason: "app crashed twice.",
    mend: null,
  },
);

export const restoreHalfWay = problem(
  "restore-half-way",
  (p: {
    app: string;
    backup: string;
    present: string | null;
    doubt: string | null;
    reason: string;
    back: string;
    mend: string | null;
  }) => ({
    happened: `The restore of ${p.app} from ${p.backup} failed: ${p.reason}`,
    means:
      p.present === null
        ? `**Its data is not whole**: it was agreed to take no backup of the present first. ${p.back}`
        : `**Its data is not whole**: the way back failed too: ${p.back}`,
    remedy:
      p.present === null
        ? `${mendWords(p.mend)} \`app restore ${p.app} ${p.backup}\``
        : `${keptWords(p.present, p.doubt)} ` +
          `${mendWords(p.mend, "When what is named is mended:")} \`app restore ${p.app} ${p.present}\``,
  }),
  {
    app: "cloud.example.coop",
    backup: "bakor",
    present: "dufim",
    doubt: null,
    reason: "the disk ran full.",
    back: "the disk is still full.",
    mend: null,
  },
);

function mendWords(mend: string | null, otherwise = "Mend what is named, then:"): string {
  return mend === null ? otherwise : `${mend} Then:`;
}

function keptWords(present: string, doubt: string | null): string {
  return doubt === null
    ? `Its data from before is safe in the backup ${present}.`
    : `What could be kept of its data from before is in the backup ${present}, which is doubtful: ${doubt}`;
}

export const reviveFailed = problem(
  "revive-failed",
  (p: { app: string; server: string; backup: string; reason: string; lastLines: readonly string[] }) => ({
    happened: [`${p.app} did not come up on ${p.server} from ${p.backup}: ${p.reason}.`, ...p.lastLines].join(
      "\n",
    ),
    means: "What was made for it there is removed again; the backup and all other apps are as they were.",
    remedy: "Mend what it names, then try again.",
  }),
  { app: "new.example.coop", server: "swarm-2", backup: "bakor", reason: "db is unhealthy", lastLines: [] },
);

export const restoreWouldBeEmpty = problem(
  "restore-would-be-empty",
  (p: { app: string; backup: string; reason: string }) => ({
    happened: `A restore of ${p.app} from ${p.backup} would not bring all its data back: ${p.reason}`,
    means:
      "**If the app were lost now, this backup could not bring it back as it is.** It would come up, begin anew " +
      "there and look healthy, so to try it out would show nothing, and was not begun.",
    remedy: `Mend what is named, take another one (\`app backup ${p.app}\`), and: \`backup drill ${p.app}\``,
  }),
  {
    app: "cloud.example.coop",
    backup: "bakor",
    reason:
      "A restore does not read data/backup.sql into the database, which stays as it is, or empty elsewhere. The " +
      "recipe needs the label backupbot.restore.post-hook, with the command that reads the dump back.",
  },
);

export const drillFailed = problem(
  "drill-failed",
  (p: { app: string; backup: string; reason: string }) => ({
    happened: `The restore of ${p.app} from ${p.backup} was tried out and did not work: ${p.reason}`,
    means:
      "**If the app were lost now, this backup could not bring it back as it is.** The app itself was not touched.",
    remedy: `Mend what is named, take another one (\`app backup ${p.app}\`), and: \`backup drill ${p.app}\``,
  }),
  { app: "cloud.example.coop", backup: "bakor", reason: "The restore post-hook in db ended with code 3." },
);

export const drillCancelled = problem(
  "drill-cancelled",
  (p: { app: string; backup: string; reason: string }) => ({
    happened: `The drill of ${p.app} with the backup ${p.backup} was cancelled: ${p.reason}`,
    means:
      "It shows neither that this backup works nor that it does not. What it had made was removed, and the app " +
      "itself was not touched.",
    remedy: `To try it out again: \`backup drill ${p.app} ${p.backup}\``,
  }),
  { app: "cloud.example.coop", backup: "bakor", reason: "The run dimut (drill-trial) was cancelled." },
);

export const drillUndecided = problem(
  "drill-undecided",
  (p: { app: string; backup: string; reason: string }) => ({
    happened: `The drill of ${p.app} with the backup ${p.backup} could not be carried out: ${p.reason}`,
    means:
      "It shows neither that this backup works nor that it does not: the server or the repository was in the way. " +
      "The app itself was not touched.",
    remedy: `Mend what is named, and try it out again: \`backup drill ${p.app} ${p.backup}\``,
  }),
  {
    app: "cloud.example.coop",
    backup: "bakor",
    reason: "The server ada (root@ada.example.coop) is not reached.",
  },
);

export const downloadSpent = problem(
  "download-spent",
  (p: { minutes: number }) => ({
    happened: "This link leads to no download any more.",
    means: `A link works once and for ${p.minutes} minutes; this one was used, is too old, or was never given.`,
    remedy: "Whoever asked for it gets another one by saying the same command again.",
  }),
  { minutes: 60 },
);
