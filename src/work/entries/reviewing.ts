import { eq } from "drizzle-orm";
import { hashOf } from "../../core/canonical.ts";
import { schema } from "../../db/index.ts";
import { findCircle } from "../ground/circles.ts";
import { mostReviewed } from "../limits.ts";
import type { WorkParts } from "../parts.ts";
import type { Review, WorkEntries } from "../types.ts";
import { agreersOf } from "./agreers.ts";
import { fitsInOrder } from "./room-in-budget.ts";
import { readEntries } from "./rows.ts";

const { workEntry } = schema;
const codeLength = 5;

/** The list that one person agrees to at once. */
export function openReviewing(parts: WorkParts): Pick<WorkEntries, "review" | "fits"> {
  return {
    review: (member, circle) => reviewOf(parts, member, circle),
    fits: (entries) => fitsInOrder(parts.db, entries),
  };
}

function reviewOf(parts: WorkParts, member: string, typed: string | undefined): Review {
  const circle = typed === undefined ? undefined : findCircle(parts.db, typed).name;
  const entries = readEntries(parts.db, eq(workEntry.state, "submitted"))
    .filter((entry) => circle === undefined || entry.circle === circle)
    .flatMap((entry) => {
      const question = entry.run === null ? undefined : parts.questionOf(entry.run);
      const waits = question?.binds === entry.hash && !question.voices.includes(member);
      const counts = (agreersOf(parts, entry).only as string[]).includes(member);
      return waits && counts ? [{ ...entry, approvalId: question.id }] : [];
    })
    .slice(0, mostReviewed);
  return { entries, code: codeOf(entries) };
}

/** Over what is shown, entry by entry: another list, another version, another order has another code. */
function codeOf(entries: Review["entries"]): string {
  const number = BigInt(`0x${hashOf(entries.map(({ id, hash }) => [id, hash])).slice(0, 16)}`);
  return number.toString(36).padStart(codeLength, "0").slice(-codeLength);
}
