import { problem } from "../problem.ts";

const untouched = "Nothing was changed: the app runs as before, and earlier backups are as they were.";

export const repositoryFileUnreadable = problem(
  "repository-file-unreadable",
  (p: { repository: string; file: string; reason: string }) => ({
    happened: `A file that opens the repository ${p.repository} cannot be read: ${p.file}: ${p.reason}.`,
    means: `Without it nothing can be written there or read from there. ${untouched}`,
    remedy: "Put the file back, readable by the account that Tandem runs as and by nobody else.",
  }),
  { repository: "nightly", file: "/etc/tandem/restic-password", reason: "there is no such file" },
);

export const repositoryUnreachable = problem(
  "repository-unreachable",
  (p: { repository: string; reason: string }) => ({
    happened: `The repository ${p.repository} cannot be reached: ${p.reason}.`,
    means: `No backup can be written there or read from there. ${untouched}`,
    remedy: `Look whether the machine that holds it is up, then: \`backup repo check ${p.repository}\``,
  }),
  { repository: "nightly", reason: "dial tcp 10.0.0.7:9000: connect: connection refused" },
);

export const repositoryKeyRefused = problem(
  "repository-key-refused",
  (p: { repository: string; reason: string }) => ({
    happened: `The repository ${p.repository} does not let us in: ${p.reason}.`,
    means: `What the file of its credentials says does not count there, or may not do this. ${untouched}`,
    remedy: `Put the right name and key into that file, then: \`backup repo check ${p.repository}\``,
  }),
  { repository: "away", reason: "unexpected HTTP response (401): 401 Unauthorized" },
);

export const repositoryPasswordWrong = problem(
  "repository-password-wrong",
  (p: { repository: string }) => ({
    happened: `The password does not open the repository ${p.repository}.`,
    means: `What is in it can be read with its own password only. ${untouched}`,
    remedy: "Put the right password into the repository's password file; without it its backups are lost.",
  }),
  { repository: "nightly" },
);

export const repositoryNotThere = problem(
  "repository-not-there",
  (p: { repository: string; reason: string }) => ({
    happened: `There is no repository at the place of ${p.repository}: ${p.reason}.`,
    means: `It was moved or removed, or a disk is not mounted. A new one is not made in its place. ${untouched}`,
    remedy:
      `Bring the place back. If it was moved: \`backup repo change ${p.repository} <location>\`. ` +
      "If it is really gone, add a new repository with `backup repo add`.",
  }),
  {
    repository: "nightly",
    reason: "unable to open config file: stat /repository/config: no such file or directory",
  },
);

export const repositoryLocked = problem(
  "repository-locked",
  (p: { repository: string; said: string }) => ({
    happened: `The repository ${p.repository} is locked${p.said === "" ? "" : `: ${p.said}`}.`,
    means:
      "Somebody else works in it, or was cut off there just now; Tandem takes away only locks of the dead. " +
      untouched,
    remedy:
      "Wait until they are done. If nobody is, run `restic unlock` with that repository, and try again.",
  }),
  {
    repository: "nightly",
    said: "locked exclusively by PID 4711 on backup-bot by root, since 2026-11-26 03:30",
  },
);

export const repositoryFull = problem(
  "repository-full",
  (p: { repository: string; doing: string }) => ({
    happened: `There is no room left in the repository ${p.repository}; Tandem could not ${p.doing}.`,
    means: `What was written so far counts for nothing. ${untouched}`,
    remedy: "Make room where it is kept, or keep fewer backups: `backup policy` says how many.",
  }),
  { repository: "nightly", doing: "back up cloud.example.coop" },
);

export const backupCutOff = problem(
  "backup-cut-off",
  (p: { repository: string; doing: string }) => ({
    happened: `restic was killed while it was to ${p.doing} (repository ${p.repository}).`,
    means: `A person or the server itself ended it, perhaps for want of memory. ${untouched}`,
    remedy: "Look at the server's memory and its log, then try again.",
  }),
  { repository: "nightly", doing: "back up cloud.example.coop" },
);

export const resticStill = problem(
  "restic-still",
  (p: { repository: string; command: string; minutes: number }) => ({
    happened:
      `restic has read and written nothing for ${p.minutes} minutes (${p.command}, repository ${p.repository}); ` +
      "it was ended.",
    means:
      "Mostly there is no room left where the repository is: restic sometimes waits for ever then. Or what it is " +
      `kept on answers no more. ${untouched}`,
    remedy: `Look at the room and the health of that place, then: \`backup repo check ${p.repository}\``,
  }),
  { repository: "nightly", command: "backup", minutes: 20 },
);

export const resticFailed = problem(
  "restic-failed",
  (p: { repository: string; doing: string; exitCode: number; said: string }) => ({
    happened: `restic could not ${p.doing} (repository ${p.repository}); it ended with code ${p.exitCode}: ${p.said}.`,
    means: untouched,
    remedy: `Mend what it names, then try again; the repository itself: \`backup repo check ${p.repository}\``,
  }),
  {
    repository: "nightly",
    doing: "back up cloud.example.coop",
    exitCode: 1,
    said: "unable to save snapshot",
  },
);

export const repositoryUnknown = problem(
  "repository-unknown",
  (p: { repository: string; known: readonly string[] }) => ({
    happened: `No repository is called ${p.repository}.`,
    means:
      p.known.length === 0
        ? "There is none yet, so nothing can be backed up."
        : `There are: ${p.known.join(", ")}.`,
    remedy: "The repositories: `backup repo list`. A new one: `backup repo add <name> <location>`",
  }),
  { repository: "nightyl", known: ["nightly"] },
);

export const repositoryElsewhere = problem(
  "repository-elsewhere",
  (p: { repository: string; server: string; app: string; on: string }) => ({
    happened: `The repository ${p.repository} is a folder of ${p.server}, and ${p.app} is on ${p.on}.`,
    means: `Only apps of ${p.server} can be backed up there. ${untouched}`,
    remedy: `Choose another one for it: \`backup policy ${p.app} --repository <name>\``,
  }),
  { repository: "nightly", server: "local", app: "cloud.example.coop", on: "swarm-2" },
);
