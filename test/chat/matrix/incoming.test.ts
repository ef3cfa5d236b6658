import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { incomingOf, type Circumstances } from "../../../src/chat/matrix/incoming.ts";
import { asRawEvent, type RawEvent } from "../../../src/chat/matrix/raw-event.ts";
import { withoutHtmlReply, withoutReply } from "../../../src/chat/matrix/reply-fallback.ts";
import { MatrixId } from "../../../src/core/terms.ts";

const self = MatrixId.parse("@tandem:example.coop");
const circumstances: Circumstances = { self, room: "!r", trust: "clear", direct: false };

function event(more: Partial<RawEvent>): RawEvent {
  return {
    event_id: "$e",
    type: "m.room.message",
    sender: "@bo:example.coop",
    origin_server_ts: 1_700_000_000_000,
    content: { msgtype: "m.text", body: "!tandem help" },
    ...more,
  };
}
const text = (content: Record<string, unknown>): RawEvent =>
  event({ content: { msgtype: "m.text", body: "!tandem help", ...content } });

describe("what an event says", () => {
  test("a text is a message, with where and how surely it was said", () => {
    expect(incomingOf(event({}), { ...circumstances, trust: "verified", direct: true })).toEqual({
      kind: "message",
      eventId: "$e",
      room: "!r",
      sender: "@bo:example.coop",
      at: 1_700_000_000_000,
      text: "!tandem help",
      mentioned: false,
      direct: true,
      trust: "verified",
    });
  });

  test.each([
    ["the bot's own words", event({ sender: self })],
    ["a notice", text({ msgtype: "m.notice" })],
    ["an emote", text({ msgtype: "m.emote" })],
    ["an edit", text({ "m.relates_to": { rel_type: "m.replace", event_id: "$x" } })],
    ["a message without words", text({ body: undefined })],
    ["a message that was taken back", event({ content: {} })],
    ["a reaction to nothing", event({ type: "m.reaction", content: {} })],
    ["a redaction of nothing", event({ type: "m.room.redaction", content: {} })],
    ["a change of the topic", event({ type: "m.room.topic", state_key: "", content: { topic: "x" } })],
    ["somebody without a proper id", event({ sender: "bo" })],
  ])("%s is not for the bot", (_what, said) => {
    expect(incomingOf(said, circumstances)).toBeUndefined();
  });

  test("a thread is remembered, a mention is seen in m.mentions and in pills", () => {
    const thread = {
      rel_type: "m.thread",
      event_id: "$root",
      is_falling_back: true,
      "m.in_reply_to": { event_id: "$x" },
    };
    expect(incomingOf(text({ "m.relates_to": thread }), circumstances)).toMatchObject({
      threadRoot: "$root",
    });
    const mentioned = (content: Record<string, unknown>): unknown => {
      const said = incomingOf(text(content), circumstances);
      return said?.kind === "message" && said.mentioned;
    };
    const pill = (id: string): Record<string, unknown> => ({
      format: "org.matrix.custom.html",
      formatted_body: `<a href="https://matrix.to/#/${id}">Tandem</a> help`,
    });
    expect(mentioned({ "m.mentions": { user_ids: [self] } })).toBe(true);
    expect(mentioned({ "m.mentions": {}, ...pill(self) })).toBe(false);
    expect(mentioned(pill(self))).toBe(true);
    expect(mentioned(pill("%40tandem%3Aexample.coop"))).toBe(true);
    expect(mentioned(pill("@tandem:example.coop.evil"))).toBe(false);
    expect(mentioned(pill("%E0%A4%A"))).toBe(false);
    expect(mentioned({})).toBe(false);
  });

  test.each<[string, Record<string, unknown>, string | undefined]>([
    ["a reply", { "m.in_reply_to": { event_id: "$file" } }, "$file"],
    [
      "a reply inside a thread",
      {
        rel_type: "m.thread",
        event_id: "$root",
        is_falling_back: false,
        "m.in_reply_to": { event_id: "$file" },
      },
      "$file",
    ],
    [
      "what a thread names for clients that know none",
      {
        rel_type: "m.thread",
        event_id: "$root",
        is_falling_back: true,
        "m.in_reply_to": { event_id: "$file" },
      },
      undefined,
    ],
    ["a reply to nothing that has an id", { "m.in_reply_to": { event_id: 5 } }, undefined],
    ["no reply", {}, undefined],
  ])("%s: whether it answers an event", (_what, relation, repliesTo) => {
    const said = incomingOf(text({ "m.relates_to": relation }), circumstances);
    expect(said?.kind === "message" && said.repliesTo).toBe(repliesTo);
  });

  test("redactions are read in the shape of room version 11 and of those before", () => {
    const redaction = (more: Partial<RawEvent>): unknown =>
      incomingOf(event({ type: "m.room.redaction", content: {}, ...more }), circumstances);
    expect(redaction({ content: { redacts: "$new" } })).toMatchObject({ kind: "redaction", redacts: "$new" });
    expect(redaction({ redacts: "$old" })).toMatchObject({ redacts: "$old" });
    expect(redaction({ content: { redacts: "$new" }, redacts: "$old" })).toMatchObject({ redacts: "$new" });
  });

  test("whatever a homeserver sends, nothing is thrown", () => {
    const key = fc.constantFrom(
      "m.relates_to",
      "m.mentions",
      "m.in_reply_to",
      "user_ids",
      "rel_type",
      "body",
      "msgtype",
      "redacts",
    );
    const value = fc.letrec((tie) => ({
      any: fc.oneof(
        { maxDepth: 4 },
        fc.constantFrom(
          "m.text",
          "m.replace",
          "m.thread",
          "m.annotation",
          "> <@a:b> c\n\n",
          "<mx-reply>",
          self,
        ),
        fc.string(),
        fc.integer(),
        fc.constant(null),
        fc.array(tie("any"), { maxLength: 3 }),
        fc.dictionary(fc.oneof(key, fc.string()), tie("any"), { maxKeys: 5 }),
      ),
    })).any;
    const type = fc.constantFrom("m.room.message", "m.reaction", "m.room.redaction", "m.room.member");
    fc.assert(
      fc.property(type, value, value, value, (kind, content, unsigned, sender) => {
        const raw = asRawEvent({ ...event({}), type: kind, content, unsigned, sender });
        if (raw !== undefined) incomingOf(raw, circumstances);
        asRawEvent(content);
        return true;
      }),
      { numRuns: 2000 },
    );
  });
});

describe("the quoted part of a reply", () => {
  test("is dropped from the plain text", () => {
    expect(withoutReply("> <@bo:example.coop> first\n> second\n\napprove 4f2")).toBe("approve 4f2");
    expect(withoutReply("> <@bo:example.coop> first\napprove 4f2")).toBe("approve 4f2");
    expect(withoutReply("> only a quote")).toBe("");
    expect(withoutReply("no quote\n> here")).toBe("no quote\n> here");
  });
  test("is dropped from the HTML", () => {
    expect(withoutHtmlReply("<mx-reply><blockquote>x</blockquote></mx-reply>approve <b>4f2</b>")).toBe(
      "approve <b>4f2</b>",
    );
    expect(withoutHtmlReply("<mx-reply>never closed")).toBe("<mx-reply>never closed");
    expect(withoutHtmlReply("plain")).toBe("plain");
  });
});
