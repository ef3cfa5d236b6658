/**
 * What was begun on a server that has gone goes on there: a helper reads and writes without anybody to listen. So what
 * takes it back waits for the server, as a deploy does, before it calls anything of it over: an app that is started
 * beside such a helper would be overwritten while it runs.
 */
import type { Swarm } from "../swarm/index.ts";

/** Resolves when the server answers. Throws why it does not when it is away for too long, and what `signal` says. */
export async function serverBack(
  swarm: Pick<Swarm, "awaitEngine">,
  stack: string,
  signal: AbortSignal = new AbortController().signal,
): Promise<void> {
  await swarm.awaitEngine(stack, signal);
}
