/** The everyday care of an app, whatever fails, wherever the power goes. */
import { expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Db } from "../../src/db/index.ts";
import afterDeploy from "../../workflows/after-deploy.ts";
import exec from "../../workflows/exec.ts";
import functions from "../../workflows/functions.ts";
import removeApp from "../../workflows/remove.ts";
import restart from "../../workflows/restart.ts";
import generate from "../../workflows/secret/generate.ts";
import removeSecret from "../../workflows/secret/remove.ts";
import rotate from "../../workflows/secret/rotate.ts";
import { app, tradesOf, worldOf, type AppsWorld } from "./apps-world.ts";
import { isCalm } from "./endings.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";

const stack = "notes_example_coop";
const [key, newKey, token] = ["db_password_v1", "db_password_v2", "token_v1"];

interface Seen {
  /** What the service `app` uses; null when it does not run. */
  uses: string[] | null;
  restarts: number;
  secrets: string[];
  /** SECRET_DB_PASSWORD_VERSION; undefined without settings. */
  version: string | undefined;
  /** What the audit says beside the making of the app. */
  audit: string[];
}

const short = (name: string): string => name.slice(stack.length + 1);

function see(world: AppsWorld, db: Db): Seen {
  const { apps } = tradesOf(world, db);
  const spec = world.swarm.running.get(stack)?.get("app") as
    { Secrets?: string[]; ForceUpdate?: number } | undefined;
  const there = apps.find(app) !== undefined;
  return {
    uses: spec === undefined ? null : (spec.Secrets ?? []).map(short),
    restarts: spec?.ForceUpdate ?? 0,
    secrets: [...world.swarm.secrets.keys()].map(short).sort(),
    version: there ? /SECRET_DB_PASSWORD_VERSION=(\S+)/.exec(apps.envOf(app))?.[1] : undefined,
    audit: openAudit(db, new FakeClock())
      .list({ subject: app })
      .map(({ what }) => what)
      .filter((what) => what !== "app.created")
      .reverse(),
  };
}

const untouched: Seen = { uses: [key, token], restarts: 0, secrets: [key, token], version: "v1", audit: [] };

/** The app runs and its service uses both secrets. */
function running(db: Db): AppsWorld {
  const world = worldOf(db, { runs: true });
  const services = world.swarm.running.get(stack);
  const spec = services?.get("app") as object;
  services?.set("app", { ...spec, Secrets: [`${stack}_${key}`, `${stack}_${token}`] });
  return world;
}

const undone = (world: Seen, problem = "injected"): Expected => ({ status: "undone", problem, world });
const failed = (world: Seen, problem = "injected"): Expected => ({ status: "failed", problem, world });
const done = (world: Seen): Expected => ({ status: "done", world });
/** The ways in which a cancel may end: too early for anything, on the way, or too late. */
const cancelled = (worlds: Seen[], ended: Expected): Expected[] => [
  ...worlds.map((world): Expected => ({ status: "cancelled", problem: "run-cancelled", world })),
  ended,
];

function rotation(healthy: boolean): Scenario<AppsWorld> {
  const set = "app.set";
  // The setting moved and moved back: both are written down.
  const moved: Seen = { ...untouched, audit: [set, set] };
  const rotated: Seen = {
    ...untouched,
    uses: [newKey, token],
    secrets: [newKey, token],
    version: "v2",
    audit: [set, "app.secret-rotated"],
  };
  const bothLeft: Seen = { ...rotated, secrets: [key, newKey, token] };
  const ended = healthy ? done(rotated) : undone(moved, "rotate-failed");
  return {
    name: healthy ? "rotate a secret" : "rotate a secret to a value that is not taken",
    // Many steps and long undos, which take the harness minutes.
    thin: healthy ? 6 : 9,
    workflow: rotate,
    input: { app, secret: "db_password" },
    world(db) {
      const world = running(db);
      if (!healthy) world.swarm.verdict = { outcome: "failed", reason: "app crashed twice", seconds: 9 };
      return world;
    },
    trades: tradesOf,
    see,
    expect(variant: Variant) {
      if (isCalm(variant)) return ended;
      if (variant.kind === "declined") return failed(untouched, "approval-declined");
      if (variant.kind === "cancelled") {
        const taken: Seen = { ...moved, audit: [set, "app.secret-rotated", set] };
        return [...cancelled([untouched, moved, taken], ended), done(bothLeft)];
      }
      if (variant.kind !== "fails") return ended;
      switch (variant.step) {
        case "plan":
        case "plan again":
          return failed(untouched);
        case "make the new secret":
          return undone(untouched);
        case "set its version":
          return undone(variant.when === "before" ? untouched : moved);
        case "remove the old secret":
          return done(variant.when === "before" ? bothLeft : rotated);
        default:
          return undone(moved);
      }
    },
  };
}

const restarting: Scenario<AppsWorld> = {
  name: "restart",
  workflow: restart,
  input: { app },
  world: running,
  trades: tradesOf,
  see,
  expect(variant) {
    const restarted: Seen = { ...untouched, restarts: 1 };
    const ended = done({ ...restarted, audit: ["app.restarted"] });
    if (variant.kind === "cancelled")
      return cancelled([untouched, restarted, { ...restarted, audit: ["app.restarted"] }], ended);
    if (variant.kind !== "fails") return ended;
    if (variant.step === "look") return failed(untouched);
    return failed(variant.step === "restart" && variant.when === "before" ? untouched : restarted);
  },
};

