/** What a backup of an app would do, worked out from what runs, what its labels say and how it is to be backed up. */
import {
  backupIsOff,
  backupNoRepository,
  backupNothingToKeep,
  backupNotRunning,
  hookWithoutContainer,
  repositoryOnOneNode,
} from "../core/problems/backup-taking.ts";
import type { AppDomain } from "../core/terms.ts";
import type { RunningService, ServiceAnatomy } from "../swarm/index.ts";
import { databaseIn, holdsDatabases } from "./databases.ts";
import { looksLikeDatabaseDump } from "./dumps.ts";
import { readLabels } from "./labels.ts";
import type { Ground } from "./open.ts";
import type { LabelReading, PlannedDump, PlannedNode, TakePlan } from "./types.ts";

/** What every container may have of its node, and no backup needs. */
const ofTheNode =
  /^\/(etc\/(localtime|timezone|hosts|resolv\.conf)|var\/run\/docker\.sock|run\/docker\.sock|proc|sys|dev)\b/;
/** A volume without a name: the image asks for it, and each deploy begins with a new one. */
const nameless = /^[0-9a-f]{64}$/;

/** As `Taking.planTake`. */
export async function planTake(ground: Ground, domain: AppDomain): Promise<TakePlan> {
  const { server, stack, recipe, version } = ground.apps.get(domain);
  const policy = ground.policyOf(domain);
  const { mode } = policy;
  if (mode === "off") throw backupIsOff({ app: domain });
  if (policy.repository === null) {
    throw backupNoRepository({ app: domain, known: ground.repositories.list().map(({ name }) => name) });
  }
  const repository = ground.repositories.reachedFrom(policy.repository, domain, server);
  const swarm = ground.servers.swarmOf(server);
  const services = await swarm.anatomy(stack);
  const reading = readLabels(services);
  assertRunning(domain, services, reading);
  const warnings = [...reading.warnings];
  const dumps = plannedDumps(services, reading, { ...policy, mode }, stack, warnings);
  const nodes = plannedNodes(services, reading, stack, dumps, warnings);
  warnings.push(
    ...commitWords(services, stack),
    ...restingWords(services, reading, stack),
    ...unreadWords(services, reading, nodes, dumps),
  );
  const { containerPaths } = reading;
  const isEmpty = nodes.every(({ volumes }) => volumes.length === 0);
  if (isEmpty && dumps.length === 0 && containerPaths.length === 0)
    throw backupNothingToKeep({ app: domain });
  if (repository.location.startsWith("/")) {
    const asked = (await swarm.nodes()).find(({ isAsked }) => isAsked);
    const others = nodes.filter(({ node }) => node !== asked?.id).map(({ hostname }) => hostname);
    if (others.length > 0)
      throw repositoryOnOneNode({ app: domain, repository: repository.name, nodes: others });
  }
  return {
    ...{ app: domain, server, stack, recipe, version, repository: repository.name, mode, nodes },
    ...{ preHooks: reading.preHooks, postHooks: reading.postHooks },
    ...{ restorePreHooks: reading.restorePreHooks, restorePostHooks: reading.restorePostHooks },
    ...{ containerPaths, dumps, warnings, leftOut: leftOutBy(reading) },
    before: mode === "stopped" ? await swarm.snapshot(stack) : null,
    ran: services.filter(isWhole).map(({ service }) => service),
    images: services.map(({ service, image }) => ({ service, image })),
  };
}

/** Whether as many of it run as should. A job that has ended, or what does not come up, does not. */
function isWhole({ wanted, running }: ServiceAnatomy): boolean {
  return running.length > 0 && running.length >= (wanted ?? 1);
}

/** Throws where a service that holds data, or has something to run, does not run. */
function assertRunning(
  app: AppDomain,
  services: readonly ServiceAnatomy[],
  { preHooks, postHooks, containerPaths }: LabelReading,
): void {
  if (services.every(({ running }) => running.length === 0)) throw backupNotRunning({ app, services: [] });
  const still = services.filter(({ running }) => running.length === 0);
  for (const { service } of still) {
    const isBefore = preHooks.some((hook) => hook.service === service);
    const hook = isBefore ? "pre-hook" : "post-hook";
    if (isBefore || postHooks.some((one) => one.service === service))
      throw hookWithoutContainer({ app, service, hook });
  }
  const missed = still.filter(
    ({ service, wanted, volumes }) =>
      containerPaths.some((one) => one.service === service) ||
      (volumes.length > 0 && wanted !== 0 && !isElsewhere(services, volumes)),
  );
  if (missed.length > 0) throw backupNotRunning({ app, services: missed.map(({ service }) => service) });
}

/** Another service runs that mounts the same volumes. */
function isElsewhere(services: readonly ServiceAnatomy[], volumes: ServiceAnatomy["volumes"]): boolean {
  const mounted = new Set(
    services.flatMap(({ running }) => running.flatMap((one) => one.volumes.map(nameOf))),
  );
  return volumes.every(({ name }) => mounted.has(name));
}

