/**
 * The specs of a stack for a drill. Pure. The same images, settings and secrets as in the backup, and nothing by which
 * the app that runs could be touched or the world could notice: no ports, no labels that a proxy or a backup program
 * reads, names of its own for everything that holds data, and one network from which no way leads out.
 */
import type { Json } from "../core/canonical.ts";
import type { StackSpecs } from "../swarm/types.ts";

interface Mount {
  Type: string;
  Source?: string;
  Target: string;
  ReadOnly?: boolean;
  VolumeOptions?: { DriverConfig?: object };
}

/** In nanoseconds; 0 or nothing: as the image says, or else Docker's own. */
interface Healthcheck {
  Interval?: number;
  Retries?: number;
}

interface Spec {
  Name: string;
  Labels?: Record<string, string>;
  Mode?: { Replicated?: { Replicas?: number | null }; Global?: object };
  EndpointSpec?: { Mode?: string };
  TaskTemplate: {
    ContainerSpec: {
      Labels?: Record<string, string>;
      Mounts?: Mount[];
      Secrets?: { SecretName: string }[];
      StopGracePeriod?: number;
      Healthcheck?: Healthcheck;
    };
    Resources?: { Reservations?: object };
    Placement?: { Constraints?: string[] | null };
    Networks?: { Target: string; Aliases?: string[] | null }[];
  };
}

export interface DrillNames {
  /** The stack of the drill. */
  stack: string;
  /** The stack that was backed up: settings may name its services. */
  from: string;
  /** The node on which the volumes are. */
  node: string;
}

/** Docker asks first when the interval is over: who is asked every half minute is not well for that long. */
const askEveryNanoseconds = 500_000_000;

/** What is thrown away need not end gently. */
const stopNanoseconds = 100_000_000;

/** What a volume or secret is called in a drill: never as in the app that runs. */
export function nameInDrill(stack: string, name: string): string {
  return name.startsWith(`${stack}_`) ? name : `${stack}_${name}`;
}

export function drillSpecs(specs: StackSpecs, names: DrillNames): StackSpecs {
  const network = `${names.stack}_drill`;
  return {
    ...specs,
    services: Object.fromEntries(
      Object.entries(specs.services).map(([service, spec]) => [
        service,
        drilled(service, spec as unknown as Spec, network, names) as unknown as Json,
      ]),
    ),
    networks: {
      [network]: {
        Name: network,
        Driver: "overlay",
        Internal: true,
        Labels: { "com.docker.stack.namespace": names.stack },
      },
    },
  };
}

function drilled(service: string, spec: Spec, network: string, names: DrillNames): Spec {
  const { stack, from, node } = names;
  const task = spec.TaskTemplate;
  const container = task.ContainerSpec;
  const aliases = [
    ...(task.Networks ?? []).flatMap(({ Aliases }) => Aliases ?? []),
    service,
    `${from}_${service}`,
  ];
  return {
    ...spec,
    Labels: ofStacks(spec.Labels),
    Mode: modeOf(spec),
    ...(spec.EndpointSpec?.Mode !== undefined && { EndpointSpec: { Mode: spec.EndpointSpec.Mode } }),
    ...(spec.EndpointSpec?.Mode === undefined && { EndpointSpec: {} }),
    TaskTemplate: {
      ...task,
      ContainerSpec: {
        ...container,
        StopGracePeriod: stopNanoseconds,
        Labels: ofStacks(container.Labels),
        ...(container.Healthcheck && { Healthcheck: askedSooner(container.Healthcheck) }),
        ...(container.Mounts && { Mounts: container.Mounts.flatMap((one) => mountIn(stack, one)) }),
        ...(container.Secrets && {
          Secrets: container.Secrets.map((one) => ({
            ...one,
            SecretName: nameInDrill(stack, one.SecretName),
          })),
        }),
      },
      // Nothing is reserved: a drill must find room beside the app.
      Resources: { ...task.Resources, Reservations: {} },
      Placement: { ...task.Placement, Constraints: [`node.id==${node}`] },
      Networks: [{ Target: network, Aliases: [...new Set(aliases)] }],
    },
  };
}

function ofStacks(labels: Record<string, string> = {}): Record<string, string> {
  return Object.fromEntries(Object.entries(labels).filter(([key]) => key.startsWith("com.docker.stack.")));
}

/** One copy of each is proof enough; what has none keeps none. Jobs stay as they are. */
function modeOf({ Mode }: Spec): NonNullable<Spec["Mode"]> {
  if (Mode?.Replicated?.Replicas === 0) return { Replicated: { Replicas: 0 } };
  if (Mode === undefined || Mode.Replicated !== undefined || Mode.Global !== undefined)
    return { Replicated: { Replicas: 1 } };
  return Mode;
}

/**
 * Folders of the server can be read; the engine's socket is not even seen. A volume is made on the disk of the node
 * without what its driver is told: the same device or share under another name would be the live data. Volumes of the
 * cluster are live data in any case.
 */
function mountIn(stack: string, mount: Mount): Mount[] {
  if (mount.Type === "volume" && mount.Source !== undefined && mount.Source !== "") {
    const plain = { ...mount, Source: nameInDrill(stack, mount.Source) };
    if (mount.VolumeOptions === undefined) return [plain];
    const options = { ...mount.VolumeOptions };
    delete options.DriverConfig;
    return [{ ...plain, VolumeOptions: options }];
  }
  if (mount.Type === "cluster") return [];
  if (mount.Type !== "bind") return [mount];
  return mount.Source?.endsWith("docker.sock") === true ? [] : [{ ...mount, ReadOnly: true }];
}

/** Asked more often, and given up on no sooner. Where the recipe leaves it to the image, nothing is known. */
function askedSooner(check: Healthcheck): Healthcheck {
  const { Interval = 0, Retries = 0 } = check;
  if (Interval <= askEveryNanoseconds || Retries === 0) return check;
  return {
    ...check,
    Interval: askEveryNanoseconds,
    Retries: Math.ceil((Interval / askEveryNanoseconds) * Retries),
  };
}
