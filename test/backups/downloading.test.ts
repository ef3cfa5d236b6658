/** A backup handed out: who may have it, how often, and that openssl and tar open what was sent. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { buffer } from "node:stream/consumers";
import { afterAll, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { noteFile } from "../../src/backups/download-note.ts";
import { downloadMinutes, openDownloading } from "../../src/backups/downloading.ts";
import { openTurns } from "../../src/backups/turns.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { openDb } from "../../src/db/index.ts";
import download from "../../workflows/download.ts";
import { expectGolden } from "../golden.ts";
import { tarOf } from "../real/docker/tar.ts";
import { tell } from "../workflows/telling.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-download-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const app = "notes.example.coop";
const volume = "var/lib/docker/volumes/notes_data/_data";
const large = Buffer.alloc(300_000, "a line that compresses well\n");
const tars: Record<string, Buffer> = {
  "aaaa /": tarOf([
    { path: `${volume}/minutes.txt`, bytes: Buffer.from("minutes\n") },
    { path: "tandem/secrets/app/k1", bytes: Buffer.from("the value") },
  ]),
  "aaaa /var/lib/docker/volumes": tarOf([{ path: `${volume}/minutes.txt`, bytes: Buffer.from("minutes\n") }]),
  "aaaa /tandem/containers": tarOf([
    { path: "tandem/containers/app/tmp/out/list.txt", bytes: Buffer.from("from the container\n") },
  ]),
  "bbbb /": tarOf([{ path: "dump-db.sql", bytes: large }]),
};
const manifest = {
  ...{ format: 1, recipe: "notes", version: "1.0.0+1.0" },
  volumes: [{ name: "notes_data", short: "data", service: "app", hostname: "vm", paths: null }],
  secrets: [{ name: "notes_key_v1", service: "app", hostname: "vm", file: "/tandem/secrets/app/k1" }],
  dumps: [{ service: "db", kind: "postgres", file: "/dump-db.sql", replaces: [] }],
  containerPaths: [
    {
      service: "app",
      path: "/tmp/out/list.txt",
      hostname: "vm",
      file: "/tandem/containers/app/tmp/out/list.txt",
    },
  ],
};

const usual = [
  { id: "aaaa", kind: "volumes", hostname: "vm", volumes: ["data"] },
  { id: "bbbb", kind: "dump", hostname: "vm", volumes: [] as string[] },
];

/** `snapshots`: in place of the usual ones, of which the first holds everything but the database. */
function house({ fails = "", snapshots = usual } = {}) {
  writeFileSync(path.join(folder, "password"), "words");
  const clock = new FakeClock();
  const db = openDb(":memory:");
  const audit = openAudit(db, clock);
  const backup = {
    ...{ id: "bakor", app, server: "local", repository: "nightly", state: "proven", snapshots },
    ...{ startedAt: "2026-11-25T03:10:00.000Z", warnings: ["The folder /srv of app is in no backup."] },
  };
  let helpers = 0;
  const dropped: string[] = [];
  const swarm = {
    dropHelpers: (run: string) => Promise.resolve(dropped.push(run)),
    nodes: () => Promise.resolve([{ id: "n1", isAsked: true }]),
    helper: () => {
      helpers++;
      return Promise.resolve({
        node: "vm",
        async exec(argv: string[], { onStdout }: { onStdout?: (bytes: Buffer) => Promise<void> } = {}) {
          if (fails !== "") return { exitCode: 1, stdout: "", stderr: fails };
          const printed = argv.includes("snapshots")
            ? snapshots
            : argv.at(-1)?.endsWith(".json")
              ? manifest
              : null;
          if (printed !== null) return { exitCode: 0, stdout: JSON.stringify(printed), stderr: "" };
          if (onStdout === undefined || !(argv.slice(-2).join(" ") in tars))
            return {
              exitCode: 1,
              stdout: "",
              stderr: `cannot dump file: path "${argv.at(-1) ?? ""}" not found`,
            };
          const tar = tars[argv.slice(-2).join(" ")] ?? Buffer.alloc(0);
          // In pieces that end anywhere.
          for (let at = 0; at < tar.length; at += 1000) await onStdout(tar.subarray(at, at + 1000));
          return { exitCode: 0, stdout: "", stderr: "" };
        },
        close: () => {
          helpers--;
          return Promise.resolve();
        },
      });
    },
  };
  const repository = {
    ...{ name: "nightly", location: "/srv/backups", passwordFile: path.join(folder, "password") },
    ...{ keyFile: null, hostKey: null, credentialsFile: null, server: null },
  };
  const servers = { swarmOf: () => swarm };
  const open = () =>
    openDownloading({
      ...{ audit, clock, servers, publicUrl: "https://tandem.example.coop" },
      records: { get: () => backup },
      repositories: { reachedFrom: () => repository },
      apps: { find: () => undefined },
      helping: { servers, turns: openTurns(), clock, image: "restic" },
    } as never);
  return { downloads: open(), open, clock, audit, dropped, left: () => helpers };
}

