import type { Message } from "../chat/message.ts";
import { counting, questionKey, sceneOf, type Desk } from "./parts.ts";
import { questionMessage, settledMessage } from "./question.ts";
import type { ApprovalRow, StoredVoice } from "./rows.ts";
import type { ApprovalView } from "./types.ts";

/** What the bot puts under a question: nothing under grave ones; under ordinary ones people pick the yes. */
export const seeds = { light: ["✅", "❌"], ordinary: ["❌"], grave: [] } as const;

/**
 * Counts the voices of an open question as roles are now, in the transaction that is open: settles it when there
 * are enough or when somebody entitled declined, else shows where it stands.
 */
export function recount(desk: Desk, row: ApprovalRow): void {
  if (row.status !== "open") return;
  const voices = counting(desk, row, desk.rows.voices(row.id));
  const no = voices.find((voice) => voice.says === "no");
  const yes = voices.filter((voice) => voice.says === "yes");
  if (no !== undefined) finish(desk, row, "declined", { by: no.member, why: no.why });
  else if (yes.length >= row.needed)
    finish(desk, row, "approved", { by: yes.at(-1)?.member ?? null, why: null });
  // Transports ring only those whom the question has not rung yet, such as somebody who just got the role.
  else edit(desk, row, questionMessage(sceneOf(desk, row)));
}

/**
 * Ends a question in the transaction that is open: row, audit, the run's signal, the seeds taken away, the question
 * edited to how it ended. A withdrawal tells the run only when `tellRun` says so.
 */
export function finish(
  desk: Desk,
  row: ApprovalRow,
  status: Exclude<ApprovalView["status"], "open">,
  { by, why, tellRun = true }: { by: string | null; why: string | null; tellRun?: boolean },
): void {
  const { db, rows, audit, clock, outbox } = desk;
  const voices = counting(desk, row, rows.voices(row.id));
  const counted = voices.map(({ member, says, via, at }) => ({ member, says, via, at }));
  rows.settle(row.id, status, why, clock.now());
  audit.append({
    who: by ?? "tandem",
    what: `approval.${status}`,
    subject: row.id,
    details: { binds: row.binds, role: row.from, needed: row.needed, voices: counted, why },
  });
  if (tellRun) tell(desk, row, status, { by, why, counted });
  const ended = { ...row, status, why };
  edit(desk, row, settledMessage(sceneOf(desk, ended), voices));
  if (row.room !== null)
    for (const symbol of seeds[row.weight])
      outbox.post({
        kind: "redaction",
        key: `${row.id}/unseed/${symbol}`,
        room: row.room,
        target: `key:${row.id}/seed/${symbol}`,
        why: status,
      });
  db.afterCommit(desk.rearm);
}

/** The run waits for this. A question that was overtaken by a newer one ends for its run as declined. */
function tell(
  desk: Desk,
  row: ApprovalRow,
  status: Exclude<ApprovalView["status"], "open">,
  { by, why, counted }: { by: string | null; why: string | null; counted: Said[] },
): void {
  const voices = counted
    .filter(({ says }) => says === "yes")
    .map(({ member, via, at }) => ({ member, via, at }));
  const settlement = {
    status: status === "withdrawn" ? "declined" : status,
    voices,
    by: status === "declined" ? by : null,
    why,
  } as const;
  desk.settle(row.run, `approval:${row.step}`, settlement, "settled");
}

type Said = Pick<StoredVoice, "member" | "says" | "via" | "at">;

function edit({ outbox, rows }: Desk, row: ApprovalRow, message: Message): void {
  if (row.room === null) return;
  const key = `${row.id}/edit/${rows.nextEdit(row.id)}`;
  outbox.post({ kind: "edit", key, room: row.room, target: `key:${questionKey(row.id)}`, message });
}
