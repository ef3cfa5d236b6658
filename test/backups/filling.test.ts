/** Volumes that are filled from snapshots: what is looked at before anything is emptied. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { assertRoomFor, fill } from "../../src/backups/filling.ts";
import { placeOf } from "../../src/backups/listing.ts";
import type { ManifestParts } from "../../src/backups/read-manifest.ts";
import { fillRevived } from "../../src/backups/reviving-secrets.ts";
import { filesLeft, oneForEachPlace, openRestoring } from "../../src/backups/restoring.ts";
import type { RestoredVolume } from "../../src/backups/restoring-types.ts";
import { openTurns } from "../../src/backups/turns.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-filling-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const passwordFile = path.join(folder, "password");
writeFileSync(passwordFile, "words");
const mb = 1024 * 1024;

const volume = (short: string, more: Partial<RestoredVolume> = {}): RestoredVolume => ({
  ...{ name: `notes_${short}`, short, service: "app", paths: null, snapshot: "aaaa" },
  ...{ into: `notes_${short}`, node: "n1", isLive: false },
  ...more,
});
const [first, second] = [volume("first"), volume("second")];
const dumpOf = (node: string) => ({
  ...{ service: "db", kind: "postgres" as const, file: "dump-db.sql", snapshot: "bbbb" },
  replaces: [{ into: "notes_db", node }],
});

/** A node on which every volume comes to 60 MB, holds nothing now, and 100 MB of each disk are free. */
function node(diskOf: (place: string) => string, { hasDump = true, restored = "" } = {}) {
  const commands: string[] = [];
  const dropped: (string | null)[] = [];
  const created: [string, string][] = [];
  let helpers = 0;
  const exec = (argv: readonly string[], { onStdout }: { onStdout?: (bytes: Buffer) => void } = {}) => {
    const words = argv.join(" ");
    commands.push(words);
    const under = argv.at(-1) ?? "";
    if (words.includes(" ls ")) {
      // What stands behind the snapshot are the folders and files that are to be listed.
      for (const place of argv.slice(argv.indexOf("ls") + 4)) {
        if (place === "/dump-db.sql" && !hasDump) continue;
        const file = place.endsWith("sql") ? place : `${place}/file`;
        const said = { struct_type: "node", path: file, type: "file", size: 60 * mb };
        onStdout?.(Buffer.from(`${JSON.stringify(said)}\n`));
      }
    }
    if (words.includes(" dump ")) onStdout?.(Buffer.from(`value of ${under}`));
    const place = /stat -c %d '([^']*)'/.exec(words)?.[1];
    const sizes = words.includes("stat -c %s") ? `${60 * mb}\n` : "";
    const stdout = place === undefined ? sizes : `${diskOf(place)}\n${100 * 1024}\n0\ttotal\n`;
    const stderr = words.includes(" restore ") ? restored : "";
    return Promise.resolve({ exitCode: stderr === "" ? 0 : 1, stdout, stderr });
  };
  const swarm = {
    helper: () => {
      helpers++;
      return Promise.resolve({ id: "h", node: "n1", exec, close: () => Promise.resolve() });
    },
    createSecrets: (_: string, wanted: { name: string; value: () => Buffer }[]) =>
      Promise.resolve(
        created.push(...wanted.map((one): [string, string] => [one.name, String(one.value())])),
      ),
    awaitEngine: () => Promise.resolve(),
    nodes: () => Promise.resolve([{ id: "n1", isAsked: true }]),
    dropHelpers: (_: string, nodes: (string | null)[]) => Promise.resolve(dropped.push(...nodes)),
  };
  const servers = { list: () => [], swarmOf: () => swarm };
  const repository = {
    ...{ name: "nightly", location: "/srv/backups", server: null, passwordFile },
    ...{ keyFile: null, hostKey: null, credentialsFile: null },
  };
  const parts = {
    ...{ servers, helping: { servers, turns: openTurns(), clock: new FakeClock(), image: "restic" } },
    repositories: { reachedFrom: () => repository },
  } as unknown as ManifestParts;
  return { parts, commands, dropped, created, helpers: () => helpers };
}

const plan = (volumes: RestoredVolume[], dumps: ReturnType<typeof dumpOf>[] = []) =>
  ({
    ...{ app: "notes.example.coop", backup: "bakor", repository: "nightly", server: "local", stack: "notes" },
    ...{ volumes, preHooks: [], postHooks: [], dumps, first: [] },
  }) as never;
const signal = new AbortController().signal;

test("two volumes of one disk need its room together, and nothing is emptied where it is too small", async () => {
  const { parts, commands } = node(() => "64769");
  const both = [first, second];
  await expect(fill(parts, plan(both), both, "run", { signal })).rejects.toMatchObject({
    code: "restore-no-room",
  });
  expect(commands.filter((words) => / rm | restore /.test(words))).toEqual([]);
  await expect(assertRoomFor(parts, plan(both), "run", signal)).rejects.toThrow(/120 MB/);
});

const secrets = [{ name: "db", into: "drill_db", snapshot: "cccc", file: "/tandem/secrets/db" }];
const revive = (volumes: RestoredVolume[]) => ({ data: plan(volumes), secrets }) as never;

