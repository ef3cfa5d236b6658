import { problem } from "../problem.ts";

export const notRunningAs = problem(
  "cli-person-unknown",
  ({ name }: { name: string }) => ({
    happened: `The command line should speak as ${name}, who is not known here.`,
    means: "Every command is said by somebody, so this one was not carried out.",
    remedy: "Name a member with --as, or add an operator to people.operators in the settings.",
  }),
  { name: "bo" },
);

export const serverNotRunning = problem(
  "server-not-running",
  ({ socket }: { socket: string }) => ({
    happened: `No Tandem answers at ${socket}.`,
    means: "Commands are carried out by the server, so that nothing is done twice; this one was not.",
    remedy:
      "Start it with npm start, or name its data folder with TANDEM_DATA_DIR. To see what is wrong: npx tandem doctor",
  }),
  { socket: "data/tandem.sock" },
);

export const matrixTokenMissing = problem(
  "matrix-token-missing",
  ({ homeserver }: { homeserver: string }) => ({
    happened: `The settings name the homeserver ${homeserver} but no access token.`,
    means: "Tandem cannot log in there, so it has not started.",
    remedy: "Make one with npx tandem login, and name its file in matrix.accessTokenFile.",
  }),
  { homeserver: "https://matrix.example.coop" },
);

export const eventSetAside = problem(
  "event-set-aside",
  ({ event }: { event: string }) => ({
    happened: `What was said here (${event}) could not be handled, although it was tried several times.`,
    means: "It has been put aside so that the others are not kept waiting; nothing of it was carried out.",
    remedy: "Say it again; an operator finds the cause in the log under that event.",
  }),
  { event: "$143273582443PhrSn:example.coop" },
);

export const portTaken = problem(
  "web-port-taken",
  ({ listen, reason }: { listen: string; reason: string }) => ({
    happened: `The pages cannot be served at ${listen}: ${reason}.`,
    means: "Another program uses that address, or it is not this machine's; Tandem has not started.",
    remedy: "Stop the other program, or name another address in web.listen (TANDEM_WEB_LISTEN).",
  }),
  { listen: "127.0.0.1:8080", reason: "address already in use" },
);

export const deployFailedLate = problem(
  "deploy-failed-late",
  ({ app, service, what }: { app: string; service: string; what: string }) => ({
    happened: `${app} looked well after its deploy, but since then its service ${service} ${what}.`,
    means: "Swarm starts it again by itself; it may go on failing, and nobody else is told.",
    remedy: `Look at what it wrote: app logs ${app} ${service}. To go back: app show ${app} names the version before.`,
  }),
  { app: "cloud.example.coop", service: "db", what: "ended with code 137" },
);

export const putBackNotWell = problem(
  "put-back-not-well",
  ({ app, reason, lastLines }: { app: string; reason: string; lastLines: readonly string[] }) => ({
    happened: [`What was put back of ${app} does not run well: ${reason}.`, ...lastLines].join("\n"),
    means:
      "It may be away. If its data was not put back too, what the other version has done to it can be why.",
    remedy: `See what it wrote: app logs ${app}. To have its data back too: backup list ${app}, app restore ${app}.`,
  }),
  {
    app: "cloud.example.coop",
    reason: "app ended with exit code 1 twice",
    lastLines: ["Fatal: database schema is newer than this version"],
  },
);

export const dataFolderTooDeep = problem(
  "data-folder-too-deep",
  ({ socket, bytes, most }: { socket: string; bytes: number; most: number }) => ({
    happened: `The data folder lies too deep: ${socket} has ${bytes} characters.`,
    means:
      `A socket's path may have ${most}, and the command line reaches the server through it; ` +
      "so it has not started.",
    remedy: "Name a data folder with a shorter path in dataDir (TANDEM_DATA_DIR).",
  }),
  { socket: "/srv/a/very/long/path/to/data/tandem.sock", bytes: 140, most: 107 },
);

export const databaseMissing = problem(
  "database-missing",
  ({ file }: { file: string }) => ({
    happened: `There is no database ${file}.`,
    means: "Tandem never ran on this data folder, so there is nothing to read.",
    remedy: "Say it in the folder of your tandem.yaml, or name the data folder with TANDEM_DATA_DIR.",
  }),
  { file: "data/tandem.db" },
);

export const cliWordsUnfit = problem(
  "cli-words-unfit",
  ({ what, usage }: { what: string; usage: string }) => ({
    happened: `${what}.`,
    means: "Nothing was done.",
    remedy: usage,
  }),
  { what: "tandem login does not know --usr", usage: "Usage: tandem login --user NAME" },
);

export const fileUnreadable = problem(
  "file-unreadable",
  ({ file, reason }: { file: string; reason: string }) => ({
    happened: `The file ${file} cannot be read: ${reason}.`,
    means: "Nothing was compared and nothing was changed.",
    remedy: "Check its name and that you may read it; then say the command again.",
  }),
  { file: "room.txt", reason: "there is no such file" },
);

export const passwordMissing = problem(
  "password-missing",
  (_: object) => ({
    happened: "No password came on standard input.",
    means: "Nobody was logged in and no file was written.",
    remedy:
      "Say it in a terminal, which asks for it, or hand it over: npx tandem login --user NAME <password_file",
  }),
  {},
);

export const endedUnexpectedly = problem(
  "ended-unexpectedly",
  ({ reason }: { reason: string }) => ({
    happened: `Tandem came upon something that it was not built for: ${reason}.`,
    means: "It has stopped. What was under way goes on from its journal at the next start.",
    remedy: "See what npx tandem doctor says. For whoever mends it: TANDEM_LOG_LEVEL=debug shows where.",
  }),
  { reason: "listen EINVAL" },
);
