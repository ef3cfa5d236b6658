/**
 * Volumes on their way from one Swarm to another, as tar streams. On each side a container that is never started
 * mounts the volume: the engine reads and writes files through it, and the image of the service itself is enough.
 */
import { Readable } from "node:stream";
import { volumeInDoubt, volumeTaken } from "../core/problems/move.ts";
import { Problem } from "../core/problem.ts";
import type { Clock } from "../core/clock.ts";
import { unscheduled } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import type { EngineVolume, ServiceSpec } from "./engine/types.ts";
import { haveImage } from "./have-image.ts";
import { removeTimeoutMs, unendedTasks, unlessGone, untilGone } from "./gone.ts";
import { isOutOfSequence } from "./apply.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import type { OpenVolume, StackVolume } from "./types.ts";
import { isRunning } from "./verdict/signs.ts";

const mountedAt = "/tandem-volume";
/** On volumes that a move has made: by it a second try knows its own. */
const moveLabel = "tandem.move";
const mostTries = 8;

/**
 * The named volumes that services of a stack use, each with the node that holds it. Throws `volume-in-doubt` where
 * nothing of the service runs and that cannot be told.
 */
export async function stackVolumes(engine: Engine, stack: string): Promise<StackVolume[]> {
  const label = [`${namespaceLabel}=${stack}`];
  const [services, tasks, known] = await Promise.all([
    engine.services({ label }),
    engine.tasks({ label }),
    engine.volumes(),
  ]);
  const found = new Map<string, StackVolume>();
  const isThere = new Set<string>();
  for (const { ID, Spec } of services) {
    const { Mounts, Image } = Spec.TaskTemplate.ContainerSpec;
    const node = tasks.find((task) => task.ServiceID === ID && isRunning(task))?.NodeID;
    for (const { Type, Source } of Mounts ?? []) {
      if (Type !== "volume" || Source === undefined || isThere.has(Source)) continue;
      found.set(Source, {
        name: Source,
        service: shortName(stack, Spec.Name),
        image: Image,
        node: node ?? null,
      });
      if (node !== undefined) isThere.add(Source);
    }
  }
  const volumes: StackVolume[] = [];
  for (const one of found.values()) {
    if (isThere.has(one.name)) volumes.push(one);
    else {
      const node = await holderOf(engine, one, known);
      // What no task has used yet holds nothing.
      if (node !== undefined) volumes.push({ ...one, node });
    }
  }
  return volumes.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** Where a volume is that nothing uses just now; null: on the node that is asked. Undefined: nowhere. */
async function holderOf(
  engine: Engine,
  { name, service }: StackVolume,
  here: readonly EngineVolume[],
): Promise<string | null | undefined> {
  const nodes = await engine.nodes();
  if (nodes.length === 1) return here.some(({ Name }) => Name === name) ? null : undefined;
  const maybe: { ID: string; hostname: string; isSeen: boolean }[] = [];
  for (const { ID, Description } of nodes) {
    const isSeen = await has(engine, ID, name);
    if (isSeen !== false) maybe.push({ ID, hostname: Description.Hostname, isSeen: isSeen === true });
  }
  const [only] = maybe;
  if (only === undefined) return undefined;
  if (maybe.length === 1 && only.isSeen) return only.ID;
  throw volumeInDoubt({ volume: name, service, nodes: maybe.map(({ hostname }) => hostname) });
}

/** Undefined: the node cannot be asked. */
async function has(engine: Engine, node: string, volume: string): Promise<boolean | undefined> {
  try {
    const there = await (await engine.at(node)).volumes();
    return there.some(({ Name }) => Name === volume);
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    throw thrown;
  }
}

/** Stops every task of a stack and waits until none runs; its services, networks and secrets stay. */
export async function haltStack(
  engine: Engine,
  clock: Clock,
  stack: string,
  signal?: AbortSignal,
): Promise<void> {
  const label = [`${namespaceLabel}=${stack}`];
  for (const { ID } of await engine.services({ label })) await halt(engine, ID);
  await untilGone({ clock, stack, signal, timeoutMs: removeTimeoutMs }, async () => {
    return (await unendedTasks(engine, label)).map(({ ID }) => `task ${ID}`);
  });
}

async function halt(engine: Engine, id: string): Promise<void> {
  for (let tries = 1; ; tries++) {
    const found = (await engine.services({ id: [id] }))[0];
    // A job that runs is waited for: written again it would begin anew.
    if (found === undefined || isJob(found.Spec)) return;
    try {
      await engine.updateService(id, found.Version.Index, halted(found.Spec));
      return;
    } catch (thrown) {
      if (!isOutOfSequence(thrown) || tries === mostTries) throw thrown;
    }
  }
}

export function isJob({ Mode }: ServiceSpec): boolean {
  return Mode?.ReplicatedJob !== undefined || Mode?.GlobalJob !== undefined;
}

/**
 * No replicas, and for a cron job no schedule: a run of it would read and write what is being moved or restored. What
 * runs on every server is placed where there is none.
 */
export function halted(running: ServiceSpec): ServiceSpec {
  const spec = unscheduled(running);
  if (spec.Mode?.Replicated !== undefined) return { ...spec, Mode: { Replicated: { Replicas: 0 } } };
  const { Placement } = spec.TaskTemplate;
  const Constraints = [...new Set([...(Placement?.Constraints ?? []), "node.id==nowhere"])];
  return { ...spec, TaskTemplate: { ...spec.TaskTemplate, Placement: { ...Placement, Constraints } } };
}

/** What a volume holds, as tar. Close it in any case: until then a container that never started is there. */
export async function openVolume(engine: Engine, volume: StackVolume): Promise<OpenVolume> {
  const there = volume.node === null ? engine : await engine.at(volume.node);
  const container = await mounting(there, volume, true);
  const close = () =>
    unlessGone(there, `remove a container`, () => there.docker.getContainer(container).remove({ v: true }));
  try {
    const stream = await there.ask(`read the volume ${volume.name}`, () =>
      there.streams.getContainer(container).getArchive({ path: `${mountedAt}/.` }),
    );
    return { stream: stream instanceof Readable ? stream : Readable.from(stream), close };
  } catch (thrown) {
    await close();
    throw thrown;
  }
}

/**
 * Makes the volume on the node that is asked and fills it. One that this run has made before is made anew; any
 * other of that name is refused with `volume-taken`.
 */
export async function fillVolume(
  engine: Engine,
  stack: string,
  volume: StackVolume,
  { run, stream, signal }: { run: string; stream: Readable; signal: AbortSignal },
): Promise<void> {
  const { name } = volume;
  const known = (await engine.volumes()).find((one) => one.Name === name);
  if (known !== undefined && !isOf(known, run)) throw volumeTaken({ volume: name });
  if (known !== undefined) await removeVolume(engine, name);
  await engine.ask(`create the volume ${name}`, () =>
    engine.docker.createVolume({ Name: name, Labels: { [namespaceLabel]: stack, [moveLabel]: run } }),
  );
  await haveImage(engine, volume.image);
  const container = await mounting(engine, volume, false);
  const abort = (): void => void stream.destroy(signal.reason as Error);
  signal.addEventListener("abort", abort, { once: true });
  try {
    await engine.ask(`fill the volume ${name}`, () =>
      engine.streams.getContainer(container).putArchive(stream, { path: mountedAt }),
    );
    signal.throwIfAborted();
  } finally {
    signal.removeEventListener("abort", abort);
    await unlessGone(engine, "remove a container", () =>
      engine.docker.getContainer(container).remove({ v: true }),
    );
  }
}

/** Removes the volumes that a run has made here. */
export async function dropVolumes(engine: Engine, run: string): Promise<void> {
  for (const one of await engine.volumes({ label: [`${moveLabel}=${run}`] }))
    await removeVolume(engine, one.Name);
}

const isOf = (volume: EngineVolume, run: string): boolean => volume.Labels?.[moveLabel] === run;

/** Removes a volume of the node that is asked; one that is gone is as good. */
export function removeVolume(engine: Engine, name: string): Promise<void> {
  return unlessGone(
    engine,
    `remove the volume ${name}`,
    () => engine.docker.getVolume(name).remove() as Promise<unknown>,
  );
}

/** A container of the service's image that is never started. */
async function mounting(engine: Engine, { name, image }: StackVolume, ReadOnly: boolean): Promise<string> {
  const made = await engine.ask(`look into the volume ${name}`, () =>
    engine.docker.createContainer({
      Image: image,
      Entrypoint: ["/never-started"],
      Labels: { [moveLabel]: name },
      HostConfig: {
        NetworkMode: "none",
        Mounts: [
          { Type: "volume", Source: name, Target: mountedAt, ReadOnly, VolumeOptions: { NoCopy: true } },
        ],
      },
    } as object),
  );
  return made.id;
}