const wish = { backup: "bakor", plain: false };
const run = { id: "bakob", askedBy: "ana" };
const tokenIn = (link: string): string => new URL(link).searchParams.get("token") ?? "";

test("only the one whom it was allowed gets a link, only for what was allowed, and only for an hour", async () => {
  const { downloads, clock } = house();
  expect(downloads.isDownloadAllowed("ana", wish)).toBe(false);
  expect(() => downloads.downloadLink("ana", wish)).toThrow(Problem);
  downloads.allowDownload(wish, run);
  expect(downloads.isDownloadAllowed("ana", wish)).toBe(true);
  expect(downloads.isDownloadAllowed("bo", wish)).toBe(false);
  expect(downloads.isDownloadAllowed("ana", { ...wish, plain: true })).toBe(false);
  expect(downloads.isDownloadAllowed("ana", { ...wish, volume: "data" })).toBe(false);
  const first = tokenIn(downloads.downloadLink("ana", wish).link);
  const second = tokenIn(downloads.downloadLink("ana", wish).link);
  expect([downloads.findDownload(first), downloads.findDownload(second)?.member]).toEqual([undefined, "ana"]);
  await clock.turn(downloadMinutes * 60_000 + 1);
  expect(downloads.findDownload(second)).toBeUndefined();
  expect(downloads.isDownloadAllowed("ana", wish)).toBe(false);
});

test("openssl and tar open it with the passphrase that was shown, and the link works once", async () => {
  const { downloads, audit, left } = house();
  downloads.allowDownload(wish, run);
  const { link, passphrase, name } = downloads.downloadLink("ana", wish);
  expect(name).toBe(`${app}-bakor.tar.gz.enc`);
  expect(passphrase).toMatch(/^([a-z2-9]{5}-){4}[a-z2-9]{5}$/);
  const { stream } = await downloads.openDownload(tokenIn(link));
  const sealed = await buffer(stream);
  expect(sealed.subarray(0, 8).toString()).toBe("Salted__");
  expect(sealed.includes("minutes")).toBe(false);
  writeFileSync(path.join(folder, name), sealed);
  const opened = execFileSync(
    "sh",
    ["-c", `openssl enc -d -aes-256-cbc -pbkdf2 -iter 600000 -pass env:WORDS -in ${name} | tar xzv`],
    { cwd: folder, env: { ...process.env, WORDS: passphrase ?? "" }, encoding: "utf8" },
  );
  expect(opened.trim().split("\n")).toEqual([
    `${volume}/minutes.txt`,
    "tandem/secrets/app/k1",
    "dump-db.sql",
  ]);
  expect(readFileSync(path.join(folder, volume, "minutes.txt"), "utf8")).toBe("minutes\n");
  expect(readFileSync(path.join(folder, "dump-db.sql")).equals(large)).toBe(true);
  await expect(downloads.openDownload(tokenIn(link))).rejects.toMatchObject({ code: "download-spent" });
  expect(downloads.isDownloadAllowed("ana", wish)).toBe(false);
  const said = audit.list().map(({ what }) => what);
  expect(said).toEqual(["backup.downloaded", "backup.download-allowed"]);
  expect(JSON.stringify(audit.list())).not.toContain(passphrase);
  expect(left()).toBe(0);
});

/** Downloads it plain, and answers the names in it and its page of words. */
async function plainly({ downloads }: ReturnType<typeof house>, more: { volume?: string } = {}) {
  const want = { ...wish, plain: true, ...more };
  downloads.allowDownload(want, run);
  const { link, passphrase, name } = downloads.downloadLink("ana", want);
  expect([passphrase, name]).toEqual([null, `${app}-bakor.tar.gz`]);
  const input = await buffer((await downloads.openDownload(tokenIn(link))).stream);
  const listed = execFileSync("tar", ["tzf", "-"], { input, encoding: "utf8" }).trim().split("\n");
  return { listed, note: execFileSync("tar", ["xzOf", "-", noteFile], { input, encoding: "utf8" }) };
}

test("plain it has the layout of the label specification, and says what is not in it", async () => {
  const { listed, note } = await plainly(house());
  const files = [`${volume}/minutes.txt`, "dump-db.sql", "tandem/containers/app/tmp/out/list.txt"];
  expect(listed).toEqual([noteFile, ...files]);
  expectGolden("messages/download-note.txt", note);
  for (const file of files) expect(note).toContain(path.posix.dirname(file));
});

