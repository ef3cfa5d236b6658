import type { Member } from "../people/index.ts";
import type { ApprovalRow, StoredVoice } from "./rows.ts";

const days = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const months = "January February March April May June July August September October November December".split(
  " ",
);

/** A moment as people say it, in UTC: `Friday 2 October, 08:00 UTC`. */
export function moment(ms: number): string {
  const at = new Date(ms);
  const two = (n: number): string => String(n).padStart(2, "0");
  const day = `${days[at.getUTCDay()] ?? ""} ${at.getUTCDate()} ${months[at.getUTCMonth()] ?? ""}`;
  return `${day}, ${two(at.getUTCHours())}:${two(at.getUTCMinutes())} UTC`;
}

/** `bo`, `bo and cy`, `bo, cy and di`. */
export function listed(names: readonly string[]): string {
  const last = names.at(-1) ?? "nobody";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** Who may answer, by full Matrix id; display names can be copied. */
export function idsOf(members: readonly Member[]): string {
  return members.length === 0 ? "nobody" : members.flatMap((member) => member.matrixIds).join(", ");
}

/** `1 of 2: bo agreed`, or `nobody yet`. */
export function soFar(row: ApprovalRow, agreed: readonly StoredVoice[]): string {
  if (agreed.length === 0) return row.needed === 1 ? "nobody yet" : `0 of ${row.needed}`;
  return `${agreed.length} of ${row.needed}: ${listed(agreed.map((voice) => voice.member))} agreed`;
}

/** `the voice of a maintainer`, `the voices of 2 maintainers`; where some are named, `1 voice`. */
export function voicesNeeded(row: ApprovalRow): string {
  if (row.only !== null) return row.needed === 1 ? "1 voice" : `${row.needed} voices`;
  return row.needed === 1 ? `the voice of a ${row.from}` : `the voices of ${row.needed} ${row.from}s`;
}

/** The first sentence of a question, for lists and reminders. */
export function headline(row: ApprovalRow): string {
  const first = row.question.blocks.find((block) => block.kind === "text");
  return (first?.text ?? row.subject).split("\n", 1)[0] ?? row.subject;
}
