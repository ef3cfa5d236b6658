/** restic inside a helper: its words, its JSON, and its failures as problems. */
import type { Helper, HelperCommand, HelperEnd } from "../../swarm/index.ts";
import { resticFailed } from "../../core/problems/backups.ts";
import type { Access } from "./access.ts";
import { resticProblem } from "./failure.ts";
import { movedBytes, unlessStill, type Watched } from "./still.ts";

export interface Restic {
  /** Runs a command of restic. Throws what it failed for, as a problem; `doing` completes "could not …". */
  run(doing: string, words: readonly string[], options?: HelperCommand): Promise<string>;
  /** As `run`, where some exit codes are an answer. */
  end(words: readonly string[], options?: HelperCommand): Promise<HelperEnd>;
  /** What the last line of its JSON says; throws `restic-failed` when it says nothing. */
  json<T>(doing: string, words: readonly string[], options?: HelperCommand): Promise<T[]>;
}

/** Of all that runs in a helper but its first process and whoever asks. */
const ioOfAll = `for one in /proc/[0-9]*; do
  [ "$one" = /proc/1 ] || [ "$one" = "/proc/$$" ] || cat "$one/io"
done 2>/dev/null`;

/** What restic and its children in this helper have read and written. */
export async function movedIn(helper: Pick<Helper, "exec">): Promise<number | undefined> {
  return movedBytes((await helper.exec(["sh", "-c", ioOfAll])).stdout);
}

/** restic in this helper, for one repository. What is streamed stands still when its source or its reader does. */
export function resticIn(
  helper: Pick<Helper, "exec">,
  { words: first }: Access,
  repository: string,
  watched: Watched,
): Restic {
  const end: Restic["end"] = (words, options = {}) => {
    const run = (signal = options.signal): Promise<HelperEnd> =>
      helper.exec([...first, ...words], signal === undefined ? options : { ...options, signal });
    const isStreamed = options.stdin !== undefined || options.onStdout !== undefined;
    return isStreamed ? run() : unlessStill(watched, run, { repository, words, signal: options.signal });
  };
  const run: Restic["run"] = async (doing, words, options) => {
    const ended = await end(words, options);
    if (ended.exitCode !== 0) throw resticProblem(ended, { repository, doing });
    return ended.stdout;
  };
  return {
    end,
    run,
    async json<T>(doing: string, words: readonly string[], options?: HelperCommand): Promise<T[]> {
      const printed = await run(doing, ["--json", ...words], options);
      try {
        return printed
          .split("\n")
          .filter((line) => line.trim() !== "")
          .flatMap((line) => JSON.parse(line) as T | T[]);
      } catch (thrown) {
        const said = `it printed what is no JSON: ${printed.slice(0, 200)}`;
        throw resticFailed({ repository, doing, exitCode: 0, said }, thrown);
      }
    },
  };
}
