/** What doctor says of each fault: which part, what it means, what to do. It changes nothing. */
import { execFileSync } from "node:child_process";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { quietEngine, type QuietEngine } from "../house/quiet-engine.ts";
import { freePort } from "../real/docker/index.ts";
import { installation, tandem, type ChildOptions } from "./children.ts";

let engine: QuietEngine;
let folder: string;
let homeserver: string;
interface Answer {
  status: number;
  body: string;
}
let whoAmI: Answer;
let joined: Answer;
/** What the state of rooms is, by the end of its address; all else is not there. */
let states: Record<string, string>;
const notThere: Answer = { status: 404, body: '{"errcode":"M_NOT_FOUND","error":"Event not found."}' };
const server = createServer(({ url = "" }, response) => {
  const state = decodeURIComponent(url.split("/rooms/")[1] ?? "");
  const ofState = states[state];
  const answer = url.endsWith("/joined_rooms")
    ? joined
    : state === ""
      ? whoAmI
      : ofState === undefined
        ? notThere
        : { status: 200, body: ofState };
  response.writeHead(answer.status, { "content-type": "application/json" }).end(answer.body);
});

beforeEach(async () => {
  folder = mkdtempSync(path.join(tmpdir(), "tandem-doctor-"));
  engine = await quietEngine(folder);
  whoAmI = { status: 200, body: '{"user_id":"@tandem:demo","device_id":"TANDEM"}' };
  joined = { status: 200, body: '{"joined_rooms":[]}' };
  states = {};
  await new Promise<void>((up) => server.listen(0, "127.0.0.1", up));
  homeserver = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((closed) => server.close(closed));
  await engine.close();
  rmSync(folder, { recursive: true, force: true });
});

/** What doctor prints of an installation, the settings changed by `more`. */
async function examine(
  more: Record<string, unknown> = {},
  options: ChildOptions = {},
): Promise<{ code: number | null; lines: string[] }> {
  const one = installation({ docker: { socket: engine.socket }, matrix: { homeserver }, ...more });
  const before = readdirSync(one.folder);
  const { code, out, err } = await tandem(one.folder, ["doctor"], {
    env: { TANDEM_MATRIX_ACCESS_TOKEN: "syt_doctor_0123456789abcdef" },
    ...options,
  });
  expect(err).toBe("");
  expect(out).not.toMatch(/^\s+at .+:\d+|syt_doctor|hunter2/m);
  expect(readdirSync(one.folder)).toEqual(before);
  one.remove();
  return { code, lines: out.replaceAll(one.folder, "<folder>").trimEnd().split("\n") };
}

/** That this and nothing else is to be mended. */
async function expectFault(lines: (string | RegExp)[], ...how: Parameters<typeof examine>): Promise<void> {
  const found = await examine(...how);
  expect(found.code).toBe(1);
  const at = found.lines.findIndex((line) => line.startsWith("✕"));
  const fault = found.lines.slice(at, at + lines.length);
  lines.forEach((line, index) => {
    if (typeof line === "string") expect(fault[index]).toBe(line);
    else expect(fault[index]).toMatch(line);
  });
  expect(found.lines.filter((line) => line.startsWith("✕"))).toHaveLength(1);
  expect(found.lines.at(-1)).toBe("1 of these is to be mended.");
}

test("before the first start everything that it needs is there", async () => {
  const { code, lines } = await examine();
  expect(lines.map((line) => line.replace(/\d+ MB/, "n MB").replace(/:\d{4,5}\b/g, ":n"))).toEqual([
    "✓ settings: <folder>/tandem.yaml: all understood",
    "✓ data folder: <folder>/data, made at the first start, n MB free",
    "○ server: not running; start it with: npm start",
    "✓ maintainers: bo (from the settings, at the next start)",
    "✓ pages: 127.0.0.1:0 is free; people reach them under http://localhost:n",
    "✓ docker: engine 20.10.24, Swarm manager on quiet",
    "✓ matrix: @tandem:demo on http://127.0.0.1:n, device TANDEM",
    "○ room matrix.defaultRoom: not set; what is asked on pages or by schedule is told in no room, and of the night only its trouble",
    "○ room matrix.operatorsRoom: not set; the day's head of the audit trail is posted nowhere",
    "○ catalogue: none is named; recipes are those of the settings",
    "○ open collective: not configured; nobody is paid through it",
    expect.stringMatching(/^✓ recipe custom-html: .*recipes\/custom-html$/),
    "",
    "All is well.",
  ]);
  expect(code).toBe(0);
});

