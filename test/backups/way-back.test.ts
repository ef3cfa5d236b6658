/** The way back of one path or one volume that the present may never have had. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { placeOf } from "../../src/backups/listing.ts";
import { openRestoring } from "../../src/backups/restoring.ts";
import type { PutVolume, TakeOut, WayBack, WayBackWish } from "../../src/backups/restoring-types.ts";
import { openTurns } from "../../src/backups/turns.ts";
import type { Manifest } from "../../src/backups/types.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { engineRefused, nodeNotReached } from "../../src/core/problems/swarm.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-way-back-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");

const app = AppDomain.parse("notes.example.coop");
const run = "dimut";
const signal = new AbortController().signal;
type Held = Manifest["volumes"][number];
const held = (short: string, more: Partial<Held> = {}): Held => ({
  ...{ name: `notes_${short}`, short, service: "app", hostname: "vm-1", paths: null },
  ...more,
});
const put = (short: string, more: Partial<PutVolume> = {}): PutVolume => ({
  ...{ short, service: "app", into: `notes_${short}`, node: "n1", isThere: true },
  ...more,
});

interface Present {
  volumes?: Held[];
  /** Absolute paths in its snapshot, and what each is. */
  has?: Record<string, string>;
  reason?: string | null;
  /** What removing a volume fails for. */
  refuses?: Error;
  /** Where the app runs now, on a Swarm of two nodes. */
  runsOn?: string;
}

/** A server with a repository whose backup `dufim` is the present. */
function world({ volumes = [held("data")], has = {}, reason = null, refuses, runsOn }: Present) {
  const commands: string[] = [];
  const removed: [string | null, string][] = [];
  const exec = (argv: readonly string[], { onStdout }: { onStdout?: (bytes: Buffer) => void } = {}) => {
    const words = argv.join(" ");
    commands.push(words);
    const answer = (stdout = "") => Promise.resolve({ exitCode: 0, stdout, stderr: "" });
    if (words.includes(" dump ")) {
      const manifest = { format: 1, backup: "dufim", stack: "notes", volumes };
      return answer(JSON.stringify(manifest));
    }
    if (words.includes(" snapshots ")) return answer(JSON.stringify([{ id: "aaaa" }]));
    if (!words.includes(" ls ")) return answer();
    const under = argv.at(-1) ?? "";
    for (const [at, type] of Object.entries(has))
      if (at === under || at.startsWith(`${under}/`))
        onStdout?.(Buffer.from(`${JSON.stringify({ struct_type: "node", path: at, type })}\n`));
    return answer();
  };
  const swarm = {
    helper: () => Promise.resolve({ id: "h", node: "n1", exec, close: () => Promise.resolve() }),
    nodes: () =>
      Promise.resolve([
        { id: "n1", hostname: "vm-1", isAsked: true },
        ...(runsOn === undefined ? [] : [{ id: "n2", hostname: "vm-2", isAsked: false }]),
      ]),
    mounters: () =>
      Promise.resolve([{ service: "app", volumes: ["notes_data", "notes_db"], runsOn: [runsOn] }]),
    sharedVolumes: () => Promise.resolve([]),
    dropHelpers: () => Promise.resolve(0),
    planLive: () => Promise.resolve({ before: { services: {} }, timeoutSeconds: 60 }),
    removeVolume: (node: string | null, name: string) => {
      removed.push([node, name]);
      return refuses === undefined ? Promise.resolve() : Promise.reject(refuses);
    },
  };
  const servers = { list: () => [], swarmOf: () => swarm };
  const repository = {
    ...{ name: "nightly", location: "/srv/backups", server: null, passwordFile },
    ...{ keyFile: null, hostKey: null, credentialsFile: null },
  };
  const shorts = [...new Set(volumes.map(({ short }) => short))];
  const snapshots = [...new Set(volumes.map(({ hostname }) => hostname))].map((hostname) => {
    return { id: "aaaa", hostname, kind: "volumes", volumes: shorts };
  });
  const present = { id: "dufim", app, repository: "nightly", state: "proven", reason, snapshots };
  const restoring = openRestoring({
    ...{ servers, helping: { servers, turns: openTurns(), clock: new FakeClock(), image: "restic" } },
    repositories: { reachedFrom: () => repository },
    apps: { get: () => ({ domain: app, server: "local", stack: "notes" }) },
    records: { get: () => present },
  } as never);
  const wayBack = (wish: Omit<Partial<WayBackWish>, "app" | "backup">): Promise<WayBack> =>
    restoring.planWayBack({ app, backup: "dufim", put: [put("data")], ...wish }, run);
  return { restoring, wayBack, commands, removed };
}

const at = (inside: string): string => `${placeOf("notes_data")}/${inside}`;
const takeOut = (way: WayBack): TakeOut =>
  way.kind === "take out" ? way : expect.fail("it is brought back");

