/** The world of the stories about bringing data back: volumes, services, secrets and helpers that outlive the process. */
import { openAudit } from "../../src/audit/index.ts";
import type { Backups } from "../../src/backups/index.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import type { Db } from "../../src/db/index.ts";
import { openDrilling } from "../../src/backups/drilling.ts";

export const app = AppDomain.parse("notes.example.coop");
export const other = AppDomain.parse("new.example.coop");

export interface BackupsWorld {
  /** By volume: what lies in it. */
  volumes: Map<string, string>;
  /** By stack: the services that have tasks. */
  runs: Map<string, Set<string>>;
  secrets: Set<string>;
  /** Containers of ours, and what was taken in which backup. */
  helpers: number;
  taken: Map<string, string>;
  /** Data with which the app does not come up. */
  unfit: string[];
  /** What is taken now is doubtful. */
  isDoubtful?: boolean;
  /** Rows of apps that were written from a backup. */
  rows: Set<string>;
}

export function worldOf(): BackupsWorld {
  return {
    volumes: new Map([["notes_data", "present"]]),
    runs: new Map([["notes", new Set(["app", "db"])]]),
    secrets: new Set(["notes_key"]),
    helpers: 0,
    taken: new Map([["bakor", "old"]]),
    unfit: [],
    rows: new Set([app]),
  };
}

const converged = { outcome: "converged" as const, seconds: 4 };
const failed = { outcome: "failed" as const, reason: "app crashed twice", seconds: 9 };

/** Plans are small here: what the stories do with them counts. */
export function dataPlan(backup: string, stack: string, volume: string) {
  return {
    ...{ app, backup, repository: "nightly", server: "local", stack, preHooks: [], dumps: [] },
    volumes: [{ into: volume, node: null, short: "data", isLive: false }],
    postHooks: ["db", "app"].map((service) => ({ service, command: "restore" })),
    first: ["db"],
  };
}

export function anewPlan(backup: string, stack: string, domain: string, isDrill: boolean) {
  return {
    kind: "anew",
    data: dataPlan(backup, stack, `${stack}_data`),
    deploy: { domain, stack, opensAt: null },
    ...{ domain, recipe: "notes", version: "1.0.0+1.0", from: { app, server: "local" } },
    facts,
    secrets: [{ into: `${stack}_key` }],
    made: [`${stack}_data`],
    ...{ images: {}, warnings: [], isKnown: false, isSpread: false, hash: `anew ${String(isDrill)}` },
  };
}

const facts = {
  ...{ takenAt: "2026-11-25T03:10:00.000Z", ageHours: 30, state: "proven", reason: null },
  ...{ version: "1.0.0+1.0", runs: "1.0.0+1.0", bytes: 1_200_000, newer: [] },
};

type Plan = ReturnType<typeof dataPlan>;
type Anew = ReturnType<typeof anewPlan>;

