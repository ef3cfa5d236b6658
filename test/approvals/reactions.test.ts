import { describe, expect, test } from "vitest";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { bench, bot, day, hour, idOf, room } from "./bench.ts";

const bo = MemberName.parse("bo");

describe("what counts", () => {
  test("✅ by a maintainer who is not the asker settles it: the run is told inside the transaction", () => {
    const { open, react, status, settled, clock } = bench();
    open();
    react("bo", "✅");
    expect(status()).toBe("approved");
    expect(settled).toEqual([
      {
        run: "bakor",
        topic: "approval:approval",
        inside: true,
        payload: {
          status: "approved",
          voices: [{ member: "bo", via: "reaction", at: clock.now() }],
          by: null,
          why: null,
        },
      },
    ]);
  });

  test.each(["✅", "👍", "👍🏽", "👍️", "☑️", "☑", "✔️", "✔"])("%s agrees", (symbol) => {
    const { open, react, status } = bench();
    open();
    react("bo", symbol);
    expect(status()).toBe("approved");
  });

  test.each(["❌", "👎", "👎🏿", "✖️", "✖", "⛔", "⛔️"])("%s declines at once", (symbol) => {
    const { open, react, status, settled } = bench();
    open({ needed: 2 });
    react("bo", "✅");
    react("cy", symbol);
    expect(status()).toBe("declined");
    expect(settled[0]?.payload).toMatchObject({ status: "declined", by: "cy", why: null });
  });

  test.each(["🎉", "❤️", "🚲", "yes", "✅✅", "", "1️⃣"])(
    "%j says nothing, and nothing is said to it",
    (symbol) => {
      const { open, react, status, voices, sent } = bench();
      open();
      const before = sent.length;
      react("bo", symbol);
      react("eve", symbol);
      expect(status()).toBe("open");
      expect(voices()).toEqual([]);
      expect(sent.length).toBe(before);
    },
  );

  test("two voices are two people, not two reactions and not two accounts", () => {
    const { open, react, status, people, voices } = bench();
    people.link("config", bo, MatrixId.parse("@bo:elsewhere.net"));
    open({ needed: 2 });
    react("bo", "✅");
    react("bo", "👍");
    react("@bo:elsewhere.net", "✅");
    expect(status()).toBe("open");
    expect(voices()).toEqual(["bo yes"]);
    react("cy", "✅");
    expect(status()).toBe("approved");
  });

  test("after the end of a question further reactions change nothing and are not answered", () => {
    const { open, react, status, sent, settled } = bench();
    open();
    react("bo", "✅");
    const before = sent.length;
    react("cy", "❌");
    react("mo", "✅");
    expect(status()).toBe("approved");
    expect(settled).toHaveLength(1);
    expect(sent.length).toBe(before);
  });
});

