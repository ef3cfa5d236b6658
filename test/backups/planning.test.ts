import { describe, expect, test } from "vitest";
import type { Ground } from "../../src/backups/open.ts";
import { planTake, unreadIn } from "../../src/backups/planning.ts";
import { isAnswerable, prove } from "../../src/backups/proving.ts";
import type { Backup, BackupPolicy, Taken, TakePlan } from "../../src/backups/types.ts";
import { repositoryUnknown } from "../../src/core/problems/backups.ts";
import { AppDomain } from "../../src/core/terms.ts";
import type { RunningService, ServiceAnatomy } from "../../src/swarm/index.ts";

const app = AppDomain.parse("notes.example.coop");
const stack = "notes";

function running(volumes: string[], more: Partial<RunningService> = {}): RunningService {
  return {
    ...{ node: "n1", hostname: "one", container: "c", binds: [], secrets: [], secretsFolder: "/secrets" },
    volumes: volumes.map((name) => ({ name: `${stack}_${name}`, target: `/${name}` })),
    ...more,
  };
}

function service(name: string, runs: RunningService[], more: Partial<ServiceAnatomy> = {}): ServiceAnatomy {
  const volumes = runs[0]?.volumes ?? [];
  return { service: name, image: "nginx:1", labels: {}, wanted: 1, running: runs, volumes, ...more };
}

/** The first is where PostgreSQL keeps its databases. */
function databaseOf(volumes: string[]): RunningService {
  const one = running(volumes);
  const [data, ...others] = one.volumes;
  return { ...one, volumes: [{ name: data?.name ?? "", target: "/var/lib/postgresql/data" }, ...others] };
}

const secrets = [{ id: "s1", name: "notes_key_v1", file: "/run/secrets/key" }];
const enabled = { "backupbot.backup": "true" };

function plan(
  services: ServiceAnatomy[],
  policy: Partial<BackupPolicy> = {},
  location = "sftp:a@b:/c",
): Promise<TakePlan> {
  const ground = {
    apps: { get: () => ({ domain: app, server: "local", stack, recipe: "notes", version: "1.0.0+1.0" }) },
    policyOf: () => ({ repository: "nightly", mode: "running", dumps: false, ...policy }),
    repositories: {
      list: () => [{ name: "nightly" }],
      reachedFrom: (name: string) => {
        if (name !== "nightly") throw repositoryUnknown({ repository: name, known: ["nightly"] });
        return { name, location };
      },
    },
    servers: {
      swarmOf: () => ({
        anatomy: () => Promise.resolve(services),
        nodes: () => Promise.resolve([{ id: "n1", isAsked: true }]),
        snapshot: () => Promise.resolve({ services: {} }),
      }),
    },
  };
  return planTake(ground as unknown as Ground, app);
}

