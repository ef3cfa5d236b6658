import { problem } from "../problem.ts";

const asBefore = "The app runs as before, and its earlier backups are as they were.";

export const backupUnknown = problem(
  "backup-unknown",
  (p: { backup: string }) => ({
    happened: `No backup is called ${p.backup}.`,
    means: "A backup has the five letters of the run that took it.",
    remedy: "The backups there are: `backup list`",
  }),
  { backup: "bakor" },
);

export const backupNoRepository = problem(
  "backup-no-repository",
  (p: { app: string; known: readonly string[] }) => ({
    happened: `No repository is named for the backups of ${p.app}.`,
    means:
      p.known.length === 0
        ? "There is none yet, so nothing can be backed up."
        : `There are ${p.known.join(", ")}, and neither its policy nor the setting backups.repository names one.`,
    remedy:
      p.known.length === 0
        ? "Add one: `backup repo add <name> <location> --password-file <file>`"
        : `Name one: \`backup policy ${p.app} --repository ${p.known[0] ?? "<name>"}\``,
  }),
  { app: "cloud.example.coop", known: ["nightly"] },
);

export const backupIsOff = problem(
  "backup-is-off",
  (p: { app: string }) => ({
    happened: `${p.app} is not to be backed up: its policy says off.`,
    means: "Somebody has decided so. Nothing was read or written.",
    remedy: `To have it backed up: \`backup policy ${p.app} --mode running\``,
  }),
  { app: "cloud.example.coop" },
);

export const backupNotRunning = problem(
  "backup-not-running",
  (p: { app: string; services: readonly string[] }) => ({
    happened:
      p.services.length === 0
        ? `Nothing of ${p.app} runs, so it cannot be backed up.`
        : `${p.app} cannot be backed up: ${p.services.join(", ")} should run and does not.`,
    means:
      "Which volumes hold its data is seen in its running containers alone; guessed names could be empty volumes. " +
      "Earlier backups are as they were.",
    remedy: `See what holds it up: \`app ps ${p.app}\`. When it runs: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", services: ["db"] },
);

export const backupNothingToKeep = problem(
  "backup-nothing-to-keep",
  (p: { app: string }) => ({
    happened: `${p.app} has nothing to back up: no running container of it has a volume that its labels leave in.`,
    means: `A backup of nothing would look like one of something, so none was written. ${asBefore}`,
    remedy: `If that is so on purpose: \`backup policy ${p.app} --mode off\`. If not, look at its recipe's volumes.`,
  }),
  { app: "cloud.example.coop" },
);

export const hookFailed = problem(
  "hook-failed",
  (p: { app: string; service: string; hook: string; exitCode: number; lastLines: readonly string[] }) => ({
    happened:
      `The ${p.hook} of ${p.service} (${p.app}) ended with code ${p.exitCode}` +
      `${p.lastLines.length === 0 ? " and said nothing" : `: ${p.lastLines.join(" / ")}`}.`,
    means: `What it was to prepare is missing or unfinished, so the backup counts as failed. ${asBefore}`,
    remedy: `Mend what it names, then: \`app backup ${p.app}\``,
  }),
  {
    app: "cloud.example.coop",
    service: "db",
    hook: "pre-hook",
    exitCode: 1,
    lastLines: ["pg_dump: connection to server failed"],
  },
);

export const hookWithoutContainer = problem(
  "hook-without-container",
  (p: { app: string; service: string; hook: string }) => ({
    happened: `The ${p.hook} of ${p.service} (${p.app}) could not be run: no container of ${p.service} runs.`,
    means: "Without it there is no dump, and what is in the volume may be an old one. So the backup failed.",
    remedy: `See why it does not run: \`app ps ${p.app}\`. Then: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", service: "db", hook: "pre-hook" },
);

export const commandTookTooLong = problem(
  "command-took-too-long",
  (p: { app: string; service: string; what: string; hours: number; isEnded: boolean }) => ({
    happened:
      `The ${p.what} of ${p.service} (${p.app}) ` +
      `${p.what === "dump" ? "was silent" : "took"} longer than ${p.hours === 1 ? "an hour" : `${p.hours} hours`}.`,
    means:
      "It was given up, so that other apps get their turn, and the backup failed. " +
      `${p.isEnded ? "The command was ended in its container." : "The command may still run in its container."} ` +
      asBefore,
    remedy:
      `See what it waits for: \`app logs ${p.app} ${p.service}\`. ` +
      (p.isEnded ? "" : `To end it: \`app restart ${p.app} ${p.service}\`. `) +
      "If it needs more time, set `backups.commandHours` to more.",
  }),
  { app: "cloud.example.coop", service: "db", what: "pre-hook", hours: 1, isEnded: false },
);

export const commandStillRuns = problem(
  "command-still-runs",
  (p: { app: string; service: string; what: string }) => ({
    happened: `The ${p.what} of ${p.service} (${p.app}) was begun before, still runs and cannot be ended.`,
    means: `Two of them at a time could spoil what they write, so it was not begun again. ${asBefore}`,
    remedy: `Restart its container: \`app restart ${p.app} ${p.service}\`. Then: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", service: "db", what: "pre-hook" },
);

export const dumpUnfinished = problem(
  "dump-unfinished",
  (p: { app: string; dump: string; reason: string }) => ({
    happened: `The dump ${p.dump} of ${p.app} is not whole: ${p.reason}.`,
    means: `A restore from it would lose data, so it was not taken for a backup. ${asBefore}`,
    remedy: `Look at the database's log: \`app logs ${p.app}\`. Then: \`app backup ${p.app}\``,
  }),
  {
    app: "cloud.example.coop",
    dump: "backup.sql",
    reason: "it does not end with “PostgreSQL database dump complete”",
  },
);

