import type { ChatLog } from "./log.ts";

/** People who are in a room but cannot read what the bot says there: none of their devices is signed by them. */
export interface Deaf {
  /** The latest count of a room: it replaces the one before. */
  note(room: string, users: readonly string[]): void;
  /** For health: empty, or who must verify a device. */
  words(): string;
}

/** Remembers who is deaf in which room, and logs each person once. */
export function openDeaf(log: ChatLog): Deaf {
  const rooms = new Map<string, readonly string[]>();
  const told = new Set<string>();
  return {
    note(room, users) {
      rooms.set(room, users);
      for (const user of users) {
        if (told.has(user)) continue;
        told.add(user);
        log.warn({ room, user }, "has no verified device, and so cannot read in encrypted rooms");
      }
    },
    words() {
      const users = [...new Set([...rooms.values()].flat())].sort();
      return users.length === 0 ? "" : `; cannot read until they verify a device: ${users.join(", ")}`;
    },
  };
}
