import type { Clock } from "../../../core/clock.ts";
import { messageOf, Problem } from "../../../core/problem.ts";
import type { SshAddress, SshSurroundings } from "./address.ts";
import { dial, type Line } from "./dial.ts";

/** After a failure nobody dials again for this long; it doubles from the first to the last. */
const firstRestMs = 250;
const lastRestMs = 15_000;

/** The one connection to a node: made when first needed, shared by all calls, made again after it was lost. */
export interface Connection {
  /** The line that stands, or a new one. Rejects with the last problem while it rests after a failure. */
  line(): Promise<Line>;
  /** Why it is not there, as far as that is known: for calls that were cut off. */
  problem(): Problem | undefined;
  close(): void;
}

export interface ConnectionOptions extends SshSurroundings {
  /** How the server is called in problems. */
  name: string;
  address: SshAddress;
  clock: Clock;
  /** Told when a line is lost or cannot be had; in words, for the log. */
  warn: (line: string) => void;
}

export function openConnection({ name, address, clock, warn, agentSocket }: ConnectionOptions): Connection {
  let current: Promise<Line> | undefined;
  let isClosed = false;
  let failures = 0;
  let restsUntilMs = 0;
  let last: Problem | undefined;

  const connect = (): Promise<Line> => {
    const attempt = dial(name, address, { agentSocket }, (cut) => {
      if (current === attempt) current = undefined;
      last = cut;
      if (!isClosed) warn(cut.message);
    });
    current = attempt;
    attempt.then(
      (line) => {
        failures = 0;
        last = undefined;
        if (isClosed) line.close();
      },
      (thrown: unknown) => {
        current = undefined;
        last = thrown instanceof Problem ? thrown : undefined;
        restsUntilMs = clock.now() + Math.min(firstRestMs * 2 ** failures, lastRestMs);
        failures++;
        warn(messageOf(thrown));
      },
    );
    return attempt;
  };
  return {
    line() {
      if (current !== undefined) return current;
      if (last !== undefined && clock.now() < restsUntilMs) return Promise.reject(last);
      return connect();
    },
    problem: () => last,
    close() {
      isClosed = true;
      current?.then(
        (line) => line.close(),
        () => undefined,
      );
    },
  };
}
