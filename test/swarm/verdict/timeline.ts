/**
 * What an engine told of a stack over time, as it was recorded (test/real/timelines/record.ts), and an engine that
 * tells it again: the same watcher runs over it with a clock that is turned by hand, and no daemon.
 */
import { readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import type { FakeClock } from "../../../src/core/clock.ts";
import type { Engine } from "../../../src/swarm/engine/connect.ts";
import type {
  EngineEvent,
  EngineNetwork,
  EngineNode,
  EngineService,
  EngineTask,
} from "../../../src/swarm/engine/types.ts";
import type { StackPlan } from "../../../src/swarm/types.ts";

export interface Timeline {
  name: string;
  plan: StackPlan;
  nodes: EngineNode[];
  networks: EngineNetwork[];
  frames: Frame[];
}

/** What is different at one moment; `at` in seconds from when the plan had been sent. */
export interface Frame {
  at: number;
  services?: EngineService[];
  /** Only those that are new or have changed. */
  tasks?: EngineTask[];
  /** Ids of tasks that the engine has forgotten. */
  gone?: string[];
  /** Ids of all tasks that are made from the specs that are live. */
  current?: string[];
  event?: EngineEvent;
}

export const timelinesFolder = path.join(import.meta.dirname, "../../golden/timelines");

export function timelineNames(): string[] {
  return readdirSync(timelinesFolder)
    .map((file) => path.basename(file, ".json"))
    .sort();
}

export function readTimeline(name: string): Timeline {
  return JSON.parse(readFileSync(path.join(timelinesFolder, `${name}.json`), "utf8")) as Timeline;
}

/** One line per frame, so that a recording can be read and compared. */
export function timelineText({ frames, ...rest }: Timeline): string {
  const lines = frames.map((frame) => JSON.stringify(frame)).join(",\n  ");
  return `{\n ${JSON.stringify(rest).slice(1, -1)},\n "frames": [\n  ${lines}\n ]\n}\n`;
}

/** The state after all frames up to `seconds`. */
export function stateAt({ frames }: Pick<Timeline, "frames">, seconds: number) {
  const tasks = new Map<string, EngineTask>();
  let services: EngineService[] = [];
  let current: string[] = [];
  for (const frame of frames) {
    if (frame.at > seconds) break;
    services = frame.services ?? services;
    current = frame.current ?? current;
    for (const task of frame.tasks ?? []) tasks.set(task.ID, task);
    for (const id of frame.gone ?? []) tasks.delete(id);
  }
  return { services, tasks: [...tasks.values()], current: new Set(current) };
}

/** When something is so for the first time, in seconds; NaN when it never is. */
export function firstTime(timeline: Timeline, isSo: (state: ReturnType<typeof stateAt>) => boolean): number {
  return timeline.frames.find(({ at }) => isSo(stateAt(timeline, at)))?.at ?? Number.NaN;
}

export interface ReplayOptions {
  /** What containers say reaches only who asks their own node: as if every task ran on another one. */
  containerEvents: boolean;
}

/** An engine that tells the timeline from now on. It has no logs and no containers to ask. */
export function replayEngine(timeline: Timeline, clock: FakeClock, options: ReplayOptions): Engine {
  const startMs = clock.now();
  const state = () => stateAt(timeline, (clock.now() - startMs) / 1000);
  const away = (): never => {
    throw new Error("a recording has no containers");
  };
  const engine: Partial<Engine> = {
    warn: () => undefined,
    ask: (_asked, call) => call(),
    services: () => Promise.resolve(state().services),
    tasks: (filters = {}) => {
      const { tasks, current } = state();
      return Promise.resolve("_up-to-date" in filters ? tasks.filter(({ ID }) => current.has(ID)) : tasks);
    },
    nodes: () => Promise.resolve(timeline.nodes),
    networks: () => Promise.resolve(timeline.networks),
    docker: {
      getTask: away,
      getContainer: () => ({ inspect: () => Promise.reject(new Error("none")) }),
    } as never,
    streams: { getEvents: () => Promise.resolve(eventStream(timeline, clock, startMs, options)) } as never,
  };
  return engine as Engine;
}

/** Lines as the engine sends them, each when its time has come. */
async function* eventStream(timeline: Timeline, clock: FakeClock, startMs: number, options: ReplayOptions) {
  for (const { at, event } of timeline.frames) {
    if (event === undefined || (event.Type === "container" && !options.containerEvents)) continue;
    const atMs = startMs + at * 1000;
    if (atMs > clock.now()) await new Promise<void>((woken) => void clock.at(atMs, woken));
    yield `${JSON.stringify({ ...event, time: Math.floor(clock.now() / 1000) })}\n`;
  }
  await new Promise(() => undefined);
}
