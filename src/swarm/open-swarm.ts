import type { Clock } from "../core/clock.ts";
import { applyPlan } from "./apply.ts";
import { belongingsOf, createSecrets } from "./belongings.ts";
import type { FileSpec } from "./compose/index.ts";
import { connectEngine, type NodeWays } from "./engine/connect.ts";
import type { Way } from "./engine/way.ts";
import { execIn } from "./exec.ts";
import { planStack } from "./plan/plan.ts";
import { render } from "./plan/render.ts";
import { probation } from "./probation.ts";
import { removeStack } from "./remove.ts";
import { restoreStack } from "./restore.ts";
import { serviceRows, stackLogs, taskRows } from "./rows.ts";
import { stackSights, stackSnapshot } from "./stacks.ts";
import type { Swarm } from "./types.ts";
import { dropVolumes, fillVolume, haltStack, openVolume, stackVolumes } from "./volumes.ts";
import { watchPlan } from "./watch.ts";

/**
 * Plans whose secret contents are held, newest last; the contents are never written anywhere but to the
 * engine.
 */
const mostPlansHeld = 50;

export interface SwarmOptions {
  /** The way to a Swarm manager. */
  way: Way;
  nodeWays?: NodeWays;
  clock: Clock;
  /** Told what is decided about and goes on, such as an event stream that broke and is opened again. */
  log?: { warn(message: string): void };
}

/**
 * Opens a Swarm. Nothing is sent before the first call; every call throws `docker-down` when the engine
 * does not answer.
 */
export function openSwarm({ way, nodeWays, clock, log }: SwarmOptions): Swarm {
  const engine = connectEngine(way, (line) => log?.warn(line), nodeWays);
  const contents = new Map<string, FileSpec[]>();
  return {
    async plan(input) {
      const rendered = render(input);
      const plan = await planStack(engine, clock, input, rendered);
      if (rendered.secrets.length > 0) contents.set(plan.hash, rendered.secrets);
      for (const oldest of contents.keys()) if (contents.size > mostPlansHeld) contents.delete(oldest);
      return plan;
    },
    apply: (plan, labels = {}) => applyPlan(engine, clock, plan, labels, contents.get(plan.hash) ?? []),
    watch: (plan, options) => watchPlan(engine, clock, plan, options),
    probation: (stack, onProblem, forMs) => probation(engine, clock, stack, onProblem, forMs),
    restore: (stack, before) => restoreStack(engine, clock, stack, before),
    remove: (stack, options) => removeStack(engine, clock, stack, options),
    services: (stack) => serviceRows(engine, stack, clock.now()),
    tasks: (stack) => taskRows(engine, stack),
    logs: (stack, options) => stackLogs(engine, stack, options),
    exec: (stack, service, request) => execIn(engine, stack, service, request),
    belongings: (stack) => belongingsOf(engine, stack),
    createSecrets: (stack, wanted) => createSecrets(engine, stack, wanted),
    secretNames: async () => new Set((await engine.secrets()).map((one) => one.Spec.Name)),
    stacks: (stack) => stackSights(engine, stack),
    snapshot: (stack) => stackSnapshot(engine, stack),
    ground: async () => {
      const [volumes, nodes] = await Promise.all([engine.volumes(), engine.nodes()]);
      return { volumes: volumes.map(({ Name }) => Name), nodes: nodes.length };
    },
    volumesOf: (stack) => stackVolumes(engine, stack),
    halt: (stack, signal) => haltStack(engine, clock, stack, signal),
    openVolume: (volume) => openVolume(engine, volume),
    fillVolume: (stack, volume, from) => fillVolume(engine, stack, volume, from),
    dropVolumes: (run) => dropVolumes(engine, run),
    check: () => engine.check(),
    close: () => engine.close(),
  };
}
