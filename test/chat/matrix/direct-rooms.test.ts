import { expect, test } from "vitest";
import { openDirectRooms } from "../../../src/chat/matrix/direct-rooms.ts";

const self = "@tandem:example.coop";
const bo = "@bo:example.coop";

/** Rooms by name: who is in them, and whether they are encrypted. */
function house(rooms: Record<string, { users: string[]; encrypted: boolean }>) {
  const kept = new Map<string, unknown>();
  const made: string[] = [];
  const directRoom = openDirectRooms({
    self,
    api: {
      call: (method: string, endpoint: string) => {
        if (!endpoint.includes("createRoom")) return Promise.resolve({});
        made.push(method);
        return Promise.resolve({ room_id: "!made" });
      },
    } as never,
    crypto: {
      rooms: {
        isEncrypted: (room: string) => Promise.resolve(rooms[room]?.encrypted ?? false),
        note: () => Promise.resolve(),
      },
    } as never,
    rooms: { readers: (room: string) => Promise.resolve({ users: rooms[room]?.users ?? [] }) } as never,
    state: {
      get: (key: string) => kept.get(key),
      set: (key: string, value: unknown) => kept.set(key, value),
    } as never,
  });
  return { directRoom, made };
}

test("what is for one person stays where it was asked for, in an encrypted room of the two", async () => {
  const { directRoom, made } = house({ "!asked": { users: [self, bo], encrypted: true } });
  expect(await directRoom(bo, "!asked")).toBe("!asked");
  expect(made).toEqual([]);
  // And is used again for what nobody asked for.
  expect(await directRoom(bo)).toBe("!asked");
});

test.each([
  ["is not encrypted", { users: [self, bo], encrypted: false }],
  ["has somebody else in it by now", { users: [self, bo, "@eve:example.org"], encrypted: true }],
  ["was left by the person", { users: [self], encrypted: true }],
])("a room that %s is not used; another one is made", async (_what, room) => {
  const { directRoom, made } = house({ "!asked": room });
  expect(await directRoom(bo, "!asked")).toBe("!made");
  expect(made).toEqual(["POST"]);
});
