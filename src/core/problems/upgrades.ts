import { problem } from "../problem.ts";

export const upgradeIsOlder = problem(
  "upgrade-is-older",
  ({ app, from, to }: { app: string; from: string; to: string }) => ({
    happened: `${app} runs ${from}; ${to} is older.`,
    means: "An upgrade only goes to a newer version; nothing was changed.",
    remedy: `To go back, with the program only and not its data: \`app rollback ${app} ${to}\``,
  }),
  { app: "cloud.example.coop", from: "5.1.0+29.0.1", to: "5.0.2+28.0.6" },
);

export const rollbackIsNewer = problem(
  "rollback-is-newer",
  ({ app, from, to }: { app: string; from: string; to: string }) => ({
    happened: `${app} runs ${from}; ${to} is ${from === to ? "the same" : "newer"}.`,
    means: "A rollback only goes to an older version; nothing was changed.",
    remedy: `For a newer one: \`app upgrade ${app}\`. For the same one again: \`app deploy ${app}\``,
  }),
  { app: "cloud.example.coop", from: "5.0.2+28.0.6", to: "5.1.0+29.0.1" },
);

export const nothingToGoBackTo = problem(
  "nothing-to-go-back-to",
  ({ app, recipe }: { app: string; recipe: string }) => ({
    happened: `The history of ${app} names no older version that ran well.`,
    means: "Without one it is not known where to go back to; nothing was changed.",
    remedy: `Name the version: \`app rollback ${app} <version>\`. Which there are: \`recipe show ${recipe}\``,
  }),
  { app: "cloud.example.coop", recipe: "nextcloud" },
);

export const runningVersionUnknown = problem(
  "running-version-unknown",
  ({ app, to }: { app: string; to: string }) => ({
    happened: `What runs of ${app} does not say which version it is.`,
    means: `Whether ${to} is newer cannot be known, so it is no upgrade and no rollback; nothing was changed.`,
    remedy: `To bring it to that version whatever runs now: \`app deploy ${app} ${to}\``,
  }),
  { app: "cloud.example.coop", to: "5.1.0+29.0.1" },
);

export const appNotDeployed = problem(
  "app-not-deployed",
  ({ app }: { app: string }) => ({
    happened: `Nothing of ${app} is on its server.`,
    means: "There is no version to go on from; nothing was changed.",
    remedy: `To put it on the server: \`app deploy ${app}\``,
  }),
  { app: "cloud.example.coop" },
);

export const upgradeChanged = problem(
  "upgrade-changed",
  ({ app, to }: { app: string; to: string }) => ({
    happened: `What an upgrade of ${app} to ${to} would change is not what was agreed to any more.`,
    means: "Its settings, its recipe or what runs of it were changed meanwhile; nothing was done to it.",
    remedy: `Ask again with the new plan: \`app upgrade ${app} ${to}\``,
  }),
  { app: "cloud.example.coop", to: "5.1.0+29.0.1" },
);

export const upgradeNeedsPerson = problem(
  "upgrade-needs-person",
  ({ app, to, reasons }: { app: string; to: string; reasons: readonly string[] }) => ({
    happened: `${app} was not brought to ${to} by its policy: ${reasons.join("; ")}.`,
    means: "Such a step waits for a person; nothing was changed.",
    remedy: `A person asks for it: \`app upgrade ${app} ${to}\``,
  }),
  { app: "cloud.example.coop", to: "6.0.0+30.0.0", reasons: ["it is a major version"] },
);

interface Stopped {
  app: string;
  to: string;
  reason: string;
  done: readonly string[];
  left: readonly string[];
}

export const upgradesStopped = problem(
  "upgrades-stopped",
  ({ app, to, reason, done, left }: Stopped) => ({
    happened: `The upgrades stopped at ${app}, which was to go to ${to}: ${reason}`,
    means:
      `Upgraded before it: ${done.length === 0 ? "none" : done.join(", ")}. ` +
      `Not begun: ${left.length === 0 ? "none" : left.join(", ")}.`,
    remedy: `Look at it: \`app show ${app}\`. For the others: \`app upgrade all\``,
  }),
  {
    app: "cloud.example.coop",
    to: "5.0.3+28.0.7",
    reason: "cloud.example.coop 5.0.3+28.0.7 did not come up: app ended with exit code 1 twice.",
    done: ["wiki.example.coop"],
    left: ["chat.example.coop", "notes.example.coop"],
  },
);

export const upgradesHeld = problem(
  "upgrades-held",
  ({ app, to, unfinished, done, left }: Omit<Stopped, "reason"> & { unfinished: readonly string[] }) => ({
    happened:
      `The upgrades stopped after ${app}: it runs ${to}, but what its recipe wants done then is not done: ` +
      `${unfinished.join("; ")}.`,
    means:
      `${app} stays upgraded. Upgraded before it: ${done.length === 0 ? "none" : done.join(", ")}. ` +
      `Not begun: ${left.length === 0 ? "none" : left.join(", ")}.`,
    remedy: `Do by hand what is not done (\`app cmd ${app}\` lists it). Then, for the others: \`app upgrade all\``,
  }),
  {
    app: "cloud.example.coop",
    to: "5.0.3+28.0.7",
    unfinished: ["`app migrate` ended with code 1", "`app reindex` was not begun"],
    done: ["wiki.example.coop"],
    left: ["chat.example.coop", "notes.example.coop"],
  },
);
