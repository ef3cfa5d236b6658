import type { Clock } from "../core/clock.ts";
import { applyPlan } from "./apply.ts";
import { besideApps } from "./beside-apps.ts";
import { belongingsOf, createSecrets } from "./belongings.ts";
import type { FileSpec } from "./compose/index.ts";
import { connectEngine, type NodeWays } from "./engine/connect.ts";
import type { Way } from "./engine/way.ts";
import { copyIn, copyOut, replacedBy } from "./copy.ts";
import { execRedacted } from "./exec-redacted.ts";
import { execIn } from "./exec.ts";
import { beginHeld } from "./held.ts";
import { nodeRows } from "./node-rows.ts";
import { openPatience, type OnAway } from "./patience.ts";
import { planLive } from "./live-plan.ts";
import { overviewOf } from "./overview.ts";
import { planStack, snapshotFor } from "./plan/plan.ts";
import { render } from "./plan/render.ts";
import { probation } from "./probation.ts";
import { removeStack } from "./remove.ts";
import { restoreStack } from "./restore.ts";
import { serviceRows, stackLogs, taskRows } from "./rows.ts";
import type { StackPlan, Swarm } from "./types.ts";
import { removeSecrets, secretRows } from "./secret-rows.ts";
import { stackSights, stackSnapshot } from "./stacks.ts";
import { haltStack } from "./volumes.ts";
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
  /** Told when a deploy waits for this Swarm to come back, and when it goes on. */
  onAway?: OnAway;
}

/**
 * Opens a Swarm. Nothing is sent before the first call; every call throws `docker-down` when the engine
 * does not answer.
 */
export function openSwarm({ way, nodeWays, clock, log, onAway }: SwarmOptions): Swarm {
  const engine = connectEngine(way, (line) => log?.warn(line), nodeWays);
  const contents = new Map<string, FileSpec[]>();
  const patience = openPatience(clock, way, onAway);
  return {
    async plan(input, { patient = false } = {}) {
      const rendered = render(input);
      const make = (): Promise<StackPlan> => planStack(engine, clock, input, rendered);
      const plan = await (patient ? patience.through(input.stack, make) : make());
      if (rendered.secrets.length > 0) contents.set(plan.hash, rendered.secrets);
      for (const oldest of contents.keys()) if (contents.size > mostPlansHeld) contents.delete(oldest);
      return plan;
    },
    apply: (plan, labels = {}) =>
      patience.change(plan.stack, () =>
        applyPlan(engine, clock, plan, labels, contents.get(plan.hash) ?? []),
      ),
    watch: (plan, options) => watchPlan(engine, clock, patience, plan, options),
    probation: (stack, onProblem, forMs) => probation(engine, clock, stack, onProblem, forMs),
    restore: (stack, before, plan) =>
      patience.change(stack, () => restoreStack(engine, clock, stack, before, plan)),
    remove: (stack, options) => patience.change(stack, () => removeStack(engine, clock, stack, options)),
    services: (stack) => serviceRows(engine, stack, clock.now()),
    tasks: (stack) => taskRows(engine, stack),
    logs: (stack, options) => stackLogs(engine, stack, options),
    exec: (stack, service, request) => execIn(engine, stack, service, request),
    execRedacted: (stack, service, request) => execRedacted(engine, stack, service, request),
    copyOut: (stack, service, path) => copyOut(engine, stack, service, path),
    replacedBy: (stack, service, path) => replacedBy(engine, stack, service, path),
    copyIn: (stack, service, path, file) => copyIn(engine, stack, service, path, file),
    planLive: (stack, change) => planLive(engine, stack, change),
    overview: () => overviewOf(engine),
    secretRows: (stack) => secretRows(engine, stack),
    removeSecrets: (stack, names) => removeSecrets(engine, stack, names),
    belongings: (stack) => belongingsOf(engine, stack),
    createSecrets: (stack, wanted) => patience.change(stack, () => createSecrets(engine, stack, wanted)),
    secretNames: async () => new Set((await engine.secrets()).map((one) => one.Spec.Name)),
    nodes: () => nodeRows(engine),
    reach: async (nodeId) => (await (await engine.at(nodeId)).version()).engine,
    stacks: (stack) => stackSights(engine, stack),
    snapshot: (stack) => stackSnapshot(engine, stack),
    snapshotFor: (plan) => snapshotFor(engine, plan),
    ground: async () => {
      const [volumes, nodes] = await Promise.all([engine.volumes(), engine.nodes()]);
      return { volumes: volumes.map(({ Name }) => Name), nodes: nodes.length };
    },
    halt: (stack, signal) => haltStack(engine, clock, stack, signal),
    ...besideApps(engine),
    begin: (plan, services) => patience.change(plan.stack, () => beginHeld(engine, clock, plan, services)),
    awaitEngine: async (stack, signal) => {
      await patience.through(stack, () => engine.check(), { signal });
    },
    check: () => engine.check(),
    close() {
      patience.close();
      engine.close();
    },
  };
}
