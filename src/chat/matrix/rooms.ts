import { path, type Api } from "./api.ts";
import { failureOf } from "./failure.ts";
import type { Readers } from "./crypto/index.ts";
import { asRawEvent, type RawEvent } from "./raw-event.ts";

/** Who is in which room: asked once, then kept true by the membership events of sync. */
export interface Rooms {
  /** Takes in a state event of a joined room. */
  apply(room: string, event: RawEvent): void;
  /** Who may read what is encrypted for the room now. */
  readers(room: string): Promise<Readers>;
  /** Two have joined, and nobody else is asked in. False for a room that the bot is not in. */
  isDirect(room: string): Promise<boolean>;
  /** Whether they have joined it. False for a room that the bot is not in. */
  isIn(room: string, user: string): Promise<boolean>;
  /** The bot left, or missed something: ask again. */
  forget(room: string): void;
}

interface Known {
  members: Map<string, string>;
  historyVisibility: string;
}

export function openRooms(api: Api): Rooms {
  const rooms = new Map<string, Promise<Known>>();
  /** What came while the answer was on its way; laid over it when it is there. */
  const meanwhile = new Map<string, RawEvent[]>();

  const load = (room: string): Promise<Known> => {
    const loading = rooms.get(room);
    if (loading !== undefined) return loading;
    meanwhile.set(room, []);
    const asked = ask(api, room).then(
      (known) => {
        for (const event of meanwhile.get(room) ?? []) lay(known, event);
        meanwhile.delete(room);
        return known;
      },
      (reason: unknown) => {
        meanwhile.delete(room);
        if (rooms.get(room) === asked) rooms.delete(room);
        throw reason;
      },
    );
    rooms.set(room, asked);
    return asked;
  };

  return {
    apply(room, event) {
      if (event.type !== "m.room.member" && event.type !== "m.room.history_visibility") return;
      const waiting = meanwhile.get(room);
      if (waiting !== undefined) waiting.push(event);
      // A failed load has told whoever asked, and is forgotten.
      else rooms.get(room)?.then((known) => lay(known, event), ignore);
    },
    async readers(room) {
      const { members, historyVisibility } = await load(room);
      const may = historyVisibility === "joined" ? ["join"] : ["join", "invite"];
      const users = [...members].filter(([, membership]) => may.includes(membership)).map(([user]) => user);
      return { users, historyVisibility };
    },
    isDirect: (room) =>
      unlessNotIn(async () => {
        const memberships = [...(await load(room)).members.values()];
        const present = memberships.filter((membership) => membership === "join" || membership === "invite");
        return present.length === 2 && memberships.filter((membership) => membership === "join").length === 2;
      }),
    isIn: (room, user) => unlessNotIn(async () => (await load(room)).members.get(user) === "join"),
    forget: (room) => void rooms.delete(room),
  };
}

/** False for a room that the homeserver does not show us. */
async function unlessNotIn(look: () => Promise<boolean>): Promise<boolean> {
  try {
    return await look();
  } catch (thrown) {
    if (failureOf(thrown).kind === "refused") return false;
    throw thrown;
  }
}

function ignore(): void {
  // Nothing to keep true.
}

async function ask(api: Api, room: string): Promise<Known> {
  const [{ chunk }, historyVisibility] = await Promise.all([
    api.call<{ chunk: unknown[] }>("GET", path`/_matrix/client/v3/rooms/${room}/members`, {
      query: { not_membership: "leave" },
    }),
    askHistoryVisibility(api, room),
  ]);
  const known: Known = { members: new Map(), historyVisibility };
  for (const member of chunk.map(asRawEvent)) if (member !== undefined) lay(known, member);
  return known;
}

async function askHistoryVisibility(api: Api, room: string): Promise<string> {
  try {
    const state = path`/_matrix/client/v3/rooms/${room}/state/m.room.history_visibility/`;
    const { history_visibility: visibility } = await api.call<{ history_visibility?: unknown }>("GET", state);
    return typeof visibility === "string" ? visibility : "shared";
  } catch (thrown) {
    // The specification's default for a room that says nothing.
    if (failureOf(thrown).code === "M_NOT_FOUND") return "shared";
    throw thrown;
  }
}

function lay(known: Known, event: RawEvent): void {
  if (event.type === "m.room.history_visibility") {
    const { history_visibility: visibility } = event.content;
    if (typeof visibility === "string") known.historyVisibility = visibility;
    return;
  }
  const { membership } = event.content;
  if (event.state_key === undefined || typeof membership !== "string") return;
  if (membership === "leave" || membership === "ban") known.members.delete(event.state_key);
  else known.members.set(event.state_key, membership);
}
