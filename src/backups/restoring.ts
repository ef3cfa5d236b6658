/** Data of an app that runs, brought back from a backup: at rest, whole, and with what the recipe wants after it. */
import { posix } from "node:path";
import { hashOf } from "../core/canonical.ts";
import { durationMs } from "../core/clock.ts";
import {
  backupNone,
  backupNotRestorable,
  backupOfAnother,
  manifestUnreadable,
  restorePathNeedsVolume,
  restorePathUnknown,
} from "../core/problems/restoring.ts";
import type { AppDomain } from "../core/terms.ts";
import { restartedPlan } from "../swarm/index.ts";
import type { StackSnapshot, Swarm } from "../swarm/types.ts";
import { assertRoomFor, emptyReplaced, fill, takeOut, typesAt } from "./filling.ts";
import type { Inside } from "./helping.ts";
import { assertPlaced, placeWarnings } from "./placing.ts";
import { isLost, notRunning } from "./lost.ts";
import { snapshotOfVolume, volumesMeant, withManifest } from "./read-manifest.ts";
import type { Ground } from "./open.ts";
import { serverBack } from "./server-back.ts";
import { firstOf, replay, replayedIn, runLaterHooks, runPreHooks } from "./replaying.ts";
import { planRevive } from "./reviving.ts";
import { planWayBack } from "./way-back.ts";
import type {
  DataPlan,
  DataWish,
  PlacedVolume,
  PutVolume,
  RestoreDataPlan,
  RestoreFacts,
  RestorePlan,
  RestoredVolume,
  RestoreWish,
  Restoring,
} from "./restoring-types.ts";
import type { Backup, Manifest } from "./types.ts";

export function openRestoring(ground: Ground): Restoring {
  const { servers } = ground;
  const swarmOf = ({ server }: DataPlan): Swarm => servers.swarmOf(server);
  return {
    chosen: (app, backup) => chosen(ground, app, backup),
    async planRestore(wish, run) {
      const app = ground.apps.find(wish.app);
      const isElsewhere = wish.to !== undefined && wish.to !== app?.server;
      const isAnother = wish.as !== undefined && wish.as !== wish.app;
      if (app === undefined || isElsewhere || isAnother) return planRevive(ground, wish, run);
      const isWhole = wish.volume === undefined && wish.path === undefined;
      return isWhole && (await isLost(ground, app))
        ? planRevive(ground, wish, run)
        : planHere(ground, wish, run);
    },
    planData: (wish, run) => planData(ground, wish, run),
    planWayBack: (wish, run) => planWayBack(ground, wish, run),
    takeOut: (way, run, signal) => takeOut(ground, way, run, signal),
    runRestorePreHooks: (plan, signal) => runPreHooks(swarmOf(plan), plan, signal),
    haltForRestore: (plan, signal) => swarmOf(plan).halt(plan.stack, signal),
    startAsBefore: (plan, services) => swarmOf(plan).restore(plan.stack, only(plan.here, services)),
    assertRoom: (plan, run, signal) => assertRoomFor(ground, plan, run, signal),
    async fillVolumes(plan, run, options) {
      // What stands in for a database that is emptied may have been forgotten since it was looked at.
      if (plan.dumps.length > 0) await assertRoomFor(ground, plan, run, options.signal);
      await emptyReplaced(ground, plan, run, options.signal);
      const atRest = plan.volumes.filter(({ isLive }) => !isLive);
      return fill(ground, plan, atRest, run, options);
    },
    replay: (plan, run, options) => replay(ground, plan, run, options),
    runLaterHooks: (plan, signal) => runLaterHooks(swarmOf(plan), plan, signal),
    async verdictRestored(plan, { signal, services }) {
      const { app, stack, here, timeoutSeconds } = plan;
      const swarm = swarmOf(plan);
      const verdict = await swarm.watch(restartedPlan(stack, here, timeoutSeconds, services), { signal });
      // Whatever the verdict: without its data it may look healthy, or fail for that.
      // A folder is on one node only: where it runs now, nothing could be put back.
      const isFolder = ground.repositories.find(plan.repository)?.location.startsWith("/") === true;
      await assertPlaced(swarm, plan, { app, bindTo: isFolder ? "data" : "runs" });
      return verdict;
    },
    async dropRestoreHelpers(plan, run, signal) {
      await serverBack(swarmOf(plan), plan.stack, signal);
      const emptied = plan.dumps.flatMap(({ replaces }) => replaces);
      const nodes = [...plan.volumes, ...emptied].map(({ node }) => node);
      await swarmOf(plan).dropHelpers(run, [null, ...nodes]);
    },
  };
}

/** Throws `backup-unknown`, `backup-none`, `backup-of-another`, `backup-not-restorable`. */
export function chosen({ records }: Pick<Ground, "records">, app: AppDomain, wanted?: string): Backup {
  if (wanted === undefined) {
    const newest = records.newestProven(app);
    if (newest !== null) return newest;
    const newestOf = (state: Backup["state"]) =>
      records.list(app).find((one) => one.state === state)?.id ?? null;
    throw backupNone({ app, doubtful: newestOf("doubtful"), away: newestOf("away") });
  }
  const found = records.get(wanted);
  if (found.app !== app) throw backupOfAnother({ app, backup: found.id, of: found.app });
  if (found.state === "proven" || found.state === "doubtful") return found;
  throw backupNotRestorable({ app, backup: found.id, state: found.state });
}

