import { openJudge } from "./judge.ts";
import type { Rules, ServiceVerdict, Sight } from "./sight.ts";

export interface StackVerdict extends ServiceVerdict {
  service?: string;
}

/** The judges of all services of a stack together: one failure decides, and all must have converged. */
export interface Jury {
  /** One sight for every service that has rules. */
  hear(sights: Map<string, Sight>): StackVerdict | undefined;
  /** The verdict when there is no more time; undefined: every service has converged. */
  tooLate(): StackVerdict | undefined;
  /** Swarm is putting a service back; how that ends is worth waiting for. */
  isGoingBack(): boolean;
  /** Tasks whose last words should be kept. */
  suspects(): string[];
  /** When a verdict is due if nothing changes, in ms since 1970. */
  dueAtMs(): number | undefined;
  /** Where each service stands, in words. */
  standing(): string[];
}

export function openJury(rules: Rules[]): Jury {
  const judges = rules.map((one) => ({ service: one.service, judge: openJudge(one) }));
  const waiting = (): typeof judges => judges.filter(({ judge }) => judge.verdict() === undefined);
  const named = (service: string, verdict: ServiceVerdict): StackVerdict => ({ ...verdict, service });
  return {
    hear(sights) {
      for (const { service, judge } of judges) {
        const sight = sights.get(service);
        if (sight !== undefined) judge.see(sight);
      }
      for (const { service, judge } of judges) {
        const verdict = judge.verdict();
        if (verdict !== undefined && verdict.outcome !== "converged") return named(service, verdict);
      }
      return waiting().length === 0 ? { outcome: "converged" } : undefined;
    },
    tooLate() {
      const late = waiting().map(({ service, judge }) => named(service, judge.tooLate()));
      // A known cause says more than "not ready", which other services may only be because of it.
      return late.find((one) => one.code !== "not-ready") ?? late[0];
    },
    isGoingBack: () => judges.some(({ judge }) => judge.isGoingBack()),
    suspects: () => judges.map(({ judge }) => judge.suspect()).filter((task) => task !== undefined),
    dueAtMs() {
      const due = waiting()
        .map(({ judge }) => judge.dueAtMs())
        .filter((atMs) => atMs !== undefined);
      return due.length === 0 ? undefined : Math.min(...due);
    },
    standing: () => judges.map(({ service, judge }) => `${service}: ${judge.standing()}`),
  };
}
