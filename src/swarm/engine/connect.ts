import Docker from "dockerode";
import { messageOf, Problem } from "../../core/problem.ts";
import { dockerDown, engineRefused, nodeNotReached, notAManager } from "../../core/problems/swarm.ts";
import type {
  Distribution,
  EngineContainer,
  EngineFile,
  EngineNetwork,
  EngineNode,
  EngineService,
  EngineTask,
  EngineVolume,
  ServiceSpec,
} from "./types.ts";
import type { Way } from "./way.ts";

/** The newest API that this code was written for; an older engine is spoken to in its own version. */
const newestApi = "1.50";
/**
 * An engine that is silent for longer does not answer. Listing on a busy manager took 0.9 s at most when
 * measured.
 */
const callTimeoutMs = 20_000;
const mostTries = 4;

/**
 * The Docker Engine at the end of one way. Every call throws `docker-down` when the engine does not
 * answer.
 */
export interface Engine {
  docker: Docker;
  /** For streams, which are silent for long and must not time out. */
  streams: Docker;
  /** For what is decided about and goes on: a line for the log. */
  warn(line: string): void;
  /**
   * Runs a call; `asked` completes "refused to …". Engine answers of 404 and 409 pass through as
   * EngineAnswer. `once`: it streams, or does what must not be done twice, so a broken connection is its end.
   */
  ask<T>(asked: string, call: () => Promise<T>, options?: { once?: boolean }): Promise<T>;
  services(filters?: Filters): Promise<EngineService[]>;
  tasks(filters?: Filters): Promise<EngineTask[]>;
  nodes(): Promise<EngineNode[]>;
  networks(): Promise<EngineNetwork[]>;
  secrets(): Promise<EngineFile[]>;
  configs(): Promise<EngineFile[]>;
  containers(filters?: Filters): Promise<EngineContainer[]>;
  volumes(filters?: Filters): Promise<EngineVolume[]>;
  distribution(image: string): Promise<Distribution>;
  createService(spec: ServiceSpec): Promise<void>;
  updateService(id: string, version: number, spec: ServiceSpec): Promise<void>;
  /**
   * The engine of another node of the same Swarm: exec, volumes and container events are had only there
   * (moby#27552). Throws `node-not-reached` when no way leads to it.
   */
  at(nodeId: string): Promise<Engine>;
  check(): Promise<{ engine: string; node: string }>;
  /** What engine it is, and which node of its Swarm; of a worker too. */
  version(): Promise<{ engine: string; nodeId: string }>;
  close(): void;
}

/** How the nodes beside the one that is asked are reached, by the name that the Swarm gives them. */
export type NodeWays = (hostname: string) => Way | undefined;

export type Filters = Record<string, string[]>;

/** An HTTP status with which the engine refused; kept as cause of the Problem. */
export function statusOf(thrown: unknown): number | undefined {
  const inner = thrown instanceof Problem ? thrown.cause : thrown;
  return typeof inner === "object" && inner !== null && "statusCode" in inner
    ? Number(inner.statusCode)
    : undefined;
}

/** The engine's own words, without the wrapping of docker-modem (`(HTTP code 500) server error - … `). */
export function wordsOf(thrown: unknown): string {
  const inner = thrown instanceof Problem && thrown.cause !== undefined ? thrown.cause : thrown;
  return messageOf(inner)
    .replace(/^\(HTTP code \d+\) [^-]*- /, "")
    .trim();
}

/**
 * Opens the engine at the end of a way; nothing is sent before the first call, which also settles the API
 * version.
 */
export function connectEngine(
  way: Way,
  warn: (line: string) => void = () => undefined,
  nodeWays: NodeWays = () => undefined,
): Engine {
  const docker = new Docker({ ...way.options, timeout: callTimeoutMs });
  const streams = new Docker(way.options);
  const settle = versionSettler([docker, streams]);

  const ask: Engine["ask"] = async (asked, call, { once = false } = {}) => {
    try {
      await settle();
      return await (once ? call() : onceMore(call, asked.startsWith("list ")));
    } catch (thrown) {
      throw problemOf(thrown, way, asked);
    }
  };
  const nodes = neighbours(docker, ask, (hostname) => {
    const other = nodeWays(hostname);
    return other === undefined ? undefined : connectEngine(other, warn);
  });
  const engine: Engine = {
    docker,
    streams,
    warn,
    ask,
    ...lists(docker, ask),
    ...writes(docker, ask),
    at: async (nodeId) => (await nodes.at(nodeId)) ?? engine,
    check: () => ask("say what it is", () => whoAreYou(docker)),
    async version() {
      const info = (await ask("say what it is", () => docker.info())) as Info;
      return { engine: info.ServerVersion, nodeId: info.Swarm.NodeID };
    },
    close() {
      nodes.close();
      way.close();
    },
  };
  return engine;
}

type Ask = Engine["ask"];

/** The engines of the other nodes, each opened when it is first needed; undefined for the node that is asked. */
function neighbours(docker: Docker, ask: Ask, open: (hostname: string) => Engine | undefined) {
  const opened = new Map<string, Engine>();
  return {
    async at(nodeId: string): Promise<Engine | undefined> {
      const info = (await ask("say what it is", () => docker.info())) as Info;
      if (info.Swarm.NodeID === nodeId) return undefined;
      const known = opened.get(nodeId);
      if (known !== undefined) return known;
      const nodes = await ask("list nodes", () => docker.listNodes() as Promise<EngineNode[]>);
      const hostname = nodes.find(({ ID }) => ID === nodeId)?.Description.Hostname;
      const engine = hostname === undefined ? undefined : open(hostname);
      if (engine === undefined) throw nodeNotReached({ node: hostname ?? nodeId });
      opened.set(nodeId, engine);
      return engine;
    },
    close(): void {
      for (const engine of opened.values()) engine.close();
    },
  };
}

