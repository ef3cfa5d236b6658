/** What an engine has under the names of one test house: all that may be there after a story, and nothing beside it. */
import type Docker from "dockerode";

export interface Belongings {
  /** Of services, where they run: `tt-1234-app_example_coop_app`, once for each container. */
  running: string[];
  services: string[];
  volumes: string[];
  secrets: string[];
  networks: string[];
  configs: string[];
  /** Containers of ours that are no service's, whatever became of them. */
  helpers: string[];
}

/** By names that begin with one of `ours`; helpers by their image. */
export async function belongingsOf(
  docker: Docker,
  image: string,
  ours: readonly string[],
): Promise<Belongings> {
  const named = (names: (string | undefined)[]): string[] =>
    names.filter((name = "") => ours.some((one) => name.startsWith(one))).toSorted() as string[];
  const [containers, services, { Volumes }, secrets, networks, configs] = await Promise.all([
    docker.listContainers({ all: true }),
    docker.listServices(),
    docker.listVolumes(),
    docker.listSecrets(),
    docker.listNetworks(),
    docker.listConfigs(),
  ]);
  const serviceOf = ({ Labels }: (typeof containers)[number]): string | undefined =>
    Labels["com.docker.swarm.service.name"];
  return {
    running: named(containers.filter(({ State }) => State === "running").map(serviceOf)),
    services: named(services.map(({ Spec }) => Spec?.Name)),
    volumes: named(Volumes.map(({ Name }) => Name)),
    secrets: named(secrets.map(({ Spec }) => Spec?.Name)),
    networks: named(networks.map(({ Name }) => Name)),
    configs: named(configs.map(({ Spec }) => Spec?.Name)),
    helpers: containers
      .filter((one) => one.Image === image && serviceOf(one) === undefined)
      .map(({ Names, State }) => `${Names.join()} ${State}`),
  };
}

/** What a stack has that runs: with one container for each service. */
export function stackWith(
  stack: string,
  { services, volumes }: { services: string[]; volumes: string[] },
): Belongings {
  const named = (names: string[]): string[] => names.map((name) => `${stack}_${name}`).toSorted();
  return {
    running: named(services),
    services: named(services),
    volumes: named(volumes),
    secrets: named(["key_v1"]),
    networks: named(["default"]),
    configs: [],
    helpers: [],
  };
}

export function both(one: Belongings, other: Belongings): Belongings {
  const kinds = Object.keys(one) as (keyof Belongings)[];
  const together = kinds.map((kind) => [kind, [...one[kind], ...other[kind]].toSorted()] as const);
  return Object.fromEntries(together) as unknown as Belongings;
}
