/** Apps, their deploys and the recipes behind them. */
import type { App, DeployRecord } from "../../src/apps/types.ts";
import type { Freshness } from "../../src/backups/index.ts";
import { problem } from "../../src/core/problem.ts";
import type { RecipeDetail } from "../../src/recipes/types.ts";
import type { WebParts } from "../../src/web/index.ts";
import type { Told } from "./told-runs.ts";

export const plantedSecret = "hunter2-correct-horse-battery";

const apps = [
  {
    domain: "notes.example.coop",
    recipe: "custom-html",
    version: "1.1.0+2.4.0",
    server: "local",
    stack: "notes_example_coop",
    createdBy: "ana",
    createdAt: "2026-11-20T10:00:00.000Z",
  },
  {
    domain: "wiki.example.coop",
    recipe: "dokuwiki",
    version: null,
    server: "local",
    stack: "wiki_example_coop",
    createdBy: "bo",
    createdAt: "2026-11-22T14:30:00.000Z",
  },
] as unknown as App[];

function deploysOf(told: Told): DeployRecord[] {
  const specs = (image: string, password: string, replicas: number): DeployRecord["specs"] => ({
    services: {
      app: {
        Name: "notes_example_coop_app",
        Labels: { "coop-cloud.notes.version": image, "traefik.basicauth.users": `bo:${password}` },
        TaskTemplate: {
          ContainerSpec: {
            Image: `custom-html:${image}`,
            Env: [
              `DB_PASSWORD=${password}`,
              `GREETING=${told.hostile ?? "hello"}`,
              `DATABASE_URL=postgres://notes:${password}@db/notes`,
            ],
            Args: ["serve", `--admin-token=${password}`],
            Secrets: [{ SecretName: "notes_example_coop_session_v1", File: { Name: "session", Mode: 292 } }],
          },
        },
        Mode: { Replicated: { Replicas: replicas } },
      },
    },
    networks: { internal: { Driver: "overlay" } },
    secrets: ["notes_example_coop_session_v1"],
    configs: {},
  });
  const common = { app: "notes.example.coop", run: "lekab", askedBy: "ana" };
  return [
    {
      ...common,
      id: 1,
      version: "1.0.0+2.4.0",
      outcome: "converged",
      reason: null,
      startedAt: "2026-11-20T10:05:00.000Z",
      finishedAt: "2026-11-20T10:05:41.000Z",
      specs: specs("1.0.0", "old-planted-password-value", 1),
    },
    {
      ...common,
      id: 2,
      version: "1.1.0+2.4.0",
      outcome: "rolled back",
      reason: told.hostile ?? "The new tasks were not healthy within 60 s.",
      startedAt: "2026-11-21T16:00:00.000Z",
      finishedAt: "2026-11-21T16:02:10.000Z",
      specs: specs("1.1.0", plantedSecret, 2),
    },
    {
      ...common,
      id: 7,
      version: "1.1.0+2.4.0",
      outcome: "converged",
      reason: null,
      startedAt: "2026-11-23T09:00:00.000Z",
      finishedAt: null,
      specs: specs("1.1.0", plantedSecret, 2),
    },
  ] as unknown as DeployRecord[];
}

const silent = problem(
  "docker-silent",
  () => ({
    happened: "The Docker Engine at /var/run/docker.sock does not answer.",
    means: "What runs is not known; nothing was changed.",
    remedy: "An operator looks at it: `npx tandem doctor`.",
  }),
  {},
);

export function toldApps(told: Told): Pick<WebParts, "apps"> {
  const list = told.empty === true ? [] : apps;
  return {
    apps: {
      list: () => list,
      find: (domain) => list.find((app) => app.domain === domain),
      history: (domain) => (domain === "notes.example.coop" ? deploysOf(told) : []),
      services: (domain) => {
        if (told.silent === true) return Promise.reject(silent({}));
        const row = {
          service: "app",
          image: "custom-html:1.1.0@sha256:8e1f0c9d7b6a5544332211ffeeddccbbaa99887766554433221100ffeeddccbb",
          running: 2,
          wanted: 2,
          update: "completed",
        };
        return Promise.resolve(domain === "notes.example.coop" ? [row] : []);
      },
      status: () =>
        told.silent === true
          ? Promise.reject(silent({}))
          : Promise.resolve(
              list.map((app, index) => ({
                app,
                state: index === 0 ? ("running" as const) : ("down" as const),
                newest: (index === 0 ? "1.2.0+2.5.0" : null) as never,
              })),
            ),
    },
  };
}

/** The first app is safe, the second was never backed up; in the hostile house all is red. */
export function toldBackups(told: Told): Pick<WebParts, "backups"> {
  const freshness = (app: App["domain"]): Freshness =>
    app === "notes.example.coop" && told.hostile === undefined
      ? { app, state: "fresh", newestAt: "2026-11-24T02:10:00.000Z", words: "backed up 6 hours ago" }
      : { app, state: "red", newestAt: null, words: "no proven backup" };
  const list = told.empty === true ? [] : apps;
  const drillWords = ({ app }: { app: App["domain"] }): string[] => [
    freshness(app).newestAt === null
      ? "There is no backup of it yet that could be restored."
      : "Its restore was never tried out.",
  ];
  return {
    backups: { freshness, freshnessOfAll: () => list.map(({ domain }) => freshness(domain)), drillWords },
  };
}

export function toldRecipes(told: Told): Pick<WebParts, "recipes"> {
  const recipe = {
    name: "custom-html",
    description: told.hostile ?? "A page of your own, served by a small web server.",
    newest: "1.2.0+2.5.0",
    source: "https://git.example.coop/recipes/custom-html.git",
    versions: ["1.2.0+2.5.0", "1.1.0+2.4.0", "1.0.0+2.4.0"],
    settings: [
      { key: "DOMAIN", sample: "notes.example.coop", comment: "Where it is reached" },
      { key: "GREETING", sample: told.hostile ?? "hello" },
    ],
    readme: `# custom-html\n\nServes **one** page. ${told.hostile ?? ""}\n\n## Settings\n\n| key | does |\n|---|---|\n| \`GREETING\` | greets |\n\n[source](https://git.example.coop/x) and [a trap](javascript:alert(1)) and [inside](./LICENSE)\n`,
  } as unknown as RecipeDetail;
  return {
    recipes: {
      list: () => Promise.resolve(told.empty === true ? [] : [recipe]),
      show: () => Promise.resolve(recipe),
    },
  };
}
