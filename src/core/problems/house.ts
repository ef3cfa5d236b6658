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
