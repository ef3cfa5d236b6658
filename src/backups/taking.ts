/** Taking a backup, as the steps of its workflow call it. */
import { Problem } from "../core/problem.ts";
import { clearOwnLocks, inHelper } from "./helping.ts";
import { runEveryHook, runHooks, type HookPlace } from "./hooks.ts";
import type { Ground } from "./open.ts";
import { planTake } from "./planning.ts";
import { prove } from "./proving.ts";
import { removeSnapshots, snapshotsAt } from "./restic/snapshots.ts";
import { together } from "./saving.ts";
import { serverBack } from "./server-back.ts";
import { startAgain } from "./stopping.ts";
import { takeDump } from "./take-dump.ts";
import { takeSecrets, takeVolumes } from "./take-volumes.ts";
import type { Taken, Taking, TakePlan } from "./types.ts";

export function openTaking(ground: Ground): Taking {
  const { clock, servers, records } = ground;
  const placeOf = ({ server, app, stack }: TakePlan, run: string, isAgain = false): HookPlace => ({
    ...{ swarm: servers.swarmOf(server), app, stack, run, isAgain, clock },
    hours: ground.settings.commandHours,
  });
  return {
    planTake: (app) => planTake(ground, app),
    preHooks: (plan, run, { signal, isAgain }) =>
      runHooks(placeOf(plan, run, isAgain), plan.preHooks, "pre-hook", signal),
    async postHooks(plan, run, { signal, isAgain, anyway = false }) {
      try {
        await runEveryHook(placeOf(plan, run, isAgain), plan.postHooks, "post-hook", signal);
      } catch (thrown) {
        if (!anyway || !(thrown instanceof Problem)) throw thrown;
      }
    },
    takeRunning: (plan, run, options) => takeRunning(ground, plan, run, options),
    takeVolumes: (plan, run, options) => takeVolumes(ground, plan, run, options),
    untake: (plan, run, signal) => untake(ground, plan, run, signal),
    stop: (plan, signal) => servers.swarmOf(plan.server).halt(plan.stack, signal),
    startAgain: (plan, signal) => startAgain({ clock, swarm: servers.swarmOf(plan.server) }, plan, signal),
    prove: (plan, _run, parts) => prove(records.newestProven(plan.app), plan, together(parts)),
  };
}

async function takeRunning(
  ground: Ground,
  plan: TakePlan,
  run: string,
  options: { signal: AbortSignal; isAgain: boolean },
): Promise<Taken> {
  await dropHelpers(ground, plan, run);
  const parts: Taken[] = [];
  for (const dump of plan.dumps) parts.push(await takeDump(ground, plan, run, dump, options));
  if (plan.mode === "stopped") parts.push(await takeSecrets(ground, plan, run, options.signal));
  return together(parts);
}

async function dropHelpers({ servers }: Ground, { server, nodes }: TakePlan, run: string): Promise<void> {
  await servers.swarmOf(server).dropHelpers(run, [null, ...nodes.map(({ node }) => node)]);
}

/**
 * What is left in a repository that cannot be reached is left there: the backup has failed by then, its row says so,
 * and retention removes what bears its time. A server that is away is waited for: its helper goes on without us.
 */
async function untake(ground: Ground, plan: TakePlan, run: string, signal: AbortSignal): Promise<void> {
  const { server, app, stack } = plan;
  await serverBack(ground.servers.swarmOf(server), stack, signal);
  await dropHelpers(ground, plan, run);
  const startedAt = ground.records.find(run)?.startedAt;
  if (startedAt === undefined) return;
  try {
    const repository = ground.repositories.get(plan.repository);
    const use = { server, node: plan.nodes[0]?.node ?? null, run, repository, signal };
    await inHelper(ground.helping, use, async ({ restic, helper }) => {
      await clearOwnLocks(ground.helping, use, helper);
      const left = await snapshotsAt(restic, app, startedAt);
      await removeSnapshots(
        restic,
        left.map(({ id }) => id),
      );
    });
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
  }
}
