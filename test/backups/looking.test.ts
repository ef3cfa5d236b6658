/** The script that looks at volumes before they are read, as it runs in a helper: by busybox, and by this machine's shell. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeEach, describe, expect, test } from "vitest";
import { count } from "../../src/backups/counting.ts";
import { look, type Sight } from "../../src/backups/looking.ts";
import type { Hook, PlannedVolume, TakePlan } from "../../src/backups/types.ts";
import { AppDomain } from "../../src/core/terms.ts";
import type { Helper } from "../../src/swarm/index.ts";

const whole = "-- PostgreSQL database dump\nselect 1;\n-- PostgreSQL database dump complete\n";
const cut = whole.slice(0, 40);
const custom = Buffer.concat([Buffer.from("PGDMP\x01"), Buffer.alloc(600, "data"), Buffer.alloc(5)]);
const longAgo = new Date("2026-01-01T00:00:00Z");

const folder = mkdtempSync(path.join(tmpdir(), "looking-"));
const root = path.join(folder, "root");
const busybox = "/bin/busybox";
const shells: [string, string][] = [["this machine's shell", process.env["PATH"] ?? ""]];
if (existsSync(busybox)) {
  const bin = path.join(folder, "bin");
  mkdirSync(bin);
  execFileSync(busybox, ["--install", "-s", bin]);
  shells.push(["busybox", bin]);
}
afterAll(() => rmSync(folder, { recursive: true }));

/** Runs words here, with the folders of a helper below a folder of the test. */
function helperWith(searched: string): Helper {
  const folders = /^\/(var\/lib\/docker\/volumes|tandem)(\/|$)/;
  return {
    exec([program = "", ...words]: string[]) {
      const moved = words.map((word) => (folders.test(word) ? `${root}${word}` : word));
      const { status, stdout, stderr } = spawnSync(program, moved, {
        env: { PATH: searched },
        encoding: "utf8",
      });
      return Promise.resolve({ exitCode: status ?? -1, stdout: stdout.replaceAll(root, ""), stderr });
    },
  } as unknown as Helper;
}

