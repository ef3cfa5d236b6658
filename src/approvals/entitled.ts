import type { Member, People } from "../people/index.ts";
import type { ApprovalRow } from "./rows.ts";

/** Why a person has no voice in a question. */
export type NoVoice = "unknown" | "asker" | "beneficiary" | "role" | "not named";

/**
 * Whether this person may answer now: known, not the asker, not a beneficiary, holder of the role, and among those who
 * are named, if some are. Null: may.
 */
export function noVoice(row: ApprovalRow, member: Member | undefined): NoVoice | null {
  if (member === undefined) return "unknown";
  if (member.name === row.asker) return "asker";
  if (row.beneficiaries.includes(member.name)) return "beneficiary";
  if (!member.roles.includes(row.from)) return "role";
  return row.only === null || row.only.includes(member.name) ? null : "not named";
}

/** Everybody who may answer now, by name. */
export function entitled(people: People, row: ApprovalRow): Member[] {
  return people.withRole(row.from).filter((member) => noVoice(row, member) === null);
}
