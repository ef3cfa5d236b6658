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

export const backupNotAsPromised = problem(
  "backup-not-as-promised",
  (p: { app: string; to: string; isOff: boolean }) => ({
    happened:
      `${p.app} was to go to ${p.to} after a fresh backup, as its question said, and now ` +
      `${p.isOff ? "its policy says that none is taken" : "there is no repository for it any more"}.`,
    means: "Nobody has agreed to it without a backup, so it did not begin.",
    remedy:
      "Ask for it again: the question then says that no backup is taken. To have one taken before: " +
      `\`backup policy ${p.app} ${p.isOff ? "--mode running" : "--repository <name>"}\``,
  }),
  { app: "cloud.example.coop", to: "5.1.0+29.0.1", isOff: true },
);

export const upgradeTakenBack = problem(
  "upgrade-taken-back",
  (p: {
    app: string;
    from: string;
    to: string;
    reason: string;
    lastLines: readonly string[];
    /** Something else than a bad verdict has ended it. */
    isBrokenOff: boolean;
    backup: string;
    /** What became of the data. */
    data: "back" | "stays" | "failed";
    why: string;
  }) => ({
    happened: howItFailed(p),
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
    isBrokenOff: false,
    backup: "bakor",
    data: "back",
    why: "",
  },
);

export const upgradeNotBack = problem(
  "upgrade-not-back",
  (p: FailedUpgrade & { from: string; backup: string; why: string }) => ({
    happened:
      `${howItFailed(p)}\n**The program could not be put back**: ${p.why}\n` +
      `Its data was not put back, either; as it was just before, it is in the backup ${p.backup}.`,
    means: `It was tried once more. Whether ${p.from} runs again, or a part of ${p.to}, has to be looked at.`,
    remedy:
      `When that is mended: \`app ps ${p.app}\`. When ${p.from} runs, and its data is not as it was: ` +
      `\`app restore ${p.app} ${p.backup}\``,
  }),
  {
    app: "cloud.example.coop",
    from: "5.0.2+28.0.6",
    to: "5.1.0+29.0.1",
    reason: "The server ada (root@ada.example.coop) is not reached",
    lastLines: [],
    isBrokenOff: true,
    backup: "bakor",
    why: "The server ada (root@ada.example.coop) is not reached.",
  },
);

interface FailedUpgrade {
  app: string;
  to: string;
  reason: string;
  lastLines: readonly string[];
  isBrokenOff: boolean;
}

function howItFailed({ app, to, reason, lastLines, isBrokenOff }: FailedUpgrade): string {
  const what = isBrokenOff ? `The upgrade of ${app} to ${to} was broken off` : `${app} ${to} did not come up`;
  return [`${what}: ${reason}.`, ...lastLines].join("\n");
}

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
    means: "Only what lies in a repository that Tandem knows can be removed from it; nothing was done.",
    remedy: "Which there are: `backup list`",
  }),
  { backup: "bakor", state: "forgotten" },
);

export const repositoryInUse = problem(
  "repository-in-use",
  (p: { repository: string; apps: readonly string[]; settings: readonly string[] }) => ({
    happened: `The repository ${p.repository} is in use: ${usesOf(p)}.`,
    means: "What goes there now would be backed up nowhere, so it stays. Nothing was changed.",
    remedy: [
      ...(p.settings.length > 0
        ? [
            `Name another one as ${p.settings.map((name) => `\`${name}\``).join(" and ")} in the settings, ` +
              "and start Tandem again.",
          ]
        : []),
      ...(p.apps.length > 0
        ? [`Say for each app where it goes: \`backup policy ${p.apps[0] ?? ""} --repository <name>\`.`]
        : []),
      "A new one: `backup repo add <name> <location>`",
    ].join(" "),
  }),
  {
    repository: "nightly",
    apps: ["cloud.example.coop", "wiki.example.coop"],
    settings: ["backups.repository"],
  },
);

function usesOf({ apps, settings }: { apps: readonly string[]; settings: readonly string[] }): string {
  const policies =
    apps.length === 0
      ? []
      : [
          `${apps.length === 1 ? "the policy of" : "the policies of"} ${apps.join(", ")} ${leads(apps.length)} there`,
        ];
  const named = settings.map((name) => `the settings name it as \`${name}\``);
  return [...policies, ...named].join("; ");
}

const leads = (count: number): string => (count === 1 ? "leads" : "lead");

export const repositoryBusy = problem(
  "repository-busy",
  (p: { repository: string; apps: readonly string[] }) => ({
    happened:
      `A run works on ${p.apps.join(", ")}, or asks about ${p.apps.length === 1 ? "it" : "them"}, ` +
      `and there are backups of ${p.apps.length === 1 ? "it" : "them"} in the repository ${p.repository}.`,
    means: "What it reads or writes there would be out of its reach half-way. Nothing was changed.",
    remedy: "Wait until it is done, or `cancel` it. Which it is: `runs`",
  }),
  { repository: "nightly", apps: ["cloud.example.coop"] },
);

export const repositoryIsAnother = problem(
  "repository-is-another",
  (p: { repository: string; location: string; missing: readonly string[] }) => ({
    happened:
      `What is at ${p.location} is not all of the repository ${p.repository}: ` +
      (p.missing.length === 1
        ? "a backup that Tandem knows is"
        : `${p.missing.length} backups that Tandem knows are`) +
      ` missing there (${p.missing.slice(0, 5).join(", ")}${p.missing.length > 5 ? ", …" : ""}).`,
    means: `It is another one, or an older copy. ${p.repository} stays where it was. Nothing was changed.`,
    remedy:
      "Copy it whole while nothing is written there, then say the command again. " +
      `As a repository of its own: \`backup repo add <name> ${p.location}\``,
  }),
  {
    repository: "nightly",
    location: "sftp:backup@new.example.coop:/srv/backups",
    missing: ["bakor", "litan"],
  },
);
