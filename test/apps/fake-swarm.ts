/**
 * A Swarm in memory, for the stories of apps: it holds services, secrets and volumes, counts what is done to
 * it and can be told to fail at any call. What runs survives the "process": a crashed house opens it again.
 */
import { Readable } from "node:stream";
import { parse } from "yaml";
import { volumeTaken } from "../../src/core/problems/move.ts";
import { hashOf, type Json } from "../../src/core/canonical.ts";
import { planChanged, secretMissing } from "../../src/core/problems/swarm.ts";
import type {
  ServiceSnapshot,
  StackInput,
  StackPlan,
  StackSight,
  StackSnapshot,
  StackVolume,
  Swarm,
  Verdict,
} from "../../src/swarm/types.ts";
import { planHash } from "../../src/swarm/plan/plan.ts";
import { fakeCare, type FakeContainers } from "./fake-care.ts";

export { fakeServers } from "./fake-servers.ts";

type Call =
  | "plan"
  | "apply"
  | "watch"
  | "restore"
  | "remove"
  | "createSecrets"
  | "services"
  | "belongings"
  | "planLive"
  | "removeSecrets"
  | "exec"
  | "overview"
  | "halt"
  | "fillVolume";

export interface FakeSwarm extends Swarm {
  /** Stack -> service -> spec. */
  readonly running: Map<string, Map<string, Json>>;
  readonly secrets: Map<string, string>;
  readonly volumes: Set<string>;
  /** What lies in volumes, where that was said. */
  readonly contents: Map<string, string>;
  /** Every write that changed something, such as `create app`. */
  readonly changes: string[];
  readonly calls: Record<Call, number>;
  readonly containers: FakeContainers;
  /** Throws this at the next calls of a kind; `half` does half of the work first. */
  failAt(call: Call, problem: Error, options?: { half?: boolean; times?: number }): void;
  /** What the next watches say. */
  verdict: Verdict;
}

interface Failure {
  problem: Error;
  half: boolean;
  times: number;
}

