import { beforeEach, describe, expect, test } from "vitest";
import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { diskFull } from "../../src/core/problems/db.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { answer, command, start } from "../../src/router/define.ts";
import { forgetAtDoor, type Command, type Outcome } from "../../src/router/index.ts";
import type { Workflow } from "../../src/workflow/define.ts";
import { codeOf, openHouse, room, textOf, type TestHouse } from "./house.ts";

const story = { kind: "workflow" } as Workflow<unknown>;
const base = { summary: "It.", example: "x", role: "member" as const, args: {} };
const name = MemberName.parse("zoe");
const add = (house: Pick<TestHouse, "people">, by: string): void =>
  void house.people.add(by, { name, matrixId: MatrixId.parse("@zoe:a.coop") });

let runs: string[];
let house: TestHouse;
const commands = new Map<string, Command>([
  [
    "note",
    command({
      ...base,
      args: { text: z.string() },
      rest: true,
      run: ({ args, by, people }) => {
        runs.push(args.text);
        add({ people }, by.member.name);
        return answer(say(`Noted ${args.text}.`), { n: runs.length });
      },
    }),
  ],
  [
    "look",
    command({
      ...base,
      reads: true,
      run: async () => {
        runs.push("look");
        return Promise.resolve(answer(say("Here it is.")));
      },
    }),
  ],
  ["go", command({ ...base, role: "operator", run: () => start(story, { a: 1 }) })],
  [
    "secret",
    command({
      ...base,
      run: ({ tokens, by }) => ({
        kind: "private",
        message: say(tokens.createApiToken(by.member.name, "x")),
        public: say("Sent."),
      }),
    }),
  ],
  [
    "fails",
    command({
      ...base,
      run: ({ people, by }) => {
        add({ people }, by.member.name);
        throw new Error("secret of the machine room");
      },
    }),
  ],
  [
    "refuses",
    command({
      ...base,
      run: ({ people, by }) => {
        add({ people }, by.member.name);
        throw diskFull({ freeMb: 1 });
      },
    }),
  ],
  ["late", command({ ...base, run: () => Promise.resolve(answer(say("x"))) })],
  ["key", command({ ...base, givesKeys: true, run: () => answer(say("x")) })],
  ["patient", command({ ...base, maxAgeMinutes: 60, run: () => answer(say("x")) })],
  ["reads-start", command({ ...base, reads: true, run: () => start(story, {}) })],
]);
const trail = (): string[] =>
  house.audit.list({ limit: 3 }).map((row) => `${row.who} ${row.what} ${row.subject}`);

beforeEach(() => {
  runs = [];
  house = openHouse(commands);
});