test("what the present has is brought back, by the volume's whole name", async () => {
  const { wayBack } = world({ volumes: [held("data"), held("other")], has: { [at("a.jpg")]: "file" } });
  // The backup may have had one volume, so that none was named; the present has two.
  expect(await wayBack({ path: "/x/../a.jpg" })).toEqual({
    ...{ kind: "bring", part: { volume: "notes_data", path: "a.jpg" } },
  });
  expect(await wayBack({ volume: "data" })).toEqual({ kind: "bring", part: { volume: "notes_data" } });
});

test("a path that the present does not have is taken out, with the folders that only it had", async () => {
  const { wayBack, restoring, commands, removed } = world({
    has: { [at("uploads")]: "dir", [at("uploads/2024")]: "dir", [at("uploads/2024/b's.jpg")]: "file" },
  });
  const way = takeOut(await wayBack({ volume: "data", path: "uploads/2025/may/a.jpg" }));
  expect(way.folders).toEqual(["uploads/2025/may", "uploads/2025"]);
  expect(way.data).toMatchObject({
    ...{ backup: "dufim", preHooks: [], postHooks: [], dumps: [], first: [] },
    volumes: [{ into: "notes_data", node: "n1", paths: ["uploads/2025/may/a.jpg"] }],
  });
  commands.length = 0;
  await restoring.takeOut(way, run, signal);
  expect(commands).toEqual([
    `rm -rf -- ${at("uploads/2025/may/a.jpg")}`,
    `sh -c rmdir '${at("uploads/2025/may")}' '${at("uploads/2025")}' 2>/dev/null`,
  ]);
  // The volume was there, and stays.
  expect(removed).toEqual([]);
});

test("a file of the present that had to give way to a folder comes back", async () => {
  const { wayBack } = world({ has: { [at("deep")]: "file" } });
  expect(await wayBack({ path: "deep/er/a.jpg" })).toEqual({
    ...{ kind: "bring", part: { volume: "notes_data", path: "deep" } },
  });
});

test("a path that the present's backup may have missed is not taken for one that was not there", async () => {
  const narrow = world({ volumes: [held("data", { paths: ["backup.sql"] })] });
  await expect(narrow.wayBack({ path: "a.jpg" })).rejects.toMatchObject({ code: "restore-path-unknown" });
  expect(takeOut(await narrow.wayBack({ path: "backup.sql" })).data.volumes[0]?.paths).toEqual([
    "backup.sql",
  ]);
  const unread = world({ reason: "Could not be read: /var/lib/docker/volumes/notes_data/_data/a.jpg." });
  await expect(unread.wayBack({ path: "a.jpg" })).rejects.toMatchObject({ code: "restore-path-unknown" });
  // Doubtful for another reason: it is the loss for which somebody restores.
  const less = world({ reason: "There is not a single file in it." });
  expect((await less.wayBack({ path: "a.jpg" })).kind).toBe("take out");
});

test("a volume that was not there is emptied and removed; what an app holds by now stays empty", async () => {
  const made = { volume: "old", put: [put("old", { isThere: false })] };
  for (const refuses of [undefined, engineRefused({ asked: "remove it", answer: "volume is in use" })]) {
    const { wayBack, restoring, commands, removed } = world({ ...(refuses && { refuses }) });
    const way = takeOut(await wayBack(made));
    commands.length = 0;
    await restoring.takeOut(way, run, signal);
    expect(commands).toEqual([
      `sh -c cd '${placeOf("notes_old")}' && find . ! -name . -prune -exec rm -rf {} +`,
    ]);
    expect(removed).toEqual([["n1", "notes_old"]]);
  }
  const gone = world({ refuses: nodeNotReached({ node: "vm-1" }) });
  const way = takeOut(await gone.wayBack(made));
  await expect(gone.restoring.takeOut(way, run, signal)).rejects.toMatchObject({ code: "node-not-reached" });
});

test("a volume that was there and is in no backup of the present is not taken out", async () => {
  const unknown = { code: "restore-volume-unknown" };
  // Such as that of a database which is dumped by now, or one that a label leaves out.
  const other = world({ volumes: [held("other")] });
  await expect(other.wayBack({ volume: "data" })).rejects.toMatchObject(unknown);
  await expect(other.wayBack({ volume: "data", path: "a.jpg" })).rejects.toMatchObject(unknown);
  // On one of two nodes, it is neither there nor not there.
  const both = [put("data", { isThere: false }), put("data", { node: "n2", isThere: false })];
  await expect(world({}).wayBack({ volume: "data", put: both })).rejects.toMatchObject(unknown);
  const two = world({ volumes: [held("data"), held("data", { hostname: "vm-2" })] });
  expect((await two.wayBack({ volume: "data", put: both })).kind).toBe("bring");
});

test("where the app came up without the rest of its data, all of the present is brought there", async () => {
  const all = { kind: "bring", part: {} };
  const path = "a.jpg";
  expect(await world({ runsOn: "n2" }).wayBack({ path })).toEqual(all);
  const stays = { put: [put("files")], others: [{ into: "notes_db", node: "n1" }] };
  expect(await world({ runsOn: "n2" }).wayBack({ path, ...stays })).toEqual(all);
  expect((await world({ runsOn: "n1" }).wayBack({ path })).kind).toBe("take out");
});
