import { problem } from "../problem.ts";

export const appNotFoundRunning = problem(
  "app-not-found-running",
  ({ app, server }: { app: string; server: string | null }) => ({
    happened: `No app of the domain ${app} runs on ${server ?? "any server"} here.`,
    means: "Apps are found by the labels of their services; nothing was taken over.",
    remedy:
      "See what is found: `app adopt`. An app that does not run is taken over from its file: tandem adopt --from",
  }),
  { app: "cloud.example.coop", server: null },
);

export const appOnSeveralServers = problem(
  "app-on-several-servers",
  ({ app, servers }: { app: string; servers: readonly string[] }) => ({
    happened: `${app} runs on several servers: ${servers.join(", ")}.`,
    means: "It cannot be told which one is meant; nothing was taken over.",
    remedy: `Name one: \`app adopt ${app} --server ${servers[0] ?? "local"}\``,
  }),
  { app: "cloud.example.coop", servers: ["local", "swarm-2"] },
);

export const appRecipeUnsaid = problem(
  "app-recipe-unsaid",
  ({ app }: { app: string }) => ({
    happened: `Neither the labels nor the settings of ${app} say of which recipe it is.`,
    means: "Without its recipe it cannot be deployed again; nothing was taken over.",
    remedy: `Name it: \`app adopt ${app} --recipe <recipe>\``,
  }),
  { app: "cloud.example.coop" },
);

export const adoptionChanged = problem(
  "adoption-changed",
  ({ app }: { app: string }) => ({
    happened: `What runs of ${app}, or its file, has changed since it was looked at.`,
    means: "Something else would be written down than was agreed to; nothing was taken over.",
    remedy: `Look again: \`app adopt ${app}\``,
  }),
  { app: "cloud.example.coop" },
);
