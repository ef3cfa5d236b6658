import { tooManyCommands } from "../core/problems/router.ts";
import type { Clock } from "../core/clock.ts";

/** How many commands may come at once, and how many a minute after that. */
export interface Rate {
  burst: number;
  perMinute: number;
}

export interface Rates {
  member: Rate;
  room: Rate;
  /** All those together whom nobody knows: each refusal of theirs is written down. */
  strangers: Rate;
}

export const usualRates: Rates = {
  member: { burst: 30, perMinute: 30 },
  room: { burst: 60, perMinute: 120 },
  strangers: { burst: 20, perMinute: 10 },
};

/** Above this many buckets those that are full again are forgotten. */
const mostBuckets = 1000;

export interface Limits {
  /** Counts a command. Throws `too-many-commands`, which says when to try again. A null member is a stranger. */
  take(member: string | null, room: string | null): void;
  /** How many buckets are kept. */
  size(): number;
}

/** Token buckets per member and per room. They live in memory: a restart begins with full ones. */
export function openLimits(clock: Clock, rates: Rates = usualRates): Limits {
  const buckets = new Map<string, { tokens: number; at: number; rate: Rate }>();
  const fill = (key: string, rate: Rate): { tokens: number; at: number; rate: Rate } => {
    const now = clock.now();
    const bucket = buckets.get(key) ?? { tokens: rate.burst, at: now, rate };
    const gained = (Math.max(0, now - bucket.at) / 60_000) * rate.perMinute;
    bucket.tokens = Math.min(rate.burst, bucket.tokens + gained);
    bucket.at = now;
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
      if (empty !== undefined) {
        const { tokens, rate } = empty.bucket;
        const seconds = Math.ceil(((1 - tokens) / rate.perMinute) * 60);
        throw tooManyCommands({ where: empty.where, burst: rate.burst, seconds });
      }
      for (const { bucket } of asked) bucket.tokens -= 1;
    },
  };
}
