import { beforeEach, describe, expect, test } from "vitest";
import { say } from "../../src/chat/message.ts";
import type { Incoming, Outgoing } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { converse } from "../../src/house/converse.ts";
import type { Outcome, Said } from "../../src/router/index.ts";
import type { Speaker } from "../../src/router/define.ts";

const bo = MatrixId.parse("@bo:example.coop");
const self = "@tandem:example.coop";
let posted: Outgoing[];
let asked: { said: Said; by: Speaker; key: string | undefined; at: number | undefined }[];
let heard: string[];
let outcome: Outcome;
let clock: FakeClock;

beforeEach(() => {
  clock = new FakeClock();
  posted = [];
  asked = [];
  heard = [];
  outcome = { kind: "answer", message: say("Two apps.") };
  followed = [];
});
let followed: unknown[] = [];

function listener(options: { threads?: boolean } = {}) {
  return converse({
    self,
    via: "matrix",
    prefix: "!tandem",
    clock,
    threads: options.threads ?? false,
    follow: (key, room, about) => void followed.push([key, room, about]),
    people: {
      byMatrixId: (id) =>
        id === bo
          ? {
              name: MemberName.parse("bo"),
              displayName: "Bo",
              seat: null,
              matrixIds: [bo],
              roles: ["member"],
            }
          : undefined,
    },
    approvals: { heard: (event) => void heard.push(event.kind) },
    reacted: (event) => void heard.push(`reacted with ${event.symbol}`),
    outbox: {
      post: (out) => void posted.push(out),
      eventIdOf: () => undefined,
      keyOf: () => undefined,
      depth: () => 0,
    },
    router: {
      dispatch: (said, by, { key, at, deliver } = {}) => {
        asked.push({ said, by, key, at });
        deliver?.(outcome);
        return Promise.resolve(outcome);
      },
    },
  });
}

function message(text: string, more: Partial<Extract<Incoming, { kind: "message" }>> = {}): Incoming {
  return {
    kind: "message",
    eventId: "$1",
    room: "!room",
    sender: bo,
    at: 1000,
    text,
    mentioned: false,
    direct: false,
    trust: "verified",
    ...more,
  };
}

describe("what is meant for the bot", () => {
  const pill = `<a href="https://matrix.to/#/${encodeURIComponent(self)}">Tandem Bot</a>: app list`;
  test.each<[string, Incoming, string]>([
    ["the prefix", message("!tandem app list"), "app list"],
    ["the prefix alone asks for help", message("!tandem"), "help"],
    [
      "a mention by display name",
      message("Tandem Bot: app list", { mentioned: true, html: pill }),
      "app list",
    ],
    ["a mention by id", message(`${self} app list`, { mentioned: true }), "app list"],
    ["a room of two", message("app list", { direct: true }), "app list"],
  ])("%s", async (_what, event, line) => {
    await listener()(event);
    expect(asked.map((one) => one.said)).toEqual([line]);
    expect(asked[0]?.key).toBe("$1");
  });

  test("goes with the moment at which it was said: the door asks about what is old", async () => {
    await listener()(message("!tandem app list", { at: 1234 }));
    await listener()(message("app list", { at: 5678, direct: true }));
    expect(asked.map((one) => one.at)).toEqual([1234, 5678]);
  });

  test("the name is what the pill of the bot shows, or the first part of its id", async () => {
    const html = pill.replace("Tandem Bot", "R&amp;D");
    await listener()(message("R&D: app list", { mentioned: true, html }));
    await listener()(message("@Tandem Bot, app ps", { mentioned: true, html: pill }));
    await listener()(message("tandem: runs", { mentioned: true }));
    await listener()(message("Tandem Bot", { mentioned: true, html: pill }));
    expect(asked.map((one) => one.said)).toEqual(["app list", "app ps", "runs", "help"]);
  });

  const anas = '<a href="https://matrix.to/#/@ana:example.coop">Ana</a>';
  test.each<[string, string?]>([
    ["Don't approve bakor"],
    ["Don't approve bakor", `<mx-reply>${pill}</mx-reply>Don't approve bakor`],
    ["thanks!"],
    ["Ana: approve bakor", `${anas}: approve bakor`],
    ["Ana and Tandem Bot: app list", `${anas} and ${pill}`],
    ["tandems approve bakor"],
    ["Tandem Botany: approve bakor", pill],
  ])("not %j, though the bot is mentioned: clients do so by themselves in a reply", async (text, html) => {
    const reply = { mentioned: true, repliesTo: "$question", ...(html !== undefined && { html }) };
    await listener()(message(text, reply));
    expect(asked).toEqual([]);
    expect(posted).toEqual([]);
    await listener()(message(text, { ...reply, direct: true }));
    expect(asked.map((one) => one.said)).toEqual([text]);
  });

  test.each([
    "<a ",
    "<a\n",
    '<a href="',
    '<a href="x">',
    "<a href='x' ",
    ' href="x"',
    '<a href="matrix:u/x:y">a</a>',
    "</a>",
  ])("64 KB of %j around a mention take less than 50 ms", async (unit) => {
    const html = unit.repeat(65_536 / unit.length);
    const before = performance.now();
    await listener()(message("a".repeat(65_536), { mentioned: true, html }));
    expect(performance.now() - before).toBeLessThan(50);
    expect(asked).toHaveLength(0);
  });

  test.each(["!tandemapp list", "app list", "say !tandem app list"])("not %j", async (text) => {
    await listener()(message(text));
    expect(asked).toEqual([]);
    expect(posted).toEqual([]);
  });
});

