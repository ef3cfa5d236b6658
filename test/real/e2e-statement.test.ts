/**
 * A bank's statement sent into an encrypted room and into one that is not, and taken into the books by a reply: the
 * real program with a real homeserver, and no Docker Engine.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { bankNumber, bankTable } from "../../src/demo/two-months.ts";
import { replyTo, seal, upload } from "./attachment.ts";
import { gather, openRoom, talk, textOf, type Gathering, type Talk } from "./house/gathering.ts";
import { install, type Installation, type Program } from "./house/program.ts";
import { useSynapse, type TestUser } from "./synapse/index.ts";

const synapse = await useSynapse();
const names = ["ana", "tess"] as const;

describe.skipIf(synapse === undefined)("a statement out of the room", () => {
  if (synapse === undefined) return;
  const { url } = synapse;
  let bot: TestUser;
  let people: Gathering<(typeof names)[number]>;
  let home: Installation;
  let program: Program;
  let room: string;
  let clear: string;

  beforeAll(async () => {
    bot = await synapse.user("tandem");
    people = await gather(synapse, names);
    const ana = { name: "ana", matrixId: people.ana.userId };
    const gls = { number: bankNumber, currency: "EUR", mapping: "gls" };
    home = await install({
      ...{ homeserver: url, bot, operators: [ana], maintainers: [ana] },
      ...{ docker: "/nonexistent/docker.sock", settings: { books: { accounts: { gls } } } },
    });
    program = home.start();
    await program.up;
    await program.say(`member add tess ${people.tess.userId}`, "ana");
    await program.say("member role tess treasurer", "ana");
    room = await openRoom(people.tess, bot.userId, [people.ana]);
    clear = await openRoom(people.tess, bot.userId, [people.ana], { encrypted: false });
  }, 240_000);
  afterAll(async () => {
    await program.end("SIGTERM");
    for (const name of names) people[name].stop();
    await synapse.stop();
    home.remove();
  });

  const says = (where: string): Talk => talk(people.tess, where, bot.userId);
  const words = "!tandem money import bank --account gls";
  const bytes = Buffer.from(bankTable("2026-09"));

  test(
    "encrypted: as a reply to the file it is taken, and its lines are in the books",
    { timeout: 120_000 },
    async () => {
      const { sealed, info } = seal(bytes);
      const file = { ...info, url: await upload(url, people.tess, sealed) };
      const name = "september.csv";
      const sent = await people.tess.say(room, name, { msgtype: "m.file", filename: name, file });
      const reply = await people.tess.say(room, words, replyTo(sent));
      const answer = textOf(await says(room).reply(reply, /is taken/));
      expect(answer).toContain(
        `The statement of gls is taken: \`september.csv\`, sent by ${people.tess.userId}.`,
      );
      expect(textOf(await says(room).ask("money reconcile"))).toContain("5 in the queue");
    },
  );

  test("in the clear an operator makes nobody anybody, encrypted they do", { timeout: 60_000 }, async () => {
    const line = "member role tess maintainer";
    await talk(people.ana, clear, bot.userId).ask(line, /member role counts only from a verified device/);
    await talk(people.ana, room, bot.userId).ask(line, /tess is maintainer now/);
  });

  test(
    "in the clear: the same file adds nothing; a reply to words is told",
    { timeout: 120_000 },
    async () => {
      const file = await upload(url, people.tess, bytes, "text/csv");
      const name = "once-more.csv";
      const sent = await people.tess.say(clear, name, { msgtype: "m.file", filename: name, url: file });
      const again = await people.tess.say(clear, words, replyTo(sent));
      await says(clear).reply(again, /taken before: there is nothing new in it/);
      const spoken = await people.tess.say(clear, "look at this");
      const wrong = await people.tess.say(clear, words, replyTo(spoken));
      await says(clear).reply(wrong, /The message that was replied to is no file\./);
      await says(clear).ask(words.replace("!tandem ", ""), /the message replies to none/);
    },
  );

  test("what the bank wrote about people is in the books and in a parcel of the day, and in no log", () => {
    expect(program.log()).not.toContain("Rechenhof");
    const parcels = path.join(home.folder, "data/parcels");
    const kept = readdirSync(parcels).map((file) => readFileSync(path.join(parcels, file)));
    expect(kept.every((one) => one.equals(bytes))).toBe(true);
    expect(readdirSync(path.join(home.folder, "data/imports"))).toEqual([]);
  });
});
