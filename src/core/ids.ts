import { randomBytes, randomInt } from "node:crypto";
import { RunId } from "./terms.ts";

const consonants = "bcdfghjklmnprstvwxz";
const vowels = "aeiou";
/** After this many taken words the pool of pronounceable ones is crowded and any five letters will do. */
const pronounceableTries = 8;
const anyLetters = "abcdefghjkmnpqrstuvwxyz";

function pick(letters: string): string {
  return letters.charAt(randomInt(letters.length));
}

/**
 * A new run id: five letters to say aloud, consonants and vowels in turn while that pool has room, else any five
 * letters without i, l and o (6.4 million). `taken` tells whether an id is in use.
 */
export function newRunId(taken: (id: string) => boolean): RunId {
  for (let tries = 0; ; tries++) {
    const letters =
      tries < pronounceableTries
        ? [consonants, vowels, consonants, vowels, consonants].map(pick)
        : Array.from({ length: 5 }, () => pick(anyLetters));
    const id = letters.join("");
    if (!taken(id)) return RunId.parse(id);
  }
}

/** 32 random bytes as base64url: single-use links, sessions, bearer tokens. */
export function newToken(): string {
  return randomBytes(32).toString("base64url");
}
