import type { Apps } from "../apps/index.ts";
import { sayProblem } from "../chat/message.ts";
import type { Outbox } from "../chat/transport.ts";
import type { Clock } from "../core/clock.ts";
import { deployFailedLate } from "../core/problems/house.ts";
import { AppDomain } from "../core/terms.ts";
import type { Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import type { Servers } from "../servers/types.ts";
import { probationMs, type LateProblem, type Swarm } from "../swarm/index.ts";
import type { Engine, RunEvent } from "../workflow/index.ts";

export interface LateWatchParts {
  db: Pick<Db, "afterCommit">;
  clock: Clock;
  servers: { swarmOf(server: Parameters<Servers["swarmOf"]>[0]): Pick<Swarm, "probation"> };
  apps: Pick<Apps, "find" | "list" | "history">;
  people: Pick<People, "byName">;
  engine: Pick<Engine, "show">;
  outbox: Outbox;
  defaultRoom: string | undefined;
}

export interface LateWatch {
  /**
   * Called in the transaction of each change of the journal: a deploy that ended well is listened to from then
   * on.
   */
  heard(event: RunEvent): void;
  /** After a start: goes on listening to deploys that are not out of their time yet. */
  resume(): void;
  stop(): void;
}

/** Workflows that end with a deploy whose verdict was good. */
const deploying = new Set(["deploy", "upgrade", "rollback", "upgrade-agreed", "move"]);

/**
 * Some apps crash minutes after they looked well. For ten minutes after a good deploy its stack is listened to (on
 * events, nothing polls), and the room is told once when something dies, with a new message that rings the asker.
 */
export function openLateWatch(parts: LateWatchParts): LateWatch {
  const { db, clock, servers, apps } = parts;
  const listening = new Map<string, () => void>();
  const listen = (domain: string, run: string, forMs: number): void => {
    const app = apps.find(AppDomain.parse(domain));
    if (app === undefined || forMs <= 0) return;
    listening.get(domain)?.();
    const swarm = servers.swarmOf(app.server);
    const end = swarm.probation(app.stack, (problem) => tell(parts, domain, run, problem), forMs);
    listening.set(domain, end);
  };
  return {
    heard({ kind, run, status }) {
      const domain = run.lock?.replace(/^app /, "");
      if (domain === undefined || run.lock === domain) return;
      // Whatever is done to the app now is looked at by its own run.
      if (kind === "run started") db.afterCommit(() => listening.get(domain)?.());
      if (kind === "run finished" && deploying.has(run.workflow) && status === "done") {
        db.afterCommit(() => listen(domain, run.id, probationMs));
      }
    },
    resume() {
      for (const app of apps.list()) {
        const last = apps.history(app.domain)[0];
        if (last?.outcome !== "converged" || last.finishedAt === null) continue;
        listen(app.domain, last.run, Date.parse(last.finishedAt) + probationMs - clock.now());
      }
    },
    stop() {
      for (const end of listening.values()) end();
    },
  };
}

function tell(parts: LateWatchParts, app: string, run: string, problem: LateProblem): void {
  const { engine, apps, people, outbox, defaultRoom } = parts;
  const { place, askedBy } = engine.show(run) ?? { place: null, askedBy: null };
  const room = place?.room ?? apps.find(AppDomain.parse(app))?.room ?? defaultRoom;
  if (room === undefined) return;
  const asker = askedBy === null ? undefined : people.byName(askedBy)?.matrixIds[0];
  outbox.post({
    kind: "message",
    key: `${run}/late/${problem.service}`,
    room,
    message: sayProblem(deployFailedLate({ app, service: problem.service, what: inWords(problem) }), {
      run,
      mentions: asker === undefined ? [] : [asker],
    }),
    ...(place?.eventId !== undefined && { replyTo: place.eventId }),
    ...(place?.threadRoot !== undefined && { threadRoot: place.threadRoot }),
  });
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
