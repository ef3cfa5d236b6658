/** Who was told of which version, and the runs that ask. */
import { and, eq, isNotNull } from "drizzle-orm";
import type { Apps } from "../apps/index.ts";
import type { Message } from "../chat/message.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import type { AppDomain } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import type { People } from "../people/index.ts";
import { compareVersions } from "../recipes/index.ts";
import type { Candidate, Upgrades } from "./types.ts";

/** Open questions about upgrades in one room: more at once are only overlooked; the others come next time. */
export const mostProposedPerRoom = 8;

export interface ProposingParts {
  db: Db;
  clock: Clock;
  apps: Pick<Apps, "find">;
  people: Pick<People, "withRole">;
  runs: {
    /** Begins the run that asks, in the open transaction; the same key twice is the same run. */
    propose(candidate: Candidate, key: string, room: string | null): string;
    /** Whether it still asks: one that was agreed to, and is carried out, does not. */
    isOpen(run: string): boolean;
    /** In the open transaction. */
    cancel(run: string, why: string): void;
  };
  /** Says something in a room, once per key, in the open transaction. */
  post: (room: string, key: string, message: Message) => void;
  /** Where apps without a room of their own speak. */
  defaultRoom: string | undefined;
}

type Proposing = Pick<Upgrades, "propose" | "withdrawOvertaken" | "tell">;

export function openProposing(parts: ProposingParts): Proposing {
  const { db, clock, apps, people, runs, post, defaultRoom } = parts;
  const { proposal } = schema;
  const roomOf = (domain: AppDomain): string | undefined => apps.find(domain)?.room ?? defaultRoom;
  const openOnes = (): { app: string; version: string; run: string }[] =>
    db.orm
      .select()
      .from(proposal)
      .where(isNotNull(proposal.run))
      .all()
      .flatMap(({ run, ...row }) => (run !== null && runs.isOpen(run) ? [{ ...row, run }] : []));
  return {
    propose: (candidate) =>
      db.tx(() => {
        const { app, to } = candidate;
        const told = db.orm
          .select()
          .from(proposal)
          .where(and(eq(proposal.app, app), isNotNull(proposal.run)))
          .all();
        if (told.some(({ version }) => compareVersions(version, to) >= 0)) return null;
        const room = roomOf(app);
        const open = openOnes();
        const others = open.filter((one) => one.app !== app && roomOf(one.app as AppDomain) === room);
        if (others.length >= mostProposedPerRoom) return null;
        for (const older of open.filter((one) => one.app === app))
          runs.cancel(older.run, `${to} is out, and is proposed in its place`);
        const run = runs.propose(candidate, `proposal ${app} ${to}`, apps.find(app)?.room ?? null);
        db.orm
          .insert(proposal)
          .values({ app, version: to, run, proposedAt: isoOf(clock.now()) })
          .run();
        return run;
      }),
    withdrawOvertaken: () =>
      db.tx(() => {
        for (const { app, version, run } of openOnes()) {
          const runsNow = apps.find(app as AppDomain)?.version ?? null;
          if (runsNow === null || compareVersions(runsNow, version) < 0) continue;
          runs.cancel(run, `${app} runs ${runsNow} by now`);
        }
      }),
    tell(domain, key, message, { rings = false } = {}) {
      const room = roomOf(domain);
      if (room === undefined) return;
      const mentions = people.withRole("maintainer").flatMap((member) => member.matrixIds);
      post(room, key, rings ? { ...message, mentions } : message);
    },
  };
}
