import type { Clock } from "../core/clock.ts";
import { redact } from "../core/secret.ts";
import { openAlarm } from "./alarm.ts";
import { isCronjob } from "./cronjob.ts";
import type { Engine } from "./engine/connect.ts";
import { listen } from "./engine/events.ts";
import type { EngineEvent, ServiceSpec } from "./engine/types.ts";
import { openEvidence, type Evidence, type Unseen } from "./evidence.ts";
import { lookAt, sightOf, type HealthByTask, type Look, type Surroundings } from "./look.ts";
import type { Patience } from "./patience.ts";
import { namespaceLabel, shortName } from "./plan/rendered.ts";
import type { StackPlan, Verdict } from "./types.ts";
import { reasonFor } from "./verdict/causes.ts";
import { driftOf, versionWords } from "./verdict/drift.ts";
import { isOver } from "./verdict/signs.ts";
import { openJury, type Jury, type StackVerdict } from "./verdict/jury.ts";
import { rulesOf } from "./verdict/rules.ts";
import type { Sight } from "./verdict/sight.ts";

/**
 * Events wake the watcher; between them it looks this often while tasks move, and less often in stillness.
 */
const lookEveryMs = 250;
const lookInStillnessMs = 1_000;
/** Several events come at once; one look a moment later sees what all of them meant. */
const afterEventMs = 30;
/** Once Swarm has begun to go back it gets this much longer, so that the verdict can say how that ended. */
const rollbackExtraMs = 180_000;

export interface WatchOptions {
  signal?: AbortSignal;
  progress?: (line: string) => void;
  /** What runs was begun a moment ago: it has to run for as long as what a plan changes, and not only once. */
  isFresh?: boolean;
}

interface Watch {
  engine: Engine;
  patience: Patience;
  clock: Clock;
  plan: StackPlan;
  signal: AbortSignal;
  around: Surroundings;
  jury: Jury;
  evidence: Evidence;
  health: HealthByTask;
  say: (lines: string[]) => void;
  deadlineMs: number;
}

/**
 * Watches a deploy until there is a verdict (facts: swarm §5.3). Safe to call again: what happened
 * meanwhile is in the engine's task history. An engine that is away says nothing about the app: it is waited for,
 * and the time does not count. Throws when it stays away, or the reason of an aborted `signal`.
 */
export async function watchPlan(
  engine: Engine,
  clock: Clock,
  patience: Patience,
  plan: StackPlan,
  options: WatchOptions = {},
): Promise<Verdict> {
  const startedMs = clock.now();
  const ended = new AbortController();
  const signal = AbortSignal.any([ended.signal, ...(options.signal === undefined ? [] : [options.signal])]);
  const begin = () => Promise.all([engine.networks(), lookAt(engine, plan.stack, clock.now())]);
  const [networks, look] = await patience.through(plan.stack, begin, { signal });
  const watch: Watch = {
    engine,
    patience,
    clock,
    plan,
    signal,
    around: { networks },
    jury: juryFor(plan, look, options.isFresh === true),
    evidence: openEvidence(engine),
    health: new Map(),
    say: changesOnly(options.progress ?? (() => undefined)),
    deadlineMs: clock.now() + plan.timeoutSeconds * 1000,
  };
  try {
    const { verdict, seen } = await untilVerdict(watch, look);
    const seconds = Math.round((clock.now() - startedMs) / 100) / 10;
    return { ...(await withProof(watch, verdict, seen)), seconds };
  } finally {
    ended.abort();
  }
}

/**
 * Rules from the specs that are live when the watch begins; a service that is gone by then has only its
 * plan.
 */
function juryFor(plan: StackPlan, look: Look, isFresh: boolean): Jury {
  const services = plan.changes.filter(({ change }) => change !== "remove").map(({ service }) => service);
  return openJury(
    services.map((service) => {
      const live = look.services.find((one) => shortName(plan.stack, one.Spec.Name) === service)?.Spec;
      const spec = live ?? (plan.specs.services[service] as unknown as ServiceSpec);
      const rules = rulesOf(service, spec, plan.before.services[service] ?? null);
      return { ...rules, isUnchanged: rules.isUnchanged && !isFresh };
    }),
  );
}