describe("what is backed up", () => {
  test("volumes as they are mounted, once each, with what their labels say; secrets of the newest container", async () => {
    const labels = {
      ...enabled,
      "backupbot.backup.volumes.cache": "false",
      "backupbot.backup.volumes.b.path": "x",
    };
    const made = await plan([
      service("app", [running(["a", "cache"], { secrets })], { labels }),
      service("db", [running(["a", "b"], { node: "n2", hostname: "two" })]),
      service("side", [running(["a"])]),
    ]);
    expect(made.nodes).toEqual([
      {
        ...{ node: "n2", hostname: "two", secrets: [] },
        volumes: [
          { name: "notes_a", short: "a", service: "db", mountedBy: ["db"], paths: null },
          { name: "notes_b", short: "b", service: "db", mountedBy: ["db"], paths: ["x"] },
        ],
      },
      {
        ...{ node: "n1", hostname: "one" },
        volumes: [{ name: "notes_a", short: "a", service: "app", mountedBy: ["app", "side"], paths: null }],
        secrets: [{ service: "app", folder: "/secrets", secrets: [{ id: "s1", name: "notes_key_v1" }] }],
      },
    ]);
    expect(made).toMatchObject({ repository: "nightly", mode: "running", before: null, warnings: [] });
    expect(made.leftOut).toEqual(["cache"]);
  });

  test("neither folders of the node nor volumes without a name, and that is said; the socket is nobody's data", async () => {
    const nameless = { name: "f".repeat(64), target: "/anon" };
    const binds = [
      { source: "/srv/files", target: "/files" },
      { source: "/var/run/docker.sock", target: "/var/run/docker.sock" },
    ];
    const one = running(["a"], { binds });
    const labels = { ...enabled, "backupbot.backup.volumes.typo": "false" };
    const made = await plan([service("app", [{ ...one, volumes: [...one.volumes, nameless] }], { labels })]);
    expect(made.nodes[0]?.volumes.map(({ short }) => short)).toEqual(["a"]);
    expect(made.warnings).toEqual([
      expect.stringContaining("/anon in app is a volume without a name"),
      expect.stringContaining("/srv/files"),
      expect.stringContaining("typo"),
    ]);
  });

  test("a database without a hook: a warning, or a dump in place of its own volumes", async () => {
    const services = [
      service("app", [running(["files", "shared"])], { labels: enabled }),
      service("db", [databaseOf(["db", "shared", "archive"])], { image: "docker.io/library/postgres:16" }),
    ];
    const warned = await plan(services);
    expect(warned.warnings.join()).toContain("crash-consistent at best");
    const dumped = await plan(services, { dumps: true });
    expect(dumped.dumps).toEqual([
      {
        ...{ service: "db", kind: "postgres" },
        replaces: [{ name: "notes_db", short: "db", node: "n1", hostname: "one" }],
      },
    ]);
    // What lies beside the databases is no part of the dump: it is saved as any other volume.
    expect(dumped.nodes[0]?.volumes.map(({ short }) => short)).toEqual(["files", "shared", "archive"]);
    expect(dumped.warnings).toEqual([]);
    const stopped = await plan(services, { dumps: true, mode: "stopped" });
    expect([stopped.dumps, stopped.warnings, stopped.before]).toEqual([[], [], { services: {} }]);
    const hooked = [services[0], { ...services[1], labels: { "backupbot.backup.pre-hook": "dump" } }];
    expect((await plan(hooked as ServiceAnatomy[], { dumps: true })).dumps).toEqual([]);
  });

  test("where no volume is where the databases are, nothing is dumped, and that is said", async () => {
    const one = service("db", [running(["elsewhere"])], { image: "mariadb:11", labels: enabled });
    const { dumps, nodes, warnings } = await plan([one], { dumps: true });
    expect([dumps, nodes[0]?.volumes.map(({ short }) => short)]).toEqual([[], ["elsewhere"]]);
    expect(warnings.join()).toContain("it is not dumped");
  });

  test("of an app at a commit it is said that it comes back as a release", async () => {
    const at = (stack: string) => ({ ...enabled, [`coop-cloud.${stack}.chaos`]: "true" });
    const labels = { ...at(stack), [`coop-cloud.${stack}.chaos-version`]: "0a1b2c3d" };
    const { warnings } = await plan([service("app", [running(["files"])], { labels })]);
    expect(warnings.join()).toContain("It runs the commit 0a1b2c3d");
    const { warnings: none } = await plan([service("app", [running(["files"])], { labels: at("other") })]);
    expect(none).toEqual([]);
  });

  test("what only a resting service has is left out, and that is said", async () => {
    const rests = (volumes: string[]): ServiceAnatomy =>
      service("db", [], { wanted: 0, volumes: running(volumes).volumes });
    const labels = { ...enabled, "backupbot.backup.volumes.cache": "false" };
    const runs = service("app", [running(["files"])], { labels });
    const { nodes, warnings } = await plan([runs, rests(["db", "files", "cache"])]);
    expect(nodes[0]?.volumes.map(({ short }) => short)).toEqual(["files"]);
    expect(warnings.filter((one) => one.includes("at rest"))).toEqual([
      expect.stringContaining("db is at rest, so its volume db is not in this backup"),
    ]);
    const none = await plan([service("app", [running(["files"])], { labels: enabled }), rests(["files"])]);
    expect(none.warnings).toEqual([]);
  });

  test("after a stop what ran has to run again, and no job that had ended", async () => {
    const services = [
      service("app", [running(["files"])], { labels: enabled }),
      service("twice", [running([])], { wanted: 2 }),
      service("everywhere", [running([])], { wanted: null }),
      service("migrate", [], { wanted: 1 }),
    ];
    expect((await plan(services, { mode: "stopped" })).ran).toEqual(["app", "everywhere"]);
  });
});

