/** What is to be paid and how people are paid, as the database has it. */
import { and, desc, eq, inArray } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import {
  payableNotDue,
  payableUnknown,
  payeeNothingSaid,
  payeeTwoWays,
} from "../core/problems/collective.ts";
import { schema, type Db } from "../db/index.ts";
import type { Payees, PayeeView } from "./types.ts";

const { payable: payables, payee: payees, workBatch } = schema;
const { collectiveTurn: turns, collectiveRound: rounds } = schema;

export interface PayableRow {
  id: string;
  batch: string;
  /** `2026-10`. */
  period: string;
  member: string;
  currency: string;
  amountMinor: number;
  state: "proposed" | "carried" | "ready" | "asked" | "paid" | "rejected";
  how: "opencollective" | "bank" | null;
  reference: string | null;
  said: string | null;
}

export interface Rows {
  /** Throws `payable-unknown`. */
  payable(id: string): PayableRow;
  /** The same, if it is agreed to and not settled. Throws `payable-not-due` otherwise. */
  due(id: string): PayableRow;
  /** Asked for there and not settled. */
  following(): PayableRow[];
  change(id: string, to: Partial<Pick<PayableRow, "state" | "how" | "reference" | "said">>): void;
  turnsOf(payable: string): { way: "own" | "draft"; atMs: number }[];
  /** When the last invitation of all was meant to leave; ms since 1970. */
  lastDraftMs(): number | undefined;
  addTurn(turn: { payable: string; way: "own" | "draft"; atMs: number }): void;
  /** The key that its expense bears: its id, and after a refusal the number of the round. */
  keyOf(payable: string): string;
  /** Expenses that were refused before it was asked for anew, by id, the oldest first. */
  refusedOf(payable: string): string[];
  /** From now on the key is another one. */
  addRound(about: { payable: string; refused: string; why: string; by: string }): void;
}

/** Of round 1 it is the payable's own id, which is what people read everywhere. */
const keyIn = (payable: string, round: number): string => (round === 1 ? payable : `${payable}/${round}`);

export function openRows({ db, clock }: { db: Db; clock: Clock }): Rows {
  const joined = () =>
    db.orm
      .select({ row: payables, period: workBatch.period })
      .from(payables)
      .innerJoin(workBatch, eq(workBatch.id, payables.batch));
  const payable: Rows["payable"] = (id) => {
    const found = joined().where(eq(payables.id, id)).get();
    if (found === undefined) throw payableUnknown({ payable: id });
    return { ...found.row, period: found.period };
  };
  return {
    payable,
    ...openRounds({ db, clock }),
    due(id) {
      const row = payable(id);
      if (row.state === "ready" || row.state === "asked" || row.state === "rejected") return row;
      throw payableNotDue({ payable: id, state: row.state });
    },
    following: () =>
      joined()
        .where(and(eq(payables.state, "asked"), eq(payables.how, "opencollective")))
        .orderBy(payables.id)
        .all()
        .map(({ row, period }) => ({ ...row, period })),
    change: (id, to) =>
      void db.orm
        .update(payables)
        .set({ ...to, updatedAt: isoOf(clock.now()) })
        .where(eq(payables.id, id))
        .run(),
    turnsOf: (id) =>
      db.orm
        .select({ way: turns.way, atMs: turns.atMs })
        .from(turns)
        .where(eq(turns.payable, id))
        .orderBy(turns.id)
        .all(),
    lastDraftMs: () =>
      db.orm
        .select({ atMs: turns.atMs })
        .from(turns)
        .where(eq(turns.way, "draft"))
        .orderBy(desc(turns.atMs))
        .limit(1)
        .get()?.atMs,
    addTurn: (turn) => void db.orm.insert(turns).values(turn).run(),
  };
}

function openRounds({ db, clock }: { db: Db; clock: Clock }): Pick<Rows, "keyOf" | "refusedOf" | "addRound"> {
  const roundsOf = (id: string): string[] =>
    db.orm
      .select({ refused: rounds.refused })
      .from(rounds)
      .where(eq(rounds.payable, id))
      .orderBy(rounds.round)
      .all()
      .map(({ refused }) => refused);
  return {
    // One that was open again may have been refused again.
    refusedOf: (id) => [...new Set(roundsOf(id))],
    keyOf: (id) => keyIn(id, roundsOf(id).length + 1),
    addRound: (about) =>
      void db.orm
        .insert(rounds)
        .values({ ...about, round: roundsOf(about.payable).length + 2, at: isoOf(clock.now()) })
        .run(),
  };
}

/** The payables of members whose state a nudge may help. */
export function unsettledOf(db: Db, member: string): string[] {
  return db.orm
    .select({ id: payables.id })
    .from(payables)
    .where(and(eq(payables.member, member), inArray(payables.state, ["ready", "asked"])))
    .all()
    .map(({ id }) => id);
}

export function openPayees({ db, clock, audit }: { db: Db; clock: Clock; audit: Audit }): Payees {
  const payee = (member: string): PayeeView | undefined => {
    const row = db.orm.select().from(payees).where(eq(payees.member, member)).get();
    if (row === undefined) return undefined;
    const { how, slug, payoutMethod, email } = row;
    return { member, how, slug, payoutMethod, email };
  };
  return {
    payee,
    setPayee: (member, { slug, method, email, bank = false }) =>
      db.tx(() => {
        const names = [slug, method, email].filter((one) => one !== undefined);
        if (!bank && names.length === 0) throw payeeNothingSaid({});
        if (bank && names.length > 0) throw payeeTwoWays({});
        const how = bank ? ("bank" as const) : ("opencollective" as const);
        const set = {
          how,
          ...(slug !== undefined && { slug }),
          ...(method !== undefined && { payoutMethod: method }),
          ...(email !== undefined && { email }),
          updatedAt: isoOf(clock.now()),
        };
        db.orm
          .insert(payees)
          .values({ member, ...set })
          .onConflictDoUpdate({ target: payees.member, set })
          .run();
        // An address is nobody else's business: that it was set is enough.
        const details = { how, ...(slug && { slug }), ...(method && { method }), email: email !== undefined };
        audit.append({ who: member, what: "payee.set", subject: member, details });
        return payee(member) ?? { member, how, slug: null, payoutMethod: null, email: null };
      }),
  };
}