describe("a fault is named with what it means and what to do", () => {
  test("settings that cannot be understood stop everything else", async () => {
    const { code, lines } = await examine({ docker: { sockett: "x" } });
    expect(lines).toEqual([
      "✕ settings: tandem.yaml names the setting docker.sockett, which does not exist.",
      "    A misspelt setting would be ignored in silence, so Tandem does not start.",
      "    Did you mean docker.socket? All settings are listed in the manual: docs/settings.",
      "",
      "1 of these is to be mended.",
    ]);
    expect(code).toBe(1);
  });

  test("no maintainer", () =>
    expectFault(
      [
        "✕ maintainers: Nobody holds the role maintainer.",
        /never takes an empty list/,
        /^ {4}Name at least one/,
      ],
      { people: {} },
    ));

  test("a data folder that is a file", () => {
    const file = path.join(folder, "file");
    writeFileSync(file, "");
    return expectFault(
      [
        `✕ data folder: The data folder ${file} cannot be used: it is not a folder.`,
        /^ {4}/,
        /TANDEM_DATA_DIR/,
      ],
      { dataDir: file },
    );
  });

  test("a data folder that may not be written to", () => {
    const closed = path.join(folder, "closed");
    mkdirSync(closed);
    chmodSync(closed, 0o500);
    // Root may write anywhere, unless that right is taken from it.
    const under =
      process.getuid?.() === 0 ? ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] : [];
    return expectFault(
      [/cannot be used: this account may not write there\.$/],
      { dataDir: closed },
      { under },
    );
  });

  test("a disk that is nearly full", () =>
    expectFault([/^✕ data folder: Only \d+ MB are free/, /^ {4}New runs are refused/, /makes room/], {
      diskFreeMb: 1_000_000_000,
    }));

  test("a port that another program has", () =>
    expectFault(
      [
        `✕ pages: The pages cannot be served at ${homeserver.slice("http://".length)}: the port is taken.`,
        /^ {4}Another program uses that address/,
        /^ {4}Stop the other program, or name another address in web\.listen/,
      ],
      { web: { listen: homeserver.slice("http://".length) } },
    ));

  test("pages without TLS", () =>
    expectFault([/^✕ pages: The pages are to be reached under http:\/\/tandem\.example\.coop/, /./, /./], {
      web: { listen: "127.0.0.1:0", publicUrl: "http://tandem.example.coop" },
    }));

  test("no Docker Engine", () =>
    expectFault(
      [
        "✕ docker: The Docker Engine does not answer at /nonexistent/docker.sock: there is no such socket.",
        /^ {4}Nothing can be deployed/,
        /^ {4}An operator starts Docker/,
      ],
      { docker: { socket: "/nonexistent/docker.sock" } },
    ));

  test("a catalogue that does not answer, is none, or is not there, without its password", async () => {
    const nobody = `127.0.0.1:${await freePort()}/recipes.json`;
    await expectFault(
      [new RegExp(`^✕ catalogue: .*http://${RegExp.escape(nobody)}.*nothing listens there`), /./, /./],
      { catalogue: `http://bot:hunter2@${nobody}` },
    );
    // The homeserver of these tests answers with an account.
    await expectFault([/^✕ catalogue: .*is no catalogue of recipes/, /./, /./], {
      catalogue: `${homeserver}/recipes.json`,
    });
    await expectFault([/^✕ catalogue: .*<folder>\/recipes\.json.*there is no such file/, /./, /./], {
      catalogue: "recipes.json",
    });
  });

  test("a recipe's repository that is gone, without its password", async () => {
    const source = "https://bot:hunter2@127.0.0.1:9/wiki.git";
    await expectFault(
      [
        /^✕ recipe wiki: https:\/\/127\.0\.0\.1:9\/wiki\.git cannot be read: /,
        /^ {4}/,
        /^ {4}Check the address/,
      ],
      { recipes: { wiki: source } },
    );
    await expectFault([/^✕ recipe wiki: <folder>\/wiki cannot be read: there is no such folder\.$/], {
      recipes: { wiki: "wiki" },
    });
  });
});

test("a catalogue is told with what is in it", async () => {
  const file = path.join(folder, "recipes.json");
  const wiki = { name: "wiki", repository: "https://git.example.coop/recipes/wiki.git", versions: [] };
  writeFileSync(file, JSON.stringify({ wiki, "no name": {} }));
  const { code, lines } = await examine({ catalogue: file });
  expect(lines).toContain(
    `✓ catalogue: ${file} tells of 1 recipe; 1 passed over, which name no proper repository`,
  );
  expect(code).toBe(0);
});