describe("a command that changes something", () => {
  test("is one transaction with its audit row and what is delivered", async () => {
    let delivered: [Outcome, boolean] | undefined;
    const deliver = (outcome: Outcome): void => void (delivered = [outcome, house.db.sqlite.inTransaction]);
    const outcome = await house.router.dispatch("note hello you", house.speaker("bo"), {
      key: "$1",
      deliver,
    });
    expect(outcome).toEqual({ kind: "answer", message: say("Noted hello you."), json: { n: 1 } });
    expect(delivered).toEqual([outcome, true]);
    expect(trail()[0]).toBe("bo command.said hello you");
    expect(house.audit.list({ limit: 1 })[0]?.details).toEqual({
      command: "note",
      args: { text: "hello you" },
      via: "matrix",
      trust: "verified",
      matrixId: "@bo:a.coop",
      room: room.room,
      key: "$1",
    });
  });

  test("with the same key is answered the same and changes nothing twice, also after a restart of the door", async () => {
    const first = await house.router.dispatch("note hello", house.speaker("bo"), { key: "$1" });
    const rows = house.audit.head().n;
    const delivered: Outcome[] = [];
    const again = await house.router.dispatch("note hello", house.speaker("bo"), {
      key: "$1",
      deliver: (o) => delivered.push(o),
    });
    expect(again).toEqual(first);
    expect(delivered).toEqual([]);
    expect(runs).toEqual(["hello"]);
    expect(house.audit.head().n).toBe(rows);
  });

  test("the same key of somebody else is another saying", async () => {
    await house.router.dispatch("go", house.speaker("ana"), { key: "k" });
    expect(codeOf(await house.router.dispatch("go", house.speaker("bo"), { key: "k" }))).toBe("not-allowed");
  });

  test("that throws leaves nothing but the answer; the cause goes to the log, a reference to people", async () => {
    const outcome = await house.router.dispatch("fails", house.speaker("bo"), { key: "$1" });
    expect(codeOf(outcome)).toBe("unexpected");
    expect(textOf(outcome)).not.toContain("machine room");
    expect(JSON.stringify(outcome)).not.toContain("machine room");
    const [logged] = house.logged as [{ err: Error; reference: string; command: string }];
    expect(logged.err.message).toBe("secret of the machine room");
    expect(textOf(outcome)).toContain(`reference ${logged.reference}`);
    expect(house.people.byName("zoe")).toBeUndefined();
    expect(trail()[0]).toBe("config role.given tom");
    const again = await house.router.dispatch("fails", house.speaker("bo"), { key: "$1" });
    expect(textOf(again)).toBe(textOf(outcome));
    expect(house.logged.length).toBe(1);
  });

  test("that meets a problem leaves nothing but the problem, and says it again for the same key", async () => {
    const deliver = (): void => undefined;
    const outcome = await house.router.dispatch("refuses", house.speaker("bo"), { key: "$1", deliver });
    expect(codeOf(outcome)).toBe("disk-full");
    expect(house.people.byName("zoe")).toBeUndefined();
    const again = await house.router.dispatch("note x", house.speaker("bo"), { key: "$1" });
    expect([codeOf(again), textOf(again)]).toEqual(["disk-full", textOf(outcome)]);
    expect(runs).toEqual([]);
  });

  test("that a program was told to say again is carried out then: the refusal was of a moment", async () => {
    const key = "api/1";
    const full = await house.router.dispatch("refuses", house.speaker("bo"), { key });
    expect(codeOf(full)).toBe("disk-full");
    expect(textOf(await house.router.dispatch("note x", house.speaker("bo"), { key }))).toBe("Noted x.");
    expect(textOf(await house.router.dispatch("note y", house.speaker("bo"), { key }))).toBe("Noted x.");
  });

  test("when the delivery fails, the change is taken back", async () => {
    const deliver = (outcome: Outcome): void => {
      if (outcome.kind === "answer") throw new Error("the outbox is broken");
    };
    const outcome = await house.router.dispatch("note x", house.speaker("bo"), { key: "$1", deliver });
    expect(codeOf(outcome)).toBe("unexpected");
    expect(house.people.byName("zoe")).toBeUndefined();
  });

  test("on a full disk says so to whoever waits, and leaves the rest for another try", async () => {
    const pages = house.db.sqlite.pragma("page_count", { simple: true }) as number;
    house.db.sqlite.pragma(`max_page_count = ${pages}`);
    const long = `note ${"x".repeat(4000)}`;
    expect(codeOf(await house.says("bo", long))).toBe("disk-full");
    // Not even the answer's row fits: whoever waits is told, what must be posted is tried again later.
    const key = "k".repeat(8000);
    expect(codeOf(await house.router.dispatch(long, house.speaker("bo"), { key }))).toBe("disk-full");
    const posted = house.router.dispatch(long, house.speaker("bo"), { key, deliver: () => undefined });
    await expect(posted).rejects.toMatchObject({ code: "SQLITE_FULL" });
    house.db.sqlite.pragma("max_page_count = 1000000");
    expect((await house.router.dispatch(long, house.speaker("bo"), { key })).kind).toBe("answer");
  });

  test("must answer at once; one that only reads must not start anything", async () => {
    expect(codeOf(await house.says("bo", "late"))).toBe("unexpected");
    expect(codeOf(await house.says("bo", "reads-start"))).toBe("unexpected");
    expect(house.started).toEqual([]);
  });

  test("two at once with one key happen once", async () => {
    const say2 = [1, 2].map(() => house.router.dispatch("note x", house.speaker("bo"), { key: "$1" }));
    const [a, b] = await Promise.all(say2);
    expect(a).toEqual(b);
    expect(runs).toEqual(["x"]);
  });

  test("dispatch inside a transaction is a mistake: what fails could not be taken back", async () => {
    await expect(house.db.tx(() => house.says("bo", "note x"))).rejects.toThrow("its own transaction");
  });
});

