import { problem } from "../problem.ts";

export const volumeTaken = problem(
  "volume-taken",
  ({ volume }: { volume: string }) => ({
    happened: `There is a volume ${volume} already on the server that the app would move to.`,
    means: "What it holds would be mixed with the app's data; nothing was moved.",
    remedy: `Look at what is in it, and remove it on that server if it is of no use: docker volume rm ${volume}`,
  }),
  { volume: "cloud_example_coop_data" },
);

export const volumeInDoubt = problem(
  "volume-in-doubt",
  ({ volume, service, nodes }: { volume: string; service: string; nodes: string[] }) => ({
    happened: `On which node the volume ${volume} is cannot be told, because nothing of ${service} runs.`,
    means: `It may be on ${nodes.join(" or ")}, and the wrong one would lose data; nothing was moved.`,
    remedy: "Bring the app up first, which shows where its data is: `app deploy <app>`. Then move it.",
  }),
  { volume: "cloud_example_coop_data", service: "app", nodes: ["swarm-2", "swarm-3"] },
);

export const moveToSameServer = problem(
  "move-to-same-server",
  ({ app, server }: { app: string; server: string }) => ({
    happened: `${app} is on ${server} already.`,
    means: "Nothing was moved.",
    remedy: `Name another server: \`app move ${app} <server>\``,
  }),
  { app: "cloud.example.coop", server: "local" },
);

export const moveNotRunning = problem(
  "move-not-running",
  ({ app, server }: { app: string; server: string }) => ({
    happened: `Nothing of ${app} runs on ${server}.`,
    means: "Only what runs is moved, because it shows where its data is; nothing was moved.",
    remedy: `Bring it up first: \`app deploy ${app}\`. Then move it.`,
  }),
  { app: "cloud.example.coop", server: "local" },
);

export const moveStackThere = problem(
  "move-stack-there",
  ({ app, server, stack }: { app: string; server: string; stack: string }) => ({
    happened: `A stack ${stack} runs on ${server} already.`,
    means: `${app} would overwrite it; nothing was moved.`,
    remedy: "Find out whose it is, and take it off that server first.",
  }),
  { app: "cloud.example.coop", server: "swarm-2", stack: "cloud_example_coop" },
);

export const moveFailed = problem(
  "move-failed",
  (p: { app: string; from: string; to: string; reason: string; lastLines: readonly string[] }) => ({
    happened: [`${p.app} did not come up on ${p.to}: ${p.reason}.`, ...p.lastLines].join("\n"),
    means:
      `It is started again on ${p.from}, where its data has stayed as it was; ` +
      `what was made on ${p.to} is removed.`,
    remedy: `Mend what it names, then: \`app move ${p.app} ${p.to}\``,
  }),
  {
    app: "cloud.example.coop",
    from: "local",
    to: "swarm-2",
    reason: "db was unhealthy: password authentication failed",
    lastLines: [],
  },
);
