import { problem } from "../problem.ts";

export const appUnknown = problem(
  "app-unknown",
  ({ app, nearest }: { app: string; nearest?: string | undefined }) => ({
    happened: `There is no app ${app} here.`,
    means: "Nothing was looked up or changed.",
    remedy:
      nearest === undefined
        ? "See which there are: `app list`. To make it: `app new <recipe> <domain>`"
        : `The nearest is ${nearest}. See all of them: \`app list\``,
  }),
  { app: "clod.example.coop", nearest: "cloud.example.coop" },
);

export const appExists = problem(
  "app-exists",
  ({ app, recipe }: { app: string; recipe: string }) => ({
    happened: `There is an app ${app} already; it is a ${recipe}.`,
    means: "A domain belongs to one app; nothing was changed.",
    remedy: `Take another domain, or look at this one: \`app show ${app}\``,
  }),
  { app: "cloud.example.coop", recipe: "nextcloud" },
);

export const appDomainTooLong = problem(
  "app-domain-too-long",
  ({ app, length, limit }: { app: string; length: number; limit: number }) => ({
    happened: `The domain ${app} has ${length} characters.`,
    means: `It becomes the name of the stack, and secrets are named after it; ${limit} is the most.`,
    remedy: `Take a domain of ${limit} characters or fewer.`,
  }),
  { app: "a-very-long-name-for-an-app.department.example.coop", length: 51, limit: 45 },
);

export const serverUnknown = problem(
  "server-unknown",
  ({ server, known }: { server: string; known: readonly string[] }) => ({
    happened: `There is no server ${server} here.`,
    means: "An app needs a server on which it will run; nothing was made.",
    remedy: `Known: ${known.join(", ")}.`,
  }),
  { server: "swarm-2", known: ["local"] },
);

export const commitWithoutChaos = problem(
  "commit-without-chaos",
  ({ app, commit }: { app: string; commit: string }) => ({
    happened: `${commit} is a commit and no version.`,
    means: "Only releases are deployed unless one says otherwise; nothing was changed.",
    remedy: `If you mean that commit: \`app deploy ${app} ${commit} --chaos\``,
  }),
  { app: "cloud.example.coop", commit: "3f2a91c0" },
);

export const composeFileUnfit = problem(
  "compose-file-unfit",
  ({ app, file }: { app: string; file: string }) => ({
    happened: `COMPOSE_FILE of ${app} names ${file}, which the recipe does not have at this version.`,
    means: "Only files inside the recipe are read; nothing was deployed.",
    remedy: `Mend it: \`app set ${app} COMPOSE_FILE compose.yml\``,
  }),
  { app: "cloud.example.coop", file: "compose.postgres.yml" },
);

export const secretNameTooLong = problem(
  "secret-name-too-long",
  ({ name, limit }: { name: string; limit: number }) => ({
    happened: `The secret ${name} would have a name of ${name.length} characters.`,
    means: `Docker takes ${limit} at most, so the app cannot be deployed under this domain.`,
    remedy: "Take a shorter domain for the app.",
  }),
  { name: "a_long_name_for_an_app_example_coop_synapse_registration_shared_v1", limit: 64 },
);

export const settingSaidAloud = problem(
  "setting-said-aloud",
  ({ key }: { key: string }) => ({
    happened: `${key} looks like the setting of a password or a key, so it was not set.`,
    means: "What is said as a command stays in the room's history and in the audit, where many can read it.",
    remedy:
      "If you just said a real one, change it where it is used. An operator can put it into a secret of the swarm.",
  }),
  { key: "SMTP_PASSWORD" },
);

interface Failed {
  app: string;
  from: string | null;
  to: string;
  reason: string;
  lastLines: readonly string[];
}

/** The reason, and under it the failing task's last words. */
const withLines = (happened: string, lastLines: readonly string[]): string =>
  [happened, ...lastLines].join("\n");

const goOn = ({ app, from, to }: Failed): string =>
  from === null || from === to
    ? `Mend what it names, then: \`app deploy ${app}\``
    : `Stay with ${from}, or mend what it names and say: \`app deploy ${app} ${to}\``;

export const deployFailed = problem(
  "deploy-failed",
  (p: Failed) => ({
    happened: withLines(`${p.app} ${p.to} did not come up: ${p.reason}.`, p.lastLines),
    means:
      p.from === null
        ? "What was started is taken down again; volumes and secrets stay."
        : `${p.from} is put back as it was before.`,
    remedy: goOn(p),
  }),
  {
    app: "cloud.example.coop",
    from: "5.0.2+28.0.6",
    to: "5.1.0+29.0.1",
    reason: "app ended with exit code 1 twice",
    lastLines: ["Fatal: database schema is newer than this version"],
  },
);

export const deployRolledBack = problem(
  "deploy-rolled-back",
  (p: Failed) => ({
    happened: withLines(`${p.app} ${p.to} did not come up and was rolled back: ${p.reason}.`, p.lastLines),
    means:
      p.from === null
        ? "The swarm went back to what ran before."
        : `The swarm went back to ${p.from} by itself; what else was changed is put back too.`,
    remedy: goOn(p),
  }),
  {
    app: "cloud.example.coop",
    from: "5.0.2+28.0.6",
    to: "5.1.0+29.0.1",
    reason: "app was unhealthy: curl: (7) connection refused",
    lastLines: [],
  },
);

export const planKeepsChanging = problem(
  "plan-keeps-changing",
  ({ app, times }: { app: string; times: number }) => ({
    happened: `What would be done to ${app} has changed ${times} times while it was being approved.`,
    means: "Nobody can agree to something that does not hold still; nothing was changed.",
    remedy: `Find out who or what changes it: \`app show ${app}\`. Then say the command again.`,
  }),
  { app: "cloud.example.coop", times: 3 },
);