describe.each(shells)("what is seen by %s", (_, searched) => {
  beforeEach(() => {
    rmSync(root, { recursive: true, force: true });
    for (const volume of ["data", "files"]) put(volume, "PG_VERSION", "15");
  });

  /** A file of a volume, written now or long ago. */
  function put(volume: string, name: string, bytes: string | Buffer, at?: Date): void {
    write(`/var/lib/docker/volumes/notes_${volume}/_data/${name}`, bytes, at);
  }

  function write(name: string, bytes: string | Buffer, at?: Date): void {
    const file = path.join(root, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, bytes);
    if (at !== undefined) utimesSync(file, at, at);
  }

  const volume = (short: string, more: Partial<PlannedVolume> = {}): PlannedVolume => ({
    ...{ name: `notes_${short}`, short, service: "app", mountedBy: ["app"], paths: null },
    ...more,
  });

  function see(volumes: PlannedVolume[], hooked: string[] = [], containerPaths: Paths = []): Promise<Sight> {
    const preHooks = hooked.map((service): Hook => ({ service, command: "dump" }));
    const plan = { app: "notes.example.coop", preHooks, containerPaths } as unknown as TakePlan;
    const about = { sinceMinutes: 5, hasSecrets: false, signal: new AbortController().signal };
    const node = { node: "n1", hostname: "one", volumes, secrets: [] };
    return look(helperWith(searched), plan, node, { ...about, hasContainerPaths: containerPaths.length > 0 });
  }
  type Paths = TakePlan["containerPaths"];

  const unfinished = (dump: string, why: string): object => ({
    code: "dump-unfinished",
    text: expect.objectContaining({
      happened: expect.stringMatching(new RegExp(`${dump} .*${why}`)) as string,
    }) as object,
  });

  test("how much each of them holds, of several paths together, and of files of containers", async () => {
    put("data", "deep/er/posts", Buffer.alloc(70_000));
    put("data", "dump.sql", whole);
    write("/tandem/containers/app/var/key", "secret");
    const held = async (volumes: PlannedVolume[], containerPaths: Paths = []): Promise<object> => {
      const plan = { app: AppDomain.parse("notes.example.coop"), containerPaths };
      const reading = { node: { volumes }, withTandem: true, withContainers: containerPaths.length > 0 };
      return (await count(helperWith(searched), plan, reading, new AbortController().signal))(9_000_006);
    };
    const volumes = [volume("data", { paths: ["dump.sql", "deep"] }), volume("files"), volume("none")];
    expect(await held(volumes, [{ service: "app", path: "/var/key" }])).toEqual({
      ...{ data: 70_000 + whole.length, files: 2, none: 0 },
      "app:/var/key": 6,
    });
    put("files", "large", Buffer.alloc(3_000_000));
    expect(await held([volume("files"), volume("none")])).toEqual({ files: 3_000_002, none: 0 });
    expect(await held([])).toEqual({});
    // One alone is not read again: all that restic has read is its, but for what is ours.
    expect(await held([volume("files")])).toEqual({ files: 9_000_000 });
    expect(await held([volume("data", { paths: ["deep"] })])).toEqual({ data: 70_000 });
  });

  test("whole dumps, and volumes without any: nothing is said", async () => {
    put("data", "backup.sql", whole);
    put("data", "deep/er/all.sql.gz", gzipSync(whole));
    const good = { isAnything: true, warnings: [], doubts: [] };
    expect(await see([volume("data"), volume("files")], ["app"])).toEqual(good);
    expect(await see([volume("data", { paths: ["backup.sql", "deep"] })], ["app"])).toEqual(good);
    expect(await see([volume("files")], ["app"])).toEqual(good);
    expect((await see([volume("none")])).warnings).toEqual(["The volume none is empty."]);
  });

  describe("in a folder that a label names", () => {
    const named = volume("data", { paths: ["dumps"] });

    test("a dump that was cut off is none, with and without a hook", async () => {
      put("data", "dumps/one/a.sql", cut);
      await expect(see([named], ["app"])).rejects.toMatchObject(
        unfinished("data/dumps/one/a.sql", "does not end with"),
      );
      await expect(see([named])).rejects.toMatchObject(
        unfinished("data/dumps/one/a.sql", "does not end with"),
      );
    });

    test("also of a container", async () => {
      const paths = [{ service: "db", path: "/tmp/out" }];
      write("/tandem/containers/db/tmp/out/a.sql", whole);
      expect((await see([], [], paths)).isAnything).toBe(true);
      write("/tandem/containers/db/tmp/out/b.sql.gz", gzipSync(whole).subarray(0, -20));
      await expect(see([], [], paths)).rejects.toMatchObject(unfinished("db:/tmp/out/b.sql.gz", "gzip"));
    });

    test("the newest counts where a timetable has written it, and none before it", async () => {
      put("data", "dumps/monday.sql", cut, longAgo);
      put("data", "dumps/tuesday.sql", whole, new Date("2026-01-02T00:00:00Z"));
      expect(await see([named])).toEqual({ isAnything: true, warnings: [], doubts: [] });
      put("data", "dumps/wednesday.sql", "", new Date("2026-01-03T00:00:00Z"));
      const { doubts } = await see([named]);
      expect(doubts).toEqual(["data/dumps/wednesday.sql is no whole dump: it is empty"]);
    });

    test("a hook has to have written one anew", async () => {
      put("data", "dumps/monday.sql", whole, longAgo);
      expect((await see([named], ["app"])).doubts).toEqual([
        "data/dumps/monday.sql is older than this backup: the pre-hook of app has not written it anew",
      ]);
      put("data", "dumps/tuesday.sql", whole);
      expect((await see([named], ["app"])).doubts).toEqual([]);
    });
  });

  describe("in a whole volume", () => {
    const shared = volume("data", { mountedBy: ["app", "db"] });

    test("of an app with any hook, dumps are looked at, whoever is first to mount it", async () => {
      put("data", "backup.sql", cut);
      expect((await see([shared])).doubts).toEqual([]);
      for (const volumes of [[shared], [volume("data")]])
        await expect(see(volumes, ["db"])).rejects.toMatchObject(
          unfinished("data/backup.sql", "does not end with"),
        );
    });

    test("a dump that no hook has written anew is doubted, and a plan of before knows one service", async () => {
      put("data", "sub/backup.sql.gz", gzipSync(whole), longAgo);
      expect((await see([shared], ["db"])).doubts).toEqual([
        "data/sub/backup.sql.gz is older than this backup: the pre-hook of db has not written it anew",
      ]);
      const before = volume("data", { service: "db" });
      delete before.mountedBy;
      expect((await see([before], ["db"])).doubts).toHaveLength(1);
    });

    test("not where a new one lies beside it, or in another volume of the hook's service", async () => {
      put("data", "old.sql", whole, longAgo);
      put("files", "new.sql", whole);
      const files = volume("files", { mountedBy: ["db"] });
      expect((await see([shared, files], ["db"])).doubts).toEqual([]);
      expect((await see([shared, { ...files, paths: ["new.sql"] }], ["db"])).doubts).toEqual([]);
      put("data", "new.sql", whole);
      expect((await see([shared], ["db"])).doubts).toEqual([]);
    });

    test("not where no hook could have written it, or its name alone speaks of a dump", async () => {
      put("data", "old.sql", whole, longAgo);
      expect((await see([volume("data")], ["db"])).doubts).toEqual([]);
      put("files", "install.sql", "create table t;", longAgo);
      put("files", "erl_crash.dump", "=erl_crash_dump:0.5", longAgo);
      put("files", "empty.sql", "", longAgo);
      expect(await see([volume("files")], ["app"])).toEqual({
        isAnything: true,
        warnings: [],
        doubts: [],
      });
    });
  });

  describe("a file that a label names", () => {
    test("has to be new in a volume that is shared with the hook's service, too", async () => {
      put("data", "backup.sql", whole, longAgo);
      put("files", "new.sql", whole);
      const named = volume("data", { mountedBy: ["app", "db"], paths: ["backup.sql"] });
      const files = volume("files", { mountedBy: ["db"] });
      expect((await see([named, files], ["db"])).doubts).toEqual([
        "data/backup.sql is older than this backup: the pre-hook of db has not written it anew",
      ]);
      expect((await see([named])).doubts).toEqual([]);
      const other = volume("data", { paths: ["PG_VERSION"] });
      put("data", "PG_VERSION", "15", longAgo);
      expect((await see([other], ["app"])).doubts).toEqual([]);
    });

    test("has to be there and to hold something", async () => {
      put("data", "backup.sql", "");
      for (const name of ["backup.sql", "gone.sql"])
        await expect(see([volume("data", { paths: [name] })])).rejects.toMatchObject({
          code: "backup-path-missing",
        });
    });
  });

  describe("in PostgreSQL's own format", () => {
    const named = volume("data", { paths: ["db.dump"] });

    test("a dump is one, and no more is claimed", async () => {
      put("data", "db.dump", custom);
      const words = "The end of data/db.dump does not tell whether the dump is whole.";
      for (const one of [named, volume("data")]) {
        const { warnings, doubts } = await see([one], ["app"]);
        expect([warnings, doubts]).toEqual([[expect.stringContaining(words)], []]);
      }
      for (const name of ["a", "b", "c", "d"]) put("data", `${name}.dump`, custom);
      const { warnings } = await see([volume("data")], ["app"]);
      expect(warnings).toEqual([expect.stringContaining("2 more does not tell")]);
    });

    test("one that is short, cut off or old is caught", async () => {
      put("data", "db.dump", custom.subarray(0, 20));
      await expect(see([named])).rejects.toMatchObject(unfinished("data/db.dump", "too short"));
      put("data", "db.dump", custom.subarray(0, -9));
      await expect(see([volume("data")], ["db"])).rejects.toMatchObject(
        unfinished("data/db.dump", "breaks off"),
      );
      put("data", "db.dump", custom, longAgo);
      for (const one of [named, volume("data")])
        expect((await see([one], ["app"])).doubts).toEqual([
          expect.stringContaining("data/db.dump is older"),
        ]);
    });
  });

  test("names of files are taken as they are", async () => {
    put("data", "it's: \t a “b”.sql", cut);
    await expect(see([volume("data")], ["app"])).rejects.toMatchObject(
      unfinished("a “b”.sql", "does not end"),
    );
    put("files", "two\nlines.sql", whole);
    expect((await see([volume("files")], ["app"])).isAnything).toBe(true);
  });
});
