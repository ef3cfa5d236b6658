/** What the fake swarm does for the everyday care of apps: plans from what runs, secrets, commands, files. */
import { hashOf, type Json } from "../../src/core/canonical.ts";
import { pathIsFolder, pathNotThere, secretInUse, stackUnknown } from "../../src/core/problems/swarm.ts";
import type { ContainerFile, ExecRequest, StackPlan, Swarm } from "../../src/swarm/index.ts";

export type Care = Pick<
  Swarm,
  | "planLive"
  | "overview"
  | "secretRows"
  | "removeSecrets"
  | "exec"
  | "execRedacted"
  | "copyOut"
  | "copyIn"
  | "replacedBy"
>;

export interface FakeContainers {
  /** Every command that was run, as words. */
  readonly commands: string[];
  /** What the next commands answer. */
  answer: { exitCode: number; output: string };
  /** Files by `<stack>/<service>:<path>`. */
  readonly files: Map<string, Buffer>;
  /** What is no file, by the same names. */
  readonly others: Map<string, "folder" | "link" | "other">;
}

interface World {
  running: Map<string, Map<string, Json>>;
  secrets: Map<string, string>;
  changes: string[];
  containers: FakeContainers;
  /** As the fake swarm's: counts, and throws what is due. */
  enter: (call: "planLive" | "removeSecrets" | "exec" | "overview") => Error | undefined;
}

type Spec = { Secrets?: string[]; ForceUpdate?: number; Labels?: Record<string, string> } & Record<
  string,
  Json
>;

export function fakeCare({ running, secrets, changes, containers, enter }: World): Care {
  const specsOf = (stack: string): [string, Spec][] => [...(running.get(stack) ?? [])] as [string, Spec][];
  const users = (name: string): string[] =>
    [...running.keys()].flatMap((stack) =>
      specsOf(stack).flatMap(([service, spec]) => (spec.Secrets?.includes(name) === true ? [service] : [])),
    );
  const run = (request: ExecRequest) => {
    const half = enter("exec");
    containers.commands.push(request.argv.join(" "));
    if (half !== undefined) throw half;
    return { ...containers.answer, isCut: false, node: "node-1" };
  };
  return {
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async planLive(stack, change) {
      enter("planLive");
      const specs = specsOf(stack);
      if (specs.length === 0) throw stackUnknown({ stack });
      if ("restart" in change && change.restart !== null && !specs.some(([name]) => name === change.restart))
        throw stackUnknown({ stack, service: change.restart });
      const next = specs.map(([service, spec]): [string, Spec] => {
        if ("nothing" in change) return [service, spec];
        if ("secret" in change) {
          const { from, to } = change.secret;
          if (spec.Secrets?.includes(from) !== true) return [service, spec];
          return [service, { ...spec, Secrets: spec.Secrets.map((name) => (name === from ? to : name)) }];
        }
        const isMeant = change.restart === null || change.restart === service;
        return [service, isMeant ? { ...spec, ForceUpdate: (spec.ForceUpdate ?? 0) + 1 } : spec];
      });
      return planOf(stack, specs, next);
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async overview() {
      enter("overview");
      return [...running.keys()].map((stack) => ({
        stack,
        services: specsOf(stack).map(([service]) => ({ service, running: 1, wanted: 1 })),
        version: running.get(stack)?.has("app")
          ? (((running.get(stack)?.get("app") as Spec).Labels ?? {})[`coop-cloud.${stack}.version`] ?? null)
          : null,
      }));
    },
    secretRows: (stack) =>
      Promise.resolve(
        [...secrets.keys()]
          .filter((name) => name.startsWith(`${stack}_`))
          .sort()
          .map((name) => ({ name, usedBy: users(name) })),
      ),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    async removeSecrets(_stack, names) {
      const half = enter("removeSecrets");
      const used = names.find((name) => users(name).length > 0);
      if (used !== undefined) throw secretInUse({ name: used, services: users(used) });
      for (const name of names) {
        if (secrets.delete(name)) changes.push(`remove the secret ${name}`);
        if (half !== undefined) throw half;
      }
    },
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    exec: async (_stack, _service, request) => run(request),
    // eslint-disable-next-line @typescript-eslint/require-await -- as the real one
    execRedacted: async (_stack, _service, request) => run(request),
    copyOut: (stack, service, path) => {
      const bytes = containers.files.get(`${stack}/${service}:${path}`);
      if (bytes === undefined) return Promise.reject(pathNotThere({ stack, service, path }));
      return Promise.resolve({ name: path.split("/").at(-1) ?? "", bytes } satisfies ContainerFile);
    },
    replacedBy: (stack, service, path) => {
      const at = `${stack}/${service}:${path}`;
      const kind = containers.others.get(at);
      if (kind === "folder") return Promise.reject(pathIsFolder({ stack, service, path }));
      if (kind !== undefined) return Promise.resolve({ kind, bytes: 0 });
      const bytes = containers.files.get(at)?.length;
      return Promise.resolve(bytes === undefined ? null : { kind: "file", bytes });
    },
    copyIn: (stack, service, path, { bytes }) => {
      containers.files.set(`${stack}/${service}:${path}`, bytes);
      return Promise.resolve();
    },
  };
}

function planOf(stack: string, now: [string, Spec][], next: [string, Spec][]): StackPlan {
  const specs = { services: Object.fromEntries(next), networks: {}, secrets: [], configs: {} };
  const before = {
    services: Object.fromEntries(
      now.map(([service, spec]) => [service, { id: `${stack}-${service}`, spec, version: 1, tasks: [] }]),
    ),
  };
  const changes = next.map(([service, spec], index) => ({
    service,
    change: spec === now[index]?.[1] ? ("same" as const) : ("update" as const),
  }));
  return {
    stack,
    changes,
    specs,
    before,
    diff: "",
    warnings: [],
    isEmpty: changes.every(({ change }) => change === "same"),
    hash: hashOf({ specs, before }),
    timeoutSeconds: 90,
  };
}
