/** The homeserver goes and comes, or turns the bot away: nothing that was said is lost, and what is wrong is told. */
import { rmSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import {
  gather,
  openRoom,
  patience,
  repliesTo,
  talk,
  textOf,
  type Gathering,
  type Talk,
} from "./house/gathering.ts";
import { install, type Installation, type InstallOptions, type Program } from "./house/program.ts";
import { call, useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const names = ["ana", "bo"] as const;
type Name = (typeof names)[number];

describe.skipIf(synapse === undefined)("the homeserver is away", () => {
  if (synapse === undefined) return;
  let bot: TestUser;
  let people: Gathering<Name>;
  let home: Installation;
  let program: Program;
  let room: string;
  let options: InstallOptions;
  const says = {} as Record<Name, Talk>;

  beforeAll(async () => {
    bot = await synapse.user("tandem");
    people = await gather(synapse, names);
    const seed = (name: Name): { name: string; matrixId: string } => ({
      name,
      matrixId: people[name].userId,
    });
    options = {
      homeserver: synapse.url,
      bot,
      operators: [seed("ana")],
      maintainers: [seed("bo")],
      script: path.join(import.meta.dirname, "house/child.ts"),
    };
    home = await install(options);
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
  });

  const chat = async (): Promise<{ ok: boolean; says?: string }> =>
    (await program.health()).parts["chat"] ?? { ok: false };
  const isAway = (): Promise<boolean> => vi.waitUntil(async () => !(await chat()).ok, patience);

  test("what was said before it went is answered when it is back", { timeout: 120_000 }, async () => {
    // Stopped, Tandem hears nothing of what the homeserver still takes.
    program.child.kill("SIGSTOP");
    const command = await says.ana.say("whoami");
    await synapse.down();
    program.child.kill("SIGCONT");
    await isAway();
    expect((await chat()).says).toMatch(/out of reach/);
    await synapse.up();
    expect(textOf(await says.ana.reply(command))).toContain("(`ana`)");
    await vi.waitUntil(async () => (await chat()).ok, patience);
    expect(repliesTo(people.ana, room, bot.userId, command)).toHaveLength(1);
  });

  test(
    "a run goes on meanwhile, and what it has to say is said afterwards",
    { timeout: 120_000 },
    async () => {
      const command = await says.ana.say("agree baking 1 600");
      const progress = await says.ana.reply(command, /run `/);
      const run = /run `([a-z]{5})`/.exec(textOf(progress))?.[1] ?? "";
      await people.ana.hear(room, bot.userId, /Carry out baking\?/);
      await synapse.down();
      await isAway();
      expect(await program.say(`approve ${run}`, "bo")).toMatchObject({ ok: true });
      await vi.waitUntil(
        async () => (await program.door<{ status: string }>(`/runs/${run}`)).status === "done",
        patience,
      );
      expect((await chat()).says).toMatch(/[1-9]\d* messages wait to be sent/);
      await synapse.up();
      expect(textOf(await says.ana.reply(command, /carried out/))).toContain("baking is carried out");
      expect(repliesTo(people.ana, room, bot.userId, command)).toHaveLength(2);
    },
  );

  test("Tandem starts without it, says so, and comes into the room later", { timeout: 120_000 }, async () => {
    expect(await program.end("SIGTERM")).toBe(0);
    await synapse.down();
    program = home.start();
    await program.up;
    const { ok, parts } = await program.health();
    expect({ ok, chat: parts["chat"]?.ok, database: parts["database"]?.ok }).toEqual({
      ok: false,
      chat: false,
      database: true,
    });
    expect(parts["chat"]?.says).toMatch(/out of reach/);
    await synapse.up();
    expect(textOf(await says.bo.ask("whoami"))).toContain("(`bo`)");
    expect((await program.health()).parts["chat"]?.ok).toBe(true);
  });

  test(
    "a second Tandem on the same data is refused, and the first goes on",
    { timeout: 60_000 },
    async () => {
      const second = home.start();
      expect(await second.ended).toBe(1);
      expect(second.log()).toMatch(/database/);
      expect(textOf(await says.bo.ask("whoami"))).toContain("(`bo`)");
    },
  );

  test("the very first start asks who the bot is, and says what is wrong", { timeout: 120_000 }, async () => {
    const other = await install({ ...options, script: undefined, homeserver: "http://127.0.0.1:9" });
    const away = other.start();
    expect(await away.ended).toBe(1);
    expect(lines(away)).toContain(
      "At its first start Tandem has to ask it who the bot is; later starts simply wait for it.",
    );
    other.remove();
    const stranger = await install({
      ...options,
      script: undefined,
      bot: { ...bot, accessToken: "nobodys" },
    });
    const refused = stranger.start();
    expect(await refused.ended).toBe(1);
    expect(lines(refused)).toContain(
      "Log in again with npx tandem login, store the new token, and start Tandem.",
    );
    stranger.remove();
  });

  test(
    "a token that dies stops it with the reason, and stops every later start",
    { timeout: 120_000 },
    async () => {
      const mortal = await synapse.user("mortal");
      const other = await install({ ...options, script: undefined, bot: mortal });
      const first = other.start();
      await first.up;
      await call(synapse.url, "POST", "/_matrix/client/v3/logout", { token: mortal.accessToken, body: {} });
      expect(await first.ended).toBe(1);
      const second = other.start();
      expect(await second.ended).toBe(1);
      for (const one of [first, second]) {
        expect(lines(one)).toContain(
          `The homeserver ${synapse.url} no longer accepts the bot's access token.`,
        );
        expect(lines(one)).toContain(
          "Log in again with npx tandem login, store the new token, and start Tandem.",
        );
        expect(one.log()).not.toContain(mortal.accessToken);
      }
      rmSync(other.folder, { recursive: true });
    },
  );

  /** What a person reads on the terminal, without the log. */
  function lines(one: Program): string[] {
    return one
      .log()
      .split("\n")
      .filter((line) => line !== "" && !line.startsWith("{"));
  }
});
