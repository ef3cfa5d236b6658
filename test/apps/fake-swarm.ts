/**
 * A Swarm in memory, for the stories of apps: it holds services, secrets and volumes, counts what is done to
 * it and can be told to fail at any call. What runs survives the "process": a crashed house opens it again.
 */
import { parse } from "yaml";
import { hashOf, type Json } from "../../src/core/canonical.ts";
import { ServerName } from "../../src/core/terms.ts";
import { planChanged, secretMissing } from "../../src/core/problems/swarm.ts";
import { serverUnknown } from "../../src/core/problems/apps.ts";
import type { Servers } from "../../src/servers/index.ts";
import type { ServiceSnapshot, StackInput, StackPlan, Swarm, Verdict } from "../../src/swarm/types.ts";

type Call = "plan" | "apply" | "watch" | "restore" | "remove" | "createSecrets" | "services" | "belongings";

export interface FakeSwarm extends Swarm {
  /** Stack -> service -> spec. */
  readonly running: Map<string, Map<string, Json>>;
  readonly secrets: Map<string, string>;
  readonly volumes: Set<string>;
  /** Every write that changed something, such as `create app`. */
  readonly changes: string[];
  readonly calls: Record<Call, number>;
  /** Throws this at the next calls of a kind; `half` does half of the work first. */
  failAt(call: Call, problem: Error, options?: { half?: boolean; times?: number }): void;
  /** What the next watches say. */
  verdict: Verdict;
}

/** An inventory with one server, `local`, which is this Swarm. */
export function fakeServers(swarm: Swarm): Servers {
  const list: Servers["list"] = () => [
    { name: ServerName.parse("local"), ssh: null, nodes: [], addedBy: null, addedAt: null },
  ];
  const get: Servers["get"] = (name) => {
    const found = list().find((one) => one.name === name);
    if (found === undefined) throw serverUnknown({ server: name, known: ["local"] });
    return found;
  };
  return {
    list,
    get,
    swarmOf(name) {
      get(name);
      return swarm;
    },
    ...notTouched,
    close: () => undefined,
  };
}

const fails = (): never => {
  throw new Error("the inventory of this fake does not change");
};
/** What stories about apps do not ask of the inventory. */
const notTouched = {
  assertFree: fails,
  assertUnused: fails,
  addressOf: fails,
  probe: fails,
  check: fails,
  meet: fails,
  probeNodes: fails,
  assertNode: fails,
  add: fails,
  remove: fails,
  pin: fails,
  addNode: fails,
};

interface Failure {
  problem: Error;
  half: boolean;
  times: number;
}

