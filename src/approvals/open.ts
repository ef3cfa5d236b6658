import { durationMs } from "../core/clock.ts";
import type { ApprovalAsk, Place } from "../workflow/define.ts";
import { questionKey, sceneOf, type Desk } from "./parts.ts";
import { questionMessage } from "./question.ts";
import type { ApprovalRow } from "./rows.ts";
import { finish, seeds } from "./settle.ts";

/** Questions open in one room at a time: more would only be overlooked. */
export const mostOpenPerRoom = 20;
/** Lines of a diff that are kept with the question. */
export const mostDiffLinesKept = 200;
const defaultExpiry = "24h";

export interface NewApproval {
  id: string;
  run: string;
  step: string;
  ask: ApprovalAsk;
  askedBy: string | null;
  place: Place | null;
}

/**
 * Opens a question in the transaction that is open: its row, its message and its seeds. An older open question of
 * the run about the same subject with another plan is withdrawn. The same id twice is asked once. When the room is
 * full of questions it is not asked: the run is told at once that it was declined, and why.
 */
export function openApproval(desk: Desk, asked: NewApproval): void {
  const { db, rows, audit } = desk;
  const { id, run, ask, askedBy } = asked;
  if (rows.get(id) !== undefined) return;
  for (const older of rows.ofRun(run))
    if (older.status === "open" && older.subject === ask.subject && older.binds !== ask.binds)
      finish(desk, older, "withdrawn", { by: null, why: "the plan changed, and it is asked anew" });

  const room = roomFor(desk, asked.place);
  const full = room !== null && ask.quiet !== true && rows.openIn(room) >= mostOpenPerRoom;
  const row = insert(desk, asked, full ? null : room);
  const { binds, subject, from, only, needed = 1, weight } = ask;
  audit.append({
    who: askedBy ?? "schedule",
    what: "approval.opened",
    subject: id,
    details: { binds, subject, from, ...(only !== undefined && { only }), needed, weight },
  });
  if (full) {
    const why = `${mostOpenPerRoom} questions are open in the room already, and one more would be overlooked`;
    finish(desk, row, "declined", { by: "tandem", why });
    return;
  }
  // Without a room for it, it waits on the pages.
  if (room !== null) post(desk, row, room);
  db.afterCommit(() => desk.heardOf(id));
  db.afterCommit(desk.rearm);
}

/** Where it is asked: where it was said, unless nobody else reads there. Null: nowhere. */
function roomFor({ defaultRoom }: Desk, place: Place | null): string | null {
  return place !== null && place.direct !== true ? place.room : defaultRoom;
}

function insert({ rows, clock }: Desk, asked: NewApproval, room: string | null): ApprovalRow {
  const { id, run, step, ask, askedBy, place } = asked;
  const now = clock.now();
  const lasts = durationMs(ask.expires ?? defaultExpiry);
  return rows.insert({
    ...{ id, run, step, room, subject: ask.subject, weight: ask.weight, binds: ask.binds },
    question: JSON.stringify(withinLimits(ask.ask)),
    fromRole: ask.from,
    needed: Math.max(1, ask.needed ?? 1),
    asker: askedBy,
    beneficiaries: JSON.stringify(ask.beneficiaries ?? []),
    onlyMembers: ask.only === undefined ? null : JSON.stringify(ask.only),
    isQuiet: ask.quiet === true,
    threadRoot: (place?.room === room ? place.threadRoot : undefined) ?? null,
    status: "open",
    openedAt: now,
    expiresAt: now + lasts,
    remindAt: ask.quiet === true ? null : now + Math.floor(lasts / 2),
  });
}

function post(desk: Desk, row: ApprovalRow, room: string): void {
  const { outbox } = desk;
  const { id, threadRoot } = row;
  outbox.post({
    kind: "message",
    key: questionKey(id),
    room,
    message: questionMessage(sceneOf(desk, row)),
    ...(threadRoot !== null && { threadRoot }),
  });
  const target = `key:${questionKey(id)}`;
  for (const symbol of seeds[row.weight])
    outbox.post({ kind: "reaction", key: `${id}/seed/${symbol}`, room, target, symbol });
}

function withinLimits(ask: ApprovalAsk["ask"]): ApprovalAsk["ask"] {
  const blocks = ask.blocks.map((block) => {
    if (block.kind !== "diff") return block;
    const lines = block.text.split("\n");
    if (lines.length <= mostDiffLinesKept) return block;
    const gone = lines.length - mostDiffLinesKept;
    return { ...block, text: [...lines.slice(0, mostDiffLinesKept), `… ${gone} more lines`].join("\n") };
  });
  return { ...ask, blocks };
}