/** What people have to know of a backup before they agree to it. */
export function factsOf({ records, clock, apps }: Ground, backup: Backup): RestoreFacts {
  const { startedAt: takenAt, state, reason, version, bytes } = backup;
  const later = (one: Backup): boolean =>
    one.startedAt > takenAt && (one.state === "proven" || one.state === "doubtful");
  return {
    takenAt,
    ageHours: Math.floor((clock.now() - Date.parse(takenAt)) / durationMs("1h")),
    state,
    reason,
    version,
    runs: apps.find(backup.app)?.version ?? null,
    bytes,
    newer: records
      .list(backup.app)
      .filter(later)
      .map(({ id }) => id),
  };
}

async function planHere(ground: Ground, wish: RestoreWish, run: string): Promise<RestorePlan> {
  const backup = chosen(ground, wish.app, wish.backup);
  const { volume, path } = wish;
  const data = await planData(ground, { app: wish.app, backup: backup.id, volume, path }, run);
  const facts = factsOf(ground, backup);
  const overwritten = data.volumes.map(
    ({ short, paths }) => `\`${short}\` (${paths === null ? "all of it" : paths.join(", ")})`,
  );
  const hooks = [...data.preHooks, ...data.postHooks];
  const warnings = [
    ...(facts.runs !== null && facts.version !== facts.runs
      ? [`The backup is of version ${facts.version ?? "unknown"}, and ${facts.runs} runs and stays.`]
      : []),
    ...data.left,
    ...(await placeWarnings(ground.servers.swarmOf(data.server), data)),
  ];
  const bound = { backup: backup.id, server: data.server, overwritten, hooks, runs: facts.runs };
  const dumps = data.dumps.map(({ service }) => `the database of \`${service}\``);
  return {
    kind: "here",
    app: wish.app,
    backup: backup.id,
    server: data.server,
    facts,
    overwritten: [...overwritten, ...dumps],
    hooks,
    warnings,
    put: await putBy(ground, data),
    others: data.others,
    hash: hashOf({ ...bound, dumps }),
  };
}

/** Asked before anything is written: the first helper that is to fill a volume makes it. */
async function putBy({ servers }: Ground, { server, volumes }: RestoreDataPlan): Promise<PutVolume[]> {
  const there = new Map<string | null, string[]>();
  for (const node of new Set(volumes.map((one) => one.node)))
    there.set(node, await servers.swarmOf(server).volumeNames(node));
  return volumes.map(({ short, service, into, node }) => {
    return { short, service, into, node, isThere: there.get(node)?.includes(into) !== false };
  });
}

async function planData(ground: Ground, wish: DataWish, run: string): Promise<RestoreDataPlan> {
  const { apps, servers } = ground;
  const app = apps.get(wish.app);
  const backup = chosen(ground, wish.app, wish.backup);
  const swarm = servers.swarmOf(app.server);
  const [running] = await swarm.stacks(app.stack);
  if (running === undefined) throw await notRunning(ground, app, backup, run);
  await swarm.dropHelpers(run, [null]);
  const found = await withManifest(ground, backup, { server: app.server, run }, async (manifest, inside) => ({
    manifest,
    meant: await meantIn(backup, manifest, wish, inside),
  }));
  const { manifest, meant } = found;
  const services = await swarm.anatomy(app.stack);
  const nodeOf = await nodesOf(swarm, services);
  const here = await swarm.planLive(app.stack, { restart: null });
  const replayed = replayedIn(manifest, meant, wish, (name) => {
    const into = intoOf(name, manifest.stack, app.stack);
    return services.flatMap(({ service, volumes }) =>
      volumes.some((one) => one.name === into) ? [service] : [],
    );
  });
  // Only with everything: a single volume is no reason to go back with the database.
  const isWhole = wish.volume === undefined && wish.path === undefined;
  const dumps = isWhole ? dumpsOf(backup, manifest, app.stack, nodeOf) : [];
  const { images } = manifest;
  const first = firstOf({ images, dumps }, replayed, Object.keys(here.before.services));
  const all = meant.map(({ name, short, service, hostname, paths }) => {
    const into = intoOf(name, manifest.stack, app.stack);
    const isLive = paths !== null && first.includes(service);
    const snapshot = snapshotOfVolume(backup, { name, short, service, hostname, paths: null });
    const node = nodeOf(into, hostname);
    return { hostname, volume: { name, short, service, paths, snapshot, into, node, isLive } };
  });
  const { volumes, left } = oneForEachPlace(all);
  const emptied = dumps.flatMap(({ replaces }) => replaces);
  for (const node of new Set([...volumes, ...emptied].map((one) => one.node)))
    if (node !== null) await swarm.reach(node);
  return {
    app: app.domain,
    backup: backup.id,
    repository: backup.repository,
    server: app.server,
    stack: app.stack,
    volumes,
    ...replayed,
    dumps,
    first,
    here: here.before,
    timeoutSeconds: here.timeoutSeconds,
    left: [...left, ...(isWhole ? filesLeft(manifest) : [])],
    ...(!isWhole && { others: othersIn(manifest, meant, app.stack, nodeOf) }),
  };
}

