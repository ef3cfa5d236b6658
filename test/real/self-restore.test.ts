/**
 * The machine is lost: Tandem comes back from its own backup into an empty folder, with the command of the manual, and
 * answers in the same rooms with the same books.
 */
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { openDb } from "../../src/db/index.ts";
import {
  expectAllReadable,
  gather,
  openRoom,
  patience,
  talk,
  textOf,
  type Gathering,
  type Talk,
} from "./house/gathering.ts";
import { install, type Installation, type Program } from "./house/program.ts";
import { openRecords } from "./house/records.ts";
import { haveProgram, restic } from "./debian-program.ts";
import { call, useSynapse, type TestUser } from "./synapse/index.ts";
import { line, openBooksHouse } from "../books/house.ts";

const run = promisify(execFile);
const synapse = haveProgram(restic) ? await useSynapse() : undefined;
const names = ["ana", "bo"] as const;
type Name = (typeof names)[number];
const root = path.join(import.meta.dirname, "../..");
const books = ["book_entry", "book_fact", "book_file", "book_member", "book_period", "book_state"];
const owned = ["member", "account", "role_held", "seat", "app", "audit", "backup_repository", ...books];

describe.skipIf(synapse === undefined)("a Tandem whose machine is lost", () => {
  if (synapse === undefined) return;
  const away = mkdtempSync(path.join(tmpdir(), "tandem-away-"));
  const repository = path.join(away, "repository");
  const passwordFile = path.join(away, "password");
  let bot: TestUser;
  let people: Gathering<Name>;
  let home: Installation;
  let program: Program;
  let room: string;
  let before: Record<string, unknown[]>;
  let master: unknown;
  const says = {} as Record<Name, Talk>;

  const keyOf = async (): Promise<unknown> => {
    const body = { device_keys: { [bot.userId]: [] } };
    const token = people.ana.client.getAccessToken() ?? "";
    const answer = await call<{ master_keys: Record<string, { keys: unknown }> }>(
      synapse.url,
      "POST",
      "/_matrix/client/v3/keys/query",
      { token, body },
    );
    return answer.master_keys[bot.userId]?.keys;
  };
  const rowsIn = (folder: string): Record<string, unknown[]> => {
    const records = openRecords(folder);
    const found = Object.fromEntries(owned.map((table) => [table, records.rows(`select * from "${table}"`)]));
    records.close();
    return found;
  };

  beforeAll(async () => {
    writeFileSync(passwordFile, "correct horse battery staple\n", { mode: 0o600 });
    await run("restic", ["-r", repository, "--password-file", passwordFile, "init"]);
    bot = await synapse.user("tandem");
    people = await gather(synapse, names);
    const seed = (name: Name) => ({ name, matrixId: people[name].userId });
    home = await install({
      homeserver: synapse.url,
      bot,
      operators: [seed("ana")],
      maintainers: [seed("bo")],
      settings: { backups: { repository: "own", selfFolders: ["secrets"] } },
    });
    mkdirSync(path.join(home.folder, "data"));
    const db = openDb(path.join(home.folder, "data/tandem.db"));
    db.sqlite
      .prepare(
        "insert into backup_repository (name, location, password_file, added_by, added_at) values (?, ?, ?, ?, ?)",
      )
      .run("own", repository, passwordFile, "ana", "2026-11-26T00:00:00.000Z");
    // Two lines of the bank, which wait for a treasurer.
    openBooksHouse({ db }).bank([line("l1", "2026-10-20", 4999), line("l2", "2026-10-21", -1200, "Rent")]);
    db.close();
    program = home.start();
    await program.up;
    room = await openRoom(people.ana, bot.userId, [people.bo]);
    for (const name of names) says[name] = talk(people[name], room, bot.userId);
  });
  afterAll(async () => {
    await program.end("SIGTERM");
    for (const name of names) people[name].stop();
    await synapse.stop();
    home.remove();
    rmSync(away, { recursive: true, force: true });
  });

  test("backs itself up while it runs", { timeout: 120_000 }, async () => {
    await says.ana.ask("seat add baking Baking", /./);
    await says.ana.ask("backup self", /Tandem itself is backed up into own/);
    master = await keyOf();
    expect(master).toBeDefined();
    expect(existsSync(path.join(home.folder, "data/self-backup"))).toBe(false);
    // What is kept of it: no ratchet, no token of the database of keys.
    const listed = await run("restic", ["-r", repository, "--password-file", passwordFile, "ls", "latest"]);
    expect(listed.stdout).toContain("/data/tandem.db");
    expect(listed.stdout).toContain("/data/matrix/identity.json");
    expect(listed.stdout).not.toContain("olm.db");
    await program.end("SIGKILL");
    before = rowsIn(home.folder);
    expect(before["book_fact"]).toHaveLength(2);
  });

  test("comes back by one command, into an empty folder", { timeout: 120_000 }, async () => {
    rmSync(home.folder, { recursive: true });
    const words = [
      "restore-self",
      "--from",
      repository,
      "--password-file",
      passwordFile,
      "--to",
      home.folder,
    ];
    const { stdout } = await run(process.execPath, [path.join(root, "src/cli.ts"), ...words], {
      cwd: away,
      env: { PATH: process.env["PATH"] },
    });
    expect(stdout).toContain(`Tandem is back in ${home.folder}`);
    expect(stdout).toContain("Its database is whole");
    expect(stdout).toContain(`elsewhere${passwordFile} lay at ${passwordFile}: put it back there.`);
    expect(readFileSync(path.join(home.folder, "secrets/passphrase"), "utf8")).toContain("long passphrase");
    await expect(
      run(process.execPath, [path.join(root, "src/cli.ts"), ...words], {
        cwd: away,
        env: { PATH: process.env["PATH"] },
      }),
    ).rejects.toMatchObject({ stderr: expect.stringContaining("is not empty") as string });
  });

  test("answers in the same room as a new device of the same identity", { timeout: 180_000 }, async () => {
    const device = await synapse.login(bot);
    writeFileSync(path.join(home.folder, "secrets/token"), `${device.accessToken}\n`, { mode: 0o600 });
    program = home.start();
    await program.up;
    expect(textOf(await says.ana.ask("whoami"))).toContain("(`ana`)");
    expect(textOf(await says.bo.ask("seat list"))).toContain("baking");
    expect(await keyOf()).toEqual(master);
    await vi.waitUntil(() => !existsSync(path.join(home.folder, "data/matrix/identity.json")), patience);
    expectAllReadable(Object.values(people), room);
    expect(await program.end("SIGTERM")).toBe(0);
    const records = openRecords(home.folder);
    expect(records.chain()).toBeGreaterThan(3);
    records.close();
    const after = rowsIn(home.folder);
    for (const table of owned.filter((name) => name !== "audit"))
      expect(after[table], table).toEqual(before[table]);
    // The chain goes on from what was backed up: all that was in it then is in it still.
    const known = (before["audit"] ?? []).filter((row) => JSON.stringify(row).includes("seat."));
    expect(known.length).toBeGreaterThan(0);
    for (const row of known) expect(after["audit"]).toContainEqual(row);
  });
});
