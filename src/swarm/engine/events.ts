import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/problem.ts";
import type { Engine } from "./connect.ts";
import type { EngineEvent } from "./types.ts";

/** After an end the stream is opened again: at once for a while, then less and less often. */
const firstWaitMs = 1_000;
const lastWaitMs = 30_000;
/** An event line is a few hundred bytes; what is longer without an end is not an event stream. */
const longestLine = 1_000_000;

/**
 * Listens to the engine's events of the given types until `signal` aborts; a stream that ends is opened
 * again from the event after the last one heard, so that none is lost or heard twice. The log is told why.
 */
export function listen(
  engine: Engine,
  clock: Clock,
  options: { types: string[]; sinceMs: number; signal: AbortSignal },
  onEvent: (event: EngineEvent) => void,
): void {
  let since = sinceOf(BigInt(Math.floor(options.sinceMs / 1000)) * 1_000_000_000n);
  let waitMs = firstWaitMs;
  const again = (reason: string): void => {
    if (options.signal.aborted) return;
    engine.warn(`events of the Docker Engine: ${reason}; listening again`);
    const stop = clock.after(waitMs, open);
    waitMs = Math.min(waitMs * 2, lastWaitMs);
    options.signal.addEventListener("abort", stop, { once: true });
  };
  const open = (): void => {
    const query = { since, filters: JSON.stringify({ type: options.types }) };
    engine
      .ask("tell its events", () =>
        engine.streams.getEvents({ ...query, abortSignal: options.signal } as object),
      )
      .then((stream) => {
        waitMs = firstWaitMs;
        readLines(stream, (line) => {
          // Read from the text: a number of JavaScript does not hold this many digits.
          const nano = /"timeNano":(\d+)/.exec(line)?.[1];
          if (nano !== undefined) since = sinceOf(BigInt(nano) + 1n);
          onEvent(JSON.parse(line) as EngineEvent);
        }).then(
          () => again("the stream ended"),
          (thrown: unknown) => again(messageOf(thrown)),
        );
      })
      .catch((thrown: unknown) => again(messageOf(thrown)));
  };
  open();
}

/** Nanoseconds since 1970 as the engine takes them: seconds, a point, nine digits. */
function sinceOf(nano: bigint): string {
  return `${nano / 1_000_000_000n}.${String(nano % 1_000_000_000n).padStart(9, "0")}`;
}

async function readLines(stream: NodeJS.ReadableStream, onLine: (line: string) => void): Promise<void> {
  let rest = "";
  for await (const chunk of stream) {
    const lines = (rest + chunk.toString()).split("\n");
    rest = lines.pop() ?? "";
    if (rest.length > longestLine) throw new Error("the engine sends no event lines");
    for (const line of lines) if (line.trim() !== "") onLine(line);
  }
}