function writes(docker: Docker, ask: Ask): Pick<Engine, "distribution" | "createService" | "updateService"> {
  return {
    distribution: (image) =>
      ask(`look up ${image}`, () => docker.getImage(image).distribution() as Promise<Distribution>),
    createService: (spec) =>
      ask(`create the service ${spec.Name}`, async () => {
        await (docker.createService(spec as object) as Promise<unknown>);
      }),
    updateService: (id, version, spec) =>
      ask(`update the service ${spec.Name}`, async () => {
        const sent = { _query: { version }, _body: spec };
        await (docker.getService(id).update(sent) as Promise<unknown>);
      }),
  };
}

function lists(docker: Docker, ask: Ask) {
  const filtered = (filters: Filters = {}) => ({ filters: JSON.stringify(filters) });
  const list = <T>(what: string, call: () => Promise<unknown>): Promise<T> =>
    ask(`list ${what}`, call) as Promise<T>;
  return {
    services: (filters?: Filters) =>
      list<EngineService[]>("services", () => docker.listServices(filtered(filters))),
    tasks: (filters?: Filters) => list<EngineTask[]>("tasks", () => docker.listTasks(filtered(filters))),
    nodes: () => list<EngineNode[]>("nodes", () => docker.listNodes()),
    networks: () => list<EngineNetwork[]>("networks", () => docker.listNetworks()),
    secrets: () => list<EngineFile[]>("secrets", () => docker.listSecrets()),
    configs: () => list<EngineFile[]>("configs", () => docker.listConfigs()),
    containers: (filters?: Filters) =>
      list<EngineContainer[]>("containers", () => docker.listContainers({ all: true, ...filtered(filters) })),
    volumes: async (filters?: Filters) => {
      const answer = await list<{ Volumes: EngineVolume[] | null }>("volumes", () =>
        docker.listVolumes(filtered(filters)),
      );
      return answer.Volumes ?? [];
    },
  };
}

/** Asks once for the engine's API version and pins the older of its and ours for all further calls. */
function versionSettler(clients: Docker[]): () => Promise<void> {
  let settled: Promise<void> | undefined;
  const settle = async (): Promise<void> => {
    const answer = await clients[0]?.version();
    const api = olderOf(answer?.ApiVersion ?? newestApi, newestApi);
    for (const client of clients) (client.modem as { version?: string }).version = `v${api}`;
  };
  return () => {
    settled ??= settle().catch((thrown: unknown) => {
      settled = undefined;
      throw thrown;
    });
    return settled;
  };
}

function olderOf(a: string, b: string): string {
  const minor = (version: string): number => Number(version.split(".")[1] ?? 0);
  return minor(a) <= minor(b) ? a : b;
}

interface Info {
  ServerVersion: string;
  Name: string;
  Swarm: { ControlAvailable: boolean; NodeID: string };
}

async function whoAreYou(docker: Docker): Promise<{ engine: string; node: string }> {
  const info = (await docker.info()) as Info;
  if (!info.Swarm.ControlAvailable) throw notAManager({ node: info.Name });
  return { engine: info.ServerVersion, node: info.Name };
}

/**
 * A kept-open connection may be closed by the engine in the moment in which it is used again; and the
 * engine answers lists with "not found" when something in them is removed meanwhile. Both are repeated, the
 * second a few times.
 */
async function onceMore<T>(call: () => Promise<T>, isList: boolean): Promise<T> {
  for (let tries = 1; ; tries++) {
    try {
      return await call();
    } catch (thrown) {
      const vanished = isList && statusOf(thrown) === 500 && /not found/i.test(messageOf(thrown));
      if (!vanished && codeOf(thrown) !== "EPIPE") throw thrown;
      if (tries === mostTries) throw thrown;
    }
  }
}

function problemOf(thrown: unknown, way: Way, asked: string): Problem {
  if (thrown instanceof Problem) return thrown;
  const status = statusOf(thrown);
  if (status === undefined) {
    return way.problemOf?.(thrown) ?? dockerDown({ socket: way.name, reason: reasonOf(thrown) }, thrown);
  }
  const words = wordsOf(thrown);
  if (isNoManager.test(words)) return notAManager({ node: "this server" }, thrown);
  // A manager that has just started, or whose Swarm chooses its leader: it comes back by itself.
  if (status === 503) return dockerDown({ socket: way.name, reason: words }, thrown);
  return engineRefused({ asked, answer: words }, thrown);
}

/** As moby says it (daemon/cluster/errors.go) where waiting does not help. */
const isNoManager = /docker swarm init|worker nodes can't be used|swarm is encrypted/i;

const reasons: Record<string, string> = {
  ENOENT: "there is no such socket",
  ECONNREFUSED: "nothing listens there",
  EACCES: "Tandem may not open that socket",
  ECONNRESET: `it hung up or was silent for ${callTimeoutMs / 1000} s`,
};

function reasonOf(thrown: unknown): string {
  const code = codeOf(thrown);
  return (code === undefined ? undefined : reasons[code]) ?? messageOf(thrown);
}

function codeOf(thrown: unknown): string | undefined {
  return thrown instanceof Error && "code" in thrown ? String(thrown.code) : undefined;
}
