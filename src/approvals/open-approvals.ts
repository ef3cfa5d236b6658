import { dueAlarm } from "./due.ts";
import { openElsewhere } from "./elsewhere.ts";
import { noVoice } from "./entitled.ts";
import { hearReaction, hearRedaction } from "./hear.ts";
import { maySeeApproval, maySeeRun } from "./may-see.ts";
import { openApproval } from "./open.ts";
import type { ApprovalsParts, Desk } from "./parts.ts";
import { reconcileAll } from "./reconcile.ts";
import { approvalRows, type ApprovalRow } from "./rows.ts";
import { finish, recount } from "./settle.ts";
import { speakOn } from "./speak.ts";
import type { Approvals, ApprovalView } from "./types.ts";

const listLimit = 50;

/**
 * The approvals of the house: every question is a row, every voice a row, and whether a voice counts is decided
 * here and nowhere else. Roles are looked up when a voice is heard and again in the transaction that settles.
 */
export function openApprovals(parts: ApprovalsParts): Approvals {
  const { db, people } = parts;
  const rows = approvalRows(db);
  const alarm = dueAlarm(() => desk);
  const elsewhere = openElsewhere(() => desk);
  const desk: Desk = { ...parts, rows, rearm: () => alarm.rearm(), heardOf: (id) => elsewhere.look(id) };
  const view = (row: ApprovalRow): ApprovalView => viewOf(desk, row);

  people.onChange((name) => recountFor(desk, name));

  const ofRun = (run: string): ApprovalView[] => rows.ofRun(run).map(view);
  return {
    open: (row) => db.tx(() => openApproval(desk, row)),
    withdraw: (id, why) =>
      db.tx(() => {
        const row = rows.get(id);
        if (row?.status === "open") finish(desk, row, "withdrawn", { by: null, why, tellRun: false });
      }),
    heard: (event) =>
      db.tx(() => (event.kind === "reaction" ? hearReaction(desk, event) : hearRedaction(desk, event))),
    speak: (voice) =>
      db.tx(() => {
        const row = speakOn(desk, voice);
        return view(rows.get(row.id) ?? row);
      }),
    waitingFor: (name) => {
      const member = people.byName(name);
      const spoke = (row: ApprovalRow): boolean =>
        rows.voices(row.id).some((voice) => voice.member === name && !voice.withdrawn);
      return rows
        .open()
        .filter((row) => desk.clock.now() < row.expiresAt && noVoice(row, member) === null && !spoke(row))
        .map(view);
    },
    get: (id) => {
      const row = rows.get(id);
      return row && view(row);
    },
    ofRun,
    maySee: maySeeApproval,
    maySeeRun: (member, run) => maySeeRun(member, run, { approvals: { ofRun } }),
    list: ({ status, limit = listLimit } = {}) => rows.list(status, limit).map(view),
    start: () => alarm.start(),
    reconcile: async (reactionsOn) => {
      await reconcileAll(desk, reactionsOn);
      alarm.reconciled();
      for (const { id } of rows.open()) elsewhere.look(id);
    },
    stop() {
      alarm.stop();
      elsewhere.stop();
    },
  };
}

/** Whoever spoke may count no longer, or again; whoever may answer from now on is to be named. */
function recountFor(desk: Desk, name: string): void {
  const { rows, people } = desk;
  for (const row of rows.open())
    if (
      noVoice(row, people.byName(name)) === null ||
      rows.voices(row.id).some((voice) => voice.member === name && !voice.withdrawn)
    )
      recount(desk, row);
}

function viewOf({ rows }: Desk, row: ApprovalRow): ApprovalView {
  const { id, run, question, subject, from, only, quiet, needed, weight, binds, asker, room } = row;
  const { status, why, openedAt, expiresAt, settledAt } = row;
  const voices = rows
    .voices(id)
    .map(({ member, says, why, via, at, withdrawn }) => ({ member, says, why, via, at, withdrawn }));
  return {
    ...{ id, run, question, subject, from, only, quiet, needed, weight, binds, asker, room },
    ...{ status, why, openedAt, expiresAt, settledAt, voices },
  };
}