describe("what counts for nothing", () => {
  test("✅ by the asker, from any of her accounts, said once", () => {
    const { open, react, status, voices, people, said, sent } = bench();
    people.link("config", MemberName.parse("ana"), MatrixId.parse("@ana:elsewhere.net"));
    open();
    react("ana", "✅");
    react("@ana:elsewhere.net", "👍");
    react("ana", "❌");
    expect(status()).toBe("open");
    expect(voices()).toEqual([]);
    expect(said("not-counted")).toEqual([
      "@ana:example.coop: your reaction does not count. You asked for this yourself, so it takes somebody else. " +
        "May answer: @bo:example.coop, @cy:example.coop, @di:example.coop.",
    ]);
    const notice = sent.find(({ out }) => out.key.includes("not-counted"))?.out;
    expect(notice).toMatchObject({ kind: "message", replyTo: "$own1" });
    expect(notice?.kind === "message" && notice.message.mentions).toBeFalsy();
  });

  test("✅ by a member who is no maintainer, and by nobody, each told once and not by a reaction", () => {
    const { open, react, status, voices, said, sent } = bench();
    open();
    for (const name of ["mo", "eve", "mallory", "mo", "eve", "mallory"]) react(name, "✅");
    expect(status()).toBe("open");
    expect(voices()).toEqual([]);
    expect(said("not-counted")).toEqual([
      expect.stringContaining("@mo:example.coop: your reaction does not count. This takes a maintainer"),
      expect.stringContaining("@eve:example.coop: your reaction does not count. No member is known"),
    ]);
    expect(sent.filter(({ out }) => out.kind === "reaction").map(({ out }) => out.key)).toEqual([
      "bakor/approval/seed/❌",
    ]);
  });

  test("✅ on a copied prompt: another event, or ours named from another room", () => {
    const { open, react, status, voices, sent } = bench();
    open();
    const before = sent.length;
    react("bo", "✅", { target: "$copied" });
    react("bo", "✅", { inRoom: "!elsewhere:example.coop" });
    expect(status()).toBe("open");
    expect(voices()).toEqual([]);
    expect(sent.length).toBe(before);
  });

  test("✅ on another of our own messages, such as the edit of the question or an answer of ours", () => {
    const { open, react, status, outbox, deliver, sent } = bench();
    open({ needed: 2 });
    react("bo", "✅");
    const edit = sent.find(({ out }) => out.kind === "edit")?.eventId ?? "";
    expect(edit).not.toBe("");
    outbox.post({ kind: "message", key: "$x/reply", room, message: { blocks: [] } });
    deliver();
    react("cy", "✅", { target: edit });
    react("cy", "✅", { target: outbox.eventIdOf("$x/reply") ?? "" });
    expect(status()).toBe("open");
  });

  test("✅ after the end, even when the question is still open because nobody has turned the clock yet", () => {
    const { open, react, status, voices, clock, said } = bench();
    open();
    react("bo", "✅", { at: clock.now() + day });
    expect(status()).toBe("open");
    expect(voices()).toEqual([]);
    expect(said("not-counted/late")).toEqual([
      "@bo:example.coop: your reaction does not count. This question was open until Friday 2 October, 08:00 UTC. " +
        "Whoever asked says the command again.",
    ]);
  });

  test("✅ given in the last second and arriving just after the end counts; given at the end it does not", async () => {
    const given = bench();
    given.approvals.start();
    await given.clock.turn(hour);
    given.open();
    const end = given.clock.now() + day;
    await given.clock.turn(day + 2000);
    expect(given.status()).toBe("open");
    given.react("bo", "✅", { at: end });
    expect(given.status()).toBe("open");
    given.react("cy", "✅", { at: end - 1 });
    expect(given.status()).toBe("approved");
  });

  test("✅ after it expired", async () => {
    const { approvals, open, react, status, settled, clock, said } = bench();
    approvals.start();
    open();
    await clock.turn(day + 10_000);
    expect(status()).toBe("expired");
    react("bo", "✅", { at: clock.now() - hour });
    expect(status()).toBe("expired");
    expect(settled.map((one) => one.payload.status)).toEqual(["expired"]);
    expect(said("not-counted/late")).toHaveLength(1);
  });

  test("✅ on the question of a plan that changed: the old question is withdrawn, the new one stays open", () => {
    const { open, react, status, settled, shown, said } = bench();
    const old = open({ binds: "hash-1" });
    const renewed = open({ binds: "hash-2" }, { step: "approval#2" });
    expect(status(old)).toBe("withdrawn");
    expect(shown(old)).toContain("Withdrawn: the plan changed, and it is asked anew.");
    react("bo", "✅", { id: old });
    expect(status(renewed)).toBe("open");
    expect(said("not-counted/withdrawn")).toHaveLength(1);
    expect(settled).toEqual([
      expect.objectContaining({
        topic: "approval:approval",
        payload: { status: "declined", voices: [], by: null, why: "the plan changed, and it is asked anew" },
      }),
    ]);
    react("bo", "✅", { id: renewed });
    expect(status(renewed)).toBe("approved");
  });

  test("✅ by somebody who would gain by it", () => {
    const { open, react, status, said } = bench();
    open({ beneficiaries: [bo] });
    react("bo", "✅");
    expect(status()).toBe("open");
    expect(said("not-counted/beneficiary")).toEqual([expect.stringContaining("You would gain by this")]);
    react("cy", "✅");
    expect(status()).toBe("approved");
  });

  test("the bot's own seeds, even if somebody made the bot a maintainer", () => {
    const { open, react, status, voices, people, said } = bench();
    people.add("config", { name: MemberName.parse("tandem"), matrixId: bot });
    people.grant("config", MemberName.parse("tandem"), "maintainer");
    open({ weight: "light" });
    react("tandem", "✅");
    react("tandem", "❌");
    expect(status()).toBe("open");
    expect(voices()).toEqual([]);
    expect(said("not-counted")).toEqual([]);
  });

  test("a reaction on a grave question, answered once in words that tell how", () => {
    const { open, react, status, voices, said } = bench({ webUrl: "https://tandem.example.coop" });
    open({ weight: "grave" });
    react("bo", "✅");
    react("bo", "❌");
    react("cy", "✅");
    expect(status()).toBe("open");
    expect(voices()).toEqual([]);
    expect(said("not-counted/grave")).toHaveLength(2);
    expect(said("not-counted/grave")[0]).toContain(
      "`approve bakor cloud.example.coop` from a verified device",
    );
  });

  test("the same reaction delivered twice is one, and one judged as not counting stays so when roles change", () => {
    const { open, react, status, people, voices } = bench();
    open();
    const event = react("mo", "✅");
    people.grant("config", MemberName.parse("mo"), "maintainer");
    react("mo", "✅", { eventId: event });
    expect(voices()).toEqual([]);
    react("mo", "✅");
    expect(status()).toBe("approved");
  });

  test("a question from another room counts only reactions of its own room", () => {
    const { open, react, status } = bench();
    open({}, { place: { room: "!other:example.coop" } });
    react("bo", "✅");
    expect(status()).toBe("open");
    react("bo", "✅", { inRoom: "!other:example.coop" });
    expect(status()).toBe("approved");
  });
});

