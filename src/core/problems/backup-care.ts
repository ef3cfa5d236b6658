import { problem } from "../problem.ts";

export const repositoryDamaged = problem(
  "repository-damaged",
  (p: { repository: string; said: string }) => ({
    happened: `The data of the repository ${p.repository} is not whole: ${p.said}.`,
    means: "Backups in it may not be restorable. Nothing was removed.",
    remedy:
      "Look at the disk that it is on, take new backups into another repository, then repair it with restic.",
  }),
  { repository: "nightly", said: "pack 3f2a91c0: the hash does not match its name" },
);

export const upgradeWithoutBackup = problem(
  "upgrade-without-backup",
  (p: { app: string; to: string; reason: string }) => ({
    happened: `No backup of ${p.app} could be taken before its upgrade to ${p.to}: ${p.reason}`,
    means: "Without a proven backup an upgrade that goes wrong may lose data, so it did not begin.",
    remedy: `When that is mended: \`app backup ${p.app}\`, then \`app upgrade ${p.app} ${p.to}\``,
  }),
  {
    app: "cloud.example.coop",
    to: "5.1.0+29.0.1",
    reason: "The repository nightly cannot be reached: connection refused.",
  },
);

export const upgradeTakenBack = problem(
  "upgrade-taken-back",
  (p: {
    app: string;
    from: string;
    to: string;
    reason: string;
    lastLines: readonly string[];
    backup: string;
    /** What became of the data. */
    data: "back" | "stays" | "failed";
    why: string;
  }) => ({
    happened: [`${p.app} ${p.to} did not come up: ${p.reason}.`, ...p.lastLines].join("\n"),
    means: `${p.from} is put back as it was before. ${dataWords(p)}`,
    remedy:
      p.data === "back"
        ? `Read what it said, then ask again: \`app upgrade ${p.app} ${p.to}\`. More: \`app logs ${p.app}\``
        : `If its data is not as it was: \`app restore ${p.app} ${p.backup}\`. What it says: \`app logs ${p.app}\``,
  }),
  {
    app: "cloud.example.coop",
    from: "5.0.2+28.0.6",
    to: "5.1.0+29.0.1",
    reason: "app ended with exit code 1 twice",
    lastLines: ["Fatal: the migration stopped half-way"],
    backup: "bakor",
    data: "back",
    why: "",
  },
);

function dataWords({
  data,
  backup,
  why,
}: {
  data: "back" | "stays" | "failed";
  backup: string;
  why: string;
}) {
  if (data === "back") return `Its data is back too, as of the backup ${backup} taken just before.`;
  const rest = `Its data stays as the upgrade has left it: ${why}`;
  return data === "stays" ? rest : `${rest} The backup ${backup} is as it was.`;
}

export const selfWithoutRepository = problem(
  "self-without-repository",
  () => ({
    happened: "No repository is named for the backups of Tandem itself.",
    means: "If this machine is lost, so are its members, approvals, audit and settings of apps.",
    remedy:
      "Name one in the settings, as `backups.selfRepository` or `backups.repository`; it is made by `backup repo add`.",
  }),
  {},
);

export const selfElsewhere = problem(
  "self-elsewhere",
  (p: { repository: string; server: string }) => ({
    happened: `The repository ${p.repository} is a folder of ${p.server}, which Tandem itself cannot reach.`,
    means: "Tandem writes its own backup with the restic of its own machine; nothing was written.",
    remedy: "Name one that this machine reaches, as `backups.selfRepository` in the settings.",
  }),
  { repository: "swarm-2-disk", server: "swarm-2" },
);

export const resticMissing = problem(
  "restic-missing",
  () => ({
    happened: "There is no restic on this machine.",
    means: "Tandem's own backup is written and read with it; nothing was done.",
    remedy: "Install it (Debian: `apt-get install restic`); the image of Tandem has it.",
  }),
  {},
);

export const selfCopyBroken = problem(
  "self-copy-broken",
  (p: { reason: string }) => ({
    happened: `The copy of Tandem's database is not whole: ${p.reason}.`,
    means: "Such a copy is no backup, so it was not written; the database itself was only read.",
    remedy: "Look at the disk of the data folder, then: `tandem verify-audit`",
  }),
  { reason: "the audit chain is broken at row 12" },
);

export const restoreIntoFull = problem(
  "restore-into-full",
  (p: { folder: string }) => ({
    happened: `The folder ${p.folder} is not empty.`,
    means: "Tandem is restored into an empty folder only, so that nothing is overwritten; nothing was done.",
    remedy: "Name another one: `tandem restore-self … --to FOLDER`",
  }),
  { folder: "/srv/tandem" },
);

export const selfBackupNotThere = problem(
  "self-backup-not-there",
  (p: { location: string }) => ({
    happened: `There is no backup of Tandem itself in ${p.location}.`,
    means: "Only what `backup self` or the night has written can be restored; nothing was done.",
    remedy: "Look whether it is the right repository: `restic -r <location> snapshots`",
  }),
  { location: "/var/backups/tandem" },
);

export const backupIsGone = problem(
  "backup-is-gone",
  (p: { backup: string; state: string }) => ({
    happened: `The backup ${p.backup} is ${p.state}; there is nothing of it to forget.`,
    means: "Only what lies in a repository can be removed from it; nothing was done.",
    remedy: "Which there are: `backup list`",
  }),
  { backup: "bakor", state: "forgotten" },
);
