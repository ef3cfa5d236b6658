/** Starts that must not happen: each ends at once, says why in three lines, and leaves nothing running. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { execFileSync } from "node:child_process";
import { tmpdir } from "node:os";
import path from "node:path";
import Database from "better-sqlite3";
import { describe, expect, test } from "vitest";
import { sha256 } from "../../src/core/canonical.ts";
import { freePort } from "../real/docker/index.ts";
import { installation, root, run, startServer, tandem, type Ended } from "./children.ts";

const main = path.join(root, "src/main.ts");

/** The three lines are the last that were written, after lines of the log; no trace of code is anywhere. */
function expectEnd({ code, err }: Ended, lines: (string | RegExp)[]): void {
  expect(code).toBe(1);
  const told = err.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
  expect(told).toHaveLength(lines.length);
  lines.forEach((line, index) => {
    if (typeof line === "string") expect(told[index]).toBe(line);
    else expect(told[index]).toMatch(line);
  });
  expect(err).not.toMatch(/^\s+at .+:\d+/m);
  expect(err).not.toContain("Deprecation");
}

describe("refused", () => {
  test.each<[string, Record<string, unknown>, (string | RegExp)[]]>([
    [
      "without a maintainer",
      { people: {} },
      [
        "Nobody holds the role maintainer.",
        /never takes an empty list for everybody/,
        "Name at least one in tandem.yaml under people.maintainers, with name and matrixId, then start again.",
      ],
    ],
    [
      "with a misspelt setting",
      { recipies: {} },
      [
        /tandem\.yaml names the setting recipies, which does not exist\.$/,
        /Tandem does not start\.$/,
        "Did you mean recipes? All settings are listed in the manual: docs/settings.",
      ],
    ],
    [
      "with a port that is none",
      { web: { listen: "127.0.0.1:70000" } },
      [/sets web\.listen to something else than host:port with a port up to 65535\.$/, /./, /^Correct it;/],
    ],
    [
      "with a recipe under a name that nobody could type",
      { recipes: { "My Wiki": "wiki" } },
      [/sets recipes\.My Wiki to something else than a map whose names are each a recipe's name/, /./, /./],
    ],
    [
      "at an address that is not this machine's",
      { web: { listen: "192.0.2.1:8080" } },
      [
        "The pages cannot be served at 192.0.2.1:8080: this machine has no such address.",
        "Another program uses that address, or it is not this machine's; Tandem has not started.",
        "Stop the other program, or name another address in web.listen (TANDEM_WEB_LISTEN).",
      ],
    ],
    [
      "under an address without TLS",
      { web: { listen: "127.0.0.1:0", publicUrl: "http://tandem.example.coop" } },
      [/^The pages are to be reached under http:\/\/tandem\.example\.coop/, /./, /https/],
    ],
    [
      "with a data folder that lies too deep for a socket",
      { dataDir: "d".repeat(120) },
      [/^The data folder lies too deep: .* has \d+ characters\.$/, /./, /TANDEM_DATA_DIR/],
    ],
    [
      "on Matrix without a token",
      { matrix: { homeserver: "http://127.0.0.1:9" } },
      [
        "The settings name the homeserver http://127.0.0.1:9 but no access token.",
        "Tandem cannot log in there, so it has not started.",
        "Make one with npx tandem login, and name its file in matrix.accessTokenFile.",
      ],
    ],
  ])("%s", async (_what, settings, lines) => {
    const { folder, remove } = installation(settings);
    expectEnd(await run(folder, main), lines);
    remove();
  });

  test("on a database that is none, which stays as it is", async () => {
    const { folder, remove } = installation();
    mkdirSync(path.join(folder, "data"));
    const file = path.join(folder, "data/tandem.db");
    writeFileSync(file, "these are the minutes of the assembly\n".repeat(100));
    const size = statSync(file).size;
    expectEnd(await run(folder, main), [
      `The database ${file} cannot be opened: file is not a database.`,
      "Nothing was started and nothing was changed.",
      "Check that the folder exists, is writable and has room; then start again.",
    ]);
    expect(statSync(file).size).toBe(size);
    remove();
  });

  test("on a data folder that is a file", async () => {
    const { folder, remove } = installation();
    writeFileSync(path.join(folder, "data"), "");
    expectEnd(await run(folder, main), [/data\/tandem\.db cannot be opened: /, /./, /./]);
    remove();
  });

  test("while another Tandem runs on the same data, which goes on", async () => {
    const { folder, remove } = installation();
    const first = await startServer(folder, await freePort());
    const file = path.join(folder, "data/tandem.db");
    expectEnd(await run(folder, main), [
      `Another process has the database ${file} open.`,
      "Two Tandems on one file would carry everything out twice, so this one has not started.",
      "Stop the other one first, or name another data folder with TANDEM_DATA_DIR.",
    ]);
    const answer = await tandem(folder, ["whoami"]);
    expect(answer.code).toBe(0);
    expect(answer.out).toContain("You are cleo");
    expect(await first.stop()).toBe(0);
    remove();
  });

  test("with a command of the co-op's own that is broken: every fault is named with its file", async () => {
    const copy = mkdtempSync(path.join(tmpdir(), "tandem-copy-"));
    for (const part of ["src", "commands", "workflows", "migrations", "package.json"])
      cpSync(path.join(root, part), path.join(copy, part), { recursive: true });
    symlinkSync(path.join(root, "node_modules"), path.join(copy, "node_modules"));
    writeFileSync(path.join(copy, "commands/app/greet.ts"), "export default { hello: 'world' };\n");
    writeFileSync(path.join(copy, "commands/app/wave.ts"), "export default command({\n");
    const { folder, remove } = installation();
    const ended = await run(folder, path.join(copy, "src/main.ts"));
    expect(ended.code).toBe(1);
    expect(ended.err).toContain("commands/app/greet.ts: its default export is no command({ … })");
    expect(ended.err).toMatch(/commands\/app\/wave\.ts: it cannot be loaded: /);
    expect(ended.err).not.toMatch(/^\s+at .+:\d+/m);
    rmSync(copy, { recursive: true, force: true });
    remove();
  });
});

const mountable = canMount();
if (!mountable) console.log("a really full disk: left out, only root on Linux can mount a small one");

describe.skipIf(!mountable)("a disk that is really full", () => {
  test("refuses what is new in words, keeps what is there, and goes on once there is room", async () => {
    const { folder, remove } = installation({ diskFreeMb: 2 });
    const disk = path.join(folder, "data");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
    try {
      const server = await startServer(folder, await freePort());
      const made = await tandem(folder, ["app", "new", "custom-html", "notes.example.coop", "--wait"]);
      expect(made).toMatchObject({ code: 0 });
      fill(path.join(disk, "ballast"));
      const refused = await tandem(folder, ["app", "new", "custom-html", "more.example.coop"]);
      expect(refused.code).toBe(1);
      expect(refused.out.trim().split("\n")).toEqual([
        "Only 0 MB are free on the disk that holds the database.",
        "New runs are refused, so that what is already under way can still be recorded.",
        "An operator makes room on that disk; then say the command again.",
      ]);
      // Other changes fit, or are refused in the same words; never in others.
      for (let n = 0; n < 12; n++) {
        const said = await tandem(folder, ["seat", "add", `seat-${n}`, "Name"]);
        if (said.code === 1) expect(said.out).toMatch(/^Only 0 MB are free on the disk/);
        else expect(said.out).toMatch(/^Name/);
        if (said.code === 1) break;
      }
      expect((await tandem(folder, ["app", "list"])).out).toContain("notes.example.coop");
      expect((await tandem(folder, ["verify-audit"])).out).toMatch(/^The audit chain is whole: \d+ rows/);
      expect((await fetch(`${server.url}/healthz`)).status).toBe(503);
      rmSync(path.join(disk, "ballast"));
      const again = await tandem(folder, ["app", "new", "custom-html", "more.example.coop", "--wait"]);
      expect(again).toMatchObject({ code: 0 });
      expect(await server.stop()).toBe(0);
      expect((await tandem(folder, ["verify-audit"])).code).toBe(0);
      expect(server.log()).not.toContain("malformed");
    } finally {
      execFileSync("umount", ["--lazy", disk]);
      remove();
    }
  });

  test("lets a Tandem start, show its pages to whoever is signed in and answer programs", async () => {
    const { folder, remove } = installation({ diskFreeMb: 2 });
    const disk = path.join(folder, "data");
    mkdirSync(disk);
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=16m", "tmpfs", disk]);
    try {
      const port = await freePort();
      const first = await startServer(folder, port);
      const token = await cliWord(folder, ["token", "create", "script"], /tdm_[\w-]{43}/);
      const cookies = [await signIn(folder, first.url), await signIn(folder, first.url)];
      expect(await first.stop()).toBe(0);
      // The one was used a while ago, which is to be written down; the other is over, and is to be deleted.
      const sqlite = new Database(path.join(disk, "tandem.db"));
      const [used, over] = cookies.map((cookie) => sha256(cookie.split("=")[1] ?? ""));
      sqlite.prepare("update session set seen_at = seen_at - 600000 where hash = ?").run(used);
      sqlite.prepare("update session set created_at = 0 where hash = ?").run(over);
      sqlite.close();
      fill(path.join(disk, "ballast"));

      const server = await startServer(folder, port);
      for (let n = 0; n < 2; n++) {
        const page = await fetch(`${server.url}/`, { headers: { cookie: cookies[0] ?? "" } });
        expect(await page.text()).toContain("Hello cleo");
        const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
        const body = JSON.stringify({ line: "app list" });
        const asked = await fetch(`${server.url}/api/commands`, { method: "POST", headers, body });
        expect([asked.status, await asked.json()]).toMatchObject([200, { ok: true }]);
      }
      for (const what of ["session was last used", "token was last used", "sessions that are over could not"])
        expect(server.log().split(what)).toHaveLength(2);
      expect(server.log()).not.toContain("page broke");
      rmSync(path.join(disk, "ballast"));
      expect(await server.stop()).toBe(0);
    } finally {
      execFileSync("umount", ["--lazy", disk]);
      remove();
    }
  });
});

/** What the command line says that looks like this. */
async function cliWord(folder: string, words: string[], like: RegExp): Promise<string> {
  const { out } = await tandem(folder, words);
  return like.exec(out)?.[0] ?? expect.fail(out);
}

/** Signs in whoever the command line speaks for; answers the cookie. */
async function signIn(folder: string, url: string): Promise<string> {
  const link = await cliWord(folder, ["web"], /\S+\/sign-in\?token=[\w-]+/);
  const token = new URL(link).searchParams.get("token") ?? "";
  const response = await fetch(`${url}/sign-in`, {
    ...{ method: "POST", redirect: "manual" },
    body: new URLSearchParams({ token }),
    headers: { origin: url.replace("127.0.0.1", "localhost") },
  });
  return response.headers.get("set-cookie")?.split(";")[0] ?? expect.fail(`sign-in: ${response.status}`);
}

/** Writes until nothing more fits. */
function fill(file: string): void {
  try {
    execFileSync("dd", ["if=/dev/zero", `of=${file}`, "bs=4096"], { stdio: "ignore" });
  } catch {
    // dd ends so when the disk is full, which is what was wanted.
  }
}

function canMount(): boolean {
  if (process.platform !== "linux" || process.getuid?.() !== 0) return false;
  const probe = mkdtempSync(path.join(tmpdir(), "tandem-mount-"));
  try {
    execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", probe], { stdio: "ignore" });
    execFileSync("umount", [probe]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(probe, { recursive: true, force: true });
  }
}