async function untilVerdict(watch: Watch, first: Look): Promise<{ verdict: StackVerdict; seen: Look }> {
  const { clock, jury, signal, evidence } = watch;
  const alarm = openAlarm(clock);
  let isListening = false;
  for (let seen = first; ; seen = await patiently(watch)) {
    const heard = jury.hear(sightsOf(watch, seen));
    const verdict = heard?.outcome === "converged" ? (driftOf(watch.plan, seen.services) ?? heard) : heard;
    watch.say(jury.standing());
    for (const task of jury.suspects()) evidence.keep(task);
    const unseen = verdict?.outcome === "converged" ? await unseenOf(watch, seen) : [];
    if (verdict !== undefined && unseen.length === 0) return { verdict, seen };
    const deadlineMs = watch.deadlineMs + (jury.isGoingBack() ? rollbackExtraMs : 0);
    if (clock.now() >= deadlineMs) {
      const late = jury.tooLate() ?? notRunning(watch.plan, seen, unseen);
      // None where all is well but for an engine that is silent: it is asked again, which has an end of its own.
      if (late !== undefined) return { verdict: late, seen };
    }
    if (!isListening) {
      isListening = true;
      const types = ["service", "container"];
      listen(watch.engine, clock, { types, sinceMs: clock.now(), signal }, (event) => {
        if (hear(watch, event)) alarm.ring(clock.now() + afterEventMs);
      });
    }
    const nextMs = clock.now() + (isMoving(seen) ? lookEveryMs : lookInStillnessMs);
    const dueMs = jury.dueAtMs() ?? 0;
    await alarm.wait(Math.min(nextMs, deadlineMs, dueMs > clock.now() ? dueMs : Infinity), signal);
    signal.throwIfAborted();
  }
}

/**
 * The last look before a deploy is called well: at the containers themselves. Answers those not seen to run; the runs
 * of a cron job come and go.
 */
function unseenOf({ evidence }: Watch, seen: Look): Promise<Unseen[]> {
  const cronjobs = new Set(seen.services.filter(({ Spec }) => isCronjob(Spec)).map(({ ID }) => ID));
  const running = seen.tasks.filter(
    ({ ID, ServiceID, Status }) =>
      seen.current.has(ID) && Status.State === "running" && !cronjobs.has(ServiceID),
  );
  return evidence.unseen(running);
}

/** The verdict where Swarm says to the end that a task runs, and its own engine that it does not. */
function notRunning({ stack }: StackPlan, seen: Look, unseen: Unseen[]): StackVerdict | undefined {
  const task = unseen.find(({ hasEnded }) => hasEnded)?.task;
  if (task === undefined) return undefined;
  const name = seen.services.find(({ ID }) => ID === task.ServiceID)?.Spec.Name ?? task.ServiceID;
  const service = shortName(stack, name);
  const detail = "Swarm says that it runs, and the engine on its node that its container does not";
  const reason = reasonFor("not-ready", service, detail);
  return { outcome: "failed", code: "not-ready", service, reason, task: task.ID };
}

function sightsOf({ plan, health, around }: Watch, seen: Look): Map<string, Sight> {
  return new Map(plan.changes.map(({ service }) => [service, sightOf(plan, service, seen, health, around)]));
}

/** Takes in an event; answers whether it is worth a look. */
function hear({ plan, health }: Watch, event: EngineEvent): boolean {
  const facts = event.Actor.Attributes ?? {};
  const told = /^health_status: (starting|healthy|unhealthy)/.exec(event.Action)?.[1];
  const task = facts["com.docker.swarm.task.id"];
  if (told !== undefined && task !== undefined)
    health.set(task, told as "starting" | "healthy" | "unhealthy");
  if (event.Type === "service") return facts["name"]?.startsWith(`${plan.stack}_`) === true;
  return facts[namespaceLabel] === plan.stack && !event.Action.startsWith("exec_");
}

function isMoving(seen: Look): boolean {
  return seen.tasks.some((task) => !isOver(task.Status.State) && task.Status.State !== "running");
}

/** Looks again; an engine that is away is waited for, and its absence is no time that the app has taken. */
function patiently(watch: Watch): Promise<Look> {
  const { engine, clock, plan, patience, signal } = watch;
  const waited = (ms: number): void => void (watch.deadlineMs += ms);
  return patience.through(plan.stack, () => lookAt(engine, plan.stack, clock.now()), { signal, waited });
}

/** The verdict with what the failing task said last. */
async function withProof(watch: Watch, found: StackVerdict, seen: Look): Promise<Omit<Verdict, "seconds">> {
  const { task: id, ...verdict } = found;
  if (id === undefined) return verdict;
  const task = seen.tasks.find((one) => one.ID === id);
  const asksProbe = verdict.code === "unhealthy" || verdict.code === "not-ready";
  const [lastLines, probe] = await Promise.all([
    watch.evidence.lastLines(id),
    task !== undefined && asksProbe ? watch.evidence.lastProbe(task) : undefined,
  ]);
  const reason = redact(
    [
      verdict.reason,
      verdict.outcome === "rolled back" ? versionWords(watch.plan, seen.services) : undefined,
      probe === undefined ? undefined : `The last probe said: ${probe}`,
    ]
      .filter(Boolean)
      .join(" "),
  );
  return { ...verdict, reason, ...(lastLines.length === 0 ? {} : { lastLines }) };
}

/** Passes on lines that differ from what the same service said last. */
function changesOnly(progress: (line: string) => void): (lines: string[]) => void {
  let said: string[] = [];
  return (lines) => {
    for (const line of lines) if (!said.includes(line)) progress(redact(line));
    said = lines;
  };
}