/** Where the app has what is in the backup and not meant. */
function othersIn(
  { volumes, dumps, stack }: Manifest,
  meant: Manifest["volumes"],
  to: string,
  nodeOf: (volume: string, hostname: string) => string | null,
): PlacedVolume[] {
  return [...volumes, ...dumps.flatMap(({ replaces }) => replaces)]
    .filter(({ name }) => !meant.some((one) => one.name === name))
    .map(({ name, hostname }) => {
      const into = intoOf(name, stack, to);
      return { into, node: nodeOf(into, hostname) };
    });
}

/**
 * A volume that several nodes have comes back to each of them. Where two would come back to the same place, because
 * there is one node less or all of it goes to a single one, the first does, and the others are told.
 */
export function oneForEachPlace(all: readonly { hostname: string; volume: RestoredVolume }[]): {
  volumes: RestoredVolume[];
  left: string[];
} {
  const volumes: RestoredVolume[] = [];
  const left: string[] = [];
  for (const { hostname, volume } of all) {
    const { into, node, short } = volume;
    if (!volumes.some((one) => one.into === into && one.node === node)) volumes.push(volume);
    else left.push(`What ${hostname} had in ${short} is not put back: another node's comes to its place.`);
  }
  return { volumes, left };
}

/** v1 of the labels: they lie in the backup, and where they go in a container that runs only a person can know. */
export function filesLeft({ containerPaths }: Pick<Manifest, "containerPaths">): string[] {
  if (containerPaths.length === 0) return [];
  const names = containerPaths.map(({ service, path }) => `${service}:${path}`).join(", ");
  return [
    `Files of containers (the old label backupbot.backup.path) are not put back by themselves: ${names}. ` +
      "They are in the backup under /tandem/containers.",
  ];
}

/** Under the stack's name; one with a name of its own keeps it. */
export function intoOf(name: string, from: string, to: string): string {
  return name.startsWith(`${from}_`) ? `${to}_${name.slice(from.length + 1)}` : name;
}

/** Dumps that Tandem took, with the snapshot of each. Throws `manifest-unreadable` when one has none. */
export function dumpsOf(
  backup: Backup,
  { dumps, stack }: Manifest,
  to: string,
  nodeOf: (volume: string, hostname: string) => string | null,
): DataPlan["dumps"] {
  return dumps.map(({ service, kind, file, replaces }) => {
    const part = backup.snapshots.find((one) => one.kind === "dump" && one.service === service);
    if (part === undefined)
      throw manifestUnreadable({ backup: backup.id, reason: `no snapshot holds the dump of ${service}` });
    const emptied = replaces.map(({ name, hostname }) => {
      const into = intoOf(name, stack, to);
      return { into, node: nodeOf(into, hostname) };
    });
    return { service, kind, file, snapshot: part.id, replaces: emptied };
  });
}

/** The volumes that are meant, narrowed to one path where one is named. */
async function meantIn(
  backup: Backup,
  manifest: Manifest,
  { volume, path }: DataWish,
  { restic }: Inside,
): Promise<Manifest["volumes"]> {
  const meant = volumesMeant(backup, manifest, volume);
  if (path === undefined) return meant;
  const [only] = meant;
  if (only === undefined || meant.length > 1) {
    throw restorePathNeedsVolume({ backup: backup.id, known: meant.map(({ short }) => short) });
  }
  const inside = insideOf(path);
  if (inside === "" || !(await typesAt(restic, backup, only, [inside])).has(inside))
    throw restorePathUnknown({ backup: backup.id, volume: only.short, path });
  return [{ ...only, paths: [inside] }];
}

/** Taken as inside the volume, whatever dots are in it. */
export function insideOf(path: string): string {
  return posix.relative("/", posix.resolve("/", path));
}

/** Where a volume is now, on its own node if that has it still; of one that no container has, where it was. */
async function nodesOf(
  swarm: Swarm,
  services: Awaited<ReturnType<Swarm["anatomy"]>>,
): Promise<(volume: string, hostname: string) => string | null> {
  const nodes = await swarm.nodes();
  const mounted = services.flatMap(({ running }) =>
    running.flatMap(({ node, volumes }) => volumes.map(({ name }) => ({ node, name }))),
  );
  return (volume, hostname) => {
    const own = nodes.find((one) => one.hostname === hostname)?.id;
    const there = mounted.filter(({ name }) => name === volume).map(({ node }) => node);
    return there.find((node) => node === own) ?? there[0] ?? own ?? null;
  };
}

function only({ services }: StackSnapshot, names?: readonly string[]): StackSnapshot {
  const kept = Object.entries(services).filter(([name]) => names === undefined || names.includes(name));
  return { services: Object.fromEntries(kept) };
}
