/**
 * The real program under 200 commands of eight people in four encrypted rooms, killed twenty times: what reads, what
 * changes and what starts workflows. Each command is answered once, each change is made once, and all can be read.
 */
import { randomInt } from "node:crypto";
import { cpSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { remove, repository } from "../recipes/repository.ts";
import {
  expectAllReadable,
  gather,
  isEdit,
  openRoom,
  patience,
  repliesTo,
  saidInTheClear,
  textOf,
  type Gathering,
} from "./house/gathering.ts";
import { install, type Installation, type Program } from "./house/program.ts";
import { openRecords, type Records } from "./house/records.ts";
import { call, useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const kills = 20;
/** After this long without one more answer, none is waited for. */
const stalledMs = 90_000;
/** Below what one person (30) and one room (60) may say at once: the rates are those of every co-op. */
const each = 25;
/** One operator and one maintainer in each room. */
const pairs = [
  ["olga", "ben"],
  ["otto", "bea"],
  ["omar", "bob"],
  ["orla", "bill"],
] as const;
const operators = pairs.map(([operator]) => operator);
const maintainers = pairs.map(([, maintainer]) => maintainer);
type Name = (typeof pairs)[number][number];

/** What is said as the `n`th by this person, and what the one answer to it must say. */
interface Line {
  words: string;
  answer: RegExp;
}
function lineOf(name: Name, n: number): Line {
  const changes: Line[] = (operators as Name[]).includes(name)
    ? [
        { words: `seat add ${name}-${n} "Seat ${n} of ${name}"`, answer: /is a member organisation now/ },
        { words: `member add ${name}-${n} @${name}-${n}:coop.test`, answer: /is a member now/ },
      ]
    : [
        { words: `app new page ${name}-${n}.example.coop`, answer: /is a page now, at version 1\.1\.0/ },
        {
          words: `app new page ${name}-${n}.example.coop --version 1.0.0+1.0.0`,
          answer: /is a page now, at version 1\.0\.0/,
        },
      ];
  const lines: Line[] = [
    { words: "whoami", answer: new RegExp(`\\(\`${name}\`\\)`) },
    changes[0] as Line,
    { words: "help app list", answer: /List the apps/ },
    changes[1] as Line,
    { words: "app list", answer: /There (is|are)/ },
  ];
  return lines[n % lines.length] as Line;
}

describe.skipIf(synapse === undefined)("the whole house, killed again and again", () => {
  if (synapse === undefined) return;
  const { url } = synapse;
  const source = repository();
  let bot: TestUser;
  let people: Gathering<Name>;
  let home: Installation;
  let program: Program | undefined;
  const rooms: string[] = [];

  beforeAll(async () => {
    const files = (version: string): Record<string, string> => ({
      "compose.yml": `services:\n  app:\n    image: page:1\n    deploy: {labels: ["coop-cloud.\${STACK_NAME}.version=${version}"]}\n`,
      ".env.sample": "TYPE=page\nDOMAIN=page.example.com\n",
    });
    for (const version of ["1.0.0+1.0.0", "1.1.0+1.0.0"]) source.publish(version, files(version));
    bot = await synapse.user("tandem");
    people = await gather(synapse, [...operators, ...maintainers]);
    const seed = (name: Name): { name: string; matrixId: string } => ({
      name,
      matrixId: people[name].userId,
    });
    home = await install({
      homeserver: url,
      bot,
      operators: operators.map(seed),
      maintainers: maintainers.map(seed),
      recipes: { page: source.dir },
      // Nothing is deployed here, and without an engine the lists say so.
      docker: path.join(source.dir, "no.sock"),
    });
  });
  afterAll(async () => {
    // Where the test failed half-way it still runs, and its pipes would keep the whole suite from ending.
    await program?.end("SIGKILL");
    for (const one of Object.values(people)) one.stop();
    await synapse.stop();
    home.remove();
    remove(source.dir);
  });

  test(
    `of ${each * 2 * pairs.length} commands with ${kills} kills, each is answered once and done once`,
    { timeout: 900_000 },
    async () => {
      let one = (program = home.start());
      await one.up;
      for (const [operator, maintainer] of pairs) {
        // A new room key every 15 messages, so that kills also hit the sharing of keys.
        const [host, guest] = [people[operator], people[maintainer]];
        rooms.push(await openRoom(host, bot.userId, [guest], { rotationMessages: 15 }));
      }
      const before = await fingerprints();
      const said = new Map<string, { name: Name; room: string; line: Line }>();
      const talking = pairs.flatMap((pair, index) =>
        pair.map(async (name) => {
          const room = rooms[index] ?? "";
          for (let n = 0; n < each; n++) {
            const line = lineOf(name, n);
            said.set(await people[name].say(room, `!tandem ${line.words}`), { name, room, line });
            await sleep(500 + randomInt(1500));
          }
        }),
      );
      let cameUp = 1;
      for (let killed = 0; killed < kills; killed++) {
        // By turns while it starts (or wherever it is by then) and while it works.
        if (killed % 2 === 1) await one.up.then(() => cameUp++);
        await sleep(randomInt(killed % 2 === 1 ? 700 : 1800));
        expect(await one.end("SIGKILL")).toBe("SIGKILL");
        one = program = home.start();
      }
      await one.up;
      await Promise.all(talking);
      expect(said.size).toBe(each * 2 * pairs.length);

      const replies = (event: string): string[] => {
        const { name, room } = said.get(event) ?? { name: "olga" as const, room: "" };
        return repliesTo(people[name], room, bot.userId, event).map(textOf);
      };
      const silent = (): string[] => [...said.keys()].filter((event) => replies(event).length === 0);
      await noMore(silent);
      const unanswered = silent().map((event) => [
        said.get(event)?.line.words,
        whatBecameOf(home.folder, event),
      ]);
      expect(unanswered, JSON.stringify(unanswered) + one.log().slice(-2000)).toEqual([]);
      // What waits is sent before it ends; then everything that was sent must have been seen.
      expect(await one.end("SIGTERM")).toBe(0);
      const records = openRecords(home.folder);
      await everythingSeen(records);

      const wrong = [...said].flatMap(([event, { line }]) => {
        const heard = replies(event);
        return heard.length === 1 && line.answer.test(heard[0] ?? "") ? [] : [{ words: line.words, heard }];
      });
      expect(wrong).toEqual([]);
      for (const [index, [operator, maintainer]] of pairs.entries()) {
        const room = rooms[index] ?? "";
        expectAllReadable([people[operator], people[maintainer]], room);
        expect((await saidInTheClear(url, people[operator], room, bot.userId)).clear).toEqual([]);
      }
      expectDoneOnce(records, said);
      expect(await fingerprints()).toEqual(before);
      records.close();
      console.log(`kill: ${kills} kills, up ${cameUp} times between them, ${said.size} commands, each once`);
    },
  );

  /** Waits until nothing is silent any more, for as long as answers come: how fast they do is measured elsewhere. */
  async function noMore(silent: () => unknown[]): Promise<void> {
    let [left, sinceMs] = [silent().length, performance.now()];
    while (left > 0 && performance.now() - sinceMs < stalledMs) {
      await sleep(200);
      const now = silent().length;
      if (now < left) [left, sinceMs] = [now, performance.now()];
    }
  }

  /** Waits until each room's people have read every message that the homeserver took from us, and no other. */
  async function everythingSeen(records: Records): Promise<void> {
    for (const [index, [operator]] of pairs.entries()) {
      const room = rooms[index] ?? "";
      const sent = records
        .rows<{ id: string }>(
          "select event_id as id from outbox where room = ? and state = 'sent' and kind = 'message'",
          room,
        )
        .map(({ id }) => id);
      const seen = (): string[] =>
        people[operator]
          .messages(room, bot.userId)
          .filter((event) => !isEdit(event))
          .map((event) => event.getId() ?? "");
      await vi.waitUntil(() => sent.every((id) => seen().includes(id)), patience);
      expect(seen().toSorted()).toEqual(sent.toSorted());
    }
  }

  /** The bot's devices and their keys as the homeserver names them to everybody. */
  async function fingerprints(): Promise<object> {
    const asked = { device_keys: { [bot.userId]: [] } };
    const answer = await call<{ device_keys: Record<string, Record<string, { keys: object }>> }>(
      url,
      "POST",
      "/_matrix/client/v3/keys/query",
      { token: bot.accessToken, body: asked },
    );
    const devices = Object.entries(answer.device_keys[bot.userId] ?? {});
    expect(devices.length).toBe(1);
    return Object.fromEntries(devices.map(([id, { keys }]) => [id, keys]));
  }
});

/**
 * Where a command stands on its way, for who has to find out why it was not answered. Read from a copy: Tandem runs,
 * and has the database for itself.
 */
function whatBecameOf(folder: string, event: string): object {
  const copy = mkdtempSync(path.join(tmpdir(), "tandem-copy-"));
  for (const file of ["tandem.db", "tandem.db-wal"])
    cpSync(path.join(folder, "data", file), path.join(copy, "data", file));
  const records = openRecords(copy);
  const heard = records.rows(
    "select state, session, attempts, fault, arrived_at, done_at from inbox where event_id = ?",
    event,
  );
  const answers = records.rows(
    "select key, state, attempts, refusal, event_id, sent_at from outbox where content like ?",
    `%${event}%`,
  );
  records.close();
  remove(copy);
  return { heard, answers };
}

function expectDoneOnce(records: Records, said: ReadonlyMap<string, { name: Name; line: Line }>): void {
  const words = [...said.values()].map(({ line }) => line.words.split(" "));
  const named = (...start: string[]): string[] =>
    words
      .filter((line) => start.every((word, n) => line[n] === word))
      .map((line) => line[start.length] ?? "")
      .toSorted();
  const column = (query: string): string[] => records.rows<{ it: string }>(query).map(({ it }) => it);
  const count = (query: string): number => records.rows<{ n: number }>(query)[0]?.n ?? -1;
  const subjects = (what: string): string[] =>
    records
      .audited(what)
      .map((row) => row.subject)
      .toSorted();

  // The queues are empty: nothing given up, nothing unread, nothing unsent.
  expect(records.rows("select state, count(*) as n from inbox group by state").map(String)).toHaveLength(1);
  expect(count("select count(*) as n from inbox where state = 'done' and event like '%!tandem %'")).toBe(
    said.size,
  );
  expect(count(`select count(*) as n from inbox where event like '%"undecryptable"%'`)).toBe(0);
  expect(records.rows("select key, state from outbox where state not in ('sent', 'superseded')")).toEqual([]);

  // Each change is there, once, with one row in the record.
  expect(column("select name as it from seat order by name")).toEqual(named("seat", "add"));
  expect(subjects("seat.added")).toEqual(named("seat", "add"));
  expect(column("select name as it from member where name like '%-%' order by name")).toEqual(
    named("member", "add"),
  );
  expect(subjects("member.added").filter((name) => name.includes("-"))).toEqual(named("member", "add"));
  const apps = words
    .filter(([a, b]) => a === "app" && b === "new")
    .map((line) => line[3] ?? "")
    .toSorted();
  expect(apps.length).toBeGreaterThan(30);
  expect(column("select domain as it from app order by domain")).toEqual(apps);
  expect(subjects("app.created")).toEqual(apps);

  // One run for each, all done; each of its steps written once and done.
  expect(records.rows("select status, count(*) as n from run group by status")).toEqual([
    { status: "done", n: apps.length },
  ]);
  expect(
    records.rows("select key, status, count(*) as n from step group by key, status order by key"),
  ).toEqual([
    { key: "prepare", status: "done", n: apps.length },
    { key: "register", status: "done", n: apps.length },
  ]);
  expect(records.audited("run.done")).toHaveLength(apps.length);

  // Each command that changes or starts something was written down once.
  const changing = [...said].filter(([, { line }]) => /^(seat|member) add|^app new/.test(line.words));
  const keys = records.audited("command.said").map((row) => String(row.details["key"]));
  expect(keys.toSorted()).toEqual(changing.map(([event]) => event).toSorted());
  expect(records.chain()).toBeGreaterThan(keys.length);
}