export function tradesOf(world: BackupsWorld, db: Db) {
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const note = (
    subject: string,
    { id, askedBy }: { id: string; askedBy: string | null },
    what: string,
    details: object,
  ) => audit.append({ who: askedBy ?? "schedule", what, subject, details: { run: id, ...details } });
  const runsOf = (stack: string): Set<string> => {
    const set = world.runs.get(stack) ?? new Set<string>();
    world.runs.set(stack, set);
    return set;
  };
  /** As in a helper: until it is closed, it is there. */
  const inHelper = async <T>(work: () => T): Promise<T> => {
    world.helpers++;
    await Promise.resolve();
    const made = work();
    world.helpers--;
    return made;
  };
  const verdict = ({ volumes, stack }: Plan, services?: readonly string[]) =>
    services === undefined && volumes.some(({ into }) => world.unfit.includes(world.volumes.get(into) ?? ""))
      ? failed
      : runsOf(stack).size >= (services ?? ["app", "db"]).length
        ? converged
        : { ...failed, reason: "it does not run" };
  const drilling = openDrilling({
    ...{ db, clock, audit },
    records: { find: () => undefined } as never,
    apps: {} as never,
    ...({
      servers: {},
      settings: {},
      repositories: {},
      recipes: {},
      helping: {},
      turns: {},
    } as never as object),
    policyOf: (() => undefined) as never,
  } as never);
  const backups = {
    // Taking, of which only the order counts here.
    planTake: () => ({ mode: "running", preHooks: [], postHooks: [], dumps: [], repository: "nightly" }),
    begin: () => undefined,
    untake: (_: unknown, run: string) => void world.taken.delete(run),
    end: () => undefined,
    takeVolumes: (_: unknown, run: string) =>
      inHelper(() => {
        world.taken.set(run, world.volumes.get("notes_data") ?? "");
        return { files: 1, bytes: 10, addedBytes: 10, snapshots: [], warnings: [], doubts: [] };
      }),
    prove: () => ({
      ...(world.isDoubtful === true
        ? { state: "doubtful", reason: "There is not a single file in it." }
        : { state: "proven", reason: null }),
      files: 1,
      bytes: 10,
      addedBytes: 10,
      snapshots: [],
      warnings: [],
    }),
    // Bringing back.
    chosen: (_: string, id = "bakor") => ({ id, startedAt: facts.takenAt }),
    planRestore: ({ as }: { as?: string }) =>
      as === undefined
        ? {
            ...{
              kind: "here",
              app,
              backup: "bakor",
              server: "local",
              facts,
              overwritten: ["`data` (all of it)"],
            },
            ...{ hooks: [], warnings: [], hash: "here" },
          }
        : anewPlan("bakor", "new", as, false),
    planData: ({ backup }: { backup: string }) => dataPlan(backup, "notes", "notes_data"),
    assertRoom: () => inHelper(() => undefined),
    runRestorePreHooks: () => [],
    haltForRestore: ({ stack }: Plan) => runsOf(stack).clear(),
    startAsBefore: ({ stack }: Plan, services = ["app", "db"]) => {
      for (const one of services) runsOf(stack).add(one);
    },
    fillVolumes: ({ volumes, backup, stack }: Plan) =>
      inHelper(() => {
        if (runsOf(stack).size > 0) throw new Error("a volume is filled while the app runs");
        for (const { into } of volumes)
          world.volumes.set(into, `${world.taken.get(backup) ?? "?"} without its database`);
        return [{ volume: "data", files: 3, bytes: 1200 }];
      }),
    replay: ({ volumes, stack }: Plan) =>
      inHelper(() => {
        if ([...runsOf(stack)].join() !== "db") throw new Error("replayed while more than the database runs");
        for (const { into } of volumes)
          world.volumes.set(into, (world.volumes.get(into) ?? "").replace(" without its database", ""));
        return { compared: [], ran: ["the restore hook of db ended well"] };
      }),
    runLaterHooks: ({ stack }: Plan) => {
      if (!runsOf(stack).has("app")) throw new Error("a hook is run in what does not run");
      return ["the restore hook of app ended well"];
    },
    verdictRestored: (plan: Plan, { services }: { services?: string[] }) => verdict(plan, services),
    dropRestoreHelpers: () => void (world.helpers = 0),
    // Anew.
    formerRow: () => null,
    reviveApp: ({ domain }: Anew) => void world.rows.add(domain),
    unreviveApp: ({ domain }: Anew) => void world.rows.delete(domain),
    reviveSecrets: ({ secrets }: Anew) =>
      inHelper(() => secrets.forEach(({ into }) => world.secrets.add(into))),
    async fillRevived(plan: Anew) {
      const compared = await this.fillVolumes(plan.data);
      await this.reviveSecrets(plan);
      return { compared, ahead: {} };
    },
    dropSecrets: ({ secrets }: Anew) => secrets.forEach(({ into }) => world.secrets.delete(into)),
    dropMadeVolumes: ({ made, data }: Anew) => {
      if (runsOf(data.stack).size > 0) throw new Error("a volume is removed while something uses it");
      for (const name of made) world.volumes.delete(name);
    },
    deployRevived: ({ data }: Anew) => {
      if (!world.volumes.has(data.volumes[0]?.into ?? ""))
        throw new Error("deployed before its data was there");
      runsOf(data.stack).add("db");
    },
    beginRest: ({ data }: Anew) => void runsOf(data.stack).add("app"),
    verdictRevived: ({ data }: Anew, { first = false }) => verdict(data, first ? data.first : undefined),
    clearRevived: ({ data }: Anew) => runsOf(data.stack).clear(),
    lookAtRevived: () => null,
    // Drills.
    ...drilling,
    planDrill: (_: string, backup: string, run: string) => anewPlan(backup, `drill_${run}`, app, true),
    clearDrill: ({ data, secrets, made }: Anew) => {
      world.helpers = 0;
      world.runs.delete(data.stack);
      for (const { into } of secrets) world.secrets.delete(into);
      for (const name of made) world.volumes.delete(name);
    },
  };
  const apps = {
    note,
    beginRecord: () => 1,
    endRecord: (domain: string, run: string, { outcome }: { outcome: string }) => {
      const isClosed = audit.list({ subject: domain }).some(({ what }) => what.startsWith("deploy "));
      if (isClosed) return;
      note(domain, { id: run, askedBy: "ana" }, `deploy ${outcome}`, {});
    },
  };
  return { backups: backups as unknown as Backups, apps: apps as never, audit };
}

export interface Seen {
  data: Record<string, string>;
  runs: Record<string, string>;
  secrets: string[];
  helpers: number;
  rows: string[];
  /** How each drill was written down. */
  drills: string[];
  audit: string[];
}

/** As it was before anything: the app runs with the present. */
export const untouched: Seen = {
  data: { notes_data: "present" },
  runs: { notes: "app,db" },
  secrets: ["notes_key"],
  helpers: 0,
  rows: [app],
  drills: [],
  audit: [],
};
export function see(world: BackupsWorld, db: Db): Seen {
  const { audit, backups } = tradesOf(world, db);
  return {
    data: Object.fromEntries([...world.volumes].sort()),
    runs: Object.fromEntries(
      [...world.runs]
        .filter(([, set]) => set.size > 0)
        .map(([stack, set]) => [stack, [...set].sort().join()]),
    ),
    secrets: [...world.secrets].sort(),
    helpers: world.helpers,
    rows: [...world.rows].sort(),
    drills: backups.drills().map(({ outcome }) => outcome),
    audit: audit
      .list()
      .map(({ what, subject }) => `${what} ${subject}`)
      .reverse(),
  };
}
