import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { openAlarm } from "./alarm.ts";
import type { Way } from "./engine/way.ts";

/** An engine that is away is asked again this often; the connection to it rests longer after each failure. */
const askAgainMs = 1_000;
/** Shorter absences are nobody's business. */
const sayAfterMs = 5_000;

/**
 * Problems of an engine that may come back. A changed host key is none of them: who shows it may be anybody, and
 * nothing more is said to it.
 */
const passing = new Set(["docker-down", "server-not-reached", "server-login-refused", "ssh-key-unusable"]);

/** Told when work begins to wait for an engine that has gone (with why), and when it goes on (null). */
export type OnAway = (stack: string, why: string | null) => void;

export interface Patience {
  /**
   * Does work that is safe to do again, and does it again while the engine is away. Rejects with what the engine
   * answers, with the last problem once it has been away for too long, or with the reason of an aborted `signal`.
   * `waited` is told how long an absence took (ms).
   */
  through<T>(stack: string, work: () => Promise<T>, more?: PatientOptions): Promise<T>;
  /**
   * The same for work that changes a stack. One that begins ends any earlier one that still waits: whoever
   * began that has given it up, and it must not go on behind the later one's back.
   */
  change<T>(stack: string, work: () => Promise<T>): Promise<T>;
  /** Ends every wait with a passing failure: what is tried again then finds the Swarm by its new way. */
  close(): void;
}

export interface PatientOptions {
  signal?: AbortSignal | undefined;
  waited?: (ms: number) => void;
}

/** Whether the engine may come back by itself. */
export function mayComeBack(thrown: unknown): boolean {
  return thrown instanceof Problem && passing.has(thrown.code);
}

/**
 * An engine of this machine that has never answered is none that has gone: that is told at once. One elsewhere is
 * waited for all the same, because Tandem may have been started anew in the middle of a deploy.
 */
export function openPatience(
  clock: Clock,
  { awayMs, isElsewhere = false }: Pick<Way, "awayMs" | "isElsewhere">,
  onAway: OnAway = () => undefined,
): Patience {
  let hasAnswered = isElsewhere;
  const changes = new Map<string, AbortController>();
  const ended = new AbortController();
  const through: Patience["through"] = async (stack, work, { signal, waited } = {}) => {
    const until = AbortSignal.any([ended.signal, ...(signal === undefined ? [] : [signal])]);
    let goneAtMs: number | undefined;
    let isSaid = false;
    try {
      for (;;) {
        until.throwIfAborted();
        try {
          const done = await work();
          hasAnswered = true;
          if (goneAtMs !== undefined) waited?.(clock.now() - goneAtMs);
          return done;
        } catch (thrown) {
          goneAtMs ??= clock.now();
          const goneMs = clock.now() - goneAtMs;
          if (!hasAnswered || !mayComeBack(thrown) || goneMs > awayMs) throw thrown;
          if (!isSaid && goneMs >= sayAfterMs) {
            isSaid = true;
            onAway(stack, (thrown as Problem).message);
          }
          await openAlarm(clock).wait(clock.now() + askAgainMs, until);
        }
      }
    } finally {
      if (isSaid) onAway(stack, null);
    }
  };
  return {
    through,
    async change(stack, work) {
      changes.get(stack)?.abort(new Error(`a later change of ${stack} has begun`));
      const mine = new AbortController();
      changes.set(stack, mine);
      return await through(stack, work, { signal: mine.signal });
    },
    close: () => ended.abort(new Error("this way to the Swarm is no longer used")),
  };
}