test("plain it has files of containers where these are all that there is, or beside the secrets of a stopped app", async () => {
  const one = { id: "aaaa", hostname: "vm", volumes: [] as string[] };
  const bare = await plainly(house({ snapshots: [{ ...one, kind: "volumes" }] }));
  expect(bare.listed).toEqual([noteFile, "tandem/containers/app/tmp/out/list.txt"]);
  const other = { ...one, id: "cccc", kind: "volumes", volumes: ["data"] };
  tars["cccc /var/lib/docker/volumes"] = tars["aaaa /var/lib/docker/volumes"] ?? Buffer.alloc(0);
  const stopped = await plainly(house({ snapshots: [{ ...one, kind: "secrets" }, other] }));
  expect(stopped.listed.slice(1)).toEqual([
    `${volume}/minutes.txt`,
    "tandem/containers/app/tmp/out/list.txt",
  ]);
});

test("one volume comes alone, and the rest of the backup is named as not in it", async () => {
  tars[`aaaa /${volume}`] = tars["aaaa /var/lib/docker/volumes"] ?? Buffer.alloc(0);
  const { listed, note } = await plainly(house(), { volume: "data" });
  expect(listed).toEqual([noteFile, `${volume}/minutes.txt`]);
  const left = note.slice(note.indexOf("and not in this file"));
  for (const word of ["the database of db", "/tmp/out/list.txt", "notes_key_v1"])
    expect(left).toContain(word);
});

test("what stands in the way before its first bytes is said, and the link counts on", async () => {
  const { downloads, left } = house({ fails: "Fatal: wrong password or no key found" });
  downloads.allowDownload(wish, run);
  const { link } = downloads.downloadLink("ana", wish);
  for (let tries = 0; tries < 2; tries++)
    await expect(downloads.openDownload(tokenIn(link))).rejects.toMatchObject({
      code: "repository-password-wrong",
    });
  expect(downloads.findDownload(tokenIn(link))?.backup).toBe("bakor");
  expect(left()).toBe(0);
});

test("a reader that goes away ends the helper", async () => {
  const { downloads, left } = house();
  tars["bbbb /"] = tarOf([
    { path: "dump-db.sql", bytes: Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))) },
  ]);
  tars["aaaa /"] = tarOf([
    ...Array.from({ length: 60 }, (_, n) => ({
      path: `f${n}`,
      bytes: Buffer.from(crypto.getRandomValues(new Uint8Array(60_000))),
    })),
  ]);
  downloads.allowDownload(wish, run);
  const { stream } = await downloads.openDownload(tokenIn(downloads.downloadLink("ana", wish).link));
  await new Promise((read) => stream.once("data", read));
  stream.destroy();
  await expect.poll(left).toBe(0);
});

test("what a killed life has left of downloads is ended by the next one of the app, though that is another run", async () => {
  const { open, clock, dropped } = house();
  const begin = async (downloads: ReturnType<typeof open>, id: string): Promise<void> => {
    const plain = { ...wish, plain: true };
    downloads.allowDownload(plain, { id, askedBy: "ana" });
    const { stream } = await downloads.openDownload(tokenIn(downloads.downloadLink("ana", plain).link));
    await buffer(stream);
  };
  const before = open();
  await begin(before, "bakob");
  expect(dropped.splice(0)).toEqual(["bakob-download"]);
  const after = open();
  await begin(after, "bakoc");
  expect(dropped.splice(0)).toEqual(["bakoc-download", "bakob-download"]);
  // One that this life has begun may still be at work.
  await begin(after, "bakod");
  expect(dropped.splice(0)).toEqual(["bakod-download", "bakob-download"]);
  // By then helpers have ended by themselves.
  await clock.turn(26 * 3600 * 1000);
  await begin(open(), "bakof");
  expect(dropped).toEqual(["bakof-download"]);
});

test("the room is told what leaves, and what of the backup is not in the file", async () => {
  const db = openDb(":memory:");
  const backups = {
    get: () => ({ app, startedAt: "2026-11-25T03:10:00.000Z", bytes: 3e6 }),
    chosen: () => undefined,
    allowDownload: () => undefined,
  };
  const texts: string[] = [];
  for (const more of [{ plain: true }, { plain: true, volume: "data" }, { plain: false }, { volume: "data" }])
    texts.push(
      (await tell({ db, clock: new FakeClock(), backups } as never, download, { backup: "bakor", ...more }))
        .text,
    );
  expectGolden("messages/download.txt", texts.join("---\n\n"));
  expect(texts[0]).toContain("Not in it: the values of its secrets, and its settings.");
  for (const text of [texts[1], texts[3]]) expect(text).not.toContain("secrets are in it");
  db.close();
});
