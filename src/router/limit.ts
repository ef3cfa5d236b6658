import { tooManyCommands } from "../core/problems/router.ts";
import type { Clock } from "../core/clock.ts";
import type { Problem } from "../core/problem.ts";

/** How many commands may come at once, and how many a minute after that. */
export interface Rate {
  burst: number;
  perMinute: number;
}

export interface Rates {
  member: Rate;
  room: Rate;
  /** All those together whom nobody knows: each of their commands is written down, and answered. */
  strangers: Rate;
}

export const usualRates: Rates = {
  member: { burst: 30, perMinute: 30 },
  room: { burst: 60, perMinute: 120 },
  // A homeserver takes as few as 12 messages a minute of the bot: most of them belong to members.
  strangers: { burst: 10, perMinute: 2 },
};

/** Above this many buckets those that are full again are forgotten. */
const mostBuckets = 1000;

export interface Limits {
  /** Counts a command, or answers why it is one too many. A null member is a stranger. */
  take(member: string | null, room: string | null): TooMany | undefined;
  /** How many buckets are kept. */
  size(): number;
}

export interface TooMany {
  /** `too-many-commands`, which says when to try again. */
  problem: Problem;
  /**
   * Whether it is still to be said where every answer is a message: true once, until commands are taken again.
   * Otherwise what comes in a flood would go out as one.
   */
  tell: () => boolean;
}

interface Bucket {
  tokens: number;
  at: number;
  rate: Rate;
  /** That it is empty was said. */
  told: boolean;
}

/** Token buckets per member and per room. They live in memory: a restart begins with full ones. */
export function openLimits(clock: Clock, rates: Rates = usualRates): Limits {
  const buckets = new Map<string, Bucket>();
  const fill = (key: string, rate: Rate): Bucket => {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now, rate, told: false };
    const gained = (Math.max(0, now - bucket.at) / 60_000) * rate.perMinute;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + gained);
    bucket.at = now;
    if (bucket.tokens >= 1) bucket.told = false;
    buckets.set(key, bucket);
    return bucket;
  };
  const forgetFull = (): void => {
    if (buckets.size <= mostBuckets) return;
    for (const [key, { rate }] of buckets) {
      if (fill(key, rate).tokens >= rate.burst) buckets.delete(key);
    }
  };
  return {
    size: () => buckets.size,
    take(member, room) {
      forgetFull();
      const asked =
        member === null
          ? [{ where: "from people who are not known here", bucket: fill("strangers", rates.strangers) }]
          : [
              { where: `from ${member}`, bucket: fill(`member ${member}`, rates.member) },
              ...(room === null ? [] : [{ where: "in this room", bucket: fill(`room ${room}`, rates.room) }]),
            ];
      const empty = asked.find(({ bucket }) => bucket.tokens < 1);
      if (empty !== undefined) return tooMany(empty.where, empty.bucket);
      for (const { bucket } of asked) bucket.tokens -= 1;
      return undefined;
    },
  };
}

function tooMany(where: string, bucket: Bucket): TooMany {
  const { tokens, rate } = bucket;
  const seconds = Math.ceil(((1 - tokens) / rate.perMinute) * 60);
  return {
    problem: tooManyCommands({ where, burst: rate.burst, seconds }),
    tell: () => {
      const first = !bucket.told;
      bucket.told = true;
      return first;
    },
  };
}
