import { expect, test } from "vitest";
import type { RawEvent } from "../../../src/chat/matrix/raw-event.ts";
import { joinedIn, sinceInvited } from "../../../src/chat/matrix/timeline.ts";

const self = "@tandem:example.coop";
const said = (id: string): RawEvent => ({
  event_id: id,
  type: "m.room.message",
  sender: "@bo:example.coop",
  origin_server_ts: 0,
  content: {},
});
const member = (id: string, membership: string, before?: string, who = self): RawEvent => ({
  ...said(id),
  type: "m.room.member",
  state_key: who,
  content: { membership },
  unsigned: before === undefined ? {} : { prev_content: { membership: before } },
});
const ids = (events: RawEvent[]): string[] => sinceInvited(events, self).map((event) => event.event_id);

test("of a room that the bot came into, what was said since its invite is for it", () => {
  const events = [
    said("old"),
    member("asked", "invite"),
    said("hello"),
    member("came", "join", "invite"),
    said("help"),
  ];
  expect(ids(events)).toEqual(["asked", "hello", "came", "help"]);
  expect(joinedIn(events, self)).toBe(true);
  expect(ids(events.filter((event) => event.event_id !== "asked"))).toEqual(["came", "help"]);
});

test("a new name, or somebody else's coming, changes nothing", () => {
  const events = [
    said("a"),
    member("renamed", "join", "join"),
    member("other", "join", undefined, "@kim:x"),
    said("b"),
  ];
  expect(ids(events)).toEqual(["a", "renamed", "other", "b"]);
  expect(joinedIn(events, self)).toBe(false);
});

test("after leaving and coming back only the last stay counts", () => {
  const events = [
    member("1", "join", "invite"),
    said("a"),
    member("2", "leave", "join"),
    said("b"),
    member("3", "invite", "leave"),
    member("4", "join", "invite"),
    said("c"),
  ];
  expect(ids(events)).toEqual(["3", "4", "c"]);
});
