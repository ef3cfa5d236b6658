/** Writes down what an engine tells of one stack, as often as it can be asked and in the words of the watcher. */
import type { Engine } from "../../../src/swarm/engine/connect.ts";
import type { EngineEvent, EngineService, EngineTask } from "../../../src/swarm/engine/types.ts";
import { systemClock } from "../../../src/core/clock.ts";
import { lookAt } from "../../../src/swarm/look.ts";
import { listen } from "../../../src/swarm/engine/events.ts";
import { namespaceLabel } from "../../../src/swarm/plan/rendered.ts";
import { stateAt, type Frame } from "../../swarm/verdict/timeline.ts";

const everyMs = 150;
/** What has not happened by then is missing in the timeline, and its test says so. */
const patienceMs = 180_000;

export interface Sampling {
  /** From now on times are told: the plan has been sent. */
  begin(): void;
  /** Goes on until something is so and for so many seconds more, then answers what was seen. */
  end(isSo: (state: ReturnType<typeof stateAt>) => boolean, seconds: number): Promise<Frame[]>;
}

export function sample(engine: Engine, stack: string): Sampling {
  const frames: (Frame & { atMs: number })[] = [];
  const ended = new AbortController();
  let beganMs = Infinity;
  /** When the first look ended that saw what had been sent: a watcher begins with such a look. */
  let firstMs = Infinity;
  const events = { types: ["service", "container"], sinceMs: systemClock.now(), signal: ended.signal };
  listen(engine, systemClock, events, (event) => {
    const kept = keptEvent(stack, event);
    if (kept !== undefined) frames.push({ at: 0, atMs: systemClock.now(), event: kept });
  });
  const seen = { services: "", current: "", tasks: new Map<string, string>() };
  const look = async (): Promise<void> => {
    const isAfter = systemClock.now() >= beganMs;
    const { services, tasks, current } = await lookAt(engine, stack, 0);
    const frame: Frame = { at: 0 };
    const kept = services.map(keptService);
    if (changed(seen, "services", JSON.stringify(kept))) frame.services = kept;
    const fresh = tasks.map(keptTask).filter((task) => seen.tasks.get(task.ID) !== JSON.stringify(task));
    if (fresh.length > 0) frame.tasks = fresh;
    for (const task of fresh) seen.tasks.set(task.ID, JSON.stringify(task));
    const gone = [...seen.tasks.keys()].filter((id) => !tasks.some((task) => task.ID === id));
    if (gone.length > 0) frame.gone = gone;
    for (const id of gone) seen.tasks.delete(id);
    const ids = [...current].sort();
    if (changed(seen, "current", ids.join())) frame.current = ids;
    if (isAfter) firstMs = Math.min(firstMs, systemClock.now());
    if (Object.keys(frame).length > 1) frames.push({ ...frame, atMs: systemClock.now() });
  };
  const looking = (async () => {
    while (!ended.signal.aborted) {
      await look();
      await new Promise((rested) => setTimeout(rested, everyMs));
    }
  })();
  return {
    begin: () => void (beganMs = systemClock.now()),
    async end(isSo, seconds) {
      const rest = (ms: number) => new Promise((rested) => setTimeout(rested, ms));
      const isIt = (): boolean => firstMs < Infinity && isSo(stateAt({ frames }, Infinity));
      while (!isIt() && systemClock.now() < beganMs + patienceMs) await rest(everyMs);
      await rest(seconds * 1000);
      ended.abort();
      await looking;
      // What was so before the plan had been sent is how the timeline begins.
      const at = (ms: number): number => Math.max(0, Math.round((ms - firstMs) / 10) / 100);
      return frames
        .filter(({ event, atMs }) => event === undefined || atMs >= firstMs)
        .map(({ atMs, ...frame }) => ({ ...frame, at: at(atMs) }));
    },
  };
}

function changed<K extends "services" | "current">(seen: Record<K, string>, key: K, now: string): boolean {
  const before = seen[key];
  seen[key] = now;
  return before !== now;
}

/** Without its version and times: they move although nothing is different. */
function keptService({ ID, Spec, UpdateStatus }: EngineService): EngineService {
  const at = "2026-10-01T08:00:00Z";
  const update = UpdateStatus === undefined ? {} : { UpdateStatus };
  return { ID, Version: { Index: 1 }, CreatedAt: at, UpdatedAt: at, Spec, ...update };
}

function keptTask(task: EngineTask): EngineTask {
  const { ID, ServiceID, DesiredState, Status } = task;
  const { State, Err, ContainerStatus } = Status;
  const exit = ContainerStatus?.ExitCode;
  return {
    ID,
    CreatedAt: "",
    ServiceID,
    ...(task.Slot === undefined ? {} : { Slot: task.Slot }),
    ...(task.NodeID === undefined ? {} : { NodeID: task.NodeID }),
    DesiredState,
    Spec: {},
    Status: {
      Timestamp: "",
      State,
      ...(Err === undefined ? {} : { Err }),
      ...(exit === undefined ? {} : { ContainerStatus: { ExitCode: exit } }),
    },
  };
}

const attributes = [
  "name",
  "exitCode",
  "com.docker.swarm.task.id",
  "com.docker.swarm.service.name",
  namespaceLabel,
];

function keptEvent(stack: string, { Type, Action, Actor }: EngineEvent): EngineEvent | undefined {
  const facts = Actor.Attributes ?? {};
  const isOurs = facts[namespaceLabel] === stack || facts["name"]?.startsWith(`${stack}_`) === true;
  if (!isOurs || Action.startsWith("exec_")) return undefined;
  const kept = Object.entries(facts).filter(
    ([key]) => attributes.includes(key) || key.startsWith("updatestate"),
  );
  return { Type, Action, Actor: { ID: Actor.ID, Attributes: Object.fromEntries(kept) }, time: 0 };
}