const generating: Scenario<AppsWorld> = {
  name: "generate secrets",
  workflow: generate,
  input: { app },
  world: (db) => worldOf(db),
  trades: tradesOf,
  see,
  expect(variant) {
    const nothing: Seen = { ...untouched, uses: null, secrets: [] };
    const made: Seen = { ...nothing, secrets: [key, token] };
    const ended = done({ ...made, audit: ["app.secrets-generated"] });
    if (variant.kind === "cancelled")
      return cancelled([nothing, made, { ...made, audit: ["app.secrets-generated"] }], ended);
    if (variant.kind !== "fails") return ended;
    if (variant.step === "look" || (variant.step === "make" && variant.when === "before"))
      return failed(nothing);
    return failed(made);
  },
};

const removingSecrets: Scenario<AppsWorld> = {
  name: "remove secrets",
  workflow: removeSecret,
  input: { app },
  world(db) {
    const world = running(db);
    world.swarm.running.delete(stack);
    return world;
  },
  trades: tradesOf,
  see,
  expect(variant) {
    const before: Seen = { ...untouched, uses: null };
    const gone: Seen = { ...before, secrets: [] };
    const written: Seen = { ...gone, audit: ["app.secrets-removed"] };
    if (variant.kind === "declined") return failed(before, "approval-declined");
    if (variant.kind === "cancelled") return cancelled([before, gone, written], done(written));
    if (variant.kind !== "fails") return done(written);
    const isGone =
      variant.step === "write it down" || (variant.step === "remove" && variant.when === "half-way");
    return failed(isGone ? gone : before);
  },
};

const removing: Scenario<AppsWorld> = {
  name: "remove an app",
  workflow: removeApp,
  input: { app },
  world: running,
  trades: tradesOf,
  see,
  answer: (ask) => (ask.weight === "grave" && ask.subject === app ? "approve" : "decline"),
  expect(variant) {
    const gone: Seen = { ...untouched, uses: null, secrets: [] };
    const forgotten: Seen = { ...gone, version: undefined, audit: ["app.removed"] };
    if (variant.kind === "declined") return failed(untouched, "approval-declined");
    if (variant.kind === "cancelled") return cancelled([untouched, gone, forgotten], done(forgotten));
    if (variant.kind !== "fails") return done(forgotten);
    const isGone = variant.step === "forget" || (variant.step === "remove" && variant.when === "half-way");
    return failed(isGone ? gone : untouched);
  },
};

const begun: Seen = { ...untouched, audit: ["app.exec"] };
const ran: Seen = { ...untouched, audit: ["app.exec", "app.exec-ended"] };
/** What was cut off is not begun again: then it is said that nobody knows. */
const cutOff: Expected = failed(begun, "command-cut-off");

const executing: Scenario<AppsWorld> = {
  name: "run a command",
  workflow: exec,
  input: { app, service: "app", argv: ["ls"], isFunction: false },
  world: running,
  trades: tradesOf,
  see,
  expect(variant) {
    if (variant.kind === "declined") return failed(untouched, "approval-declined");
    if (variant.kind === "cancelled") {
      return [...cancelled([untouched, begun, ran], done(ran)), cutOff];
    }
    if (variant.kind === "stumbles" && variant.step === "run")
      return [{ status: "failed", world: begun }, cutOff];
    if (variant.kind !== "fails") return [done(ran), cutOff];
    if (variant.step === "run") return [failed(begun), cutOff];
    if (variant.step === "write down how it ended") return [failed(begun), cutOff];
    return failed(untouched);
  },
};

const listing: Scenario<AppsWorld> = {
  name: "list functions",
  workflow: functions,
  input: { app },
  world: running,
  trades: tradesOf,
  see,
  expect(variant) {
    if (variant.kind === "cancelled") return cancelled([untouched], done(untouched));
    return variant.kind === "fails" ? failed(untouched) : done(untouched);
  },
};

const once: Seen = { ...untouched, audit: ["app.exec-ended"] };
const twice: Seen = { ...untouched, audit: ["app.exec-ended", "app.exec-ended"] };

const afterwards: Scenario<AppsWorld> = {
  name: "after a deploy",
  workflow: afterDeploy,
  input: {
    app,
    commands: [
      { service: "app", argv: ["greet", "you"] },
      { service: "app", argv: ["migrate"] },
    ],
  },
  world: running,
  trades: tradesOf,
  see,
  // Whatever becomes of the commands, it ends well and says so: the app is deployed.
  expect(variant) {
    const ends = [done(twice), done(once), done(untouched)];
    return variant.kind === "cancelled"
      ? [...cancelled([untouched, once, twice], done(twice)), ...ends]
      : ends;
  },
};

test.for([
  rotation(true),
  rotation(false),
  restarting,
  generating,
  removingSecrets,
  removing,
  executing,
  listing,
  afterwards,
])("$name survives a power cut at every point", { timeout: patienceMs }, async (scenario) => {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
