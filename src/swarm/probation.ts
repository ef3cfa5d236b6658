import type { Clock } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import { isCronjob } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import { listen } from "./engine/events.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";

/** How long a deploy that was called good is still listened to (facts: swarm §5.3.7). */
export const probationMs = 600_000;

export interface LateProblem {
  service: string;
  kind: "died" | "unhealthy" | "rolled back" | "paused";
  exitCode?: number;
  atMs: number;
}

/**
 * Listens to a stack after its deploy was called good, on events alone (no polling), and tells what goes
 * wrong. The answer ends it; it ends by itself after `forMs`. Containers of other nodes than the asked one
 * are not heard. How the runs of a cron job end is not told.
 */
export function probation(
  engine: Engine,
  clock: Clock,
  stack: string,
  onProblem: (problem: LateProblem) => void,
  forMs: number = probationMs,
): () => void {
  const ended = new AbortController();
  const stopTimer = clock.after(forMs, () => ended.abort());
  const types = ["container", "service"];
  // Swarm kills what it replaces or removes, and says so first; what dies unasked (out of memory too) was
  // not killed by it.
  const killed = new Set<string>();
  const tell = async (name: string, problem: LateProblem): Promise<void> => {
    const found = await engine.services({ name: [name] }).catch(() => []);
    if (found.some(({ Spec }) => Spec.Name === name && isCronjob(Spec))) return;
    if (!ended.signal.aborted) onProblem(problem);
  };
  listen(engine, clock, { types, sinceMs: clock.now(), signal: ended.signal }, ({ Type, Action, Actor }) => {
    const facts = Actor.Attributes ?? {};
    if (Action === "kill") killed.add(Actor.ID);
    if (Action === "die" && killed.delete(Actor.ID)) return;
    const name = (Type === "service" ? facts["name"] : facts["com.docker.swarm.service.name"]) ?? "";
    const ours = Type === "service" ? name.startsWith(`${stack}_`) : facts[namespaceLabel] === stack;
    const kind = kindOf(Type, Action, facts);
    if (!ours || kind === undefined) return;
    const exit = Number(facts["exitCode"]);
    const service = shortName(stack, name);
    const exitCode = Number.isNaN(exit) ? {} : { exitCode: exit };
    tell(name, { service, kind, atMs: clock.now(), ...exitCode }).catch((thrown: unknown) =>
      engine.warn(`what went wrong late in ${name} was not told: ${messageOf(thrown)}`),
    );
  });
  return () => {
    stopTimer();
    ended.abort();
  };
}

function kindOf(
  type: string,
  action: string,
  facts: Record<string, string>,
): LateProblem["kind"] | undefined {
  if (type === "service") {
    const state = facts["updatestate.new"] ?? "";
    if (state.startsWith("rollback")) return "rolled back";
    return state === "paused" ? "paused" : undefined;
  }
  if (action === "die") return "died";
  return action === "health_status: unhealthy" ? "unhealthy" : undefined;
}
