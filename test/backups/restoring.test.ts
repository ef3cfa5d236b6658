/** The pure parts of bringing data back: what starts first, what a drill's stack is made of, whose turn it is. */
import { expect, test } from "vitest";
import { drillSpecs, nameInDrill } from "../../src/backups/drill-specs.ts";
import { lastTurn } from "../../src/backups/drilling.ts";
import { manifestOf } from "../../src/backups/manifest.ts";
import { readBackFailure } from "../../src/backups/reading-back.ts";
import { firstOf, laterHooks, replayedIn } from "../../src/backups/replaying.ts";
import { intoOf } from "../../src/backups/restoring.ts";
import type { TakePlan } from "../../src/backups/types.ts";
import type { Json } from "../../src/core/canonical.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { heldPlan, restartedPlan } from "../../src/swarm/index.ts";
import type { StackPlan } from "../../src/swarm/types.ts";

const images = [
  { service: "app", image: "nextcloud:29" },
  { service: "db", image: "docker.io/library/postgres:16@sha256:aa" },
];
const services = ["app", "db", "cron"];
const hook = (service: string) => ({ service, command: "restore" });

test("databases with something to replay start first; where it is another service, everything does", () => {
  const none = { preHooks: [], postHooks: [] };
  expect(firstOf({ images, dumps: [] }, none, services)).toEqual([]);
  expect(firstOf({ images, dumps: [] }, { ...none, postHooks: [hook("db")] }, services)).toEqual(["db"]);
  expect(firstOf({ images, dumps: [] }, { ...none, postHooks: [hook("app")] }, services)).toEqual(services);
  const dump = { service: "db", kind: "postgres" as const, file: "/d", snapshot: "a", replaces: [] };
  expect(firstOf({ images, dumps: [dump] }, none, services)).toEqual(["db"]);
  // Nobody may write into a database while its dump is read back: the hook of the app runs later.
  const both = { ...none, postHooks: [hook("app"), hook("db")] };
  expect(firstOf({ images, dumps: [dump] }, both, services)).toEqual(["db"]);
  expect(laterHooks({ first: ["db"], postHooks: both.postHooks })).toEqual([hook("app")]);
  expect(laterHooks({ first: services, postHooks: both.postHooks })).toEqual([]);
  // A service that the stack has no more keeps nobody waiting.
  expect(firstOf({ images, dumps: [] }, { ...none, postHooks: [hook("gone")] }, services)).toEqual([]);
});

test("hooks run for what comes back: with everything all, with a volume those who mount it, with a path none", () => {
  const manifest = {
    restorePreHooks: [hook("db")],
    restorePostHooks: [hook("app"), hook("db"), hook("search")],
  };
  const nobody = () => [];
  const data = { name: "notes_data", short: "data", service: "app", hostname: "vm-1", paths: null };
  const wish = { app: AppDomain.parse("notes.example.coop"), backup: "bakor" };
  const ran = (mountedBy?: string[], mounting: (name: string) => string[] = nobody, more = {}) => {
    const meant = [{ ...data, ...(mountedBy && { mountedBy }) }];
    const { preHooks, postHooks } = replayedIn(manifest, meant, { ...wish, ...more }, mounting);
    return [preHooks, postHooks].map((hooks) => hooks.map(({ service }) => service));
  };
  expect(ran(["app"])).toEqual([["db"], ["app", "db", "search"]]);
  expect(ran(["app"], nobody, { volume: "data" })).toEqual([[], ["app"]]);
  // The hook of the second service may be what reads the volume.
  expect(ran(["app", "db"], nobody, { volume: "data" })).toEqual([["db"], ["app", "db"]]);
  // Earlier versions have written down the first alone: those that mount it now are taken.
  const now = (name: string) => (name === "notes_data" ? ["app", "search"] : ["db"]);
  expect(ran(undefined, now, { volume: "data" })).toEqual([[], ["app", "search"]]);
  expect(ran(["app"], now, { volume: "data" })).toEqual([[], ["app"]]);
  // Also where the volume need not be named, because there is only one.
  expect(ran(["app", "db"], now, { path: "a.jpg" })).toEqual([[], []]);
  expect(ran(["app", "db"], now, { volume: "data", path: "a.jpg" })).toEqual([[], []]);
});

