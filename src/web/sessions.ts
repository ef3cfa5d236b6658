import { and, eq, isNull, lt, or } from "drizzle-orm";
import { sha256 } from "../core/canonical.ts";
import { durationMs, type Clock } from "../core/clock.ts";
import { newToken } from "../core/ids.ts";
import { schema, writeOrGoOn, type Db } from "../db/index.ts";
import type { Member } from "../people/index.ts";
import type { WebParts } from "./types.ts";

/** ASVS 7.3.1 and 7.3.2: how long a session lives unused, and in all. */
export const idleMs = durationMs("8h");
export const longestMs = durationMs("7d");
/** `seen_at` is written at most this often: a write per page would cost an fsync each. */
const seenEveryMs = durationMs("1m");

export interface Sessions {
  /**
   * Begins a session; the answer is the cookie's value, of which only the hash is stored. `verified`: whoever asked for
   * its link was recognised beyond doubt.
   */
  begin(member: Member, verified: boolean): string;
  /** Who is behind a cookie, or undefined when the session is unknown, idle, old or ended. */
  find(cookie: string): { member: Member; verified: boolean } | undefined;
  end(cookie: string): void;
  /** Deletes what has been over for longer than a session may live. */
  sweep(): void;
}

/** Opens the sessions of this database. A session ends at once when its member loses a role or leaves. */
export function openSessions(parts: Pick<WebParts, "db" | "clock" | "people" | "audit" | "log">): Sessions {
  const { db, clock, people } = parts;
  const { session } = schema;
  const note = writeOrGoOn(db, parts.log, "when a session was last used");
  people.onChange((name) => endWhereRolesWereLost(parts, name));

  return {
    begin(member, verified) {
      const cookie = newToken();
      const now = clock.now();
      db.tx(() => {
        const row = { hash: sha256(cookie), member: member.name, verified, roles: rolesText(member) };
        db.orm
          .insert(session)
          .values({ ...row, createdAt: now, seenAt: now })
          .run();
        parts.audit.append({ who: member.name, what: "session.began", subject: member.name });
      });
      return cookie;
    },
    find(cookie) {
      const row = db.orm
        .select()
        .from(session)
        .where(eq(session.hash, sha256(cookie)))
        .get();
      if (row === undefined || row.endedAt !== null || isOver(row, clock)) return undefined;
      const member = people.byName(row.member);
      if (member === undefined || !holdsAll(member, row.roles)) return undefined;
      // Not written, the session ends earlier than it might have, never later.
      if (clock.now() - row.seenAt >= seenEveryMs) {
        note(() =>
          db.orm.update(session).set({ seenAt: clock.now() }).where(eq(session.hash, row.hash)).run(),
        );
      }
      return { member, verified: row.verified };
    },
    end(cookie) {
      db.tx(() => {
        const open = and(eq(session.hash, sha256(cookie)), isNull(session.endedAt));
        const ended = db.orm.update(session).set({ endedAt: clock.now() }).where(open).returning().all();
        for (const { member } of ended) {
          parts.audit.append({ who: member, what: "session.ended", subject: member });
        }
      });
    },
    sweep() {
      const before = clock.now() - longestMs;
      db.tx(() =>
        db.orm
          .delete(session)
          .where(or(lt(session.createdAt, before), lt(session.endedAt, before)))
          .run(),
      );
    },
  };
}

/** Runs inside the transaction that changes the roles: there is no moment between. */
function endWhereRolesWereLost(
  { db, clock, people, audit }: { db: Db; clock: Clock } & Pick<WebParts, "people" | "audit">,
  name: string,
): void {
  const { session } = schema;
  const member = people.byName(name);
  const open = db.orm
    .select()
    .from(session)
    .where(and(eq(session.member, name), isNull(session.endedAt)))
    .all();
  for (const row of open) {
    const change =
      member !== undefined && holdsAll(member, row.roles)
        ? { roles: rolesText(member) }
        : { endedAt: clock.now() };
    db.orm.update(session).set(change).where(eq(session.hash, row.hash)).run();
    if ("endedAt" in change && !isOver(row, clock)) {
      audit.append({
        who: "tandem",
        what: "session.ended",
        subject: name,
        details: { why: "roles changed" },
      });
    }
  }
}

function isOver(row: { createdAt: number; seenAt: number }, clock: Clock): boolean {
  const now = clock.now();
  return now - row.seenAt >= idleMs || now - row.createdAt >= longestMs;
}

function rolesText(member: Member): string {
  return [...member.roles].sort().join(" ");
}

/** Someone without any role is nobody: removing a member takes every role. */
function holdsAll(member: Member, roles: string): boolean {
  const held: readonly string[] = member.roles;
  return held.length > 0 && roles.split(" ").every((role) => held.includes(role));
}
