import { describe, expect, test } from "vitest";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { render } from "../../src/chat/render.ts";
import { expectGolden } from "../golden.ts";
import { bench, bot, day, idOf } from "./bench.ts";

const bo = MemberName.parse("bo");

describe("golden messages", () => {
  test("a question's whole life, ordinary, two voices, with a link", async () => {
    const { approvals, open, react, redact, clock, sent, deliver } = bench({
      webUrl: "https://tandem.example.coop",
      prefix: "!tandem ",
    });
    approvals.start();
    open({ needed: 2 });
    redact("bo", react("bo", "✅"));
    react("bo", "✅");
    react("ana", "✅");
    react("mo", "✅");
    react("eve", "✅");
    await clock.turn(day / 2);
    deliver();
    react("cy", "👍");
    expectGolden("messages/approval-life.txt", transcript(sent));
  });

  test.each(["light", "ordinary", "grave"] as const)("a %s question", (weight) => {
    const { open, sent, react } = bench({ prefix: "!tandem " });
    open({ weight, ...(weight === "grave" && { needed: 2, subject: "cloud.example.coop" }) });
    react("bo", "❌");
    expectGolden(`messages/approval-${weight}.txt`, transcript(sent));
  });

  test("the HTML of a question, with pills for those who are rung", () => {
    const { open, messageOf } = bench({ webUrl: "https://tandem.example.coop" });
    open();
    const message = messageOf("bakor/approval/question");
    expectGolden(
      "messages/approval-question.html",
      message === undefined ? "" : render(message).html.replace(/(<\/(?:p|ul|li|pre)>)/g, "$1\n"),
    );
  });

  test("asked by a schedule, with too few people, and a diff too long to show", () => {
    const { open, sent, people } = bench();
    for (const name of ["ana", "cy", "di"]) people.revoke("config", MemberName.parse(name), "maintainer");
    const diff = Array.from({ length: 300 }, (_, i) => `+ line ${i + 1}`).join("\n");
    open(
      {
        needed: 2,
        ask: {
          blocks: [
            { kind: "text", text: "Rotate the keys?" },
            { kind: "diff", text: diff },
          ],
        },
      },
      { askedBy: null, place: null },
    );
    expectGolden("messages/approval-too-few.txt", transcript(sent));
    const question = sent[0]?.out;
    const file = question?.kind === "message" ? question.message.attachment : undefined;
    expect(file?.name).toBe("bakor.diff");
    expect(file?.text.split("\n")).toHaveLength(201);
    expect(file?.text).toMatch(/\n… 100 more lines$/);
  });
});

describe("who is rung", () => {
  test("the question names all accounts of those who may answer and neither asker nor bot; the outcome names nobody", () => {
    const { open, react, sent, people, deliver } = bench();
    people.link("config", bo, MatrixId.parse("@bo:elsewhere.net"));
    open({ needed: 2, beneficiaries: [MemberName.parse("di")] });
    react("bo", "✅");
    const mentions = sent.map(({ out }) => ("message" in out ? (out.message.mentions ?? []) : []));
    expect(mentions[0]?.toSorted()).toEqual([MatrixId.parse("@bo:elsewhere.net"), idOf("bo"), idOf("cy")]);
    people.grant("config", MemberName.parse("mo"), "maintainer");
    deliver();
    const newest = sent.at(-1)?.out;
    expect(newest?.kind === "edit" && newest.message.mentions).toContain(idOf("mo"));
    react("mo", "✅");
    const outcome = sent.findLast(({ out }) => out.kind === "edit")?.out;
    expect(outcome?.kind === "edit" && (outcome.message.mentions ?? [])).toEqual([]);
    expect(mentions.flat()).not.toContain(bot);
  });

  test("a question to very many rings thirty", () => {
    const { open, sent, people } = bench();
    for (let i = 0; i < 40; i++)
      people.add("config", { name: MemberName.parse(`m${i}`), matrixId: idOf(`m${i}`) });
    open({ from: "member" });
    const out = sent[0]?.out;
    expect(out?.kind === "message" && out.message.mentions).toHaveLength(30);
  });

  test("seeds: light ✅ and ❌, ordinary ❌, grave none; all are taken away when it is settled", () => {
    for (const [weight, symbols] of [
      ["light", ["✅", "❌"]],
      ["ordinary", ["❌"]],
      ["grave", []],
    ] as const) {
      const { open, approvals, sent, deliver } = bench();
      open({ weight });
      const seeds = sent.filter(({ out }) => out.kind === "reaction");
      expect(seeds.map(({ out, target }) => [out.kind === "reaction" && out.symbol, target])).toEqual(
        symbols.map((symbol) => [symbol, "$own1"]),
      );
      approvals.withdraw("bakor/approval", "the run was cancelled");
      deliver();
      const redacted = sent.filter(({ out }) => out.kind === "redaction").map(({ target }) => target);
      expect(redacted).toEqual(seeds.map(({ eventId }) => eventId));
    }
  });
});

/** What the room sees, in order. */
function transcript(sent: ReturnType<typeof bench>["sent"]): string {
  return sent
    .map(({ out, target, eventId }) => {
      switch (out.kind) {
        case "message":
          return `--- ${eventId}${out.replyTo === undefined ? "" : ` in reply to ${out.replyTo}`}, ${
            (out.message.mentions ?? []).length > 0
              ? `rings ${out.message.mentions?.join(" ") ?? ""}`
              : "rings nobody"
          }\n${render(out.message).body}\n`;
        case "edit":
          return `--- ${target ?? ""} is edited\n${render(out.message).body}\n`;
        case "reaction":
          return `--- ${out.symbol} on ${target ?? ""} (${eventId})\n`;
        case "redaction":
          return `--- ${target ?? ""} is taken away\n`;
      }
    })
    .join("\n");
}