describe("taking back", () => {
  test("redacting the reaction withdraws the voice, and the record keeps both", () => {
    const { open, react, redact, status, voices, audited, shown } = bench();
    open({ needed: 2 });
    const event = react("bo", "✅");
    expect(shown()).toContain("Voices: 1 of 2: bo agreed");
    redact("bo", event);
    expect(voices()).toEqual(["bo yes withdrawn"]);
    expect(shown()).toContain("Voices: 0 of 2");
    react("cy", "✅");
    expect(status()).toBe("open");
    expect(audited("approval.voice-withdrawn")).toEqual([
      expect.objectContaining({ who: "bo", subject: "bakor/approval" }),
    ]);
  });

  test("a second reaction replaces the first: taking back the older changes nothing, the newer leaves none", () => {
    const { open, react, redact, voices } = bench();
    open({ needed: 2 });
    const older = react("bo", "✅");
    const newer = react("bo", "👍");
    redact("bo", older);
    expect(voices()).toEqual(["bo yes"]);
    redact("bo", newer);
    expect(voices()).toEqual(["bo yes withdrawn"]);
  });

  test("what is settled stays settled", () => {
    const { open, react, redact, status, voices, settled } = bench();
    open();
    const event = react("bo", "✅");
    redact("bo", event);
    expect(status()).toBe("approved");
    expect(voices()).toEqual(["bo yes"]);
    expect(settled).toHaveLength(1);
  });

  test("a redaction from another room withdraws nothing; a moderator's does, and the record says whose it was", () => {
    const { open, react, redact, voices, audited } = bench();
    open({ needed: 2 });
    const event = react("bo", "✅");
    redact("bo", event, "!elsewhere:example.coop");
    expect(voices()).toEqual(["bo yes"]);
    redact("eve", event);
    expect(voices()).toEqual(["bo yes withdrawn"]);
    expect(audited("approval.voice-withdrawn")[0]).toMatchObject({
      who: idOf("eve"),
      details: { member: "bo", redacts: event },
    });
  });
});

describe("roles", () => {
  test("a voice whose role was lost does not count when the last one arrives", () => {
    const { open, react, status, people, shown } = bench();
    open({ needed: 2 });
    react("bo", "✅");
    people.revoke("config", bo, "maintainer");
    react("cy", "✅");
    expect(status()).toBe("open");
    react("di", "✅");
    expect(status()).toBe("approved");
    expect(shown()).toContain("Approved: cy and di agreed.");
    expect(shown()).not.toContain("bo agreed");
  });

  test("losing the role shows at once; getting it back counts at once and settles", () => {
    const { open, react, status, people, shown, deliver } = bench();
    open({ needed: 2 });
    react("bo", "✅");
    people.revoke("config", bo, "maintainer");
    deliver();
    expect(shown()).toContain("Voices: 0 of 2");
    expect(shown()).not.toContain("@bo:example.coop");
    react("cy", "✅");
    people.grant("config", bo, "maintainer");
    expect(status()).toBe("approved");
  });

  test("a member who was removed has no voice", () => {
    const { open, react, status, people } = bench();
    open({ needed: 2 });
    react("bo", "✅");
    people.remove("config", bo);
    react("cy", "✅");
    expect(status()).toBe("open");
  });

  test("a question to members takes any member but the asker", () => {
    const { open, react, status } = bench();
    open({ from: "member", weight: "light" });
    react("eve", "✅");
    react("ana", "✅");
    expect(status()).toBe("open");
    react("mo", "✅");
    expect(status()).toBe("approved");
  });
});