describe("the answer", () => {
  test("replies to the command under a key of its event, in its thread if there is one", async () => {
    await listener()(message("!tandem app list", { threadRoot: "$0" }));
    expect(posted).toEqual([
      {
        kind: "message",
        key: "$1/reply",
        room: "!room",
        replyTo: "$1",
        threadRoot: "$0",
        message: say("Two apps."),
      },
    ]);
  });

  test("opens a thread where the room says so", async () => {
    await listener({ threads: true })(message("!tandem app list"));
    expect(posted[0]).toMatchObject({ threadRoot: "$1" });
    expect(asked[0]?.by.place).toEqual({ room: "!room", eventId: "$1", threadRoot: "$1" });
  });

  test("what the command replied to goes along with where it was said", async () => {
    await listener()(message("!tandem app cp notes.example.coop app:/srv/x", { repliesTo: "$file" }));
    expect(asked[0]?.by.place).toEqual({ room: "!room", eventId: "$1", repliesTo: "$file" });
  });

  test("a private one goes to the asker alone", async () => {
    outcome = { kind: "private", message: say("link"), public: say("I have sent you a link.") };
    await listener()(message("!tandem web"));
    expect(posted.map(({ key, room }) => [key, room])).toEqual([
      ["$1/private", { direct: bo }],
      ["$1/reply", "!room"],
    ]);
    expect(JSON.stringify(posted[1])).not.toContain('"link"');
  });

  test("a private one stays in the encrypted room of two where it was asked for, if it still is one", async () => {
    outcome = { kind: "private", message: say("link"), public: say("I have sent you a link.") };
    await listener()(message("web", { direct: true, trust: "unverified" }));
    expect(posted.map(({ key, room }) => [key, room])).toEqual([
      ["$1/private", { direct: bo, rather: "!room" }],
    ]);
  });

  test("a private one never goes into a room of two that is not encrypted", async () => {
    outcome = { kind: "private", message: say("link"), public: say("I have sent you a link.") };
    await listener()(message("web", { direct: true, trust: "clear" }));
    expect(posted.map(({ key, room }) => [key, room])).toEqual([
      ["$1/private", { direct: bo, rather: "!room" }],
      ["$1/reply", "!room"],
    ]);
  });

  test("a run is told by a wheel on the command; the run speaks for itself", async () => {
    outcome = { kind: "started", runId: "bakor", fresh: true, message: say("begun") };
    await listener()(message("!tandem app deploy notes.example.coop"));
    expect(posted).toEqual([
      { kind: "reaction", key: "$1/heard", room: "!room", target: "$1", symbol: "🚲" },
    ]);
  });

  test("a problem is said in its three parts", async () => {
    const text = { happened: "It rained.", means: "The road is wet.", remedy: "Take the train." };
    outcome = { kind: "problem", problem: new Problem("rain", text) };
    await listener()(message("!tandem ride"));
    const said = JSON.stringify(posted);
    for (const part of Object.values(text)) expect(said).toContain(part);
  });

  test("a stranger is nobody", async () => {
    await listener()(message("!tandem app list", { sender: MatrixId.parse("@eve:elsewhere.example") }));
    expect(asked[0]?.by.member).toBeNull();
  });
});