test("a backup says of each volume who mounted it", () => {
  const data = { name: "notes_data", short: "data", service: "app", mountedBy: ["app", "db"], paths: null };
  const nodes = [{ node: "n1", hostname: "vm-1", volumes: [data], secrets: [] }];
  const plan = { dumps: [], containerPaths: [] } as unknown as TakePlan;
  const { volumes } = manifestOf(plan, nodes, { backup: "bakor", takenAt: "", env: "" });
  expect(volumes).toEqual([{ ...data, hostname: "vm-1" }]);
});

test("volumes and secrets go under the new stack's name, those with a name of their own keep it", () => {
  expect(intoOf("old_example_coop_data", "old_example_coop", "new_example_coop")).toBe(
    "new_example_coop_data",
  );
  expect(intoOf("shared", "old_example_coop", "new_example_coop")).toBe("shared");
});

const spec = {
  Name: "drill_bakor_app",
  Labels: {
    "com.docker.stack.namespace": "drill_bakor",
    "traefik.enable": "true",
    "backupbot.backup": "true",
    "coop-cloud.drill_bakor.version": "1.0.0+1.0",
  },
  Mode: { Replicated: { Replicas: 3 } },
  EndpointSpec: { Mode: "dnsrr", Ports: [{ TargetPort: 80, PublishedPort: 80 }] },
  TaskTemplate: {
    ContainerSpec: {
      Image: "notes@sha256:aa",
      Labels: { "traefik.enable": "true", "com.docker.stack.namespace": "drill_bakor" },
      Mounts: [
        { Type: "volume", Source: "drill_bakor_data", Target: "/data" },
        {
          ...{ Type: "volume", Source: "shared", Target: "/shared" },
          VolumeOptions: { NoCopy: true, DriverConfig: { Options: { type: "nfs", device: ":/live" } } },
        },
        { Type: "cluster", Source: "live", Target: "/cluster" },
        { Type: "bind", Source: "/var/run/docker.sock", Target: "/var/run/docker.sock" },
        { Type: "bind", Source: "/srv/live", Target: "/live" },
      ],
      Secrets: [{ SecretName: "drill_bakor_key_v1" }, { SecretName: "shared_key" }],
    },
    Resources: { Limits: { NanoCPUs: 1 }, Reservations: { NanoCPUs: 1 } },
    Placement: { Constraints: ["node.labels.disk==fast"], Platforms: [{ OS: "linux" }] },
    Networks: [{ Target: "proxy", Aliases: ["web"] }, { Target: "drill_bakor_internal" }],
  },
};

test("a drill touches nothing of the app, and the world does not notice it", () => {
  const names = { stack: "drill_bakor", from: "notes_example_coop", node: "node-1" };
  const made = drillSpecs(
    { services: { app: spec }, networks: { drill_bakor_internal: {}, other: {} }, secrets: [], configs: {} },
    names,
  );
  expect(made.networks).toEqual({
    drill_bakor_drill: {
      Name: "drill_bakor_drill",
      Driver: "overlay",
      Internal: true,
      Labels: { "com.docker.stack.namespace": "drill_bakor" },
    },
  });
  expect(made.services["app"]).toEqual({
    Name: "drill_bakor_app",
    Labels: { "com.docker.stack.namespace": "drill_bakor" },
    Mode: { Replicated: { Replicas: 1 } },
    EndpointSpec: { Mode: "dnsrr" },
    TaskTemplate: {
      ContainerSpec: {
        Image: "notes@sha256:aa",
        StopGracePeriod: 100_000_000,
        Labels: { "com.docker.stack.namespace": "drill_bakor" },
        Mounts: [
          { Type: "volume", Source: "drill_bakor_data", Target: "/data" },
          // A volume of its own, and neither the share nor the device that the live one is on.
          {
            ...{ Type: "volume", Source: "drill_bakor_shared", Target: "/shared" },
            VolumeOptions: { NoCopy: true },
          },
          { Type: "bind", Source: "/srv/live", Target: "/live", ReadOnly: true },
        ],
        Secrets: [{ SecretName: "drill_bakor_key_v1" }, { SecretName: "drill_bakor_shared_key" }],
      },
      Resources: { Limits: { NanoCPUs: 1 }, Reservations: {} },
      Placement: { Constraints: ["node.id==node-1"], Platforms: [{ OS: "linux" }] },
      Networks: [{ Target: "drill_bakor_drill", Aliases: ["web", "app", "notes_example_coop_app"] }],
    },
  });
  expect(nameInDrill("drill_bakor", "drill_bakor_data")).toBe("drill_bakor_data");
});

