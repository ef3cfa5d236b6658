import type { MatrixId, MemberName, Role, SeatName } from "../core/terms.ts";

/** A person. Several Matrix accounts may be linked to one; they count as one voice. */
export interface Member {
  name: MemberName;
  displayName: string;
  seat: SeatName | null;
  matrixIds: MatrixId[];
  /** Always with `member`, in the order of the schema. */
  roles: Role[];
}

/** Who people are. All synchronous; writes join the open transaction and write their audit row in it. */
export interface People {
  byMatrixId(id: string): Member | undefined;
  byName(name: string): Member | undefined;
  /** By short name or Matrix id, as people type it. Throws `member-unknown` with the nearest name. */
  get(nameOrMatrixId: string): Member;
  list(): Member[];
  withRole(role: Role): Member[];
  /** `who` is the short name of the one who does it, or `config`. Each throws a Problem when it cannot be. */
  add(
    who: string,
    member: { name: MemberName; displayName?: string; matrixId: MatrixId; seat?: SeatName },
  ): Member;
  link(who: string, name: MemberName, matrixId: MatrixId): Member;
  /** A role that is held already is left alone, without an audit row; so is one that is not held by `revoke`. */
  grant(who: string, name: MemberName, role: Role): Member;
  /** Refuses to take the last maintainer's or the last operator's role. */
  revoke(who: string, name: MemberName, role: Role): Member;
  /** Takes every role and account; the name stays in the records and is not given again. */
  remove(who: string, name: MemberName): void;
  addSeat(who: string, name: SeatName, title: string): void;
  seats(): { name: SeatName; title: string; members: MemberName[] }[];
  /** Called after roles, accounts or membership changed, inside the transaction (sessions end, approvals recheck). */
  onChange(then: (name: MemberName) => void): void;
}
