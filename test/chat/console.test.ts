import { PassThrough } from "node:stream";
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { lookOf, openConsole, openTerminal, openTyped, type Look } from "../../src/chat/console.ts";
import { openInbox } from "../../src/chat/inbox.ts";
import { say, type Message } from "../../src/chat/message.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import type { Incoming } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { expectGolden } from "../golden.ts";

const [ana, bo, cy] = ["@ana:demo", "@bo:demo", "@cy:demo"].map((id) => MatrixId.parse(id)) as [
  MatrixId,
  MatrixId,
  MatrixId,
];
const room = "#ops:demo";
const soon = (): Promise<void> => new Promise((done) => setImmediate(() => setImmediate(done)));

interface Options {
  db?: Db;
  look?: Look;
  rooms?: [string, ...string[]];
}

function open({ db = openDb(":memory:"), look, rooms = [room] }: Options = {}) {
  const clock = new FakeClock();
  const inbox = openInbox({ db, clock });
  const outbox = openOutbox({ db, clock });
  let printed = "";
  const chat = openConsole({
    ...{ db, clock, inbox, outbox, rooms, self: MatrixId.parse("@tandem:demo") },
    write: (text) => (printed += text),
    ...(look && { look }),
  });
  const heard: Incoming[] = [];
  const stopPump = inbox.pump((event) => Promise.resolve(void heard.push(event)));
  const post = async (key: string, message: Message, more: { replyTo?: string } = {}): Promise<string> => {
    outbox.post({ kind: "message", key, room, message, ...more });
    await soon();
    return outbox.eventIdOf(key) ?? "";
  };
  const edit = async (key: string, of: string, message: Message): Promise<void> => {
    outbox.post({ kind: "edit", key, room, target: `key:${of}`, message });
    await clock.turn(2000);
    await soon();
  };
  return { db, clock, inbox, outbox, chat, heard, stopPump, post, edit, printed: () => printed };
}

const question = say("Deploy **notes.demo** at `1.0.0`?", {
  diff: "  services:\n- image: a:1\n+ image: a:2",
  list: ["Run `bakor`, asked by @ana:demo", "Voices: 0 of 2"],
  mentions: [bo, cy],
});

/** A short evening in the room, as people and bot would have it. */
async function evening({ chat, outbox, post, edit }: ReturnType<typeof open>): Promise<void> {
  await chat.start();
  const asked = chat.say(ana, "!tandem app deploy notes.demo");
  outbox.post({ kind: "reaction", key: "wheel", room, target: asked, symbol: "🚲" });
  await post("p", say("**deploy** runs · run `bakor`\n● plan\n○ approval\n○ deploy"), { replyTo: asked });
  await edit(
    "p/1",
    "p",
    say("**deploy** waits · run `bakor`\n✓ plan\n● approval: waits for 2 maintainers to agree\n○ deploy"),
  );
  await post("bakor/approval/question", question);
  outbox.post({ kind: "reaction", key: "seed", room, target: "key:bakor/approval/question", symbol: "❌" });
  await soon();
  const target = outbox.eventIdOf("bakor/approval/question") ?? "";
  chat.react(bo, target, "✅");
  await edit("q/1", "bakor/approval/question", {
    blocks: question.blocks.map((block) =>
      block.kind === "list"
        ? { ...block, items: ["Run `bakor`, asked by @ana:demo", "Voices: 1 of 2: bo agreed"] }
        : block,
    ),
    mentions: [bo, cy],
  });
  chat.unreact(bo);
  chat.say(cy, "wait a moment,\nI want to read it");
  await post(
    "done",
    say("notes.demo runs 1.0.0.", { next: "To go back: `app undeploy notes.demo`", mentions: [ana] }),
    {
      replyTo: asked,
    },
  );
  await post("log", say("The log is long.", { attachment: { name: "bakor.log", text: "one\ntwo" } }));
  await soon();
}

