/** A co-op with work that is agreed to, on a real database: people, circles, budgets, and entries as their own trade leaves them. */
import { openAudit } from "../../src/audit/index.ts";
import type { Message } from "../../src/chat/message.ts";
import { isoOf, type Clock } from "../../src/core/clock.ts";
import { hashOf } from "../../src/core/canonical.ts";
import { MatrixId, MemberName, SeatName, type Role } from "../../src/core/terms.ts";
import { openDb, schema, type Db } from "../../src/db/index.ts";
import { openPeople } from "../../src/people/index.ts";
import { openPayouts, type PayoutsOptions } from "../../src/work/index.ts";

/** One piece of work, as it was agreed to. */
export interface Told {
  person: string;
  day: string;
  /** Null: a lump sum. */
  minutes: number | null;
  circle?: string;
  budget?: string | null;
  /** Minor units; null: it is not paid. */
  amount: number | null;
  currency?: string | null;
  perHour?: number | null;
  kind?: "paid" | "volunteer" | "in-kind" | "stipend" | "lump-sum";
  state?: "submitted" | "approved" | "recorded";
  shares?: { member: string; basisPoints: number }[];
  description?: string;
  evidence?: string;
  corrects?: number;
}

const roles: Record<string, readonly Role[]> = {
  tess: ["treasurer"],
  tom: ["treasurer"],
  mia: ["maintainer"],
};

/** ana and bo sit for autonomic, cleo for nobody; tess and tom are treasurers, mia maintains. Clock: 10 November 2026. */
export function openWorkHouse({ db = openDb(":memory:"), ...more }: Partial<PayoutsOptions> = {}) {
  const clock = standingClock("2026-11-10T09:00:00Z");
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  people.addSeat("config", SeatName.parse("autonomic"), "Autonomic");
  for (const name of ["ana", "bo", "cleo", "tess", "tom", "mia"]) {
    const seat = name === "ana" || name === "bo" ? { seat: SeatName.parse("autonomic") } : {};
    const matrixId = MatrixId.parse(`@${name}:example.coop`);
    people.add("config", { name: MemberName.parse(name), matrixId, ...seat });
    for (const role of roles[name] ?? []) people.grant("config", MemberName.parse(name), role);
  }
  const said: { room: string; key: string; message: Message }[] = [];
  const payouts = openPayouts({
    ...{ db, clock, audit, people },
    settings: { disputeDays: 7, treasurers: 1 },
    publicUrl: "https://tandem.example.coop",
    defaultRoom: "!co-op:example.coop",
    post: (room, key, message) => said.push({ room, key, message }),
    ...more,
  });
  return { db, clock, audit, people, payouts, said, ...writers(db, () => isoOf(clock.now())) };
}

/** A clock that stands still until it is moved. */
export function standingClock(iso: string): Clock & { pass(ms: number): void } {
  let now = Date.parse(iso);
  const never = () => () => undefined;
  return { now: () => now, at: never, after: never, pass: (ms) => void (now += ms) };
}

export type WorkHouse = ReturnType<typeof openWorkHouse>;

/** What the trade of entries would leave in the tables. */
export function writers(db: Db, now: () => string) {
  const stateOf = (entry: number) =>
    db.sqlite.prepare<[number], string>("select state from work_entry where id = ?").pluck().get(entry);
  return {
    stateOf,
    log: (told: Told): number => {
      const state = told.state ?? "approved";
      const version = versionOf(told, now());
      const { lastInsertRowid } = db.orm
        .insert(schema.workEntry)
        .values({
          ...{ person: told.person, version: 1, state, corrects: told.corrects ?? null, run: "gomip" },
          ...(state === "submitted"
            ? { approvedHash: null, approvedAt: null, approvedBy: null, approval: null }
            : {
                approvedHash: version.hash,
                approvedAt: now(),
                approvedBy: '["mia"]',
                approval: "gomip/approval",
              }),
          addedAt: now(),
        })
        .run();
      const entry = Number(lastInsertRowid);
      db.orm
        .insert(schema.workEntryVersion)
        .values({ ...version, entry })
        .run();
      return entry;
    },
    hold: (entry: number, by: string, why: string): number => {
      const { lastInsertRowid } = db.orm.insert(schema.workHold).values({ entry, by, why, at: now() }).run();
      return Number(lastInsertRowid);
    },
    release: (hold: number, by: string, why: string): void => {
      db.sqlite
        .prepare("update work_hold set released_by = ?, released_why = ?, released_at = ? where id = ?")
        .run(by, why, now(), hold);
    },
    withdraw: (entry: number) =>
      void db.sqlite.prepare("update work_entry set state = 'withdrawn' where id = ?").run(entry),
    paidThrough: (member: string, how: "opencollective" | "bank"): void => {
      db.orm.insert(schema.payee).values({ member, how, slug: member, updatedAt: now() }).run();
    },
    /** The bank or the fiscal host says that it was paid. */
    markPaid: (payable: string, reference: string) =>
      void db.sqlite
        .prepare("update payable set state = 'paid', reference = ? where id = ?")
        .run(reference, payable),
    statesOf: (): Record<number, string> =>
      Object.fromEntries(
        db.sqlite
          .prepare<[], { id: number; state: string }>("select id, state from work_entry order by id")
          .all()
          .map(({ id, state }) => [id, state]),
      ),
  };
}

function versionOf(told: Told, at: string) {
  const { person, day, minutes, amount, kind = "paid", shares = [] } = told;
  const isPaid = kind !== "volunteer" && kind !== "in-kind";
  const content = {
    ...{ version: 1, kind, day, minutes, amountMinor: amount },
    seat: person === "ana" || person === "bo" ? "autonomic" : null,
    circle: told.circle ?? "recipes",
    budget: told.budget === undefined ? (isPaid ? "010" : null) : told.budget,
    description: told.description ?? "work",
    evidence: told.evidence ?? null,
    rate: null,
    perHourMinor: told.perHour ?? null,
    currency: told.currency === undefined ? (isPaid ? "EUR" : null) : told.currency,
    shares: JSON.stringify(shares),
  };
  return {
    ...content,
    hash: hashOf({ person, ...content }),
    by: person,
    at,
    room: "!work:example.coop",
    event: "$said",
  };
}
