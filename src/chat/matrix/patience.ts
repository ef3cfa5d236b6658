import type { Clock } from "../../core/clock.ts";

/** So often, and for so long, ms, a room that cannot be asked may keep the others waiting: 5 times in 10 minutes. */
const fewestTries = 5;
export const longestWaitMs = 600_000;

/** Which rooms keep failing where others answer. */
export interface Patience {
  failed(room: string): void;
  /** All of it could be read. */
  answered(room: string): void;
  /** The others have waited long enough for it. */
  isOver(room: string): boolean;
}

export function openPatience(clock: Clock): Patience {
  const failing = new Map<string, { sinceMs: number; tries: number }>();
  return {
    failed(room) {
      const before = failing.get(room) ?? { sinceMs: clock.now(), tries: 0 };
      failing.set(room, { ...before, tries: before.tries + 1 });
    },
    answered: (room) => void failing.delete(room),
    isOver(room) {
      const { sinceMs, tries } = failing.get(room) ?? { sinceMs: 0, tries: 0 };
      return tries >= fewestTries && clock.now() - sinceMs >= longestWaitMs;
    },
  };
}
