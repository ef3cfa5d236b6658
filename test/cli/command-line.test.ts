/** The command line as people type it: a program of its own beside the server that runs. */
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import Database from "better-sqlite3";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { quietEngine, type QuietEngine } from "../house/quiet-engine.ts";
import { freePort } from "../real/docker/index.ts";
import { installation, root, run, startServer, tandem, type Ended, type Server } from "./children.ts";

const { folder, remove } = installation();
let engine: QuietEngine;
let server: Server;
const say = (...words: string[]): Promise<Ended> => tandem(folder, words);

beforeAll(async () => {
  engine = await quietEngine(folder);
  server = await startServer(folder, await freePort());
  await say("member", "add", "ana", "@ana:demo");
});
afterAll(async () => {
  await server.stop();
  await engine.close();
  remove();
});

/** In words and without a trace of code. */
function expectWords({ out, err }: Ended): void {
  expect(out + err).not.toMatch(/^\s+at .+:\d+|node:internal|Warning:/m);
}

describe("while the server runs", () => {
  test("help lists what the first operator may say", async () => {
    const said = await say("help");
    expect(said).toMatchObject({ code: 0, err: "" });
    expect(said.out).toMatch(/^This is what you can say:/);
    expect(said.out).toMatch(/^- `app`: .*\bdeploy, /m);
    expect(said.out).toMatch(/^- `member`: add, /m);
    expect(said.out).not.toContain("left out");
    expect((await say("help", "app")).out).toContain("`app deploy <app> [version]");
  });

  test("--help tells the words of the command line itself, in 100 columns", async () => {
    const said = await say("--help");
    expect(said).toMatchObject({ code: 0, err: "" });
    for (const word of [
      "demo",
      "doctor",
      "login",
      "migrate",
      "export",
      "verify-audit",
      "--as",
      "--json",
      "--wait",
    ])
      expect(said.out).toMatch(new RegExp(`^ +${word}\\b`, "m"));
    expect(Math.max(...said.out.split("\n").map((line) => line.length))).toBeLessThanOrEqual(100);
    expect((await say()).code).toBe(2);
    const { version } = JSON.parse(readFileSync(path.join(root, "package.json"), "utf8")) as {
      version: string;
    };
    expect((await say("--version")).out).toBe(`${version}\n`);
  });

  test("a command is answered as in a room, and as JSON when asked", async () => {
    expect((await say("app", "list")).out).toMatch(/^There is no app yet\./);
    const said = await say("--json", "seat", "list");
    const json = JSON.parse(said.out) as { ok: boolean; json: unknown };
    expect(json).toMatchObject({ ok: true, json: [] });
  });

  test("--as speaks as another, with that one's rights", async () => {
    expect((await say("--as", "ana", "whoami")).out).toMatch(/^You are ana/);
    const denied = await say("--as", "ana", "member", "add", "dan", "@dan:demo");
    expect(denied.code).toBe(1);
    expect(denied.out).toMatch(/^member add is for operators; ana is none\.\nNothing was done\.\n/);
    const stranger = await say("--as", "nobody", "whoami");
    expect(stranger).toMatchObject({ code: 1 });
    expect(stranger.out).toMatch(/^The command line should speak as nobody, who is not known here\.\n/);
    const nameless = await say("app", "list", "--as");
    expect(nameless).toMatchObject({ code: 1, out: "" });
    expect(nameless.err).toBe(
      "--as needs the name of a member.\nNothing was done.\nSuch as: tandem --as ana app list\n",
    );
  });

  test("what is not understood ends 1 with three parts on standard output, also as JSON", async () => {
    const said = await say("app", "deplyo", "notes.example.coop");
    expect(said.code).toBe(1);
    expect(said.out).toMatch(/^There is no command app deplyo\.\n/);
    expect(said.out).toContain("Was this meant: app deploy notes.example.coop");
    expectWords(said);
    const json = JSON.parse((await say("app", "deplyo", "--json")).out) as { ok: boolean; json: unknown };
    expect(json).toMatchObject({ ok: false, json: { code: "command-unknown" } });
    const long = await say("app", "show", "x".repeat(20_000));
    expect(long.out).toMatch(/^The command is 20009 bytes long; 4096 is the most\./);
    expectWords(long);
    expectWords(await say("app", "show", "x".repeat(100_000)));
  });

  test("words arrive as they were typed, with spaces, quotes and flags", async () => {
    const title = `Three "Rivers" & the sea's \\ “mouth”`;
    expect((await say("seat", "add", "rivers", title)).code).toBe(0);
    expect((await say("seat", "list")).out).toContain(title);
    expect((await say("app", "logs", "no.example.coop", "--lines=a few")).out).toContain("with a few.");
    expect((await say("app", "logs", "no.example.coop", "--lines", "5")).out).toMatch(/^There is no app/);
  });

  test("--wait follows a run to its end; the exit code says how it went", async () => {
    const made = await say("app", "new", "custom-html", "notes.example.coop", "--wait");
    expect(made.code).toBe(0);
    expect(made.out).toMatch(/^Run `[a-z]{5}` has begun\./);
    expect(made.out).toMatch(/✓ register/);
    const failed = await say("app", "deploy", "notes.example.coop", "9.9.9+9", "--wait");
    expect(failed.code).toBe(1);
    expect(failed.out).toMatch(/✕ plan/);
    expect(failed.out).toContain("The recipe custom-html has no version 9.9.9+9.");
    expectWords(failed);
  });

  test("--wait says once that it waits for people, and how to give them what they need", async () => {
    const waiting = say("app", "deploy", "notes.example.coop", "--wait", "--as", "ana");
    let run = "";
    for (let tries = 0; run === "" && tries < 100; tries++) {
      run = /`([a-z]{5})` deploy.*waiting/.exec((await say("runs")).out)?.[1] ?? "";
    }
    expect(run).not.toBe("");
    await say("--as", "bo", "decline", run, "not today");
    const ended = await waiting;
    expect(ended.code).toBe(1);
    expect(ended.out).toContain("not today");
    expectWords(ended);
  });

  test("the audit is walked while the server has it", async () => {
    expect((await say("verify-audit")).out).toMatch(
      /^The audit chain is whole: \d+ rows, head [0-9a-f]{64}\.\n/,
    );
    const locked = await say("export");
    expect(locked.code).toBe(1);
    expect(locked.err).toMatch(/^Another process has the database .*tandem\.db open\.\n/);
    expectWords(locked);
  });

  test("doctor says that it runs and how it is", async () => {
    const said = await say("doctor");
    expect(said).toMatchObject({ code: 0, err: "" });
    expect(said.out).toContain(`✓ settings: ${path.join(folder, "tandem.yaml")}: all understood`);
    expect(said.out).toMatch(/^✓ server: running; database: \d+ MB free; runs: 0 open, 0 cannot go on$/m);
    expect(said.out).toContain("✓ docker: engine 20.10.24, Swarm manager on quiet");
    expect(said.out).toContain("○ matrix: not configured; people speak by web and command line only");
    expect(said.out).toMatch(/\nAll is well\.\n$/);
  });

  test("an older Node hands over to the one that npm has brought", async () => {
    const old = "/usr/bin/node";
    const bin = path.join(root, "bin/tandem");
    for (const program of [process.execPath, ...(existsSync(old) ? [old] : [])]) {
      const said = await run(folder, bin, ["whoami"], { program });
      expect(said).toMatchObject({ code: 0, err: "" });
      expect(said.out).toMatch(/^You are cleo/);
      expect((await run(folder, bin, ["app"], { program })).code).toBe(1);
    }
  });
});

