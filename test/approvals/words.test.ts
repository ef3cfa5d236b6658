import { describe, expect, test } from "vitest";
import type { SpokenVoice } from "../../src/approvals/index.ts";
import { Problem } from "../../src/core/problem.ts";
import { MemberName } from "../../src/core/terms.ts";
import { bench, day, idOf } from "./bench.ts";

const voice = (member: string, more: Partial<SpokenVoice> = {}): SpokenVoice => ({
  run: "bakor",
  says: "yes",
  member,
  matrixId: idOf(member),
  via: "matrix",
  trust: "unverified",
  ...more,
});

/** The code of the problem that this throws. */
function codeOf(speak: () => unknown): string {
  try {
    speak();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
  return "none";
}

describe("approve and decline in words", () => {
  test("approve settles, with the letters typed in any case", () => {
    const { open, approvals, settled, clock } = bench();
    open();
    const view = approvals.speak(voice("bo", { run: "Bakor", eventId: "$typed" }));
    expect(view.status).toBe("approved");
    expect(view.voices).toEqual([
      { member: "bo", says: "yes", why: null, via: "matrix", at: clock.now(), withdrawn: false },
    ]);
    expect(settled[0]?.payload.voices).toEqual([{ member: "bo", via: "matrix", at: clock.now() }]);
  });

  test("decline needs a reason, which the run and the room are told", () => {
    const { open, approvals, settled, shown, deliver } = bench();
    open();
    for (const why of [undefined, "", "   "])
      expect(
        codeOf(() => approvals.speak(voice("bo", { says: "no", ...(why !== undefined && { why }) }))),
      ).toBe("decline-without-why");
    expect(settled).toEqual([]);
    approvals.speak(voice("bo", { says: "no", why: " not before the assembly " }));
    deliver();
    expect(settled[0]?.payload).toEqual({
      status: "declined",
      voices: [],
      by: "bo",
      why: "not before the assembly",
    });
    expect(approvals.get("bakor/approval")?.why).toBe("not before the assembly");
    expect(shown()).toMatch(/^❌ Declined by bo: not before the assembly\n/);
  });

  test.each([
    ["the asker", "ana", {}, "approval-own"],
    ["a member who is no maintainer", "mo", {}, "approval-role"],
    ["nobody known", "eve", {}, "approval-role"],
    ["a beneficiary", "di", {}, "approval-beneficiary"],
    ["the asker's decline", "ana", { says: "no", why: "x" }, "approval-own"],
    ["another subject", "bo", { subject: "wiki.example.coop" }, "approval-subject"],
    ["letters of no run", "bo", { run: "zzzzz" }, "approval-unknown"],
  ] as const)("%s does not count and nothing is written", (_who, name, more, code) => {
    const { open, approvals, audit, voices, status } = bench();
    open({ beneficiaries: [MemberName.parse("di")] });
    const rows = audit.head().n;
    expect(codeOf(() => approvals.speak(voice(name, more)))).toBe(code);
    expect(voices()).toEqual([]);
    expect(status()).toBe("open");
    expect(audit.head().n).toBe(rows);
  });

  test("after the end, and when it is settled, it says so", async () => {
    const { open, approvals, clock } = bench();
    open();
    await clock.turn(day);
    expect(codeOf(() => approvals.speak(voice("bo")))).toBe("approval-past");
    approvals.withdraw("bakor/approval", "the run was cancelled");
    expect(codeOf(() => approvals.speak(voice("bo")))).toBe("approval-settled");
  });

  test("what was said before the end counts while the question stands open for it", async () => {
    const { open, approvals, clock, status } = bench();
    open({ weight: "grave" });
    const inTime = {
      trust: "verified",
      subject: "cloud.example.coop",
      saidAt: clock.now() + day - 1000,
    } as const;
    await clock.turn(day + 2000);
    expect(codeOf(() => approvals.speak(voice("bo", { ...inTime, saidAt: clock.now() })))).toBe(
      "approval-past",
    );
    expect(codeOf(() => approvals.speak(voice("bo", { ...inTime, saidAt: clock.now() + day })))).toBe(
      "approval-past",
    );
    approvals.speak(voice("bo", inTime));
    expect(status()).toBe("approved");
  });

  test("letters name the newest open question of the run; an id names its own", () => {
    const { open, approvals, status } = bench();
    const first = open({ subject: "one", needed: 2 });
    const second = open({ subject: "two" }, { step: "approval#2" });
    expect(approvals.speak(voice("bo")).id).toBe(second);
    expect(status(first)).toBe("open");
    expect(approvals.speak(voice("bo")).id).toBe(first);
    expect(codeOf(() => approvals.speak(voice("cy", { run: second })))).toBe("approval-settled");
    expect(approvals.speak(voice("cy", { run: first })).status).toBe("approved");
  });

  describe.each(["ordinary", "grave"] as const)("a yes to an %s question by the run's letters", (weight) => {
    const yes = (member: string, saidAt: number): SpokenVoice =>
      voice(member, { trust: "verified", subject: "cloud.example.coop", saidAt });

    /** A run whose first plan was asked about, and a minute later another one in its place. */
    async function replanned() {
      const house = bench();
      house.open({ weight });
      await house.clock.turn(60_000);
      const second = house.open({ weight, binds: "hash-2" }, { step: "approval#2" });
      await house.clock.turn(5_000);
      return { ...house, second, openedAt: house.clock.now() - 5_000 };
    }

    test.each([
      ["while the plan before was asked about", -1],
      ["long before, by the homeserver's clock", -3_600_000],
    ])("that was said %s is not counted for the new plan, and is told why", async (_when, ms) => {
      const { approvals, second, openedAt, voices, status, audit } = await replanned();
      const rows = audit.head().n;
      expect(codeOf(() => approvals.speak(yes("bo", openedAt + ms)))).toBe("approval-another");
      expect([voices("bakor/approval"), voices(second), audit.head().n]).toEqual([[], [], rows]);
      expect(status(second)).toBe("open");
      expect(approvals.speak(yes("bo", openedAt)).id).toBe(second);
      expect(status(second)).toBe("approved");
    });

    test("that was said between the two plans is for neither", async () => {
      const { open, approvals, clock, second, status } = { ...bench(), second: "bakor/approval#2" };
      open({ weight });
      approvals.speak(yes("cy", clock.now()));
      await clock.turn(1_000);
      const between = clock.now();
      await clock.turn(1_000);
      open({ weight, binds: "hash-2" }, { step: "approval#2" });
      expect(codeOf(() => approvals.speak(yes("bo", between)))).toBe("approval-another");
      expect(status(second)).toBe("open");
    });

    test("that was for a question which was settled meanwhile is not for an older one", async () => {
      const { open, approvals, clock, voices, status } = bench();
      open({ weight, needed: 2 });
      const second = open({ weight, subject: "wiki.example.coop" }, { step: "approval#2" });
      const saidAt = clock.now();
      await clock.turn(1_000);
      approvals.speak(voice("cy", { trust: "verified", subject: "wiki.example.coop", run: second }));
      expect(codeOf(() => approvals.speak(yes("bo", saidAt)))).toBe("approval-another");
      expect([voices(), status()]).toEqual([[], "open"]);
    });

    test("counts for the only question, also by a clock that is late: there was no other to mean", async () => {
      const { open, approvals, clock, status } = bench();
      await clock.turn(60_000);
      open({ weight });
      approvals.speak(yes("bo", clock.now() - 30_000));
      expect(status()).toBe("approved");
    });

    test("a no counts whenever it was said, and an id names its own question", async () => {
      const one = await replanned();
      const before = one.openedAt - 1;
      one.approvals.speak(voice("bo", { says: "no", why: "not now", saidAt: before }));
      expect(one.status(one.second)).toBe("declined");
      const two = await replanned();
      two.approvals.speak({ ...yes("bo", before), run: two.second });
      expect(two.status(two.second)).toBe("approved");
    });
  });

  test("a typed voice and a reaction of one person are one voice; deleting the typed message takes it back", () => {
    const { open, approvals, react, redact, voices, status } = bench();
    open({ needed: 2 });
    const reaction = react("bo", "✅");
    approvals.speak(voice("bo", { eventId: "$typed" }));
    expect(voices()).toEqual(["bo yes"]);
    redact("bo", reaction);
    expect(voices()).toEqual(["bo yes"]);
    redact("bo", "$typed");
    expect(voices()).toEqual(["bo yes withdrawn"]);
    expect(status()).toBe("open");
  });
});

describe("grave questions", () => {
  const grave = { weight: "grave", needed: 2 } as const;
  const subject = "cloud.example.coop";

  test.each([
    ["no subject", { trust: "verified" }, "approval-subject"],
    ["another subject", { trust: "verified", subject: "cloud.example.com" }, "approval-subject"],
    [
      "the subject in other letters",
      { trust: "verified", subject: "Cloud.example.coop" },
      "approval-subject",
    ],
    ["clear text", { trust: "clear", subject }, "approval-unverified"],
    ["a device that is not verified", { trust: "unverified", subject }, "approval-unverified"],
  ] as const)("%s is not enough to agree", (_what, more, code) => {
    const { open, approvals, voices } = bench();
    open(grave);
    expect(codeOf(() => approvals.speak(voice("bo", more)))).toBe(code);
    expect(voices()).toEqual([]);
  });

  test("the exact subject from verified devices of two people is", () => {
    const { open, approvals, status } = bench();
    open(grave);
    approvals.speak(voice("bo", { trust: "verified", subject }));
    approvals.speak(voice("bo", { trust: "verified", subject, via: "web", matrixId: null }));
    expect(status()).toBe("open");
    approvals.speak(voice("cy", { trust: "verified", subject, via: "cli", matrixId: null }));
    expect(status()).toBe("approved");
  });

  test("declining needs neither: to stop something is always safe", () => {
    const { open, approvals } = bench();
    open(grave);
    expect(approvals.speak(voice("bo", { says: "no", why: "no", trust: "clear" })).status).toBe("declined");
  });
});

describe("who is asked, and what is listed", () => {
  test("waitingFor: those who may answer and have not", () => {
    const { open, approvals, react } = bench();
    open({ needed: 2 });
    const ids = (name: string): string[] => approvals.waitingFor(name).map((one) => one.id);
    expect(ids("bo")).toEqual(["bakor/approval"]);
    expect([ids("ana"), ids("mo"), ids("eve")]).toEqual([[], [], []]);
    react("bo", "✅");
    expect(ids("bo")).toEqual([]);
    expect(ids("cy")).toEqual(["bakor/approval"]);
    react("cy", "✅");
    expect(ids("di")).toEqual([]);
  });

  test("views show the plan's hash, and lists go newest first", async () => {
    const { open, approvals, clock } = bench();
    open();
    await clock.turn(1000);
    open({}, { run: "dimut" });
    expect(approvals.list().map((one) => one.run)).toEqual(["dimut", "bakor"]);
    approvals.withdraw("bakor/approval", "cancelled");
    expect(approvals.list({ status: "open" }).map((one) => one.run)).toEqual(["dimut"]);
    expect(approvals.list({ limit: 1 }).map((one) => one.run)).toEqual(["dimut"]);
    expect(approvals.get("bakor/approval")).toMatchObject({
      binds: "hash-1",
      status: "withdrawn",
      why: "cancelled",
      settledAt: clock.now(),
    });
    expect(approvals.ofRun("dimut")).toHaveLength(1);
    expect(approvals.get("nope")).toBeUndefined();
  });

  test("a question that comes from no room, or from one that others cannot read, goes to the default room", () => {
    const { open, sent } = bench();
    open({}, { run: "aaaaa", place: null });
    open({}, { run: "bbbbb", place: { room: "!direct", threadRoot: "$t", direct: true } });
    open({}, { run: "ccccc", place: { room: "!third", threadRoot: "$t" } });
    const questions = sent.filter(({ out }) => out.key.endsWith("/question")).map(({ out }) => out);
    expect(questions.map((out) => out.room)).toEqual(["!ops:example.coop", "!ops:example.coop", "!third"]);
    expect(questions.map((out) => out.kind === "message" && out.threadRoot)).toEqual([
      undefined,
      undefined,
      "$t",
    ]);
  });

  test("the twenty-first open question of a room is not asked: its run is told at once why", () => {
    const { open, approvals, settled, sent, status } = bench();
    for (let i = 0; i < 20; i++) open({}, { run: `run${String.fromCharCode(97 + i)}x` });
    const before = sent.length;
    open({}, { run: "onetoo" });
    expect(sent.length).toBe(before);
    expect(status("onetoo/approval")).toBe("declined");
    expect(settled).toEqual([
      expect.objectContaining({
        run: "onetoo",
        payload: expect.objectContaining({ status: "declined", by: "tandem" }) as unknown,
      }),
    ]);
    expect(settled[0]?.payload.why).toContain("20 questions are open in the room already");
    open({}, { run: "elsew", place: { room: "!other" } });
    expect(status("elsew/approval")).toBe("open");
    approvals.withdraw("runax/approval", "cancelled");
    open({}, { run: "again" });
    expect(status("again/approval")).toBe("open");
  });

  test("the same id twice is asked once, and two questions about different things stay side by side", () => {
    const { open, status, sent } = bench();
    open();
    open();
    expect(sent.filter(({ out }) => out.key.endsWith("/question"))).toHaveLength(1);
    open({ subject: "wiki.example.coop", binds: "hash-9" }, { step: "approval#2" });
    expect(status()).toBe("open");
  });
});

describe("the record", () => {
  test("every voice, withdrawal and settlement has its row, with event, room, time, hash, role, way and trust", () => {
    const { open, react, redact, approvals, audit, clock } = bench();
    open({ needed: 2 });
    const event = react("bo", "✅");
    redact("bo", event);
    approvals.speak(voice("bo", { eventId: "$typed", trust: "verified" }));
    react("cy", "👍");
    const rows = audit
      .list()
      .filter((row) => row.subject === "bakor/approval")
      .toReversed();
    expect(rows.map((row) => `${row.who} ${row.what}`)).toEqual([
      "ana approval.opened",
      "bo approval.voice",
      "bo approval.voice-withdrawn",
      "bo approval.voice",
      "cy approval.voice",
      "cy approval.approved",
    ]);
    const at = new Date(clock.now()).toISOString();
    expect(rows[1]?.details).toEqual({
      says: "yes",
      via: "reaction",
      trust: "clear",
      matrixId: "@bo:example.coop",
      eventId: event,
      room: "!ops:example.coop",
      at,
      role: "maintainer",
      binds: "hash-1",
    });
    expect(rows[3]?.details).toMatchObject({
      via: "matrix",
      trust: "verified",
      eventId: "$typed",
      binds: "hash-1",
    });
    expect(rows[5]?.details).toMatchObject({ binds: "hash-1", needed: 2, role: "maintainer" });
    expect(audit.verify()).toMatchObject({ rows: audit.head().n });
  });

  test("when the run cannot be told, nothing is settled: voice, row and record go back together", () => {
    const { open, approvals, voices, status, audit, outbox } = bench({
      settle: () => {
        throw new Error("the journal refuses");
      },
    });
    open();
    const [rows, depth] = [audit.head().n, outbox.depth()];
    expect(() => approvals.speak(voice("bo"))).toThrow("the journal refuses");
    expect([status(), voices(), audit.head().n, outbox.depth()]).toEqual(["open", [], rows, depth]);
  });
});