describe("what the room looks like", () => {
  test("golden: without a terminal", async () => {
    const opened = open();
    await evening(opened);
    expect(opened.printed()).not.toContain("\u001b");
    expectGolden("messages/console-plain.txt", opened.printed());
  });

  test("golden: with colours at 60 columns, diffs green and red", async () => {
    const opened = open({ look: { colours: true, width: 60 } });
    await evening(opened);
    expect(opened.printed()).toContain("\u001b[32m    + image: a:2\u001b[0m");
    expect(opened.printed()).toContain("\u001b[31m    - image: a:1\u001b[0m");
    expectGolden("messages/console-colours.txt", opened.printed().replaceAll("\u001b", "␛"));
    const widths = opened
      .printed()
      .split("\n")
      .map((line) => line.replace(/\u001b\[\d+m/g, "").length);
    expect(Math.max(...widths)).toBeLessThanOrEqual(60);
  });

  test("with several rooms each line tells where", async () => {
    const { chat, printed } = open({ rooms: ["#ops:demo", "#garden:demo"] });
    await chat.start();
    chat.say(ana, "hello", { room: "#garden:demo" });
    expect(printed()).toBe("  1  ana in #garden  hello\n");
  });

  test("nobody steers the terminal by what they say", async () => {
    const { chat, printed } = open();
    await chat.start();
    chat.say(ana, "a\u001b[2Jb\u0007");
    expect(printed()).toBe("  1  ana  ab\n");
  });
});

describe("as a transport", () => {
  test("what is said and reacted is heard once, in order, with the ids that the room shows", async () => {
    const { chat, heard, post, clock } = open();
    await chat.start();
    const command = chat.say(ana, "!tandem help");
    const answer = await post("a", say("Help."));
    const reaction = chat.react(bo, answer, "✅");
    chat.unreact(bo);
    chat.say(ana, "psst", { direct: true, trust: "clear" });
    await soon();
    await soon();
    expect([command, answer, reaction]).toEqual(["$console1", "$console2", "$console3"]);
    const at = clock.now();
    expect(heard).toEqual([
      {
        ...{ kind: "message", eventId: "$console1", room, sender: ana, at, text: "!tandem help" },
        ...{ mentioned: false, direct: false, trust: "verified" },
      },
      { kind: "reaction", eventId: "$console3", room, sender: bo, at, target: answer, symbol: "✅" },
      { kind: "redaction", eventId: "$console4", room, sender: bo, at, redacts: reaction },
      {
        ...{ kind: "message", eventId: "$console5", room: "direct:@ana:demo", sender: ana, at, text: "psst" },
        ...{ mentioned: false, direct: true, trust: "clear" },
      },
    ]);
  });

  test("what waited before the start is said at the start, in order; what waits at the end is said at the end", async () => {
    const { chat, outbox, printed } = open();
    for (const n of [1, 2])
      outbox.post({ kind: "message", key: `k${n}`, room, message: say(`message ${n}`) });
    await soon();
    expect(printed()).toBe("");
    await chat.start();
    await soon();
    expect(printed()).toBe("  1  tandem  message 1\n  2  tandem  message 2\n");
    outbox.post({ kind: "edit", key: "e1", room, target: "key:k1", message: say("message one") });
    outbox.post({ kind: "edit", key: "e2", room, target: "key:k1", message: say("message ONE") });
    await chat.stop();
    expect(printed().split("\n").slice(2)).toEqual(["  1  tandem edited  message ONE", ""]);
    expect(chat.health()).toMatchObject({ connected: false, outboxDepth: 0 });
  });

  test("a direct message goes to a room of two, and answers find it there", async () => {
    const { chat, outbox, printed } = open();
    await chat.start();
    outbox.post({ kind: "message", key: "link", room: { direct: ana }, message: say("Your link.") });
    await soon();
    expect(printed()).toBe("  1  tandem in private with ana  Your link.\n");
    expect(outbox.keyOf(outbox.eventIdOf("link") ?? "", "direct:@ana:demo")).toBe("link");
  });

  test("over a restart no event id comes back, and standing reactions are still there", async () => {
    const file = path.join(mkdtempSync(path.join(tmpdir(), "tandem-console-")), "tandem.db");
    const first = open({ db: openDb(file) });
    await first.chat.start();
    const target = await first.post("q/question", question);
    const kept = first.chat.react(bo, target, "✅");
    first.chat.react(cy, target, "❌");
    first.chat.unreact(cy);
    await first.stopPump();
    await first.chat.stop();
    first.db.close();
    const second = open({ db: openDb(file) });
    await second.chat.start();
    expect(second.chat.say(ana, "again")).toBe("$console5");
    expect(await second.chat.reactionsOn(room, target)).toEqual([
      { eventId: kept, sender: bo, symbol: "✅", at: second.clock.now() },
    ]);
    expect(await second.chat.reactionsOn(room, "$other")).toEqual([]);
    await second.stopPump();
    second.db.close();
  });

  test("seen: at once, when it comes, after an edit, and a problem when it does not", async () => {
    const { chat, post, edit, clock } = open();
    await chat.start();
    const later = chat.seen(/runs 1\.0\.0/);
    await post("a", say("It runs 1.0.0."));
    expect((await later).number).toBe(1);
    expect((await chat.seen(/runs/)).number).toBe(1);
    const edited = chat.seen(/healthy/);
    await edit("a/1", "a", say("It runs 1.0.0, healthy."));
    expect(await edited).toMatchObject({ number: 1, edits: 1 });
    const vain = chat.seen(/runs/, { after: 1, timeoutMs: 3000 }).then(
      () => "seen",
      (thrown: unknown) => (thrown instanceof Problem ? thrown.code : thrown),
    );
    await clock.turn(3000);
    expect(await vain).toBe("console-waited-in-vain");
    // What people say themselves is not what the bot said.
    chat.say(ana, "I say: it never ran");
    const own = chat.seen(/never ran/, { timeoutMs: 1000 }).catch(() => "nothing");
    await clock.turn(1000);
    expect(await own).toBe("nothing");
  });
});

describe("typed lines", () => {
  async function seated(prefix?: string) {
    const opened = open();
    await opened.chat.start();
    const typed = openTyped({
      console: opened.chat,
      persons: [ana, bo, cy],
      ...(prefix !== undefined && { prefix }),
    });
    let read = 0;
    /** What this line made the terminal print. */
    const line = async (text: string): Promise<string> => {
      expect(typed.line(text)).toBe(true);
      await soon();
      const news = opened.printed().slice(read);
      read = opened.printed().length;
      return news;
    };
    const post = async (...args: Parameters<typeof opened.post>): Promise<string> => {
      const id = await opened.post(...args);
      read = opened.printed().length;
      return id;
    };
    return { ...opened, post, typed, line };
  }

  test("a line is said by whom the prompt shows; /as changes who that is", async () => {
    const { typed, line } = await seated();
    expect(typed.prompt()).toBe("ana> ");
    expect(await line("  hello  ")).toBe("  1  ana  hello\n");
    expect(await line("/as bo")).toBe("     You speak as bo.\n");
    expect(typed.prompt()).toBe("bo> ");
    expect(await line("hi")).toBe("  2  bo  hi\n");
    expect(await line("/as eve")).toBe("     You speak as @eve:demo, whom nobody here knows.\n");
    expect(await line("/as")).toBe("     You speak as eve. To change: /as ana or bo or cy\n");
    expect(await line("/as not:a name")).toContain(
      "not:a is nobody who could speak; such as: /as ana or bo or cy",
    );
    expect(await line("")).toBe("");
  });

  test("with a prefix lines are commands, said with it, and /say is plain talk", async () => {
    const { line } = await seated("!tandem");
    expect(await line("app list")).toBe("  1  ana  !tandem app list\n");
    expect(await line("!tandem help")).toBe("  2  ana  !tandem help\n");
    expect(await line("/say good morning")).toBe("  3  ana  good morning\n");
  });

  test("/react means the newest question, a number any message, and /unreact takes the newest back", async () => {
    const { line, heard, post } = await seated();
    expect(await line("/react ✅")).toBe(
      "     Nothing was asked since this terminal was opened. To react to a message, give its number: /react 👍 1\n",
    );
    const asked = await post("bakor/approval/question", question);
    const after = await post("x", say("something later"));
    expect(await line("/react ✅")).toBe("     ana reacted ✅ to 1\n");
    expect(await line("/react ❌ 2")).toBe("     ana reacted ❌ to 2\n");
    expect(await line("/react 👍 -2")).toBe("     ana reacted 👍 to 1\n");
    expect(await line("/react 👍 9")).toBe("     There is no message 9.\n");
    expect(await line("/react")).toContain("Which one?");
    expect(await line("/unreact 2")).toBe("     ana took back ❌\n");
    expect(await line("/unreact")).toBe("     ana took back 👍\n");
    expect(await line("/unreact")).toBe("     ana took back ✅\n");
    expect(await line("/unreact")).toBe("     ana has no reaction to take back.\n");
    await soon();
    expect(heard.map((event) => (event.kind === "reaction" ? event.target : event.kind))).toEqual([
      ...[asked, after, asked],
      ...["redaction", "redaction", "redaction"],
    ]);
  });

  test("/direct and /room private speak to the bot alone; /show prints a message whole; /quit leaves", async () => {
    const { line, typed, post, heard } = await seated();
    await post("log", say("Long.", { attachment: { name: "bakor.log", text: "one\ntwo" } }));
    expect(await line("/show 1")).toBe("     Long.\n     \n     --- bakor.log\n     one\n     two\n");
    await line("/direct web");
    expect(await line("/room private")).toContain("You are in private with ana.");
    await line("web");
    await line("/as bo");
    await line("web");
    expect(await line("/room nowhere")).toContain("Rooms: #ops, private.");
    expect(heard.map((event) => [event.room, event.kind === "message" && event.direct])).toEqual([
      ["direct:@ana:demo", true],
      ["direct:@ana:demo", true],
      ["direct:@bo:demo", true],
    ]);
    expect(await line("/dance")).toContain("There is no /dance here.");
    expect(await line("/help")).toContain("to message 3: /react ✅ 3");
    expect(await line("/who")).toContain("bo (@bo:demo)");
    expect(typed.line("/quit")).toBe(false);
  });
});

describe("the terminal", () => {
  test("without a terminal lines are read until the input ends, and nothing but the room is printed", async () => {
    const opened = open();
    await opened.chat.start();
    const [input, output] = [new PassThrough(), new PassThrough()];
    const terminal = openTerminal({ input, output });
    const done = terminal.run(openTyped({ console: opened.chat, persons: [ana, bo] }));
    input.end("hello\n/as bo\nhi\n");
    await done;
    terminal.write("beside\n");
    expect(opened.printed()).toBe("  1  ana  hello\n     You speak as bo.\n  2  bo  hi\n");
    expect((output.read() as Buffer).toString()).toBe("beside\n");
  });

  test("at a terminal the typed line gives way to the numbered one, and the prompt follows who speaks", async () => {
    const [input, output] = [
      new PassThrough(),
      Object.assign(new PassThrough(), { isTTY: true, columns: 80 }),
    ];
    const terminal = openTerminal({ input, output });
    const db = openDb(":memory:");
    const clock = new FakeClock();
    const chat = openConsole({
      ...{
        db,
        clock,
        inbox: openInbox({ db, clock }),
        outbox: openOutbox({ db, clock }),
        rooms: [room] as [string],
      },
      self: MatrixId.parse("@tandem:demo"),
      write: (text) => terminal.write(text),
    });
    await chat.start();
    const done = terminal.run(openTyped({ console: chat, persons: [ana, bo] }));
    input.write("hello\n/as bo\n/quit\n");
    await done;
    const shown = (output.read() as Buffer).toString();
    expect(shown).toContain("ana> ");
    expect(shown).toContain("\u001b[1A");
    expect(shown).toContain("  1  ana  hello\n");
    expect(shown).toContain("bo> ");
  });

  test("colours only where the terminal has them, and not against NO_COLOR", () => {
    const stream = (isTTY: boolean, colours: boolean) =>
      Object.assign(new PassThrough(), { isTTY, columns: 72, hasColors: () => colours });
    expect(lookOf(stream(false, true))).toEqual({ colours: false });
    expect(lookOf(stream(true, false)).colours).toBe(false);
    expect(lookOf(stream(true, true))).toMatchObject({ colours: true, width: 72 });
  });
});
