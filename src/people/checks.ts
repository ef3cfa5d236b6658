/** What must be true before people change; each throws the Problem that says why not. */
import { eq } from "drizzle-orm";
import { nearest } from "../core/nearest.ts";
import {
  accountTaken,
  lastWithRole,
  memberNameOfThePast,
  memberNameTaken,
  memberUnknown,
  seatUnknown,
} from "../core/problems/people.ts";
import type { MatrixId, MemberName, Role, SeatName } from "../core/terms.ts";
import { schema, type Db } from "../db/index.ts";
import { allMembers, allSeats, memberByMatrixId, memberByName } from "./rows.ts";
import type { Member } from "./types.ts";

const { account, member } = schema;

/** Roles without which the co-op could not act any more: their last holder keeps them. */
const neverEmpty: readonly Role[] = ["maintainer", "operator"];

/** The member by short name or Matrix id. */
export function find(db: Db, typed: string): Member {
  const found = typed.startsWith("@") ? memberByMatrixId(db, typed) : memberByName(db, typed);
  if (found !== undefined) return found;
  const names = allMembers(db).flatMap((one) => [one.name, ...one.matrixIds]);
  const near = nearest(typed, names);
  throw memberUnknown({ typed, ...(near !== undefined && { nearest: near }) });
}

/** That the name was never given and the account is nobody's. */
export function assertFree(db: Db, name: MemberName, matrixId: MatrixId): void {
  const taken = db.orm.select().from(member).where(eq(member.name, name)).get();
  if (taken !== undefined && taken.removedAt !== null)
    throw memberNameOfThePast({ name, removedOn: taken.removedAt.slice(0, 10) });
  if (taken !== undefined) throw memberNameTaken({ name, matrixId });
  assertUnlinked(db, matrixId);
}

/** That the account is nobody's. */
export function assertUnlinked(db: Db, matrixId: MatrixId): void {
  const holder = db.orm.select().from(account).where(eq(account.matrixId, matrixId)).get();
  if (holder !== undefined) throw accountTaken({ matrixId, name: holder.member });
}

/** That there is such a seat. */
export function assertSeat(db: Db, name: SeatName): void {
  const seats = allSeats(db).map((one) => one.name);
  if (seats.includes(name)) return;
  const near = nearest(name, seats);
  throw seatUnknown({ typed: name, ...(near !== undefined && { nearest: near }) });
}

/** That somebody else holds each of these roles that may never be empty. */
export function assertNotLast(db: Db, name: MemberName, roles: readonly Role[]): void {
  for (const role of neverEmpty.filter((one) => roles.includes(one))) {
    const others = allMembers(db).filter((one) => one.name !== name && one.roles.includes(role));
    if (others.length === 0) throw lastWithRole({ name, role });
  }
}