describe("without a server", () => {
  test("a command says that none answers, and what then", async () => {
    const empty = installation();
    const said = await tandem(empty.folder, ["app", "list"]);
    expect(said).toMatchObject({ code: 1, out: "" });
    expect(said.err.split("\n")).toEqual([
      `No Tandem answers at ${path.join(empty.folder, "data/tandem.sock")}.`,
      "Commands are carried out by the server, so that nothing is done twice; this one was not.",
      "Start it with npm start, or name its data folder with TANDEM_DATA_DIR. To see what is wrong: npx tandem doctor",
      "",
    ]);
    // Looking never makes a database, which would look whole because it is empty.
    for (const word of ["verify-audit", "export"]) {
      const looked = await tandem(empty.folder, [word]);
      expect(looked.err).toMatch(/^There is no database /);
      expect(looked.code).toBe(1);
    }
    expect(existsSync(path.join(empty.folder, "data"))).toBe(false);
    expect((await tandem(empty.folder, ["migrate"])).out).toMatch(/tandem\.db is up to date\.\n$/);
    expect((await tandem(empty.folder, ["migrate"])).code).toBe(0);
    expect(JSON.parse((await tandem(empty.folder, ["export"])).out)).toMatchObject({
      members: [],
      audit: [],
    });
    empty.remove();
  });

  test.each([
    [
      ["doctor", "now"],
      "tandem doctor: it does not know now.\nNothing was done.\nIt takes nothing more: tandem doctor\n",
    ],
    [
      ["verify-audit", "--agianst", "x"],
      "tandem verify-audit: it does not know --agianst.\nNothing was done.\n",
    ],
    [["verify-audit", "--against"], "tandem verify-audit: --against needs a value.\nNothing was done.\n"],
    [["verify-audit", "--against", "gone.txt"], "The file gone.txt cannot be read: there is no such file.\n"],
    [["login", "--usr", "tandem"], "tandem login: it does not know --usr.\nNothing was done.\n"],
    [
      ["login", "--user", "tandem", "--homeserver", "http://127.0.0.1:9"],
      "No password came on standard input.\nNobody was logged in and no file was written.\n",
    ],
  ])("%j is refused in words", async (words, lines) => {
    const empty = installation();
    const said = await tandem(empty.folder, words);
    expect(said).toMatchObject({ code: 1, out: "" });
    expect(said.err.startsWith(lines), said.err).toBe(true);
    expectWords(said);
    empty.remove();
  });

  test("login at a homeserver that does not answer writes no file", async () => {
    const empty = installation();
    const words = ["login", "--user", "tandem", "--homeserver", `http://127.0.0.1:${await freePort()}`];
    const said = await tandem(empty.folder, words, { input: "the password of the bot\n" });
    expect(said).toMatchObject({ code: 1, out: "" });
    expect(said.err).toMatch(/^The homeserver http:\/\/127\.0\.0\.1:\d+ does not answer: /);
    expect(said.err).not.toContain("the password of the bot");
    expect(existsSync(path.join(empty.folder, "matrix_token"))).toBe(false);
    expectWords(said);
    empty.remove();
  });
});

