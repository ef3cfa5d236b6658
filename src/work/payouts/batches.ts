/** The life of a batch: published, asked about, agreed to or dropped. Each change has its audit row. */
import { eq } from "drizzle-orm";
import type { Audit } from "../../audit/index.ts";
import { durationMs, isoOf, type Clock } from "../../core/clock.ts";
import {
  payoutAhead,
  payoutNothing,
  payoutOpen,
  payoutTooFewTreasurers,
  payoutUnknown,
} from "../../core/problems/payouts.ts";
import { schema, type Db } from "../../db/index.ts";
import type { People } from "../../people/index.ts";
import { computeBatch, type ComputedBatch } from "./computing.ts";
import { factsOf, leftOutWords } from "./facts.ts";
import { eraseBatch, inputFor, inputOf, openBatch, writeBatch } from "./rows.ts";
import { settleBatch, settlePayable } from "./settling.ts";
import type { BatchFacts, Payouts } from "./types.ts";

const { workBatch, payable, payee } = schema;

export interface BatchesParts {
  db: Db;
  clock: Clock;
  audit: Audit;
  people: Pick<People, "withRole">;
  settings: {
    /** How many days any member may dispute an entry of a batch; 0: none. */
    disputeDays: number;
    /** How many treasurers must agree to a batch. */
    treasurers: number;
  };
}

type Batches = Pick<Payouts, "beforeProposing" | "publish" | "lookAgain" | "agree" | "drop" | "settle">;
type BatchRow = typeof workBatch.$inferSelect;

export function openBatches(parts: BatchesParts): Batches {
  const { db, clock, audit } = parts;
  const now = (): string => isoOf(clock.now());
  const facts = (row: BatchRow, computed: ComputedBatch): BatchFacts =>
    factsOf(db, row, computed, parts.settings);

  return {
    beforeProposing: (period) => assertProposable(parts, period),

    publish: (batch, period, by) =>
      db.tx(() => {
        assertProposable(parts, period);
        const computed = computeBatch(inputFor(db, batch, period));
        if (computed.lines.length === 0)
          throw payoutNothing({ period, leftOut: computed.leftOut.map(leftOutWords) });
        assertTreasurers(parts, period, by, computed);
        const row = newRow(parts, { batch, period, by, hash: computed.hash });
        db.orm.insert(workBatch).values(row).run();
        writeBatch(db, batch, computed, row.publishedAt);
        const told = facts(row, computed);
        const details = { period, hash: row.hash, totals: told.totals, entries: told.entries };
        audit.append({ who: by, what: "payout.published", subject: batch, details });
        return told;
      }),

    lookAgain: (batch) =>
      db.tx(() => {
        const { period } = rowOf(db, batch);
        const computed = computeBatch(inputOf(db, batch, period));
        eraseBatch(db, batch);
        writeBatch(db, batch, computed, now());
        const change = { hash: computed.hash, state: "asked" as const };
        db.orm.update(workBatch).set(change).where(eq(workBatch.id, batch)).run();
        return facts(rowOf(db, batch), computed);
      }),

    agree: (batch, hash, voices) => db.tx(() => agreeTo(parts, batch, hash, voices)),

    drop: (batch) =>
      db.tx(() => {
        const row = db.orm.select().from(workBatch).where(eq(workBatch.id, batch)).get();
        if (row === undefined || (row.state !== "published" && row.state !== "asked")) return;
        // Its lines stay as what was proposed; they are in no sum of what is owed.
        eraseBatch(db, batch, { keepLines: true });
        db.orm.update(workBatch).set({ state: "dropped" }).where(eq(workBatch.id, batch)).run();
        audit.append({ who: "tandem", what: "payout.dropped", subject: batch, details: { hash: row.hash } });
      }),

    settle: (id) => db.tx(() => settlePayable(db, id)),
  };
}

function agreeTo(parts: BatchesParts, batch: string, hash: string, voices: readonly string[]): boolean {
  const { db, clock, audit, settings } = parts;
  const { period, proposedBy, state } = rowOf(db, batch);
  const computed = computeBatch(inputOf(db, batch, period));
  // Each person once, however often they spoke.
  const counted = mayAgree(parts, proposedBy, computed).filter((name) => voices.includes(name));
  if (state !== "asked" || computed.hash !== hash || counted.length < settings.treasurers) return false;
  const at = isoOf(clock.now());
  const agreed = { state: "approved" as const, approvedBy: JSON.stringify(counted), approvedAt: at };
  db.orm.update(workBatch).set(agreed).where(eq(workBatch.id, batch)).run();
  agreePayables(db, batch, at);
  const details = { hash, by: counted };
  audit.append({ who: counted[0] ?? "tandem", what: "payout.agreed", subject: batch, details });
  settleBatch(db, batch);
  return true;
}

function assertProposable({ db, clock }: BatchesParts, period: string): void {
  const now = isoOf(clock.now()).slice(0, 7);
  if (period > now) throw payoutAhead({ period, now });
  const open = openBatch(db);
  if (open !== undefined) throw payoutOpen({ batch: open.id, period: open.period });
}

/** Whoever proposed it or is in it has no voice; better said now than after a week of waiting for disputes. */
function assertTreasurers(parts: BatchesParts, period: string, by: string, computed: ComputedBatch): void {
  const may = mayAgree(parts, by, computed);
  const needed = parts.settings.treasurers;
  if (may.length < needed) throw payoutTooFewTreasurers({ period, needed, may });
}

function mayAgree({ people }: BatchesParts, proposedBy: string, { payables }: ComputedBatch): string[] {
  const gains = new Set(payables.map(({ member }) => member));
  return people
    .withRole("treasurer")
    .map(({ name }): string => name)
    .filter((name) => name !== proposedBy && !gains.has(name));
}

function newRow(
  { clock, settings }: BatchesParts,
  { batch, period, by, hash }: { batch: string; period: string; by: string; hash: string },
): BatchRow {
  const nowMs = clock.now();
  return {
    ...{ id: batch, period, hash, proposedBy: by, approvedBy: null, approvedAt: null },
    state: "published",
    publishedAt: isoOf(nowMs),
    disputesUntil: isoOf(nowMs + durationMs(`${settings.disputeDays}d`)),
  };
}

function rowOf(db: Db, batch: string): BatchRow {
  const row = db.orm.select().from(workBatch).where(eq(workBatch.id, batch)).get();
  if (row === undefined) throw payoutUnknown({ batch });
  return row;
}

/** Agreed to: what is above zero waits to be paid, the rest is carried into the next batch. */
function agreePayables(db: Db, batch: string, at: string): void {
  const ways = new Map(
    db.orm
      .select()
      .from(payee)
      .all()
      .map(({ member, how }) => [member, how]),
  );
  for (const { id, member, amountMinor } of db.orm
    .select()
    .from(payable)
    .where(eq(payable.batch, batch))
    .all()) {
    const state = amountMinor > 0 ? ("ready" as const) : ("carried" as const);
    const change = { state, how: ways.get(member) ?? null, updatedAt: at };
    db.orm.update(payable).set(change).where(eq(payable.id, id)).run();
  }
}
