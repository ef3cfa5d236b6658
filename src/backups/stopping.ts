/** Stopped mode: the app at rest while its volumes are read, for data that is consistent no other way. */
import type { Clock } from "../core/clock.ts";
import { backupNotBack } from "../core/problems/backup-taking.ts";
import { openAlarm, type Swarm } from "../swarm/index.ts";
import type { TakePlan } from "./types.ts";

const lookEveryMs = 500;
const longestMs = 300_000;

/** Starts it as it was, and waits until everything runs that did. Safe twice. Throws `backup-not-back`. */
export async function startAgain(
  { clock, swarm }: { clock: Clock; swarm: Pick<Swarm, "restore" | "services"> },
  { app, stack, before, ran }: Pick<TakePlan, "app" | "stack" | "before" | "ran">,
  signal: AbortSignal,
): Promise<void> {
  if (before === null) return;
  await swarm.restore(stack, before);
  const beganAt = clock.now();
  for (;;) {
    const rows = await swarm.services(stack);
    const still = rows.filter(
      ({ service, running, wanted }) =>
        wanted !== null && running < wanted && (ran === undefined || ran.includes(service)),
    );
    if (still.length === 0) return;
    if (clock.now() - beganAt > longestMs) {
      const services = still.map(
        ({ service, running, wanted }) => `${service} (${running} of ${wanted ?? "all"} run)`,
      );
      throw backupNotBack({ app, services, seconds: longestMs / 1000 });
    }
    await openAlarm(clock).wait(clock.now() + lookEveryMs, signal);
    signal.throwIfAborted();
  }
}
