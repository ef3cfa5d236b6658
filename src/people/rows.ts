import { asc, eq, isNull, sql } from "drizzle-orm";
import { schema, type Db } from "../db/index.ts";
import { Role, type MatrixId, type MemberName, type SeatName } from "../core/terms.ts";
import type { Member } from "./types.ts";

const { account, member, roleHeld, seat } = schema;
const present = isNull(member.removedAt);

/** The member with this name who has not been removed. */
export function memberByName(db: Db, name: string): Member | undefined {
  const row = db.orm.select().from(member).where(eq(member.name, name)).get();
  return row === undefined || row.removedAt !== null ? undefined : complete(db, row);
}

/** The member to whom this Matrix account is linked. */
export function memberByMatrixId(db: Db, id: string): Member | undefined {
  const row = db.orm.select().from(account).where(eq(account.matrixId, id)).get();
  return row === undefined ? undefined : memberByName(db, row.member);
}

/** Everybody who has not been removed, by name. */
export function allMembers(db: Db): Member[] {
  const rows = db.orm.select().from(member).where(present).orderBy(asc(member.name)).all();
  return rows.map((row) => complete(db, row));
}

/** The seats with the names of their members, by name. */
export function allSeats(db: Db): { name: SeatName; title: string; members: MemberName[] }[] {
  const members = db.orm.select().from(member).where(present).orderBy(asc(member.name)).all();
  return db.orm
    .select()
    .from(seat)
    .orderBy(asc(seat.name))
    .all()
    .map(({ name, title }) => ({
      name: name as SeatName,
      title,
      members: members.filter((row) => row.seat === name).map((row) => row.name as MemberName),
    }));
}

function complete(db: Db, row: typeof member.$inferSelect): Member {
  const accounts = db.orm
    .select()
    .from(account)
    .where(eq(account.member, row.name))
    // Linked in the same millisecond: in the order of their rows.
    .orderBy(asc(account.linkedAt), sql`rowid`)
    .all();
  const held = db.orm.select().from(roleHeld).where(eq(roleHeld.member, row.name)).all();
  const roles = new Set(held.map((one) => one.role));
  return {
    name: row.name as MemberName,
    displayName: row.displayName,
    seat: row.seat as SeatName | null,
    matrixIds: accounts.map((one) => one.matrixId as MatrixId),
    // In the order of the schema, so that lists and pages read alike.
    roles: Role.options.filter((role) => roles.has(role)),
  };
}

/** Whether the name is or was a member's. */
export function wasEverMember(db: Db, name: string): boolean {
  return db.orm.select().from(member).where(eq(member.name, name)).get() !== undefined;
}
