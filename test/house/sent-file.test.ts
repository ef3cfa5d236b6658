/** A file that was sent into a room goes into a container, through the whole house; its bytes are in nothing that is kept. */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { SentFile, Transport } from "../../src/chat/transport.ts";
import { sentFileTooLarge } from "../../src/core/problems/chat.ts";
import { bo, cleo, ana, openStage, room, type Stage } from "./stage.ts";

const text = "planted bytes of a file that was sent 7731";
const file: SentFile = { name: "logo.png", bytes: Buffer.from(text), sender: ana, trust: "verified" };
let stage: Stage;
let asked: unknown[];

beforeEach(async () => {
  stage = await openStage({ recipes: { "custom-html": path.resolve("recipes/custom-html") } });
  stage.engine.runs = "wiki_example_coop";
  asked = [];
  await stage.say(ana, "!tandem app new custom-html wiki.example.coop");
});
afterEach(() => stage.stop());

/** The rooms of a terminal hold no files: from now on one does. */
function roomHolds(answer: () => Promise<SentFile | undefined>): void {
  const fileOf: Transport["fileOf"] = (...where) => {
    asked.push(where.slice(0, 2));
    return answer();
  };
  Object.assign(stage.chat, { fileOf });
}

let said = 0;
async function reply(words: string, repliesTo?: string): Promise<void> {
  const event = { eventId: `$said${++said}`, room, sender: cleo, at: Date.now() };
  const more = { mentioned: false, direct: false, trust: "verified" as const };
  stage.hear({ ...event, ...more, kind: "message", text: words, ...(repliesTo && { repliesTo }) });
  await stage.rest();
}
const line = "!tandem app cp wiki.example.coop app:/srv/logo.png";
const parcels = (): string[] => {
  const folder = path.join(stage.folder, "data/parcels");
  try {
    return readdirSync(folder).map((name) => readFileSync(path.join(folder, name), "utf8"));
  } catch {
    return [];
  }
};

test("asked about with name, size, sender and what is overwritten; then it is in", async () => {
  stage.engine.obeys = /^PUT \/containers\/c1\/archive$/;
  roomHolds(() => Promise.resolve(file));
  await reply(line, "$file");
  const question = await stage.chat.seen(
    /Put `logo\.png`, 42 bytes, into app:\/srv\/logo\.png of wiki\.example\.coop\?/,
  );
  expect(question.text).toContain("Sent by @ana:demo.\n");
  expect(question.text).toContain("Nothing stands there under that name yet.");
  expect(asked).toEqual([[room, "$file"]]);
  stage.chat.react(cleo, question.eventId, "✅");
  await stage.rest();
  expect(stage.engine.orders).toEqual([]);
  stage.chat.react(bo, question.eventId, "✅");
  await stage.chat.seen(/The file is in app:\/srv\/logo\.png of wiki\.example\.coop\./);
  expect(stage.engine.orders).toEqual(["PUT /containers/c1/archive"]);
  expect(stage.engine.bodies[0]).toContain(text);
  expect(parcels()).toEqual([text]);
  const tables = ["run", "step", "audit", "outbox", "inbox", "approval"];
  const kept = tables.map((table) => JSON.stringify(stage.rows(`select * from "${table}"`)));
  const base64 = file.bytes.toString("base64");
  expect(kept.filter((row) => row.includes(text) || row.includes(base64))).toEqual([]);
  expect(stage.log()).not.toContain(text);
});

test("a reply to what is no file, in rooms that hold none, copies out as without it", async () => {
  await reply(line, "$words");
  await stage.chat.seen(/Copy app:\/srv\/logo\.png of wiki\.example\.coop into this room\?/);
  roomHolds(() => Promise.resolve(file));
  await reply("!tandem app cp wiki.example.coop app:/srv/other.png");
  await stage.chat.seen(/Copy app:\/srv\/other\.png of wiki\.example\.coop into this room\?/);
  expect(asked).toEqual([]);
});

test("what is too large is told in words, and nothing of it is kept", async () => {
  roomHolds(() => Promise.reject(sentFileTooLarge({ file: "site.tar", mostMb: 10 })));
  await reply(line, "$file");
  await stage.chat.seen(/The file site\.tar is larger than 10 MB\./);
  expect(parcels()).toEqual([]);
  expect(stage.rows("select * from approval")).toEqual([]);
  expect(stage.engine.orders).toEqual([]);
});