describe("a command that starts a workflow", () => {
  test("starts it in the same transaction, in the asker's name, once for its key", async () => {
    const outcome = await house.router.dispatch("go", house.speaker("ana"), { key: "$1" });
    expect(outcome).toMatchObject({ kind: "started", runId: "bakor", fresh: true });
    expect(textOf(outcome)).toBe("Run `bakor` has begun.\nTo follow it: run show bakor");
    expect(house.started).toEqual([
      { input: { a: 1 }, options: { key: "ana $1", askedBy: "ana", place: room } },
    ]);
    expect(house.audit.list({ limit: 1 })[0]).toMatchObject({ subject: "go", details: { run: "bakor" } });
    await house.router.dispatch("go", house.speaker("ana"), { key: "$1" });
    expect(house.started.length).toBe(1);
  });

  test("is refused when no new runs are admitted; everything else goes on", async () => {
    house = openHouse(commands, {
      admit: () => {
        throw diskFull({ freeMb: 3 });
      },
    });
    expect(codeOf(await house.says("ana", "go"))).toBe("disk-full");
    expect(house.started).toEqual([]);
    expect((await house.says("ana", "note x")).kind).toBe("answer");
  });
});

describe("a command that reads", () => {
  test("leaves no trace and may be asked again", async () => {
    const rows = house.audit.head().n;
    for (const key of ["$1", "$1"])
      expect(textOf(await house.router.dispatch("look", house.speaker("bo"), { key }))).toBe("Here it is.");
    expect(runs).toEqual(["look", "look"]);
    expect(house.audit.head().n).toBe(rows);
    expect(house.db.sqlite.prepare("select count(*) as n from answered").get()).toEqual({ n: 0 });
  });
});

describe("what is for one person's eyes", () => {
  test("is never kept: the second delivery says that it was answered", async () => {
    const outcome = await house.router.dispatch("secret", house.speaker("bo"), { key: "$1" });
    expect(outcome.kind).toBe("private");
    const token = textOf(outcome);
    expect(token).toMatch(/^tdm_/);
    const dump = JSON.stringify(
      ["answered", "audit", "api_token"].map((table) =>
        house.db.sqlite.prepare(`select * from ${table}`).all(),
      ),
    );
    expect(dump).not.toContain(token);
    const again = await house.router.dispatch("secret", house.speaker("bo"), { key: "$1" });
    expect(textOf(again)).toBe(
      "This was answered before, to you alone.\nIf the answer did not reach you, say the command again.",
    );
  });
});

describe("who may", () => {
  test("a stranger is told how to become a member, whatever was typed, and it is written down", async () => {
    for (const line of ["note x", "look", "no such thing", ""]) {
      const outcome = await house.says(null, line);
      expect(codeOf(outcome)).toBe("not-known");
      expect(textOf(outcome)).toBe(
        "@eve:elsewhere.net is not known here.\nOnly members of the co-op can give commands. Nothing was done.\nAsk an operator (ana (@ana:a.coop)) to say: member add <name> @eve:elsewhere.net",
      );
    }
    expect(runs).toEqual([]);
    expect(trail()).toEqual([
      "@eve:elsewhere.net command.denied no command",
      "@eve:elsewhere.net command.denied no command",
      "@eve:elsewhere.net command.denied look",
    ]);
  });

  test("a member without the role is told who has it", async () => {
    const outcome = await house.router.dispatch("go", house.speaker("mia"), { key: "$1" });
    expect(textOf(outcome)).toBe(
      "go is for operators; mia is none.\nNothing was done.\nAsk one of them to say it: ana (@ana:a.coop).",
    );
    expect(trail()[0]).toBe("mia command.denied go");
    await house.router.dispatch("go", house.speaker("mia"), { key: "$1" });
    expect(trail().filter((row) => row.includes("denied")).length).toBe(1);
  });

  test("a bearer token makes no keys: it would live on after its own end", async () => {
    const outcome = await house.says("bo", "key", { via: "api", trust: "unverified" });
    expect(codeOf(outcome)).toBe("not-by-token");
    expect(trail()[0]).toBe("bo command.denied key");
    expect((await house.says("bo", "key", { via: "web" })).kind).toBe("answer");
  });

  test("what a face remembers of a member does not count: roles and accounts are read anew", async () => {
    const ana = house.speaker("ana");
    const bo = house.speaker("bo");
    house.people.grant("ana", MemberName.parse("mia"), "operator");
    house.people.revoke("ana", MemberName.parse("ana"), "operator");
    house.people.remove("mia", MemberName.parse("bo"));
    expect(codeOf(await house.router.dispatch("go", ana))).toBe("not-allowed");
    expect(codeOf(await house.router.dispatch("look", bo))).toBe("not-known");
    const claimed = house.speaker("mia", { matrixId: MatrixId.parse("@eve:elsewhere.net") });
    expect(codeOf(await house.router.dispatch("go", claimed))).toBe("not-known");
  });
});

