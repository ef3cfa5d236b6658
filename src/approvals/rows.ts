import { and, asc, desc, eq, isNull, sql, type SQL } from "drizzle-orm";
import type { Message } from "../chat/message.ts";
import { Role } from "../core/terms.ts";
import { schema, type Db, type Orm } from "../db/index.ts";
import type { ApprovalView, VoiceRow } from "./types.ts";

const { approval, voice, reactionHeard } = schema;

/** An approval as it lies in the database, its JSON read. */
export interface ApprovalRow extends Omit<ApprovalView, "voices"> {
  step: string;
  beneficiaries: string[];
  threadRoot: string | null;
  remindAt: number | null;
}

export interface StoredVoice extends VoiceRow {
  matrixId: string | null;
  eventId: string | null;
}

export type ApprovalRows = ReturnType<typeof questions> & ReturnType<typeof voices>;

/** The queries of this room. */
export function approvalRows({ orm }: Db): ApprovalRows {
  return { ...questions(orm), ...voices(orm) };
}

function questions(orm: Orm) {
  /** Newest first. */
  const where = (condition: SQL | undefined, limit = -1): ApprovalRow[] =>
    orm
      .select()
      .from(approval)
      .where(condition)
      .orderBy(desc(approval.openedAt), desc(sql`rowid`))
      .limit(limit)
      .all()
      .map(read);
  const change = (id: string, to: Partial<typeof approval.$inferInsert>): void =>
    void orm.update(approval).set(to).where(eq(approval.id, id)).run();

  return {
    get: (id: string): ApprovalRow | undefined => where(eq(approval.id, id))[0],
    ofRun: (run: string) => where(eq(approval.run, run)),
    open: () => where(eq(approval.status, "open")),
    /** When open questions end or are to be reminded of; without reading what they ask. */
    dues: () =>
      orm
        .select({ expiresAt: approval.expiresAt, remindAt: approval.remindAt })
        .from(approval)
        .where(eq(approval.status, "open"))
        .all(),
    /** How many open questions stand in a room, but for quiet ones. */
    openIn: (room: string): number =>
      orm
        .select({ n: sql<number>`count(*)` })
        .from(approval)
        .where(and(eq(approval.status, "open"), eq(approval.room, room), eq(approval.isQuiet, false)))
        .get()?.n ?? 0,
    list: (status: ApprovalView["status"] | undefined, limit: number) =>
      where(status && eq(approval.status, status), limit),
    insert: (row: typeof approval.$inferInsert): ApprovalRow =>
      read(orm.insert(approval).values(row).returning().get()),
    settle: (id: string, status: ApprovalView["status"], why: string | null, at: number): void =>
      change(id, { status, why, settledAt: at, remindAt: null }),
    reminded: (id: string): void => change(id, { remindAt: null }),
    /** The number of the next edit. */
    nextEdit: (id: string): number => {
      const n = (orm.select().from(approval).where(eq(approval.id, id)).get()?.edits ?? 0) + 1;
      change(id, { edits: n });
      return n;
    },
  };
}

function voices(orm: Orm) {
  return {
    /** The newest word of each person, oldest first; withdrawn ones included. */
    voices: (id: string): StoredVoice[] =>
      orm
        .select()
        .from(voice)
        .where(eq(voice.approval, id))
        .orderBy(asc(voice.saidAt), asc(voice.member))
        .all()
        .map(({ saidAt, withdrawnAt, ...row }) => ({ ...row, at: saidAt, withdrawn: withdrawnAt !== null })),
    keepVoice: (row: Omit<typeof voice.$inferInsert, "withdrawnAt">): void =>
      void orm
        .insert(voice)
        .values(row)
        .onConflictDoUpdate({ target: [voice.approval, voice.member], set: { ...row, withdrawnAt: null } })
        .run(),
    withdrawVoice: (id: string, member: string, at: number): void =>
      void orm
        .update(voice)
        .set({ withdrawnAt: at })
        .where(and(eq(voice.approval, id), eq(voice.member, member)))
        .run(),
    /** The standing voice that was given by this event. */
    voiceOfEvent: (eventId: string) =>
      orm
        .select({ approval: voice.approval, member: voice.member })
        .from(voice)
        .where(and(eq(voice.eventId, eventId), isNull(voice.withdrawnAt)))
        .get(),
    /** Notes that a reaction is judged now; false when it was judged before. */
    judge: (eventId: string, id: string, at: number): boolean =>
      orm.insert(reactionHeard).values({ eventId, approval: id, saidAt: at }).onConflictDoNothing().run()
        .changes > 0,
  };
}

function read(row: typeof approval.$inferSelect): ApprovalRow {
  const { id, run, step, subject, needed, weight, binds, asker, room, threadRoot } = row;
  const { status, why, openedAt, expiresAt, remindAt, settledAt } = row;
  return {
    ...{ id, run, step, subject, needed, weight, binds, asker, room, threadRoot },
    ...{ status, why, openedAt, expiresAt, remindAt, settledAt },
    from: Role.parse(row.fromRole),
    only: row.onlyMembers === null ? null : (JSON.parse(row.onlyMembers) as string[]),
    quiet: row.isQuiet,
    question: JSON.parse(row.question) as Message,
    beneficiaries: JSON.parse(row.beneficiaries) as string[],
  };
}