export function fakeSwarm(): FakeSwarm {
  const running: FakeSwarm["running"] = new Map();
  const secrets = new Map<string, string>();
  const volumes = new Set<string>();
  const contents = new Map<string, string>();
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
    planLive: 0,
    removeSecrets: 0,
    exec: 0,
    overview: 0,
    halt: 0,
    fillVolume: 0,
  };
  const containers: FakeContainers = {
    commands: [],
    answer: { exitCode: 0, output: "" },
    files: new Map(),
    others: new Map(),
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
  /** How often each service was written. */
  const versions = new Map<string, number>();
  const write = (stack: string, service: string, spec: Json): void => {
    versions.set(`${stack}-${service}`, (versions.get(`${stack}-${service}`) ?? 0) + 1);
    stackOf(stack).set(service, spec);
  };
  const snapshotOf = (stack: string, service: string): ServiceSnapshot | null => {
    const id = `${stack}-${service}`;
    const [spec, version = 1] = [stackOf(stack).get(service), versions.get(id)];
    return spec === undefined ? null : { id, spec, version, tasks: [`task ${version} of ${id}`] };
  };
  const snapshot = (stack: string, services: Iterable<string>): StackSnapshot => ({
    services: Object.fromEntries([...services].map((service) => [service, snapshotOf(stack, service)])),
  });
  const put = (stack: string, service: string, spec: Json): void => {
    const services = stackOf(stack);
    const before = services.get(service);
    if (before !== undefined && hashOf(before) === hashOf(spec)) return;
    changes.push(`${before === undefined ? "create" : "update"} ${service}`);
    write(stack, service, spec);
    volumes.add(`${stack}_data`);
  };
  const drop = (stack: string, service: string): void => {
    if (stackOf(stack).delete(service)) changes.push(`remove ${service}`);
  };

  return {
    running,
    secrets,
    volumes,
    contents,
    changes,
    calls,
    containers,
    ...fakeCare({ running, secrets, changes, containers, enter }),
    verdict: { outcome: "converged", seconds: 4.2 },
    failAt: (call, problem, { half = false, times = Infinity } = {}) =>
      void failures.set(call, { problem, half, times }),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async plan(input) {
      enter("plan");
      return planOf(input, (services) => snapshot(input.stack, services), secrets);
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
      if (options?.secrets === true) {
        for (const name of [...secrets.keys()].filter((one) => one.startsWith(`${stack}_`))) {
          secrets.delete(name);
          changes.push(`remove the secret ${name}`);
        }
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
        secrets.set(name, value().toString());
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
    async belongings(stack) {
      enter("belongings");
      const own = (names: Iterable<string>): string[] =>
        [...names].filter((name) => name.startsWith(`${stack}_`));
      return { volumes: own(volumes), secrets: own(secrets.keys()), unseen: [] };
    },
    ...movable({ enter, write, stackOf, changes, volumes, contents }),
    snapshot: (stack) => Promise.resolve(snapshot(stack, stackOf(stack).keys())),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async snapshotFor({ stack, specs, hash }) {
      const now = snapshot(stack, Object.keys(specs.services));
      if (planHash(specs, now) !== hash)
        throw planChanged({ stack, what: "its services were changed since" });
      return now;
    },
    stacks: (only) =>
      Promise.resolve(
        [...running]
          .filter(([stack, services]) => services.size > 0 && (only ?? stack) === stack)
          .map(([stack, services]) => sightOf(stack, services)),
      ),
    secretNames: () => Promise.resolve(new Set(secrets.keys())),
    tasks: () => Promise.resolve([]),
    logs: () => Promise.resolve(["listening on 8080"]),
    anatomy: notHere,
    helper: notHere,
    helperOnce: notHere,
    archiveStreamed: notHere,
    volumeNames: notHere,
    sharedVolumes: notHere,
    mounters: notHere,
    dropHelpers: notHere,
    dropHolders: notHere,
    execStreamed: notHere,
    removeVolume: notHere,
    awaitEngine: () => Promise.resolve(),
    begin: notHere,
    check: () => Promise.resolve({ engine: "fake", node: "node-1" }),
    nodes: () => Promise.resolve([]),
    reach: () => Promise.resolve("fake"),
    probation: () => () => undefined,
    close: () => undefined,
  };
}

interface Inside {
  enter: (call: Call) => Error | undefined;
  write: (stack: string, service: string, spec: Json) => void;
  stackOf: (stack: string) => Map<string, Json>;
  changes: string[];
  volumes: Set<string>;
  contents: Map<string, string>;
}

/** Stopping, and volumes with what is in them. */
function movable({ enter, write, stackOf, changes, volumes, contents }: Inside) {
  const made = new Map<string, string>();
  return {
    ground: () => Promise.resolve({ volumes: [...volumes], nodes: 1 }),
    volumesOf: (stack: string) =>
      Promise.resolve(
        [...volumes]
          .filter((name) => name.startsWith(`${stack}_`))
          .map((name) => ({ name, service: "app", image: "x:1", node: null })),
      ),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async halt(stack: string) {
      const half = enter("halt");
      for (const [service, spec] of stackOf(stack)) {
        const halted = { ...(spec as Record<string, Json>), Mode: "halted" };
        if (hashOf(spec) !== hashOf(halted)) changes.push(`halt ${service}`);
        write(stack, service, halted);
        if (half !== undefined) throw half;
      }
    },
    openVolume: ({ name }: StackVolume) =>
      Promise.resolve({
        stream: Readable.from([contents.get(name) ?? ""]),
        close: () => Promise.resolve(),
      }),
    async fillVolume(
      _stack: string,
      { name }: StackVolume,
      { run, stream }: { run: string; stream: Readable },
    ) {
      const half = enter("fillVolume");
      if (volumes.has(name) && made.get(name) !== run) throw volumeTaken({ volume: name });
      volumes.add(name);
      made.set(name, run);
      if (half !== undefined) throw half;
      contents.set(name, (await stream.toArray()).join(""));
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async dropVolumes(run: string) {
      for (const [name, by] of made) {
        if (by !== run) continue;
        made.delete(name);
        volumes.delete(name);
        contents.delete(name);
      }
    },
  };
}

function sightOf(stack: string, services: Map<string, Json>): StackSight {
  const shown = [...services].map(([service, spec]) => {
    const { Labels = {}, TaskTemplate } = spec as {
      Labels?: Record<string, string>;
      TaskTemplate?: { ContainerSpec: { Env: string[] } };
    };
    return { service, labels: Labels, env: TaskTemplate?.ContainerSpec.Env ?? [] };
  });
  return { stack, services: shown };
}

interface Compose {
  services: Record<
    string,
    { image: string; command?: Json; deploy?: { labels?: string[] }; secrets?: string[] }
  >;
  secrets?: Record<string, { name: string }>;
}

function planOf(
  input: StackInput,
  snapshot: (services: string[]) => StackSnapshot,
  secrets: Map<string, string>,
): StackPlan {
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
  const before = snapshot(Object.keys(services));
  const changes = Object.entries(services).map(([service, spec]) => {
    const found = before.services[service] ?? null;
    if (found === null) return { service, change: "create" as const };
    return { service, change: hashOf(found.spec) === hashOf(spec) ? ("same" as const) : ("update" as const) };
  });
  const specs = { services, networks: {}, secrets: [], configs: {} };
  return {
    stack,
    changes,
    specs,
    before,
    diff: changes
      .flatMap(({ service, change }) => (change === "same" ? [] : [`+ ${service} ${change}`]))
      .join("\n"),
    warnings: [],
    isEmpty: changes.every(({ change }) => change === "same"),
    hash: planHash(specs, before),
    timeoutSeconds: 90,
  };
}

/** Helpers and what runs in containers: no app's story here needs them. */
function notHere(): Promise<never> {
  return Promise.reject(new Error("the fake swarm has no containers"));
}
