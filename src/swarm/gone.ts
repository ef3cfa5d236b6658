import type { Clock } from "../core/clock.ts";
import { stackStays } from "../core/problems/swarm.ts";
import { openAlarm } from "./alarm.ts";
import { statusOf, type Engine } from "./engine/connect.ts";
import type { EngineContainer, EngineTask } from "./engine/types.ts";
import { namespaceLabel } from "./plan/rendered.ts";
import { isOver } from "./verdict/signs.ts";

const lookEveryMs = 250;
/** Beyond the stop grace periods of the services, which are waited out in full. */
export const removeTimeoutMs = 120_000;
/**
 * Swarm removes the containers of a removed service 2.5 s after they ended, but those of jobs never
 * (moby#44312).
 */
const leakedAfterMs = 10_000;

export interface Waiting {
  clock: Clock;
  stack: string;
  signal?: AbortSignal | undefined;
  timeoutMs: number;
}

/** Asks again and again what is left, until nothing is. Throws `stack-stays` when time is up. */
export async function untilGone(
  { clock, stack, signal, timeoutMs }: Waiting,
  left: (waitedMs: number) => Promise<string[]>,
): Promise<void> {
  const alarm = openAlarm(clock);
  const startedMs = clock.now();
  const until = signal ?? new AbortController().signal;
  for (;;) {
    const what = await left(clock.now() - startedMs);
    if (what.length === 0) return;
    if (clock.now() - startedMs > timeoutMs) {
      throw stackStays({ stack, what: what.join(", "), seconds: Math.round(timeoutMs / 1000) });
    }
    await alarm.wait(clock.now() + lookEveryMs, until);
    until.throwIfAborted();
  }
}

/**
 * Tasks that have not ended. One that is to end, on a node that is down, has: nobody there says so any more, and Swarm
 * itself gives it up only after a day (swarmkit's `defaultNodeDownPeriod`).
 */
export async function unendedTasks(engine: Engine, label: string[]): Promise<EngineTask[]> {
  const alive = (await engine.tasks({ label })).filter(({ Status }) => !isOver(Status.State));
  if (!alive.some(({ DesiredState }) => isOver(DesiredState))) return alive;
  const nodes = await engine.nodes();
  const down = new Set(nodes.filter(({ Status }) => Status.State === "down").map(({ ID }) => ID));
  return alive.filter((task) => !(isOver(task.DesiredState) && down.has(task.NodeID ?? "")));
}

/**
 * Tasks and containers of a stack whose services were removed; what the engine forgets to clean up is
 * removed. `removed` are containers that somebody else has removed: their tasks make no other ones, and Swarm hears of
 * their end some 3 s later.
 */
export async function leftOfStack(
  engine: Engine,
  stack: string,
  waitedMs: number,
  removed: ReadonlySet<string> = new Set(),
): Promise<string[]> {
  const label = [`${namespaceLabel}=${stack}`];
  const [tasks, containers] = await Promise.all([unendedTasks(engine, label), engine.containers({ label })]);
  const alive = tasks.filter(({ Status }) => !removed.has(Status.ContainerStatus?.ContainerID ?? ""));
  if (waitedMs > leakedAfterMs && alive.length === 0) {
    for (const leaked of containers.filter((one) => one.State === "exited")) {
      await unlessGone(engine, `remove the container ${nameOf(leaked)}`, () =>
        engine.docker.getContainer(leaked.Id).remove(),
      );
    }
  }
  return [...containers.map((one) => `container ${nameOf(one)}`), ...alive.map((task) => `task ${task.ID}`)];
}

/**
 * Waits until no task of these services runs, so that their ports are free. The engine takes its time: 3 s
 * before it stops a container, and 2.5 s more until it has removed it, which is not waited for here.
 */
export async function awaitServicesGone(
  engine: Engine,
  clock: Clock,
  stack: string,
  ids: string[],
): Promise<void> {
  await untilGone({ clock, stack, timeoutMs: removeTimeoutMs }, async () => {
    const label = [`${namespaceLabel}=${stack}`];
    const [tasks, containers] = await Promise.all([
      unendedTasks(engine, label),
      engine.containers({ label }),
    ]);
    const alive = tasks.filter((task) => ids.includes(task.ServiceID));
    const left = containers.filter(
      (one) => one.State === "running" && ids.includes(one.Labels["com.docker.swarm.service.id"] ?? ""),
    );
    return [...alive.map((task) => `task ${task.ID}`), ...left.map((one) => `container ${nameOf(one)}`)];
  });
}

/** Runs a call that removes something; that it is gone already is as good. */
export async function unlessGone(engine: Engine, asked: string, call: () => Promise<unknown>): Promise<void> {
  try {
    await engine.ask(asked, call);
  } catch (thrown) {
    if (statusOf(thrown) !== 404) throw thrown;
  }
}

function nameOf(container: EngineContainer): string {
  return (container.Names[0] ?? container.Id).replace(/^\//, "");
}