test("reactions and redactions go to the approvals", async () => {
  const listen = listener();
  const base = { eventId: "$2", room: "!room", sender: bo, at: 1 };
  await listen({ ...base, kind: "reaction", target: "$q", symbol: "✅" });
  await listen({ ...base, kind: "redaction", redacts: "$2" });
  expect(heard).toEqual(["reaction", "reacted with ✅", "redaction"]);
  expect(posted).toEqual([]);
});

test("what cannot be read is said once an hour to each member, and to all strangers of a room together", async () => {
  const listen = listener();
  const unreadable = (eventId: string, sender: string, room = "!room"): Promise<void> =>
    listen({ kind: "undecryptable", eventId, room, sender: MatrixId.parse(sender), at: 1 });
  await unreadable("$1", bo);
  await unreadable("$2", bo);
  for (let n = 0; n < 5; n++) await unreadable(`$eve${n}`, `@eve${n}:elsewhere.example`);
  await unreadable("$3", bo, "!other");
  await clock.turn(3_600_000);
  await unreadable("$4", bo);
  expect(posted[0]).toMatchObject({ room: "!room", replyTo: "$1" });
  // The outbox says the same key once.
  const said = [...new Map(posted.toReversed().map((out) => [out.key, out])).values()].toReversed();
  expect(said.map((out) => (out as { replyTo?: string }).replyTo)).toEqual(["$1", "$eve0", "$3", "$4"]);
});

test("keeps an answer fresh that asks for it, under the key that it was posted with", async () => {
  const about = { app: "notes.example.coop" as never, lines: 15 };
  outcome = { kind: "answer", message: say("The last lines."), follow: about };
  await listener()(message("!tandem app logs notes.example.coop --follow"));
  expect(followed).toEqual([[posted[0]?.key, "!room", about]]);
});

test("words without encryption in an encrypted room are nobody's command; the room is told once an hour", async () => {
  const listen = listener();
  const base = {
    kind: "unencrypted",
    room: "!room",
    sender: bo,
    at: 1,
    mentioned: false,
    direct: false,
  } as const;
  await listen({ ...base, eventId: "$small-talk", text: "good morning" });
  expect(posted).toEqual([]);
  await listen({ ...base, eventId: "$1", text: "!tandem app remove notes.example.coop" });
  await listen({ ...base, eventId: "$2", text: "approve bakor", direct: true });
  await clock.turn(3_600_000);
  await listen({ ...base, eventId: "$3", text: "!tandem app list" });
  expect(asked).toEqual([]);
  const [first, second, third] = posted;
  expect(first).toMatchObject({ room: "!room", replyTo: "$1" });
  expect(JSON.stringify(first)).toContain("without encryption into an encrypted room, so I do not act on it");
  // The outbox says the same key once.
  expect(second?.key).toBe(first?.key);
  expect(third?.key).not.toBe(first?.key);
});
