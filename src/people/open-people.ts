import { and, eq } from "drizzle-orm";
import type { Audit } from "../audit/index.ts";
import { isoOf, type Clock } from "../core/clock.ts";
import { memberRoleStays, seatTaken } from "../core/problems/people.ts";
import type { MatrixId, MemberName, SeatName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { assertFree, assertNotLast, assertSeat, assertUnlinked, find } from "./checks.ts";
import { allMembers, allSeats, memberByMatrixId, memberByName } from "./rows.ts";
import type { Member, People } from "./types.ts";

const { account, member, roleHeld, seat } = schema;

interface House {
  db: Db;
  clock: Clock;
  audit: Audit;
}

/** Writes the audit row of a change and tells the listeners. */
type Record = (who: string, what: string, name: MemberName, details: object) => void;

/** The people of the co-op, kept in the database. Every change is one transaction with its audit row. */
export function openPeople(house: House): People {
  const { db, audit } = house;
  const listeners: ((name: MemberName) => void)[] = [];
  const record: Record = (who, what, name, details) => {
    audit.append({ who, what, subject: name, details });
    for (const then of listeners) then(name);
  };
  return {
    byMatrixId: (id) => memberByMatrixId(db, id),
    byName: (name) => memberByName(db, name),
    get: (typed) => find(db, typed),
    list: () => allMembers(db),
    withRole: (role) => allMembers(db).filter((one) => one.roles.includes(role)),
    seats: () => allSeats(db),
    onChange: (then) => void listeners.push(then),
    ...membership(house, record),
    ...roles(house, record),
    addSeat: (who, name, title) =>
      db.tx(() => {
        const there = db.orm.select().from(seat).where(eq(seat.name, name)).get();
        if (there !== undefined) throw seatTaken({ name, title: there.title });
        db.orm
          .insert(seat)
          .values({ name, title, addedAt: isoOf(house.clock.now()) })
          .run();
        audit.append({ who, what: "seat.added", subject: name, details: { title } });
      }),
  };
}

function membership({ db, clock }: House, record: Record): Pick<People, "add" | "link" | "remove"> {
  const now = (): string => isoOf(clock.now());
  return {
    add: (who, { name, displayName = name, matrixId, seat: sits }) =>
      db.tx(() => {
        assertFree(db, name, matrixId);
        if (sits !== undefined) assertSeat(db, sits);
        insertMember(db, { name, displayName, matrixId, seat: sits ?? null }, now());
        record(who, "member.added", name, { displayName, matrixId, seat: sits });
        return find(db, name);
      }),
    link: (who, name, matrixId) =>
      db.tx(() => {
        const known = find(db, name);
        if (known.matrixIds.includes(matrixId)) return known;
        assertUnlinked(db, matrixId);
        db.orm.insert(account).values({ matrixId, member: name, linkedAt: now() }).run();
        record(who, "member.linked", name, { matrixId });
        return find(db, name);
      }),
    remove: (who, name) =>
      db.tx(() => {
        const { roles: held, matrixIds } = find(db, name);
        assertNotLast(db, name, held);
        db.orm.delete(roleHeld).where(eq(roleHeld.member, name)).run();
        db.orm.delete(account).where(eq(account.member, name)).run();
        db.orm.update(member).set({ removedAt: now() }).where(eq(member.name, name)).run();
        record(who, "member.removed", name, { roles: held, matrixIds });
      }),
  };
}

function roles({ db, clock }: House, record: Record): Pick<People, "grant" | "revoke"> {
  return {
    grant: (who, name, role) =>
      db.tx(() => {
        const known = find(db, name);
        if (known.roles.includes(role)) return known;
        db.orm
          .insert(roleHeld)
          .values({ member: name, role, grantedAt: isoOf(clock.now()) })
          .run();
        record(who, "role.given", name, { role });
        return find(db, name);
      }),
    revoke: (who, name, role) =>
      db.tx((): Member => {
        const known = find(db, name);
        if (role === "member") throw memberRoleStays({ name });
        if (!known.roles.includes(role)) return known;
        assertNotLast(db, name, [role]);
        db.orm
          .delete(roleHeld)
          .where(and(eq(roleHeld.member, name), eq(roleHeld.role, role)))
          .run();
        record(who, "role.taken", name, { role });
        return find(db, name);
      }),
  };
}

function insertMember(
  db: Db,
  row: { name: MemberName; displayName: string; matrixId: MatrixId; seat: SeatName | null },
  at: string,
): void {
  const { name, displayName, matrixId, seat: sits } = row;
  db.orm.insert(member).values({ name, displayName, seat: sits, addedAt: at }).run();
  db.orm.insert(account).values({ matrixId, member: name, linkedAt: at }).run();
  db.orm.insert(roleHeld).values({ member: name, role: "member", grantedAt: at }).run();
}
