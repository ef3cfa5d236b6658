import { statusOf, type Engine } from "./engine/connect.ts";
import { logLines } from "./engine/logs.ts";
import { redact } from "../core/secret.ts";
import type { EngineTask } from "./engine/types.ts";

/** Last log lines that go with a verdict. */
const linesKept = 15;
/** A node that is gone does not give logs; the verdict does not wait longer for them. */
const patienceMs = 3_000;
const longestProbe = 300;
/** An engine that is too busy to say whether a container runs is asked as often, each time with a new look. */
const mostSilences = 3;

/** Collects what failing tasks said before their containers are cleaned away. */
export interface Evidence {
  /** Fetches and keeps the last lines of a task, once. */
  keep(task: string): void;
  /** The last lines of a task; empty when it said nothing or they cannot be had. */
  lastLines(task: string): Promise<string[]>;
  /**
   * Those of these tasks whose containers are not seen to run at this moment, as their own engine says: a busy Swarm
   * hears of an end seconds later. An engine that is silent is no yes: whoever asks looks again, and meanwhile Swarm
   * hears more. Of a node that cannot be asked, or is silent for the third time, the Swarm's word counts.
   */
  unseen(tasks: readonly EngineTask[]): Promise<Unseen[]>;
  /** What the last probe of a task's healthcheck printed, if its container is on the node that we ask. */
  lastProbe(task: EngineTask): Promise<string | undefined>;
}

export interface Unseen {
  task: EngineTask;
  /** Its engine says that it does not run; false: that engine was silent. */
  hasEnded: boolean;
}

export function openEvidence(engine: Engine): Evidence {
  const kept = new Map<string, Promise<string[]>>();
  // That a task has no lines to give (no container yet, a log driver without reading) is no failure of the
  // deploy.
  const fetch = (task: string): Promise<string[]> => soon(logLines(engine, { task }, linesKept), []);
  const silences = new Map<string, number>();
  const isSilent = (container: string): boolean => {
    const times = (silences.get(container) ?? 0) + 1;
    silences.set(container, times);
    return times < mostSilences;
  };
  return {
    keep(task) {
      if (!kept.has(task)) kept.set(task, fetch(task));
    },
    async lastLines(task) {
      const before = (await kept.get(task)) ?? [];
      const now = await fetch(task);
      return now.length >= before.length ? now : before;
    },
    async unseen(tasks) {
      const looks = tasks.map(async (task): Promise<Unseen[]> => {
        const container = task.Status.ContainerStatus?.ContainerID ?? "";
        if (task.NodeID === undefined || container === "") return [];
        const said = await soon(isRunning(engine, task.NodeID, container), undefined);
        if (said === undefined) return isSilent(container) ? [{ task, hasEnded: false }] : [];
        return said ? [] : [{ task, hasEnded: true }];
      });
      return (await Promise.all(looks)).flat();
    },
    async lastProbe(task) {
      const id = task.Status.ContainerStatus?.ContainerID;
      if (id === undefined || id === "") return undefined;
      const inspected = engine.docker.getContainer(id).inspect();
      const health = await soon(
        inspected.then((one) => one.State.Health as ProbeLog | undefined),
        undefined,
      );
      const output = health?.Log?.at(-1)?.Output.trim();
      return output === undefined || output === "" ? undefined : redact(output).slice(0, longestProbe);
    },
  };
}

async function isRunning(engine: Engine, node: string, container: string): Promise<boolean> {
  try {
    const there = await engine.at(node);
    return (await there.docker.getContainer(container).inspect()).State.Running;
  } catch (thrown) {
    // Of a node that is out of reach nobody knows more than Swarm.
    return statusOf(thrown) !== 404;
  }
}

interface ProbeLog {
  Log?: { Output: string }[] | null;
}

/** The answer, or `otherwise` when it fails or takes too long. */
async function soon<T>(answer: Promise<T>, otherwise: T): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<T>((give) => {
    timer = setTimeout(() => give(otherwise), patienceMs);
  });
  return await Promise.race([answer.catch(() => otherwise), tooLong]).finally(() => clearTimeout(timer));
}