export const dumpFailed = problem(
  "dump-failed",
  (p: { app: string; service: string; program: string; exitCode: number; said: string }) => ({
    happened:
      `The database ${p.service} of ${p.app} could not be dumped: ` +
      `${p.program} ended with code ${p.exitCode}: ${p.said}.`,
    means: `What was streamed so far was thrown away. ${asBefore}`,
    remedy: `Look at the database's log: \`app logs ${p.app} ${p.service}\`. Then: \`app backup ${p.app}\``,
  }),
  {
    app: "cloud.example.coop",
    service: "db",
    program: "pg_dumpall",
    exitCode: 1,
    said: "connection to server failed",
  },
);

export const backupPathMissing = problem(
  "backup-path-missing",
  (p: { app: string; where: string; path: string; isEmpty: boolean }) => ({
    happened:
      `${p.app} names ${p.path} in ${p.where} for its backup, and ` +
      `${p.isEmpty ? "it is empty" : "that is not there"}.`,
    means: `What should write it did not, so a restore would find nothing. The backup failed. ${asBefore}`,
    remedy: `Look at the hook that makes it, or at the path in the recipe's labels. Then: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", where: "the volume db-data", path: "backup.sql", isEmpty: true },
);

export const backupVolumeGone = problem(
  "backup-volume-gone",
  (p: { app: string; volume: string; node: string }) => ({
    happened: `The volume ${p.volume} of ${p.app} is not on ${p.node} any more.`,
    means: `It would have been backed up as an empty one. Nothing was written. ${asBefore}`,
    remedy: `See where the app runs: \`app ps ${p.app}\`. Then: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", volume: "cloud_example_coop_data", node: "swarm-1" },
);

export const backupEmpty = problem(
  "backup-empty",
  (p: { app: string; part: string }) => ({
    happened: `The snapshot of ${p.part} (${p.app}) holds nothing, though there is something to hold.`,
    means: `It would have looked like a backup. It was removed. ${asBefore}`,
    remedy: `Try again: \`app backup ${p.app}\`. If it stays so, look at the labels of the recipe.`,
  }),
  { app: "cloud.example.coop", part: "swarm-1" },
);

export const snapshotMissing = problem(
  "snapshot-missing",
  (p: { app: string; repository: string; part: string }) => ({
    happened: `restic said that it saved ${p.part} of ${p.app}, and the repository ${p.repository} does not list it.`,
    means: `What cannot be found cannot be restored, so the backup failed. ${asBefore}`,
    remedy: `Look at the repository: \`backup repo check ${p.repository}\`. Then: \`app backup ${p.app}\``,
  }),
  { app: "cloud.example.coop", repository: "nightly", part: "swarm-1" },
);

export const repositoryExists = problem(
  "repository-exists",
  (p: { repository: string; location: string }) => ({
    happened: `A repository is called ${p.repository} already: ${p.location}.`,
    means: "Its backups are found by that name, so it is not pointed elsewhere.",
    remedy:
      `If it is the same one, and elsewhere now: \`backup repo change ${p.repository} <location>\`. ` +
      "Otherwise choose another name. The repositories: `backup repo list`",
  }),
  { repository: "nightly", location: "sftp:backup@store.example.coop:/srv/backups" },
);

export const repositoryLocationUnknown = problem(
  "repository-location-unknown",
  (p: { location: string; reason: string }) => ({
    happened: `${p.location} is no place for a repository: ${p.reason}.`,
    means: "Nothing was made or written down.",
    remedy:
      "Write a whole path such as /srv/backups, or `sftp:user@host:/folder`, `s3:https://host/bucket`, " +
      "`rest:https://host/name`.",
  }),
  { location: "backups", reason: "it is not a whole path" },
);

export const repositoryOnOneNode = problem(
  "repository-on-one-node",
  (p: { app: string; repository: string; nodes: readonly string[] }) => ({
    happened:
      `The repository ${p.repository} is a folder of one node, ` +
      `and ${p.app} has data on ${p.nodes.join(", ")}, too.`,
    means: `From there the folder is not reached, so that data would be left out. Nothing was written. ${asBefore}`,
    remedy: "Add a repository that every node reaches, such as sftp: `backup repo add <name> <location>`",
  }),
  { app: "cloud.example.coop", repository: "nightly", nodes: ["swarm-2"] },
);

export const backupNotBack = problem(
  "backup-not-back",
  (p: { app: string; services: readonly string[]; seconds: number }) => ({
    happened: `${p.app} was stopped for its backup and is not back after ${p.seconds} s: ${p.services.join(", ")}.`,
    means: "It was started again as it was before. Its earlier backups are as they were.",
    remedy: `Look at it now: \`app ps ${p.app}\` and \`app logs ${p.app}\``,
  }),
  { app: "cloud.example.coop", services: ["db"], seconds: 300 },
);
