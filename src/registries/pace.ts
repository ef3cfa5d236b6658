/** How often a registry is asked: one request at a time, a rest between two, and peace when it asks for it. */
import { isoOf, type Clock } from "../core/clock.ts";
import { registryBusy } from "../core/problems/registries.ts";

/** Between the beginnings of two requests to one host. */
export const restMs = 500;
/** When a registry says that it is too much, but not for how long. */
export const usualPeaceMs = 15 * 60_000;
const longestPeaceMs = 24 * 3_600_000;

export interface Pace {
  /** Waits for this request's turn. Throws `registry-busy` while the host wants peace. */
  turn(): Promise<void>;
  /**
   * The host answered 429 or 503: it is left alone as long as `Retry-After` says (seconds or a date). Answers
   * until when, in words.
   */
  leaveAlone(retryAfter: string | null): string;
}

export function openPace(host: string, clock: Clock): Pace {
  let next = 0;
  let peaceUntil = 0;
  const assertWelcome = (): void => {
    if (clock.now() >= peaceUntil) return;
    throw registryBusy({ host, until: inWords(peaceUntil) });
  };
  return {
    async turn() {
      assertWelcome();
      const at = Math.max(clock.now(), next);
      next = at + restMs;
      if (at > clock.now()) await new Promise<void>((woken) => void clock.at(at, woken));
      assertWelcome();
    },
    leaveAlone(retryAfter) {
      const now = clock.now();
      const seconds = Number(retryAfter ?? "");
      const asked =
        retryAfter === null || retryAfter.trim() === ""
          ? usualPeaceMs
          : Number.isFinite(seconds)
            ? seconds * 1000
            : Date.parse(retryAfter) - now;
      const length = Number.isFinite(asked) && asked > 0 ? asked : usualPeaceMs;
      peaceUntil = Math.max(peaceUntil, now + Math.min(length, longestPeaceMs));
      return inWords(peaceUntil);
    },
  };
}

function inWords(ms: number): string {
  return `${isoOf(ms).slice(0, 16).replace("T", " ")} UTC`;
}