describe("a homeserver", () => {
  test("without a token for it", () =>
    expectFault(
      [/^✕ matrix: The settings name the homeserver .* but no access token\.$/, /./, /tandem login/],
      {},
      { env: {} },
    ));

  test("that refuses the token", () => {
    whoAmI = { status: 401, body: '{"errcode":"M_UNKNOWN_TOKEN","error":"Invalid access token passed."}' };
    return expectFault([/no longer accepts the bot's access token\.$/, /./, /Log in again/]);
  });

  test("whose token has no device", () => {
    whoAmI = { status: 200, body: '{"user_id":"@tandem:demo"}' };
    return expectFault([/belongs to no device\.$/, /./, /npx tandem login$/]);
  });

  test("that is another kind of server", () => {
    whoAmI = { status: 404, body: "<h1>nothing here</h1>" };
    return expectFault([/does not answer: it answers as no homeserver does \(status 404\)\.$/, /./, /./]);
  });

  test("that is away", async () => {
    const port = await freePort();
    await expectFault([/^✕ matrix: The homeserver .* does not answer: nothing listens there\.$/, /./, /./], {
      matrix: { homeserver: `http://127.0.0.1:${port}` },
    });
  });

  test("in a file of a secret that is not there", async () => {
    const { lines } = await examine({ matrix: { homeserver, accessTokenFile: "gone" } }, { env: {} });
    expect(lines[0]).toMatch(
      /^✕ settings: The file .*gone, which matrix\.accessTokenFile names, cannot be read: /,
    );
    expect(lines[2]).toMatch(/chmod 600/);
  });
});

test("rooms: where the bot is not yet, and where others can read along", async () => {
  joined = { status: 200, body: '{"joined_rooms":["!co:demo","!clear:demo","!a:demo","!b:demo"]}' };
  const encrypted = '{"algorithm":"m.megolm.v1.aes-sha2"}';
  states = {
    "!co:demo/state/m.room.encryption/": encrypted,
    "!co:demo/state/m.room.name/": '{"name":"Co\\u001b[2J-op"}',
    "!a:demo/state/m.room.encryption/": encrypted,
    "!b:demo/state/m.room.name/": '{"name":"Lobby"}',
  };
  const named = { homeserver, defaultRoom: "!co:demo", operatorsRoom: "!clear:demo" };
  const rooms = { backups: { room: "!co:demo" }, stripe: { room: "!new:demo" } };
  const { code, lines } = await examine({ matrix: named, ...rooms });
  const clear =
    /which is not encrypted: everybody who runs a homeserver of its members can read what is said/;
  const told = lines.filter((line) => /^\S+ (other )?rooms? /.test(line) || line.includes("other rooms"));
  expect(told).toEqual([
    "✓ room matrix.defaultRoom, backups.room: the bot is in !co:demo (“Co[2J-op”), which is encrypted",
    expect.stringMatching(/^○ room matrix\.operatorsRoom: the bot is in !clear:demo, which is not encrypted/),
    "○ room stripe.room: the bot is not in !new:demo yet: invite it there as soon as Tandem runs",
    expect.stringMatching(
      /^○ other rooms: the bot is in 2 more; of these !b:demo \(“Lobby”\) is not encrypted/,
    ),
  ]);
  expect(told[1]).toMatch(clear);
  expect(code).toBe(0);
});

test("a homeserver that does not say in which rooms the bot is", async () => {
  joined = { status: 500, body: "{}" };
  await expectFault([/^✕ rooms: .*it does not say which rooms the bot is in \(status 500\)\.$/, /./, /./]);
});

test("after it ran, a stopped Tandem is examined by its database, which stays untouched", async () => {
  const one = installation({ docker: { socket: engine.socket } });
  await tandem(one.folder, ["migrate"]);
  const database = path.join(one.folder, "data/tandem.db");
  const before = execFileSync("sha256sum", [database]).toString();
  const said = await tandem(one.folder, ["doctor"]);
  expect(said.out).toMatch(/^✓ maintainers: bo \(from the settings, at the next start\)$/m);
  expect(said.code).toBe(0);
  expect(execFileSync("sha256sum", [database]).toString()).toBe(before);
  expect(existsSync(database)).toBe(true);
  writeFileSync(database, "no database");
  const broken = await tandem(one.folder, ["doctor"]);
  expect(broken.out).toMatch(
    /^✕ maintainers: The database .*tandem\.db cannot be opened: file is not a database\.$/m,
  );
  one.remove();
});
