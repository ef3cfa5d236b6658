import { problem } from "../problem.ts";

export const databaseLocked = problem(
  "database-locked",
  ({ file }: { file: string }) => ({
    happened: `Another process has the database ${file} open.`,
    means: "Two Tandems on one file would carry everything out twice, so this one has not started.",
    remedy: "Stop the other one first, or name another data folder with TANDEM_DATA_DIR.",
  }),
  { file: "/data/tandem.db" },
);

export const databaseUnreadable = problem(
  "database-unreadable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The database ${file} cannot be opened: ${reason}.`,
    means: "Nothing was started and nothing was changed.",
    remedy: "Check that the folder exists, is writable and has room; then start again.",
  }),
  { file: "/data/tandem.db", reason: "unable to open database file" },
);

export const diskFull = problem(
  "disk-full",
  ({ freeMb }: { freeMb: number }) => ({
    happened: `Only ${freeMb} MB are free on the disk that holds the database.`,
    means: "New runs are refused, so that what is already under way can still be recorded.",
    remedy: "An operator makes room on that disk; then say the command again.",
  }),
  { freeMb: 12 },
);

export const scheduledWaits = problem(
  "scheduled-waits",
  ({ freeMb }: { freeMb: number }) => ({
    happened: `Only ${freeMb} MB are free on the disk that holds the database.`,
    means:
      "What begins by itself, such as the backups at night, waits; commands that begin something are refused.",
    remedy: "An operator makes room on that disk; what was missed then begins by itself, once.",
  }),
  { freeMb: 12 },
);