describe("the audit chain", () => {
  test("is whole, is compared with the room, and betrays whoever writes into it", async () => {
    const own = installation({ docker: { socket: "/nonexistent" } });
    const other = await startServer(own.folder, await freePort());
    await tandem(own.folder, ["seat", "add", "rivers", "Rivers"]);
    const head = /head ([0-9a-f]{64})/.exec((await tandem(own.folder, ["verify-audit"])).out)?.[1] ?? "";
    expect(await other.stop()).toBe(0);
    const walked = await tandem(own.folder, ["verify-audit"]);
    expect(walked).toMatchObject({ code: 0 });
    expect(walked.out).toContain(head);
    const exported = JSON.parse((await tandem(own.folder, ["export"])).out) as { audit: { n: number }[] };
    const rows = exported.audit.length;
    expect(rows).toBeGreaterThan(2);

    const room = path.join(own.folder, "room.txt");
    writeFileSync(room, "[09:00] ana: good morning\n");
    const nothing = await tandem(own.folder, ["verify-audit", "--against", room]);
    expect(nothing.code).toBe(1);
    expect(nothing.out).toMatch(/holds no head of it, so nothing was compared\.\n/);
    const posted = `[00:00] tandem: Audit trail on 2026-11-24: ${rows} entries, head \`${head}\`.`;
    writeFileSync(room, `[09:00] ana: good morning\n${posted}\n`);
    const compared = await tandem(own.folder, ["verify-audit", "--against", room]);
    expect(compared.out).toBe("The audit chain is whole and holds the one head that the room has seen.\n");
    expect(compared.code).toBe(0);

    // Whoever owns the file can take the triggers off; the chain still tells.
    const sqlite = new Database(path.join(own.folder, "data/tandem.db"));
    const triggers = sqlite
      .prepare<[], string>("select name from sqlite_master where type = 'trigger'")
      .pluck();
    for (const trigger of triggers.all()) sqlite.exec(`drop trigger "${trigger}"`);
    sqlite.exec("update audit set who = 'mallory' where n = 2");
    sqlite.close();
    const broken = await tandem(own.folder, ["verify-audit"]);
    expect(broken.code).toBe(1);
    expect(broken.out).toMatch(/^The audit chain is broken at row 2: /);
    expect(broken.out).toContain("tandem verify-audit --against <text exported from the room>");
    expectWords(broken);
    own.remove();
  });
});
