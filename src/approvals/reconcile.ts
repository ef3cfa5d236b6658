import { hearReaction, takeBack } from "./hear.ts";
import { questionKey, type Desk } from "./parts.ts";
import type { ApprovalRow } from "./rows.ts";
import type { Approvals } from "./types.ts";

type ReactionsOn = Parameters<Approvals["reconcile"]>[0];

/**
 * Makes the voices given by reaction equal to what the server holds, question by question. What could not be asked
 * stays as it is; the others are done first, then the failures are thrown together.
 */
export async function reconcileAll(desk: Desk, reactionsOn: ReactionsOn): Promise<void> {
  const failures: unknown[] = [];
  for (const row of desk.rows.open()) {
    try {
      await reconcileOne(desk, row, reactionsOn);
    } catch (thrown) {
      failures.push(thrown);
    }
  }
  if (failures.length > 0)
    throw new AggregateError(failures, "the reactions of some questions could not be read");
}

async function reconcileOne(desk: Desk, row: ApprovalRow, reactionsOn: ReactionsOn): Promise<void> {
  const target = desk.outbox.eventIdOf(questionKey(row.id));
  const { room } = row;
  if (target === undefined || room === null) return;
  // Only what stood before the question to the server can be missing from its answer.
  const before = new Set(standingReactions(desk, row).map((voice) => voice.eventId));
  const held = await reactionsOn(room, target);
  if (held === undefined) return;
  desk.db.tx(() => {
    // While the server was asked, it may have been settled: then nothing counts any more.
    const now = desk.rows.get(row.id);
    if (now?.status !== "open") return;
    const ids = new Set(held.map((reaction) => reaction.eventId));
    for (const { member, eventId } of standingReactions(desk, row))
      if (eventId !== null && before.has(eventId) && !ids.has(eventId))
        takeBack(desk, now, member, { by: "tandem", eventId: null, redacts: eventId });
    for (const reaction of held.toSorted((a, b) => a.at - b.at))
      hearReaction(desk, { ...reaction, room, target });
  });
}

function standingReactions({ rows }: Desk, row: ApprovalRow) {
  return rows.voices(row.id).filter((voice) => voice.via === "reaction" && !voice.withdrawn);
}