export function fakeSwarm(): FakeSwarm {
  const running: FakeSwarm["running"] = new Map();
  const secrets = new Map<string, string>();
  const volumes = new Set<string>();
  const changes: string[] = [];
  const failures = new Map<Call, Failure>();
  const calls: Record<Call, number> = {
    plan: 0,
    apply: 0,
    watch: 0,
    restore: 0,
    remove: 0,
    createSecrets: 0,
    services: 0,
    belongings: 0,
  };

  /**
   * Counts the call; answers the failure that is due after half of the work, throws one that is due before
   * it.
   */
  const enter = (call: Call): Error | undefined => {
    calls[call]++;
    const failure = failures.get(call);
    if (failure === undefined || failure.times === 0) return undefined;
    failure.times--;
    if (!failure.half) throw failure.problem;
    return failure.problem;
  };
  const stackOf = (stack: string): Map<string, Json> => {
    const services = running.get(stack) ?? new Map<string, Json>();
    running.set(stack, services);
    return services;
  };
  const put = (stack: string, service: string, spec: Json): void => {
    const services = stackOf(stack);
    const before = services.get(service);
    if (before !== undefined && hashOf(before) === hashOf(spec)) return;
    changes.push(`${before === undefined ? "create" : "update"} ${service}`);
    services.set(service, spec);
    volumes.add(`${stack}_data`);
  };
  const drop = (stack: string, service: string): void => {
    if (stackOf(stack).delete(service)) changes.push(`remove ${service}`);
  };

  return {
    running,
    secrets,
    volumes,
    changes,
    calls,
    verdict: { outcome: "converged", seconds: 4.2 },
    failAt: (call, problem, { half = false, times = Infinity } = {}) =>
      void failures.set(call, { problem, half, times }),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async plan(input) {
      enter("plan");
      return planOf(input, stackOf(input.stack), secrets);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async apply(plan) {
      const half = enter("apply");
      for (const [service, spec] of Object.entries(plan.specs.services)) {
        const now = stackOf(plan.stack).get(service);
        const before = plan.before.services[service]?.spec;
        const isBefore = hashOf(now ?? null) === hashOf(before ?? null);
        if (!isBefore && hashOf(now) !== hashOf(spec))
          throw planChanged({ stack: plan.stack, what: service });
        const names = (spec as { Secrets?: string[] }).Secrets ?? [];
        const missing = names.filter((name) => !secrets.has(name));
        if (missing.length > 0) throw secretMissing({ kind: "secret", names: missing });
        put(plan.stack, service, spec);
        if (half !== undefined) throw half;
      }
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async watch(_plan, options) {
      enter("watch");
      options?.signal?.throwIfAborted();
      return this.verdict;
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async restore(stack, before) {
      const half = enter("restore");
      for (const [service, one] of Object.entries(before.services)) {
        if (one === null) drop(stack, service);
        else put(stack, service, one.spec);
        if (half !== undefined) throw half;
      }
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async remove(stack, options) {
      const half = enter("remove");
      for (const service of [...stackOf(stack).keys()]) {
        drop(stack, service);
        if (half !== undefined) throw half;
      }
      if (options?.volumes === true && volumes.delete(`${stack}_data`))
        changes.push("remove the volume data");
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async createSecrets(_stack, wanted) {
      const half = enter("createSecrets");
      const created: string[] = [];
      for (const { name, value } of wanted) {
        if (secrets.has(name)) continue;
        secrets.set(name, value());
        created.push(name);
        changes.push(`make the secret ${name}`);
        if (half !== undefined) throw half;
      }
      return { created };
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async services(stack) {
      enter("services");
      return [...stackOf(stack)].map(([service]) => ({ service, image: "x:1", running: 1, wanted: 1 }));
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async overview() {
      enter("services");
      const row = (service: string) => ({ service, image: "x:1", running: 1, wanted: 1 });
      return Object.fromEntries(
        [...running].map(([stack, services]) => [stack, [...services.keys()].map(row)]),
      );
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async belongings(stack) {
      enter("belongings");
      const own = (names: Iterable<string>): string[] =>
        [...names].filter((name) => name.startsWith(`${stack}_`));
      return { volumes: own(volumes), secrets: own(secrets.keys()) };
    },
    secretNames: () => Promise.resolve(new Set(secrets.keys())),
    tasks: () => Promise.resolve([]),
    logs: () => Promise.resolve(["listening on 8080"]),
    exec: () => Promise.resolve({ exitCode: 0, output: "", isCut: false, node: "node-1" }),
    check: () => Promise.resolve({ engine: "fake", node: "node-1" }),
    nodes: () => Promise.resolve([]),
    reach: () => Promise.resolve("fake"),
    probation: () => () => undefined,
    close: () => undefined,
  };
}

interface Compose {
  services: Record<
    string,
    { image: string; command?: Json; deploy?: { labels?: string[] }; secrets?: string[] }
  >;
  secrets?: Record<string, { name: string }>;
}

function planOf(input: StackInput, now: Map<string, Json>, secrets: Map<string, string>): StackPlan {
  const { stack, env, appLabels, willExist = [] } = input;
  const fill = (text: string): string =>
    text.replace(
      /\$\{(\w+)(?::-([^}]*))?\}/g,
      (_match, name: string, other = "") => env[name] ?? (other as string),
    );
  const compose = parse(fill(input.files.map(({ text }) => text).join("\n"))) as Compose;
  const names = Object.values(compose.secrets ?? {}).map(({ name }) => name);
  const missing = names.filter((name) => !secrets.has(name) && !willExist.includes(name));
  if (missing.length > 0) throw secretMissing({ kind: "secret", names: missing });
  const services = Object.fromEntries(
    Object.entries(compose.services).map(([service, { image, command = null }]): [string, Json] => [
      service,
      {
        Name: `${stack}_${service}`,
        Labels: service === "app" ? { ...appLabels } : {},
        Secrets: service === "app" ? names : [],
        TaskTemplate: {
          ContainerSpec: { Image: image, Args: command, Env: [`TITLE=${env["TITLE"] ?? ""}`] },
        },
      },
    ]),
  );
  const before = Object.fromEntries(
    Object.keys(services).map((service): [string, ServiceSnapshot | null] => {
      const spec = now.get(service);
      return [
        service,
        spec === undefined ? null : { id: `${stack}-${service}`, spec, version: 1, tasks: [] },
      ];
    }),
  );
  const changes = Object.entries(services).map(([service, spec]) => {
    const found = now.get(service);
    if (found === undefined) return { service, change: "create" as const };
    return { service, change: hashOf(found) === hashOf(spec) ? ("same" as const) : ("update" as const) };
  });
  const specs = { services, networks: {}, secrets: [], configs: {} };
  return {
    stack,
    changes,
    specs,
    before: { services: before },
    diff: changes.map(({ service, change }) => `+ ${service} ${change}`).join("\n"),
    warnings: [],
    isEmpty: changes.every(({ change }) => change === "same"),
    hash: hashOf({ specs, before }),
    timeoutSeconds: 90,
  };
}