test("every app has its day of the month, the same one in each, and a missed one is the last that was", () => {
  const days = ["a.example.coop", "b.example.coop", "c.example.coop", "d.example.coop"].map((domain) => {
    const app = AppDomain.parse(domain);
    const turns = ["2026-02-28", "2026-03-31", "2026-12-31"].map((on) =>
      lastTurn(app, Date.parse(`${on}T23:00:00Z`)),
    );
    expect(new Set(turns.map((turn) => turn.slice(8, 10))).size).toBe(1);
    expect(turns.map((turn) => turn.slice(0, 7))).toEqual(["2026-02", "2026-03", "2026-12"]);
    const [, march = ""] = turns;
    expect(lastTurn(app, Date.parse(march) - 1).slice(0, 7)).toBe("2026-02");
    expect(lastTurn(app, Date.parse(march))).toBe(march);
    return march;
  });
  expect(new Set(days).size).toBeGreaterThan(1);
});

test("what a dump of a whole cluster must complain of is no failure; everything else is", () => {
  const ended = (stderr: string, exitCode = 0) => readBackFailure("postgres", { exitCode, stderr });
  const usual = ['ERROR:  role "app" already exists', "ERROR:  current user cannot be dropped", ""].join(
    "\n",
  );
  expect(ended(usual)).toBeNull();
  expect(ended(`${usual}ERROR:  relation "notes" does not exist`)).toContain("relation");
  expect(ended("psql: error: connection refused", 2)).toContain("connection refused");
  expect(readBackFailure("mariadb", { exitCode: 0, stderr: "ERROR: is only a word here" })).toBeNull();
  expect(readBackFailure("mariadb", { exitCode: 1, stderr: "" })).toBe("it did not say why");
});

test("services are held without tasks, and what was halted is watched as if it had been deployed", () => {
  const app = { Mode: { Replicated: { Replicas: 2 } }, TaskTemplate: { ContainerSpec: { Image: "a" } } };
  const agent = { Mode: { Global: {} }, TaskTemplate: { ContainerSpec: { Image: "b" } } };
  const job = { Mode: { ReplicatedJob: {} }, TaskTemplate: { ContainerSpec: { Image: "c" } } };
  const plan = { stack: "s", specs: { services: { app, agent, job } } } as unknown as StackPlan;
  const held = heldPlan(plan, ["app", "agent"]).specs.services;
  expect(held["app"]).toMatchObject({ Mode: { Replicated: { Replicas: 0 } } });
  expect(held["agent"]).toMatchObject({ TaskTemplate: { Placement: { Constraints: ["node.id==nowhere"] } } });
  expect(held["job"]).toBe(job);
  const one = (spec: unknown) => ({ id: "i", spec: spec as never, version: 1, tasks: ["t"] });
  const here = { services: { app: one(app), job: one(job), gone: null } };
  const watched = restartedPlan("s", here, 90);
  // A job that ran is not run again, so nothing of it changes.
  expect(watched.changes).toEqual([
    { service: "app", change: "update" },
    { service: "job", change: "same" },
  ]);
  expect(watched.before.services["app"]).toMatchObject({
    tasks: ["t"],
    spec: { Mode: { Replicated: { Replicas: 0 } } },
  });
  expect(restartedPlan("s", here, 90, ["job"]).changes).toEqual([{ service: "job", change: "same" }]);
});

test("in a drill a service that is asked seldom is asked twice a second, and given up on no sooner", () => {
  const names = { stack: "drill_bakor", from: "notes_example_coop", node: "node-1" };
  const asked = (Healthcheck: Json): unknown => {
    const { TaskTemplate } = spec;
    const ContainerSpec = { ...TaskTemplate.ContainerSpec, Healthcheck };
    const services = { app: { ...spec, TaskTemplate: { ...TaskTemplate, ContainerSpec } } };
    const made = drillSpecs({ services, networks: {}, secrets: [], configs: {} }, names).services["app"];
    return (made as unknown as { TaskTemplate: { ContainerSpec: { Healthcheck: unknown } } }).TaskTemplate
      .ContainerSpec.Healthcheck;
  };
  const test = ["CMD", "true"];
  expect(asked({ Test: test, Interval: 30e9, Timeout: 10e9, Retries: 5, StartPeriod: 60e9 })).toEqual({
    ...{ Test: test, Interval: 5e8, Timeout: 10e9, Retries: 300, StartPeriod: 60e9 },
  });
  // What is short already, or left to the image, stays.
  for (const as of [{ Test: test, Interval: 5e8, Retries: 3 }, { Interval: 30e9 }, { Test: ["NONE"] }])
    expect(asked(as)).toEqual(as);
});
