import { durationMs } from "../core/clock.ts";
import { tooManyQuestions } from "../core/problems/approvals.ts";
import type { ApprovalAsk, Place } from "../workflow/define.ts";
import { questionKey, sceneOf, type Desk } from "./parts.ts";
import { questionMessage } from "./question.ts";
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
 * the run about the same subject with another plan is withdrawn. The same id twice is asked once.
 */
export function openApproval(desk: Desk, asked: NewApproval): void {
  const { db, rows, clock, audit, isShared = () => true, defaultRoom } = desk;
  const { id, run, step, ask, askedBy, place } = asked;
  if (rows.get(id) !== undefined) return;
  for (const older of rows.ofRun(run))
    if (older.status === "open" && older.subject === ask.subject && older.binds !== ask.binds)
      finish(desk, older, "withdrawn", { by: null, why: "the plan changed, and it is asked anew" });

  const inPlace = place !== null && isShared(place.room);
  const room = inPlace ? place.room : defaultRoom;
  const open = rows.open().filter((row) => row.room === room).length;
  if (open >= mostOpenPerRoom) throw tooManyQuestions({ most: mostOpenPerRoom });

  const now = clock.now();
  const lasts = durationMs(ask.expires ?? defaultExpiry);
  rows.insert({
    id,
    run,
    step,
    question: JSON.stringify(withinLimits(ask.ask)),
    subject: ask.subject,
    fromRole: ask.from,
    needed: Math.max(1, ask.needed ?? 1),
    weight: ask.weight,
    binds: ask.binds,
    asker: askedBy,
    beneficiaries: JSON.stringify(ask.beneficiaries ?? []),
    room,
    threadRoot: (inPlace ? place.threadRoot : undefined) ?? null,
    status: "open",
    openedAt: now,
    expiresAt: now + lasts,
    remindAt: now + Math.floor(lasts / 2),
  });
  audit.append({
    who: askedBy ?? "schedule",
    what: "approval.opened",
    subject: id,
    details: {
      binds: ask.binds,
      subject: ask.subject,
      from: ask.from,
      needed: ask.needed ?? 1,
      weight: ask.weight,
    },
  });
  post(desk, id, room);
  db.afterCommit(desk.rearm);
}

function post(desk: Desk, id: string, room: string): void {
  const row = desk.rows.get(id);
  if (row === undefined) return;
  const { outbox } = desk;
  outbox.post({
    kind: "message",
    key: questionKey(id),
    room,
    message: questionMessage(sceneOf(desk, row)),
    ...(row.threadRoot !== null && { threadRoot: row.threadRoot }),
  });
  for (const symbol of seeds[row.weight])
    outbox.post({
      kind: "reaction",
      key: `${id}/seed/${symbol}`,
      room,
      target: `key:${questionKey(id)}`,
      symbol,
    });
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
