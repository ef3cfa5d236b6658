import { sceneOf, questionKey, type Desk } from "./parts.ts";
import { reminderMessage } from "./question.ts";
import type { ApprovalRow } from "./rows.ts";
import { finish } from "./settle.ts";

/** How long after the end a reaction may still arrive that was given before it: the way through sync and inbox. */
export const lateArrivalMs = 5000;
/**
 * What ended while we were away may have been answered in time: it stays open until the server has been asked
 * (`reconcile`), at most this long after the start.
 */
export const graceAfterStartMs = 10 * 60_000;
const retryMs = 30_000;
/** What was said in time may wait behind something slow; a question is kept open for it, but no longer than this. */
const mostUnheardMs = 120_000;
const lookAgainMs = 1000;

export interface Alarm {
  start(): void;
  /** The server has been asked: what ended while we were away may expire. */
  reconciled(): void;
  rearm(): void;
  stop(): void;
}

/** One alarm for all open questions: reminders at half time, expiry at the end. Reads the rows, keeps nothing. */
export function dueAlarm(desk: () => Desk): Alarm {
  let startedAt: number | null = null;
  let asked = false;
  let disarm = (): void => undefined;

  const expiresAt = (row: Pick<ApprovalRow, "expiresAt">): number =>
    Math.max(row.expiresAt + lateArrivalMs, asked ? 0 : (startedAt ?? 0) + graceAfterStartMs);
  /** Whether something waits to be heard that may be a voice in time. */
  const mayStillCount = (row: Pick<ApprovalRow, "expiresAt">): boolean => {
    const { clock, unheardSince } = desk();
    const since = unheardSince?.();
    const end = expiresAt(row);
    return since !== undefined && since <= end && clock.now() < end + mostUnheardMs;
  };
  /** `notBefore`: something is due, and is waited for a moment longer. */
  const rearm = (notBefore = 0): void => {
    disarm();
    if (startedAt === null) return;
    const due = desk()
      .rows.dues()
      .flatMap((row) => [expiresAt(row), ...(row.remindAt === null ? [] : [row.remindAt])]);
    if (due.length > 0) disarm = desk().clock.at(Math.max(Math.min(...due), notBefore), ring);
  };
  /** "held": its end has come, and it is not closed yet. */
  const comeDue = (row: ApprovalRow): "held" | undefined => {
    const now = desk().clock.now();
    if (now >= expiresAt(row)) {
      if (mayStillCount(row)) return "held";
      finish(desk(), row, "expired", { by: null, why: null });
    } else if (row.remindAt !== null && now >= row.remindAt) remind(desk(), row);
    return undefined;
  };
  const ring = (): void => {
    const { db, clock, rows, report } = desk();
    try {
      const isHeld = db.tx(() => rows.open().map(comeDue).includes("held"));
      rearm(isHeld ? clock.now() + lookAgainMs : 0);
    } catch (thrown) {
      if (report === undefined) throw thrown;
      report(thrown);
      disarm = clock.after(retryMs, ring);
    }
  };
  return {
    start() {
      startedAt = desk().clock.now();
      rearm();
    },
    reconciled() {
      asked = true;
      rearm();
    },
    rearm: () => rearm(),
    stop() {
      startedAt = null;
      disarm();
    },
  };
}

function remind(desk: Desk, row: ApprovalRow): void {
  const { rows, outbox, clock } = desk;
  rows.reminded(row.id);
  const scene = sceneOf(desk, row);
  const still = scene.mayAnswer.filter(
    (member) => !scene.agreed.some((voice) => voice.member === member.name),
  );
  if (still.length === 0 || row.room === null || clock.now() >= row.expiresAt) return;
  const replyTo = outbox.eventIdOf(questionKey(row.id));
  outbox.post({
    kind: "message",
    key: `${row.id}/reminder`,
    room: row.room,
    message: reminderMessage(scene, still),
    ...(replyTo !== undefined && { replyTo }),
    ...(row.threadRoot !== null && { threadRoot: row.threadRoot }),
  });
}
