/** What is billed, as the database has it. */
import { and, asc, desc, eq, isNull, or, sql } from "drizzle-orm";
import { isoOf, type Clock } from "../core/clock.ts";
import { payerUnknown } from "../core/problems/billing.ts";
import { schema, type Db, type Orm } from "../db/index.ts";

const { billingPayer, billingCall, billingEvent, billingPlan, billingInvoice, billingMark, billingTransfer } =
  schema;

export type Payer = typeof billingPayer.$inferSelect;
export type Call = typeof billingCall.$inferSelect;
export type Heard = typeof billingEvent.$inferSelect;
export type PlanRow = typeof billingPlan.$inferSelect;
export type InvoiceRow = typeof billingInvoice.$inferSelect;

export type Rows = ReturnType<typeof openRows>;

interface Ground {
  orm: Orm;
  /** ISO. */
  now: () => string;
}

export function openRows({ db: { orm }, clock }: { db: Pick<Db, "orm">; clock: Clock }) {
  const ground: Ground = { orm, now: () => isoOf(clock.now()) };
  return {
    ...payerRows(ground),
    ...callRows(ground),
    ...eventRows(ground),
    ...planRows(ground),
    ...transferRows(ground),
    ...markRows(ground),
  };
}

function payerRows({ orm, now }: Ground) {
  const findPayer = (id: string): Payer | undefined =>
    orm.select().from(billingPayer).where(eq(billingPayer.id, id)).get();
  return {
    findPayer,
    payer(id: string): Payer {
      const found = findPayer(id);
      if (found === undefined) throw payerUnknown({ payer: id });
      return found;
    },
    payers: (): Payer[] => orm.select().from(billingPayer).orderBy(asc(billingPayer.id)).all(),
    payerOf: (customer: string): Payer | undefined =>
      orm.select().from(billingPayer).where(eq(billingPayer.customer, customer)).get(),
    addPayer: (row: Pick<Payer, "id" | "title" | "addedBy"> & { email?: string | null }): void =>
      void orm
        .insert(billingPayer)
        .values({ ...row, addedAt: now() })
        .run(),
    changePayer: (id: string, to: Partial<Pick<Payer, "customer" | "email">>): void =>
      void orm.update(billingPayer).set(to).where(eq(billingPayer.id, id)).run(),
  };
}

function callRows({ orm, now }: Ground) {
  return {
    call: (key: string): Call | undefined =>
      orm.select().from(billingCall).where(eq(billingCall.key, key)).get(),
    addCall: (row: Pick<Call, "key" | "kind" | "asks">): void =>
      void orm
        .insert(billingCall)
        .values({ ...row, sentKey: row.key, state: "open", madeAt: now() })
        .onConflictDoNothing()
        .run(),
    changeCall: (key: string, to: Partial<Omit<Call, "key" | "kind">>): void =>
      void orm.update(billingCall).set(to).where(eq(billingCall.key, key)).run(),
  };
}

function eventRows({ orm, now }: Ground) {
  // Made once: webhooks come by the hundred, and making the statement takes longer than running it.
  const { placeholder } = sql;
  const insert = orm
    .insert(billingEvent)
    .values({
      ...{ id: placeholder("id"), type: placeholder("type"), createdS: placeholder("createdS") },
      ...{ objectKind: placeholder("objectKind"), object: placeholder("object") },
      ...{ via: placeholder("via"), heardAt: placeholder("heardAt") },
    })
    .onConflictDoNothing()
    .prepare();
  return {
    /** True when it was not known. */
    addEvent: (row: Omit<Heard, "heardAt" | "handledAt">): boolean =>
      insert.run({ ...row, heardAt: now() }).changes > 0,
    openEvents: (): Heard[] =>
      orm
        .select()
        .from(billingEvent)
        .where(isNull(billingEvent.handledAt))
        .orderBy(asc(billingEvent.createdS), asc(billingEvent.id))
        .limit(500)
        .all(),
    handled: (ids: readonly string[]): void => {
      for (const id of ids)
        orm.update(billingEvent).set({ handledAt: now() }).where(eq(billingEvent.id, id)).run();
    },
    lastHook: (): string | undefined =>
      orm
        .select({ at: billingEvent.heardAt })
        .from(billingEvent)
        .where(eq(billingEvent.via, "hook"))
        .orderBy(desc(billingEvent.heardAt))
        .limit(1)
        .get()?.at,
  };
}

function planRows({ orm, now }: Ground) {
  return {
    plan: (subject: string): PlanRow | undefined =>
      orm.select().from(billingPlan).where(eq(billingPlan.subject, subject)).get(),
    plans: (): PlanRow[] => orm.select().from(billingPlan).orderBy(asc(billingPlan.subject)).all(),
    putPlan: (row: Omit<PlanRow, "updatedAt">): void => {
      const set = { ...row, updatedAt: now() };
      orm.insert(billingPlan).values(set).onConflictDoUpdate({ target: billingPlan.subject, set }).run();
    },

    invoice: (idOrNumber: string): InvoiceRow | undefined =>
      orm
        .select()
        .from(billingInvoice)
        .where(or(eq(billingInvoice.id, idOrNumber), eq(billingInvoice.number, idOrNumber)))
        .get(),
    invoices: (): InvoiceRow[] =>
      orm.select().from(billingInvoice).orderBy(desc(billingInvoice.dueAt), desc(billingInvoice.id)).all(),
    lateInvoices: (): InvoiceRow[] =>
      orm
        .select()
        .from(billingInvoice)
        .where(and(eq(billingInvoice.state, "open")))
        .orderBy(asc(billingInvoice.id))
        .all()
        .filter(({ lateSince }) => lateSince !== null),
    putInvoice: (row: Omit<InvoiceRow, "updatedAt">): void => {
      const set = { ...row, updatedAt: now() };
      orm.insert(billingInvoice).values(set).onConflictDoUpdate({ target: billingInvoice.id, set }).run();
    },
  };
}

type TransferRow = typeof billingTransfer.$inferSelect;

function transferRows({ orm }: Pick<Ground, "orm">) {
  return {
    /** In the order in which they paid the invoice and took that back. */
    transfers: (invoice: string): TransferRow[] =>
      orm
        .select()
        .from(billingTransfer)
        .where(eq(billingTransfer.invoice, invoice))
        .orderBy(sql`rowid`)
        .all(),
    putTransfers: (invoice: string, lines: readonly Omit<TransferRow, "invoice">[]): void => {
      orm.delete(billingTransfer).where(eq(billingTransfer.invoice, invoice)).run();
      for (const line of lines)
        orm
          .insert(billingTransfer)
          .values({ invoice, ...line })
          .run();
    },
  };
}

function markRows({ orm }: Pick<Ground, "orm">) {
  return {
    mark: (name: string): number | undefined =>
      orm.select().from(billingMark).where(eq(billingMark.name, name)).get()?.value,
    setMark: (name: string, value: number): void =>
      void orm
        .insert(billingMark)
        .values({ name, value })
        .onConflictDoUpdate({ target: billingMark.name, set: { value } })
        .run(),
  };
}
