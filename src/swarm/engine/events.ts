import type { Clock } from "../../core/clock.ts";
import { messageOf } from "../../core/problem.ts";
import type { Engine } from "./connect.ts";
import type { EngineEvent } from "./types.ts";

const reconnectMs = 1_000;
/** An event line is a few hundred bytes; what is longer without an end is not an event stream. */
const longestLine = 1_000_000;

/**
 * Listens to the engine's events of the given types until `signal` aborts; a stream that ends is opened
 * again from where it ended. The log is told why.
 */
export function listen(
  engine: Engine,
  clock: Clock,
  options: { types: string[]; sinceMs: number; signal: AbortSignal },
  onEvent: (event: EngineEvent) => void,
): void {
  let sinceMs = options.sinceMs;
  const again = (reason: string): void => {
    if (options.signal.aborted) return;
    engine.warn(`events of the Docker Engine: ${reason}; listening again`);
    const stop = clock.at(clock.now() + reconnectMs, open);
    options.signal.addEventListener("abort", stop, { once: true });
  };
  const open = (): void => {
    const query = { since: Math.floor(sinceMs / 1000), filters: JSON.stringify({ type: options.types }) };
    engine
      .ask("tell its events", () =>
        engine.streams.getEvents({ ...query, abortSignal: options.signal } as object),
      )
      .then((stream) => {
        readLines(stream, (line) => {
          const event = JSON.parse(line) as EngineEvent;
          sinceMs = Math.max(sinceMs, event.time * 1000);
          onEvent(event);
        }).then(
          () => again("the stream ended"),
          (thrown: unknown) => again(messageOf(thrown)),
        );
      })
      .catch((thrown: unknown) => again(messageOf(thrown)));
  };
  open();
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