describe("age", () => {
  const ago = (minutes: number): { at: number; key: string } => ({
    at: house.clock.now() - minutes * 60_000,
    key: "$1",
  });

  test("what was said more than 10 minutes ago is asked about instead of run", async () => {
    expect((await house.router.dispatch("note x", house.speaker("bo"), ago(10))).kind).toBe("answer");
    house = openHouse(commands);
    const outcome = await house.router.dispatch("note y", house.speaker("bo"), ago(10.5));
    expect(textOf(outcome)).toBe(
      "Tandem was away: note y was said 10 minutes ago.\nMuch may have changed since, so it was not run.\nStill want this? Then say it again.",
    );
    expect(runs).toEqual(["x"]);
  });

  test("a command may have an age of its own; a clock that runs ahead is no age", async () => {
    expect((await house.router.dispatch("patient", house.speaker("bo"), ago(59))).kind).toBe("answer");
    expect(codeOf(await house.router.dispatch("patient", house.speaker("mia"), ago(61)))).toBe(
      "command-too-old",
    );
    expect((await house.router.dispatch("note x", house.speaker("tom"), ago(-30))).kind).toBe("answer");
  });
});

describe("limits", () => {
  const rates = {
    member: { burst: 2, perMinute: 6 },
    room: { burst: 3, perMinute: 60 },
    strangers: { burst: 2, perMinute: 1 },
  };
  beforeEach(() => {
    house = openHouse(commands, { rates });
  });

  test("a member who says too much waits, and is told how long; the others do not", async () => {
    for (const line of ["look", "no such thing"]) await house.says("bo", line);
    const outcome = await house.says("bo", "look");
    expect(textOf(outcome)).toBe(
      "More than 2 commands came from bo in a short time.\nSo that one cannot keep Tandem from the others, this one was not run. More of them before that time is over are not run either; in a room that is not said again.\nSay it again in 10 s.",
    );
    expect((await house.says("mia", "look")).kind).toBe("answer");
    await house.clock.turn(10_000);
    expect((await house.says("bo", "look")).kind).toBe("answer");
  });

  test("a room has its own; what is said elsewhere goes on", async () => {
    for (const who of ["bo", "mia", "tom"]) await house.says(who, "look");
    expect(textOf(await house.says("ana", "look"))).toContain("came in this room");
    expect((await house.says("ana", "look", { place: null })).kind).toBe("answer");
  });

  test("strangers fill neither the audit trail nor a room's measure", async () => {
    const rows = house.audit.head().n;
    for (let i = 0; i < 10; i++) await house.says(null, "look");
    expect(codeOf(await house.says(null, "look"))).toBe("too-many-commands");
    expect(house.audit.head().n).toBe(rows + 2);
    expect((await house.says("bo", "look")).kind).toBe("answer");
  });
});

test("answers are kept for 30 days", async () => {
  await house.router.dispatch("note x", house.speaker("bo"), { key: "$1" });
  const { openAnswered } = await import("../../src/router/answered.ts");
  const answers = openAnswered(house.db, house.clock);
  await house.clock.turn(29 * 86_400_000);
  await forgetAtDoor(house.db, house.clock.now());
  expect(answers.find("bo $1")?.kind).toBe("answer");
  await house.clock.turn(2 * 86_400_000);
  await forgetAtDoor(house.db, house.clock.now());
  expect(answers.find("bo $1")).toBeUndefined();
});
