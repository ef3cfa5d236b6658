/** A statement that was sent into a room goes into the books, through the whole house; what is no file is told. */
import { readdirSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SentFile, Transport } from "../../src/chat/transport.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { bankNumber, bankTable } from "../../src/demo/two-months.ts";
import { bo, openStage, room, type Stage } from "./stage.ts";

const tess = MatrixId.parse("@tess:demo");
let stage: Stage;

beforeEach(async () => {
  const gls = { number: bankNumber, currency: "EUR", mapping: "gls" };
  stage = await openStage({ settings: { books: { accounts: { gls } } } });
  stage.house.people.add("config", { name: "tess" as never, matrixId: tess, displayName: "Tess" });
  stage.house.people.grant("config", "tess" as never, "treasurer");
});
afterEach(() => stage.stop());

/** The rooms of a terminal hold no files: from now on one message is one. */
function roomHolds(content: string, name = "september.csv"): void {
  const file: SentFile = { name, bytes: Buffer.from(content), sender: bo, trust: "verified" };
  const fileOf: Transport["fileOf"] = (_, eventId) => Promise.resolve(eventId === "$file" ? file : undefined);
  Object.assign(stage.chat, { fileOf });
}

let said = 0;
/** What the room reads after it. */
async function reply(words: string, repliesTo?: string, sender = tess): Promise<string> {
  const before = stage.chat.board.all().length;
  const event = { eventId: `$said${++said}`, room, sender, at: Date.now() };
  const more = { mentioned: false, direct: false, trust: "verified" as const };
  stage.hear({ ...event, ...more, kind: "message", text: words, ...(repliesTo && { repliesTo }) });
  await stage.rest();
  const heard = stage.chat.board.all().slice(before);
  return heard.map(({ text }) => text).join("\n");
}

const words = "!tandem money import bank --account gls";
const lines = (): unknown => stage.rows("select count(*) as n from book_fact where kind = 'line'")[0]?.["n"];

test("a reply to the file takes it, by the format that it has; again it adds nothing", async () => {
  roomHolds(bankTable("2026-09"));
  expect(await reply(words, "$file")).toContain(
    "The statement of gls is taken: `september.csv`, sent by @bo:demo.",
  );
  expect(lines()).toBe(5);
  expect(await reply(words, "$file")).toContain("This file was taken before: there is nothing new in it.");
  expect(lines()).toBe(5);
  expect(readdirSync(path.join(stage.folder, "data/imports"))).toEqual([]);
  expect(await reply("!tandem money reconcile")).toContain("The books are up to date.");
  // What the bank wrote about people is in no log.
  expect(stage.log()).not.toContain("Rechenhof");
});

test("said without a file, or as a reply to what is none, it tells how to do it; nothing is taken", async () => {
  expect(await reply(words)).toContain("none was named, and the message replies to none");
  roomHolds(bankTable());
  expect(await reply(words, "$words")).toContain("The message that was replied to is no file.");
  expect(lines()).toBe(0);
});

test("a file of another account, a wrong one, and a wrong format are refused as everywhere", async () => {
  roomHolds(bankTable().replaceAll(bankNumber, "DE75430609679876543210"));
  expect(await reply(words, "$file")).toContain(
    "account that ends in 3210, and not of the one that ends in 7890",
  );
  roomHolds("%PDF-1.7", "september.pdf");
  expect(await reply(words, "$file")).toContain("It begins with: %PDF-1.7");
  expect(await reply(`${words} --format mt940`, "$file")).toContain("mt940");
  expect(lines()).toBe(0);
});

test("only treasurers and operators may", async () => {
  roomHolds(bankTable());
  expect(await reply(words, "$file", bo)).toContain("treasurer");
  expect(lines()).toBe(0);
});
