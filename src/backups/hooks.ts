/** Commands that labels ask for, in the containers of their services. */
import { Problem } from "../core/problem.ts";
import { hookFailed, hookWithoutContainer } from "../core/problems/backup-taking.ts";
import { notRunningThere, stackUnknown } from "../core/problems/swarm.ts";
import type { Swarm } from "../swarm/types.ts";
import type { Hook } from "./types.ts";

const mostLines = 3;

export interface HookPlace {
  swarm: Pick<Swarm, "execRedacted">;
  app: string;
  stack: string;
}

/**
 * Runs one hook by `sh -c` in the newest running container of its service, as backup-bot-two does. Throws `hook-failed`
 * when it ends with anything but 0, `hook-without-container` when there is nothing to run it in.
 */
export async function runHook(
  { swarm, app, stack }: HookPlace,
  { service, command }: Hook,
  hook: string,
  signal: AbortSignal,
): Promise<void> {
  const { exitCode, output } = await swarm
    .execRedacted(stack, service, { argv: ["sh", "-c", command], signal })
    .catch((thrown: unknown) => {
      const isAbsent =
        thrown instanceof Problem && [notRunningThere.code, stackUnknown.code].includes(thrown.code);
      throw isAbsent ? hookWithoutContainer({ app, service, hook }, thrown) : thrown;
    });
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