describe("a dump that nothing reads back", () => {
  const postgres = "docker.io/library/postgres:16";
  const hook = { "backupbot.backup.pre-hook": "dump" };
  const path = (volume: string, value: string) => ({ [`backupbot.backup.volumes.${volume}.path`]: value });
  const database = (labels: Record<string, string>, volumes = ["db"]): ServiceAnatomy =>
    service("db", [databaseOf(volumes)], { image: postgres, labels });
  const app = (labels: Record<string, string> = {}, volumes = ["files"]): ServiceAnatomy =>
    service("app", [running(volumes)], { labels: { ...enabled, ...labels } });
  const unread = async (services: ServiceAnatomy[], policy: Partial<BackupPolicy> = {}): Promise<string[]> =>
    (await plan(services, policy)).warnings.filter((one) => one.includes("restore.post-hook"));

  test.each([
    [
      "of a database with a hook",
      [app(), database({ ...hook, ...path("db", "backup.sql") })],
      "db/backup.sql",
    ],
    [
      "of a database that writes it by itself",
      [app(path("db", "nightly.dump")), database({})],
      "db/nightly.dump",
    ],
    [
      "by the app's hook",
      [app({ ...hook, ...path("files", "a.sql.gz,b") }), database(path("db", "none"))],
      "files/a.sql.gz",
    ],
    ["of whatever the app has", [app({ ...hook, ...path("files", "a.sql") })], "files/a.sql"],
    [
      "in a container",
      [app(), database({ ...hook, ...path("db", "x"), "backupbot.backup.path": "/tmp/a.sql" })],
      "db:/tmp/a.sql",
    ],
  ])("%s is warned of", async (_, services, dump) => {
    const [warning, ...others] = await unread(services);
    expect(warning).toContain(`A restore does not read ${dump} into the database`);
    expect(unreadIn({ warnings: ["another", warning ?? ""] })).toEqual([warning]);
    expect(others).toEqual([]);
    const [last] = services.slice(-1);
    Object.assign(last?.labels ?? {}, { "backupbot.restore.pre-hook": "stop" });
    expect((await unread(services))[0]).toContain("a restore.pre-hook runs before the data is there");
    Object.assign(last?.labels ?? {}, { "backupbot.restore.post-hook": "read it" });
    expect(await unread(services)).toEqual([]);
  });

  test.each([
    ["there is a whole database beside it", [app({ ...hook, ...path("files", "a.sql") }), database({})], {}],
    [
      "the database's files are saved, too",
      [app(), database({ ...hook, ...path("dumps", "a.sql") }, ["db", "dumps"])],
      {},
    ],
    ["Tandem dumps it", [app(), database(path("db", "a.sql"))], { dumps: true }],
    ["it is no dump", [app(), database({ ...hook, ...path("db", "uploads,all.tar.gz,dump.rdb") })], {}],
    ["nothing is narrowed to it", [app(hook), database(hook)], {}],
    ["no hook and no database is there", [app(path("files", "a.sql"))], {}],
  ])("not where %s", async (_, services, policy) => {
    expect(await unread(services, policy)).toEqual([]);
  });
});

describe("what is not backed up is said as a problem", () => {
  const one = [service("app", [running(["a"])], { labels: enabled })];
  const still = (more: Partial<ServiceAnatomy>): ServiceAnatomy[] => [
    ...one,
    service("db", [], { volumes: [{ name: "notes_db", target: "/db" }], ...more }),
  ];
  const hook = { "backupbot.backup.pre-hook": "dump" };

  test.each([
    ["backup-is-off", one, { mode: "off" as const }],
    ["backup-no-repository", one, { repository: null }],
    ["repository-unknown", one, { repository: "other" }],
    ["backup-not-running", [], {}],
    ["backup-not-running", [service("app", [])], {}],
    ["backup-not-running", still({}), {}],
    ["hook-without-container", still({ wanted: 0, labels: hook }), {}],
    ["backup-nothing-to-keep", [service("app", [running([])], { labels: enabled })], {}],
    [
      "backup-nothing-to-keep",
      [service("app", [running(["a"])], { labels: { ...enabled, "backupbot.backup.volumes.a": "false" } })],
      {},
    ],
  ])("%s", async (code, services, policy) => {
    await expect(plan(services, policy)).rejects.toMatchObject({ code });
  });

  test("but a service that is meant to rest, or whose volumes another one has, is no hindrance", async () => {
    await expect(plan(still({ wanted: 0 }))).resolves.toBeDefined();
    await expect(plan(still({ volumes: [{ name: "notes_a", target: "/a" }] }))).resolves.toBeDefined();
  });

  test("a folder does not hold what is on other nodes", async () => {
    const far = [service("app", [running(["a"], { node: "n2", hostname: "two" })], { labels: enabled })];
    await expect(plan(far, {}, "/srv/backups")).rejects.toMatchObject({ code: "repository-on-one-node" });
    await expect(plan(one, {}, "/srv/backups")).resolves.toBeDefined();
  });
});

