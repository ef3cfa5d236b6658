/** Commands that labels ask for, in the containers of their services. */
import { Problem } from "../core/problem.ts";
import {
  commandStillRuns,
  commandTookTooLong,
  hookFailed,
  hookWithoutContainer,
} from "../core/problems/backup-taking.ts";
import { notRunningThere, stackUnknown } from "../core/problems/swarm.ts";
import type { Swarm } from "../swarm/types.ts";
import { endCommand, markOf } from "./ending.ts";
import { inTime, type Limit } from "./in-time.ts";
import type { Hook } from "./types.ts";

const mostLines = 3;

export interface HookPlace extends Limit {
  swarm: Pick<Swarm, "exec" | "execRedacted">;
  app: string;
  stack: string;
  /** The run that runs them: by it a command is found again that an earlier try has left. */
  run: string;
  /** They were begun before, and may be at work still. */
  isAgain: boolean;
}

/**
 * Runs one hook by `sh -c` in the newest running container of its service, as backup-bot-two does. One that is not
 * waited for any more is ended there, and none is begun beside an earlier try of it. Throws `hook-failed` when it ends
 * with anything but 0, `hook-without-container` when there is nothing to run it in, `command-took-too-long`,
 * `command-still-runs`.
 */
export async function runHook(
  place: HookPlace,
  { service, command }: Hook,
  hook: string,
  signal: AbortSignal,
): Promise<void> {
  const { swarm, app, stack, run, isAgain, hours } = place;
  const name = `${run} ${hook}`;
  if (isAgain && (await endCommand(place, service, name)) === "still there")
    throw commandStillRuns({ app, service, what: hook });
  const words = { argv: ["sh", "-c", command], env: markOf(name) };
  const tried = await inTime(place, signal, (until) =>
    swarm.execRedacted(stack, service, { ...words, signal: until }),
  );
  if ("thrown" in tried) {
    const { thrown, isLate } = tried;
    if (thrown instanceof Problem && [notRunningThere.code, stackUnknown.code].includes(thrown.code))
      throw hookWithoutContainer({ app, service, hook }, thrown);
    const ended = await endCommand(place, service, name);
    throw isLate
      ? commandTookTooLong({ app, service, what: hook, hours, isEnded: ended === "ended" }, thrown)
      : thrown;
  }
  const { exitCode, output } = tried.value;
  if (exitCode === 0) return;
  const lines = output.split("\n").map((line) => line.trim());
  const lastLines = lines.filter((line) => line !== "").slice(-mostLines);
  throw hookFailed({ app, service, hook, exitCode, lastLines });
}

/** One after the other; the first that fails is the last. */
export async function runHooks(
  place: HookPlace,
  hooks: readonly Hook[],
  name: string,
  signal: AbortSignal,
): Promise<void> {
  for (const hook of hooks) await runHook(place, hook, name, signal);
}

/** All of them, whether or not one fails: each tidies up something. Throws the first failure at the end. */
export async function runEveryHook(
  place: HookPlace,
  hooks: readonly Hook[],
  name: string,
  signal: AbortSignal,
): Promise<void> {
  let first: Problem | undefined;
  for (const hook of hooks) {
    try {
      await runHook(place, hook, name, signal);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      first ??= thrown;
    }
  }
  if (first !== undefined) throw first;
}