const nameOf = ({ name }: { name: string }): string => name;

/** As the recipe's compose file calls it. */
function shortOf(stack: string, name: string): string {
  return name.startsWith(`${stack}_`) ? name.slice(stack.length + 1) : name;
}

/** Databases without a hook: dumped by us where that is wanted, else warned of. */
function plannedDumps(
  services: readonly ServiceAnatomy[],
  reading: LabelReading,
  policy: { dumps: boolean; mode: TakePlan["mode"] },
  stack: string,
  warnings: string[],
): PlannedDump[] {
  if (policy.mode === "stopped") return [];
  return services.flatMap(({ service, image, running }): PlannedDump[] => {
    const database = databaseIn(image);
    const [newest] = running;
    if (database === undefined || newest === undefined) return [];
    if (reading.preHooks.some((hook) => hook.service === service)) return [];
    const own = running.flatMap(({ node, hostname, volumes }) =>
      volumes
        .filter(({ name }) => !isShared(services, service, name) && !nameless.test(name))
        .map((volume) => ({ ...volume, short: shortOf(stack, volume.name), node, hostname })),
    );
    const { kind } = database;
    if (policy.dumps && kind !== null) {
      // Only what the dump stands for: what lies beside it is saved and brought back as it is.
      const data = own.filter(({ target }) => holdsDatabases(kind, target));
      const replaces = data.map(({ name, short, node, hostname }) => ({ name, short, node, hostname }));
      if (own.length === 0 || data.length > 0) return [{ service, kind, replaces }];
      warnings.push(
        `${service} is a database (${database.name}), and none of its volumes is where its image keeps the ` +
          "databases: it is not dumped, and its files are read while it writes, so they are crash-consistent at best.",
      );
      return [];
    }
    if (own.length > 0) {
      const help = database.kind === null ? "" : " Tandem can dump it: `backup policy <app> --dumps on`.";
      warnings.push(
        `${service} is a database (${database.name}) without a pre-hook that dumps it: its files are read while it ` +
          `writes, so they are crash-consistent at best.${help}`,
      );
    }
    return [];
  });
}

function isShared(services: readonly ServiceAnatomy[], service: string, volume: string): boolean {
  return services.some(
    (other) =>
      other.service !== service &&
      other.running.some(({ volumes }) => volumes.some(({ name }) => name === volume)),
  );
}

/** What is read on each node; those with volumes first. */
function plannedNodes(
  services: readonly ServiceAnatomy[],
  reading: LabelReading,
  stack: string,
  dumps: readonly PlannedDump[],
  warnings: string[],
): PlannedNode[] {
  const nodes = new Map<string, PlannedNode>();
  const at = ({ node, hostname }: RunningService): PlannedNode => {
    const found = nodes.get(node) ?? { node, hostname, volumes: [], secrets: [] };
    nodes.set(node, found);
    return found;
  };
  const isDumped = (name: string): boolean =>
    dumps.some(({ replaces }) => replaces.map(nameOf).includes(name));
  const seen = new Set<string>();
  for (const { service, running } of services) {
    running.forEach((one, n) => {
      const planned = at(one);
      for (const { name, target } of one.volumes) {
        const short = shortOf(stack, name);
        seen.add(short);
        if (nameless.test(name)) warnings.push(namelessWords(service, target));
        const { include = true, paths = null } = labelled(reading, short) ?? {};
        if (!include || isDumped(name) || nameless.test(name)) continue;
        const known = planned.volumes.find((volume) => volume.name === name);
        if (known === undefined) planned.volumes.push({ name, short, service, mountedBy: [service], paths });
        else known.mountedBy = [...new Set([...(known.mountedBy ?? []), service])];
      }
      for (const { source, target } of one.binds)
        if (!ofTheNode.test(source)) warnings.push(bindWords(service, source, target));
      const { secrets, secretsFolder: folder } = one;
      if (n === 0 && secrets.length > 0)
        planned.secrets.push({ service, folder, secrets: secrets.map(({ id, name }) => ({ id, name })) });
    });
  }
  for (const short of Object.keys(reading.volumes)) if (!seen.has(short)) warnings.push(strangerWords(short));
  warnings.splice(0, warnings.length, ...new Set(warnings));
  const all = [...nodes.values()].sort(
    (a, b) => b.volumes.length - a.volumes.length || (a.hostname < b.hostname ? -1 : 1),
  );
  const used = all.filter(({ volumes, secrets }) => volumes.length + secrets.length > 0);
  // Somewhere the manifest has to be.
  return used.length > 0 ? used : all.slice(0, 1);
}

function leftOutBy({ volumes }: LabelReading): string[] {
  return Object.entries(volumes).flatMap(([short, { include }]) => (include ? [] : [short]));
}

function labelled({ volumes }: LabelReading, short: string): LabelReading["volumes"][string] | undefined {
  return Object.hasOwn(volumes, short) ? volumes[short] : undefined;
}

