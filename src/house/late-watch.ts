import type { Logger } from "pino";
import type { Apps } from "../apps/index.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { deployFailedLate, putBackNotWell } from "../core/problems/house.ts";
import { stackUnknown } from "../core/problems/swarm.ts";
import { AppDomain } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import type { Servers } from "../servers/types.ts";
import { probationMs, type LateProblem, type Swarm } from "../swarm/index.ts";
import type { RunEvent } from "../workflow/index.ts";
import { tellOfRun, type RunTeller } from "./tell-of-run.ts";

export interface LateWatchParts extends RunTeller {
  db: Pick<Db, "afterCommit">;
  clock: Clock;
  log: Pick<Logger, "warn">;
  servers: {
    swarmOf(server: Parameters<Servers["swarmOf"]>[0]): Pick<Swarm, "probation" | "planLive" | "watch">;
  };
  apps: Pick<Apps, "find" | "list" | "history">;
}

export interface LateWatch {
  /**
   * Called in the transaction of each change of the journal: what a deploy has left is looked at from then on,
   * whether it ended well or was put back.
   */
  heard(event: RunEvent): void;
  /** After a start: goes on looking at deploys that are not out of their time yet. */
  resume(): void;
  stop(): void;
}

/** Workflows that end with a deploy. */
const deploying = new Set(["deploy", "upgrade", "rollback", "upgrade-agreed", "move"]);

/**
 * Some apps crash minutes after they looked well. For ten minutes after a good deploy its stack is listened to (on
 * events, nothing polls), and the room is told once when something dies, with a new message that rings the asker.
 * After a bad one, what was put back is watched until it runs: its data may not be what it was.
 */
export function openLateWatch(parts: LateWatchParts): LateWatch {
  const { db, clock, apps, engine } = parts;
  const looking = new Map<string, () => void>();
  const begin = (domain: string, how: () => (() => void) | undefined): void => {
    looking.get(domain)?.();
    looking.set(domain, how() ?? (() => undefined));
  };
  const listen = (domain: string, run: string, forMs: number): void => {
    if (forMs > 0) begin(domain, () => listenTo(parts, domain, run, forMs));
  };
  const putBack = (domain: string, run: string): void =>
    begin(domain, () => watchPutBack(parts, domain, run));
  return {
    heard({ kind, run, status }) {
      const domain = run.lock?.replace(/^app /, "");
      if (domain === undefined || run.lock === domain) return;
      // Whatever is done to the app now is looked at by its own run.
      if (kind === "run started") db.afterCommit(() => looking.get(domain)?.());
      if (kind !== "run finished" || !deploying.has(run.workflow)) return;
      if (status === "done") db.afterCommit(() => listen(domain, run.id, probationMs));
      else if (hasDeployed(parts, domain, run.id)) db.afterCommit(() => putBack(domain, run.id));
    },
    resume() {
      for (const { domain } of apps.list()) {
        const last = apps.history(domain)[0];
        if (last === undefined || last.finishedAt === null) continue;
        const leftMs = Date.parse(last.finishedAt) + probationMs - clock.now();
        if (last.outcome === "converged") listen(domain, last.run, leftMs);
        // One that has not ended yet is heard of when it does.
        else if (leftMs > 0 && engine.show(last.run)?.finishedAt != null) putBack(domain, last.run);
      }
    },
    stop() {
      for (const end of looking.values()) end();
    },
  };
}

/** Most runs that fail were declined, or refused before anything was written. */
function hasDeployed({ apps }: LateWatchParts, domain: string, run: string): boolean {
  return apps.history(AppDomain.parse(domain))[0]?.run === run;
}

function listenTo(parts: LateWatchParts, domain: string, run: string, forMs: number) {
  const app = parts.apps.find(AppDomain.parse(domain));
  if (app === undefined) return undefined;
  const swarm = parts.servers.swarmOf(app.server);
  const heard = (problem: LateProblem): void => {
    const { service } = problem;
    tellOfRun(
      parts,
      { app: app.domain, run, about: `late/${service}` },
      deployFailedLate({ app: domain, service, what: inWords(problem) }),
    );
  };
  return swarm.probation(app.stack, heard, forMs);
}

function watchPutBack(parts: LateWatchParts, domain: string, run: string) {
  const app = parts.apps.find(AppDomain.parse(domain));
  if (app === undefined) return undefined;
  const swarm = parts.servers.swarmOf(app.server);
  const ended = new AbortController();
  const { signal } = ended;
  const look = async (): Promise<void> => {
    const {
      outcome,
      reason = "it did not say why",
      lastLines = [],
    } = await swarm.watch(await swarm.planLive(app.stack, { nothing: true }), { signal, isFresh: true });
    if (outcome === "converged" || signal.aborted) return;
    const words = { app: domain, reason: reason.replace(/\.$/, ""), lastLines };
    tellOfRun(parts, { app: app.domain, run, about: "late/put back" }, putBackNotWell(words));
  };
  look().catch((thrown: unknown) => {
    // A first deploy leaves nothing behind. Of a server that stays away the watch of servers tells.
    const isNothing = thrown instanceof Problem && thrown.code === stackUnknown.code;
    if (!isNothing && !signal.aborted)
      parts.log.warn({ app: domain, run, err: thrown }, "what was put back was not seen");
  });
  return () => ended.abort();
}

function inWords({ kind, exitCode }: LateProblem): string {
  const words = {
    unhealthy: "is no longer healthy",
    "rolled back": "was rolled back",
    paused: "stopped updating",
  };
  if (kind !== "died") return words[kind];
  return exitCode === undefined ? "ended" : `ended with code ${exitCode}`;
}
