import { expect, test } from "vitest";
import type { Outgoing } from "../../src/chat/transport.ts";
import { messageRefused } from "../../src/core/problems/chat.ts";
import { tellOperators } from "../../src/house/tell-operators.ts";

test.each([
  ["the operators' room", { operatorsRoom: "!ops", defaultRoom: "!all" }, "!plans", "!ops"],
  [
    "the default room when it is about theirs",
    { operatorsRoom: "!ops", defaultRoom: "!all" },
    "!ops",
    "!all",
  ],
  ["the default room when there is no other", { defaultRoom: "!all" }, "!plans", "!all"],
  [
    "nowhere when it is about the only one",
    { operatorsRoom: "!all", defaultRoom: "!all" },
    "!all",
    undefined,
  ],
])("what is wrong with a room is told in %s", (_where, rooms, about, room) => {
  const posted: Outgoing[] = [];
  const tell = tellOperators({ outbox: { post: (out) => void posted.push(out) }, ...rooms });
  tell(about, "key", messageRefused({ room: about, reason: "403 M_FORBIDDEN" }));
  expect(posted.map((out) => [out.key, out.room])).toEqual(room === undefined ? [] : [["key", room]]);
});