const namelessWords = (service: string, target: string): string =>
  `${target} in ${service} is a volume without a name, which each deploy begins anew: it is not backed up.`;
const bindWords = (service: string, source: string, target: string): string =>
  `${target} in ${service} is the folder ${source} of the node, and no volume: it is not backed up.`;
const strangerWords = (short: string): string =>
  `The labels speak of a volume ${short}, which no running container mounts: that label has no effect.`;

/** What runs from a commit that is no release is brought back from the release before it, elsewhere and in drills. */
function commitWords(services: readonly ServiceAnatomy[], stack: string): string[] {
  const said = (name: string): string | undefined =>
    services.map(({ labels }) => labels[`coop-cloud.${stack}.${name}`]).find((value) => value !== undefined);
  if (said("chaos") !== "true") return [];
  return [
    `It runs the commit ${said("chaos-version") ?? "of no release"}, and a drill or a restore elsewhere takes the ` +
      "files of its last release: where these differ, deploy the commit there afterwards.",
  ];
}

/** A service that is meant to rest holds up no backup; what only it has is left out, and that must not be silent. */
function restingWords(services: readonly ServiceAnatomy[], reading: LabelReading, stack: string): string[] {
  return services.flatMap(({ service, wanted, running, volumes }) => {
    if (wanted !== 0 || running.length > 0) return [];
    const own = volumes.filter((one) => !nameless.test(one.name) && !isElsewhere(services, [one]));
    const left = own
      .map(({ name }) => shortOf(stack, name))
      .filter((short) => labelled(reading, short)?.include !== false);
    if (left.length === 0) return [];
    const what = left.length === 1 ? `its volume ${left.join()} is` : `its volumes ${left.join(", ")} are`;
    return [
      `${service} is at rest, so ${what} not in this backup: only what runs is read. ` +
        `If that data counts, let ${service} run while the backup is taken.`,
    ];
  });
}

const unreadBegins = "A restore does not read ";

/** Of the warnings of a backup those of dumps that a restore reads into no database. */
export function unreadIn({ warnings }: Pick<TakePlan, "warnings">): string[] {
  return warnings.filter((one) => one.startsWith(unreadBegins));
}

/**
 * Dumps that come back as files at most and are read into no database, because no label says how. Where the database
 * itself is in the backup as well, by its files or by a dump of Tandem, its data comes back all the same.
 */
function unreadWords(
  services: readonly ServiceAnatomy[],
  reading: LabelReading,
  nodes: readonly PlannedNode[],
  dumps: readonly PlannedDump[],
): string[] {
  if (reading.restorePostHooks.length > 0) return [];
  const databases = services.filter(
    ({ image, running }) => running.length > 0 && databaseIn(image) !== undefined,
  );
  const isBack = (one: ServiceAnatomy): boolean =>
    dumps.some(({ service }) => service === one.service) || hasItsFiles(one, nodes);
  const unread = services.flatMap((one): string[] => {
    const { service } = one;
    const isDatabase = databases.includes(one);
    if (!isDatabase && !reading.preHooks.some((hook) => hook.service === service)) return [];
    // A hook of the app dumps what it works with; which database that is only the hook knows.
    const meant = isDatabase ? [one] : databases;
    return meant.length > 0 && meant.every(isBack) ? [] : namedDumps(service, reading, nodes);
  });
  if (unread.length === 0) return [];
  const early =
    reading.restorePreHooks.length > 0 ? " (a restore.pre-hook runs before the data is there)" : "";
  return [
    `${unreadBegins}${[...new Set(unread)].join(", ")} into the database, which stays as it is, or empty ` +
      "elsewhere. The recipe needs the label backupbot.restore.post-hook, with the command that reads the dump " +
      `back${early}.`,
  ];
}

/** Whether the volume in which a database keeps its data is backed up as a whole. */
function hasItsFiles({ service, image, running }: ServiceAnatomy, nodes: readonly PlannedNode[]): boolean {
  const kind = databaseIn(image)?.kind ?? null;
  const data = running.flatMap(({ volumes }) =>
    volumes.filter(({ target }) => kind === null || holdsDatabases(kind, target)).map(nameOf),
  );
  return nodes.some(({ volumes }) =>
    volumes.some(
      ({ name, mountedBy = [], paths }) =>
        paths === null && mountedBy.includes(service) && data.includes(name),
    ),
  );
}

/** Dumps that labels name among the data of a service, as people know them. */
function namedDumps(service: string, reading: LabelReading, nodes: readonly PlannedNode[]): string[] {
  const inVolumes = nodes.flatMap(({ volumes }) =>
    volumes
      .filter(({ mountedBy = [] }) => mountedBy.includes(service))
      .flatMap(({ short, paths }) => (paths ?? []).map((path) => `${short}/${path}`)),
  );
  const inContainer = reading.containerPaths.filter((one) => one.service === service);
  return [...inVolumes, ...inContainer.map(({ path }) => `${service}:${path}`)].filter(looksLikeDatabaseDump);
}