describe("proven or doubtful", () => {
  const taken = (bytes: number, more: Partial<Taken> = {}): Taken => ({
    ...{ files: 3, bytes, addedBytes: 1, warnings: [], doubts: [] },
    snapshots: [{ id: "x", hostname: "one", kind: "volumes", volumes: ["a", "b"] }],
    ...more,
  });
  const before = { id: "bakor", bytes: 10_000_000, snapshots: taken(0).snapshots } as unknown as Backup;
  const bare = { dumps: [], warnings: ["a warning"] } as unknown as TakePlan;

  test.each([
    ["the first", null, taken(1), "proven"],
    ["a larger one", before, taken(20_000_000), "proven"],
    ["half of it", before, taken(5_000_000), "proven"],
    ["less than half of it", before, taken(4_999_999), "doubtful"],
    ["less than half of little", { ...before, bytes: 1_500_000 }, taken(600_000), "proven"],
    ["one with a doubt", null, taken(1, { doubts: ["It rained"] }), "doubtful"],
    ["one without a file", null, taken(0, { files: 0 }), "doubtful"],
    [
      "one without a volume of the last",
      before,
      taken(10_000_000, { snapshots: [{ id: "x", hostname: "one", kind: "volumes", volumes: ["a"] }] }),
      "doubtful",
    ],
  ] as const)("%s", (_, last, now, state) => {
    const end = prove(last, bare, now);
    expect(end.state).toBe(state);
    expect(end.reason === null).toBe(state === "proven");
    expect("warnings" in end && end.warnings).toEqual(["a warning"]);
  });

  const parts = (data: number, files: number, dump: number, more: Partial<Taken> = {}): Taken =>
    taken(data + files + dump + 3000, {
      snapshots: [
        { ...part, id: "x", volumes: ["data", "files"], held: { data, files, "app:/etc/key": 100 } },
        { ...part, id: "y", kind: "dump", service: "db", volumes: [], held: { db: dump } },
      ],
      ...more,
    });
  const part = { hostname: "one", kind: "volumes" } as const;
  const large = 400_000_000;
  const lastOf = (one: Taken): Backup => ({ id: "bakor", ...one }) as unknown as Backup;
  const last = lastOf(parts(large, 990_000, 50_000));

  test.each([
    ["all of them as large as they were", parts(large, 990_000, 50_000), []],
    ["one that is tidied up, and little of it", parts(large, 400_000, 30_000), []],
    ["a volume that is empty beside a large one", parts(large, 0, 50_000), ["The volume files is empty"]],
    [
      "a volume that is as good as empty",
      parts(large, 20, 50_000),
      ["The volume files holds 20 bytes, and in the last proven one (bakor) it held 990.0 kB."],
    ],
    ["a dump of an empty database", parts(large, 990_000, 855), ["The dump of db holds 855 bytes"]],
    [
      "half of one, told of that one alone",
      parts(large / 4, 990_000, 50_000),
      ["The volume data holds 100.0 MB, and in the last proven one (bakor) it held 400.0 MB."],
    ],
  ])("each for itself: %s", (_, now, said) => {
    const end = prove(last, { ...bare, dumps: [] }, now);
    expect(end.state).toBe(said.length === 0 ? "proven" : "doubtful");
    for (const one of said) expect(end.reason).toContain(one);
    expect(end.reason ?? "").not.toContain("It holds");
    // Handed out with what was taken: whoever tells of it does not judge once more.
    expect("isAnswerable" in end ? end.isAnswerable : undefined).toBe(said.length > 0 ? true : undefined);
  });

  test("one that was always empty is no doubt for ever, and neither is one that was accepted", () => {
    expect(prove(lastOf(parts(large, 0, 0)), bare, parts(large, 0, 0)).state).toBe("proven");
    expect(prove(before, bare, parts(20_000_000, 0, 0, { snapshots: taken(0).snapshots })).state).toBe(
      "proven",
    );
  });

  test("a drill can answer that there is less, and not how it was taken", () => {
    const doubts = (end: ReturnType<typeof prove>) => ("doubts" in end ? end.doubts : undefined);
    const less = prove(last, bare, parts(large, 0, 50_000));
    const old = prove(last, bare, parts(large, 0, 50_000, { doubts: ["a.sql is older than this backup"] }));
    expect(less).toMatchObject({ isAnswerable: true });
    expect(old).toMatchObject({ isAnswerable: false });
    expect([less, old].map((end) => isAnswerable(doubts(end)))).toEqual([true, false]);
    expect(isAnswerable(undefined)).toBe(false);
    const gone = prove(
      before,
      bare,
      taken(10_000_000, { snapshots: [{ ...part, id: "x", volumes: ["a"] }] }),
    );
    expect(doubts(gone)).toMatchObject([{ kind: "gone", volumes: ["b"] }]);
  });

  test("a volume that labels leave out by now is told, and not missed", () => {
    const now = taken(10_000_000, { snapshots: [{ ...part, id: "x", volumes: ["a"] }] });
    const end = prove(before, { ...bare, leftOut: ["b", "c"] }, now);
    expect(end).toMatchObject({ state: "proven" });
    expect("warnings" in end && end.warnings.join()).toMatch(/labels leave out .* \(bakor\) still held: b\./);
  });

  test("a volume that is dumped now is not missed", () => {
    const now = taken(10_000_000, {
      snapshots: [{ id: "x", hostname: "one", kind: "volumes", volumes: ["a"] }],
    });
    const dumps = [{ service: "db", kind: "postgres", replaces: [{ short: "b" }] }];
    expect(prove(before, { ...bare, dumps } as never, now).state).toBe("proven");
  });
});
