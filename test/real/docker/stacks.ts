import { readFileSync } from "node:fs";
import path from "node:path";
import { systemClock } from "../../../src/core/clock.ts";
import {
  bySocket,
  openSwarm,
  type StackInput,
  type StackPlan,
  type Swarm,
  type Verdict,
} from "../../../src/swarm/index.ts";
import type { TestDocker } from "./index.ts";

export const fixtures = path.join(import.meta.dirname, "..", "fixtures");

/** Stacks of one test file: deployed from the fixtures, all removed at the end. */
export interface Stacks {
  swarm: Swarm;
  /** The input of a fixture for a stack; `env` beside IMAGE and STACK. */
  input(stack: string, fixture: string, more?: Partial<StackInput>): StackInput;
  plan(stack: string, fixture: string, more?: Partial<StackInput>): Promise<StackPlan>;
  /** Plan, apply, watch. `between` may change the plan or the world after planning. */
  deploy(
    stack: string,
    fixture: string,
    more?: Partial<StackInput>,
    between?: (plan: StackPlan) => Promise<void> | void,
  ): Promise<Verdict>;
  /** A fresh stack name, removed at the end. */
  fresh(of: string): string;
  stop(): Promise<void>;
}

export function openStacks(
  docker: TestDocker,
  swarm: Swarm = openSwarm({ way: bySocket(docker.socketPath), clock: systemClock }),
): Stacks {
  const used = new Set<string>();
  const input = (stack: string, fixture: string, more: Partial<StackInput> = {}): StackInput => ({
    stack,
    dir: fixtures,
    files: [{ path: `${fixture}.yml`, text: readFileSync(path.join(fixtures, `${fixture}.yml`), "utf8") }],
    appLabels: {},
    ...more,
    env: { IMAGE: docker.image, STACK: stack, ...more.env },
  });
  const plan: Stacks["plan"] = (stack, fixture, more) => swarm.plan(input(stack, fixture, more));
  return {
    swarm,
    input,
    plan,
    async deploy(stack, fixture, more, between) {
      const made = await plan(stack, fixture, more);
      await between?.(made);
      await swarm.apply(made, { "tandem.run": "bakor" });
      return await swarm.watch(made);
    },
    fresh(of) {
      const stack = docker.stackName(of);
      used.add(stack);
      return stack;
    },
    async stop() {
      const removed = await Promise.allSettled(
        [...used].map((stack) => swarm.remove(stack, { volumes: true, secrets: true })),
      );
      swarm.close();
      const failed = removed.filter((one) => one.status === "rejected").map((one): unknown => one.reason);
      if (failed.length > 0) throw new AggregateError(failed, "not every stack could be removed");
    },
  };
}