test("secrets come along with the volumes, out of one helper", async () => {
  // Two disks: what is brought back later needs its room as well.
  const { parts, commands, created, helpers } = node((place) => place);
  const live = volume("live", { isLive: true, paths: ["dump.sql"] });
  const options = { signal, compare: true };
  expect(await fillRevived(parts as never, revive([first, live]), "run", options)).toEqual({
    compared: [{ volume: "first", files: 1, bytes: 60 * mb }],
    ahead: { notes_live: { files: 1, bytes: 60 * mb } },
  });
  expect(created).toEqual([["drill_db", "value of /tandem/secrets/db"]]);
  expect(helpers()).toBe(1);
  expect(commands.filter((words) => words.includes(" ls "))).toHaveLength(1);
  expect(commands.filter((words) => words.includes(" restore "))).toHaveLength(1);
});

test("secrets come also where no volume is filled, and not where there is no room for one", async () => {
  const alone = node(() => "64769");
  expect((await fillRevived(alone.parts as never, revive([]), "run", { signal })).compared).toEqual([]);
  expect(alone.created).toHaveLength(1);
  const tight = node(() => "64769");
  const later = volume("later", { isLive: true });
  const filled = fillRevived(tight.parts as never, revive([first, later]), "run", { signal });
  await expect(filled).rejects.toMatchObject({ code: "restore-no-room" });
  expect(tight.created).toEqual([]);
});

test("what was listed ahead is not listed again, and there must be room for it still", async () => {
  const { parts, commands } = node(() => "64769");
  const listed = { notes_first: { files: 1, bytes: 60 * mb } };
  await fill(parts, plan([first]), [first], "run", { signal, listed });
  expect(commands.filter((words) => words.includes(" ls "))).toEqual([]);
  const tooMuch = { notes_first: { files: 1, bytes: 200 * mb } };
  const filled = fill(parts, plan([first]), [first], "run", { signal, listed: tooMuch });
  await expect(filled).rejects.toMatchObject({ code: "restore-no-room" });
});

test("what is compared is read back by restic, every file of it; else nothing is", async () => {
  const { parts, commands } = node(() => "64769");
  const options = { signal, compare: true };
  const compared = await fill(parts, plan([first]), [first], "run", options);
  expect(compared).toEqual([{ volume: "first", files: 1, bytes: 60 * mb }]);
  expect(commands.filter((words) => / restore .*--verify/.test(words))).toHaveLength(1);
  await fill(parts, plan([first]), [first], "run", { signal });
  expect(commands.filter((words) => words.includes(" restore "))).toHaveLength(2);
  expect(commands.filter((words) => words.includes("--verify"))).toHaveLength(1);
});

// As restic 0.14 says it (internal/restorer, VerifyFiles).
test.each([
  `Unexpected content in ${placeOf(first.name)}/pages/logo.png, starting at offset 0`,
  `Invalid file size for ${placeOf(first.name)}/pages/logo.png: expected 7, got 9`,
])("a file that is not as in its snapshot is named: %s", async (words) => {
  const restored = `ignoring error for /pages/logo.png: ${words}\nFatal: There were 1 errors\n`;
  const { parts } = node(() => "64769", { restored });
  const filling = fill(parts, plan([first]), [first], "run", { signal, compare: true });
  await expect(filling).rejects.toMatchObject({
    code: "restore-incomplete",
    message: expect.stringContaining("pages/logo.png has another content") as string,
  });
});

test("on disks of their own each has its room", async () => {
  const { parts, commands } = node((place) => (place === placeOf(first.name) ? "64769" : "64770"));
  await fill(parts, plan([first, second]), [first, second], "run", { signal });
  expect(commands.filter((words) => words.includes(" restore "))).toHaveLength(2);
});

test("a dump that is not in its snapshot is noticed before its database is emptied", async () => {
  const there = node(() => "1");
  await assertRoomFor(there.parts, plan([first], [dumpOf("n1")]), "run", signal);
  const gone = node(() => "1", { hasDump: false });
  await expect(assertRoomFor(gone.parts, plan([first], [dumpOf("n1")]), "run", signal)).rejects.toMatchObject(
    { code: "manifest-unreadable" },
  );
});

test("helpers are ended on the nodes of emptied databases, too", async () => {
  const { parts, dropped } = node(() => "1");
  await openRestoring(parts as never).dropRestoreHelpers(plan([first], [dumpOf("n2")]), "run");
  expect(dropped).toEqual([null, "n1", "n2"]);
});

test("what two nodes had of a volume never comes to the same place", () => {
  const on = (hostname: string, at: string) => ({ hostname, volume: volume("data", { node: at }) });
  expect(oneForEachPlace([on("vm-1", "n1"), on("vm-2", "n2")])).toMatchObject({
    volumes: [{ node: "n1" }, { node: "n2" }],
    left: [],
  });
  const { volumes, left } = oneForEachPlace([on("vm-1", "n1"), on("vm-2", "n1")]);
  expect(volumes).toHaveLength(1);
  expect(left).toEqual(["What vm-2 had in data is not put back: another node's comes to its place."]);
});

test("files of containers are named where nobody puts them back", () => {
  expect(filesLeft({ containerPaths: [] })).toEqual([]);
  const [line] = filesLeft({
    containerPaths: [{ service: "db", path: "/var/dump.sql", hostname: "vm", file: "/tandem/containers/db" }],
  });
  expect(line).toContain("not put back by themselves: db:/var/dump.sql.");
});
