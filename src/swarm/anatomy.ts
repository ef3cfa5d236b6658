/** What a stack consists of while it runs, as far as a backup has to know: where its data is, and what it is called. */
import { posix } from "node:path";
import { atRest } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import type { ServiceSpec } from "./engine/types.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import { isRunning } from "./verdict/signs.ts";

export interface ServiceAnatomy {
  service: string;
  /** As the service says it, with its digest where it has one. */
  image: string;
  /** The labels of the service (`deploy.labels`). */
  labels: Record<string, string>;
  /** Those of its containers (`labels`), where nothing reads what is meant for `deploy.labels`. */
  containerLabels?: Record<string, string>;
  /** How many copies it wants, a cron job none; null: one on every node. */
  wanted: number | null;
  /** Where it runs now, the newest task first; empty when none of its tasks runs. */
  running: RunningService[];
  /** Volumes that it names, resolved or not: `running` tells which of them are really mounted. */
  volumes: { name: string; target: string }[];
}

export interface RunningService {
  /** The id of the node. */
  node: string;
  hostname: string;
  container: string;
  /** Named volumes as they are mounted in the container. */
  volumes: { name: string; target: string }[];
  /** Folders of the node that are mounted; no backup holds them. */
  binds: { source: string; target: string }[];
  secrets: { id: string; name: string; file: string }[];
  /** The folder of the node in which the engine keeps the secrets of this container, each under its id. */
  secretsFolder: string;
}

interface Inspected {
  Id: string;
  Mounts: { Type: string; Name?: string; Source: string; Destination: string }[];
}

/**
 * Every service of a stack with its running containers, each looked at on its own node. Throws `node-not-reached` when
 * a node that runs one cannot be asked: what it holds would be left out in silence.
 */
export async function stackAnatomy(engine: Engine, stack: string): Promise<ServiceAnatomy[]> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks, nodes] = await Promise.all([
    engine.services({ label }),
    engine.tasks({ label }),
    engine.nodes(),
  ]);
  const hostnames = new Map(nodes.map(({ ID, Description }) => [ID, Description.Hostname]));
  return Promise.all(
    services.map(async ({ ID, Spec }) => {
      const { ContainerSpec } = Spec.TaskTemplate;
      const alive = tasks
        .filter((task) => task.ServiceID === ID && isRunning(task))
        .sort((a, b) => (a.Status.Timestamp < b.Status.Timestamp ? 1 : -1));
      const secrets = (ContainerSpec.Secrets ?? []).map(({ SecretID, SecretName, File }) => ({
        id: SecretID ?? "",
        name: SecretName,
        file: posix.resolve("/run/secrets", File?.Name ?? SecretName),
      }));
      const running = await Promise.all(
        alive.flatMap(({ NodeID, Status }) => {
          const container = Status.ContainerStatus?.ContainerID;
          if (NodeID === undefined || container === undefined) return [];
          const hostname = hostnames.get(NodeID) ?? NodeID;
          return [
            containerOf(engine, { node: NodeID, hostname, container }).then((one) => ({ ...one, secrets })),
          ];
        }),
      );
      return {
        service: shortName(stack, Spec.Name),
        image: ContainerSpec.Image,
        labels: Spec.Labels ?? {},
        containerLabels: ContainerSpec.Labels ?? {},
        wanted: copiesOf(Spec),
        running,
        volumes: (ContainerSpec.Mounts ?? []).flatMap(({ Type, Source, Target }) =>
          Type === "volume" && Source !== undefined ? [{ name: Source, target: Target }] : [],
        ),
      };
    }),
  );
}

function copiesOf(spec: ServiceSpec): ServiceAnatomy["wanted"] {
  const { Replicated } = atRest(spec).Mode ?? {};
  return Replicated === undefined ? null : (Replicated.Replicas ?? 1);
}

async function containerOf(
  asked: Engine,
  where: Pick<RunningService, "node" | "hostname" | "container">,
): Promise<Omit<RunningService, "secrets">> {
  const engine = await asked.at(where.node);
  const container = (await engine.ask("look at a container", () =>
    engine.docker.getContainer(where.container).inspect(),
  )) as unknown as Inspected;
  const { DockerRootDir } = (await engine.ask("say what it is", () => engine.docker.info())) as {
    DockerRootDir: string;
  };
  return {
    ...where,
    volumes: container.Mounts.flatMap(({ Type, Name, Destination }) =>
      Type === "volume" && Name !== undefined ? [{ name: Name, target: Destination }] : [],
    ),
    binds: container.Mounts.flatMap(({ Type, Source, Destination }) =>
      Type === "bind" ? [{ source: Source, target: Destination }] : [],
    ),
    secretsFolder: posix.join(DockerRootDir, "containers", container.Id, "mounts/secrets"),
  };
}
