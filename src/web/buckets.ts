import type { Clock } from "../core/clock.ts";

export interface Buckets {
  /** Takes one from the bucket of `who`. Answers 0, or in how many whole seconds there will be one again. */
  take(who: string): number;
}

/** So many buckets are remembered; when there are more, the one longest unused is forgotten. */
const mostBuckets = 10_000;

/** Token buckets: `burst` at once, then one more every `everySeconds`. */
export function buckets(
  clock: Clock,
  { burst, everySeconds }: { burst: number; everySeconds: number },
): Buckets {
  const kept = new Map<string, { left: number; at: number }>();
  return {
    take(who) {
      const now = clock.now();
      const before = kept.get(who) ?? { left: burst, at: now };
      // A clock that was set back gives nothing and takes nothing.
      const passedMs = Math.max(0, now - before.at);
      const left = Math.min(burst, before.left + passedMs / 1000 / everySeconds);
      kept.delete(who);
      kept.set(who, { left: left >= 1 ? left - 1 : left, at: now });
      const oldest = kept.size > mostBuckets ? kept.keys().next().value : undefined;
      if (oldest !== undefined) kept.delete(oldest);
      return left >= 1 ? 0 : Math.max(1, Math.ceil((1 - left) * everySeconds));
    },
  };
}
