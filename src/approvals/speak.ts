import {
  approvalAnother,
  approvalBeneficiary,
  approvalNotNamed,
  approvalOwn,
  approvalPast,
  approvalRole,
  approvalSettled,
  approvalSubject,
  approvalUnknown,
  approvalUnverified,
  declineWithoutWhy,
} from "../core/problems/approvals.ts";
import { entitled, noVoice } from "./entitled.ts";
import type { Desk } from "./parts.ts";
import type { ApprovalRow } from "./rows.ts";
import { recount } from "./settle.ts";
import type { SpokenVoice } from "./types.ts";
import { moment } from "./words.ts";

/** A voice in words, in the caller's transaction. Throws, before anything is written, why it does not count. */
export function speakOn(desk: Desk, voice: SpokenVoice): ApprovalRow {
  const row = meant(desk, voice);
  assertCounts(desk, row, voice);
  const { rows, audit, clock } = desk;
  const why = voice.why?.trim();
  rows.keepVoice({
    approval: row.id,
    member: voice.member,
    says: voice.says,
    why: why === undefined || why === "" ? null : why,
    matrixId: voice.matrixId,
    via: voice.via,
    eventId: voice.eventId ?? null,
    saidAt: clock.now(),
  });
  const { says, via, trust, matrixId, eventId = null } = voice;
  const { room, from: role, binds } = row;
  audit.append({
    who: voice.member,
    what: "approval.voice",
    subject: row.id,
    details: { says, why: why ?? null, via, trust, matrixId, eventId, room, role, binds },
  });
  recount(desk, row);
  return row;
}

/**
 * The question with this id, or the newest open one of the run. Letters name whatever is open when they are heard, so
 * a yes counts only if the same question was the newest when it was said: nobody agrees to a plan that was not there.
 */
function meant({ rows, clock }: Desk, voice: SpokenVoice): ApprovalRow {
  const { run: typed, says, saidAt = clock.now() } = voice;
  const byId = rows.get(typed);
  const asked = byId === undefined ? rows.ofRun(typed.toLowerCase()) : [byId];
  const open = asked.find((row) => row.status === "open");
  if (open !== undefined) {
    // A run's only question cannot have been another one, however late a homeserver's clock is.
    if (says === "no" || asked.length === 1 || newestAt(asked, saidAt) === open) return open;
    throw approvalAnother({ run: open.run, subject: open.subject });
  }
  const newest = asked[0];
  if (newest === undefined) throw approvalUnknown({ typed });
  throw approvalSettled({ run: newest.run, subject: newest.subject, status: newest.status });
}

/** Which of these, newest first, stood open at this moment. */
function newestAt(asked: ApprovalRow[], at: number): ApprovalRow | undefined {
  return asked.find(({ openedAt, settledAt }) => openedAt <= at && (settledAt === null || settledAt > at));
}

function assertCounts({ people, clock }: Desk, row: ApprovalRow, voice: SpokenVoice): void {
  const { run, subject } = row;
  // A question stands open for a while after its end for what was said before: a homeserver's clock gains no more.
  const { saidAt = Infinity } = voice;
  if (Math.min(saidAt, clock.now()) >= row.expiresAt)
    throw approvalPast({ run, subject, until: moment(row.expiresAt) });
  const names =
    entitled(people, row)
      .map((member) => member.name)
      .join(", ") || "nobody at the moment";
  switch (noVoice(row, people.byName(voice.member))) {
    case "asker":
      throw approvalOwn({ run, names });
    case "beneficiary":
      throw approvalBeneficiary({ run, names });
    case "role":
    case "unknown":
      throw approvalRole({ run, role: row.from, names });
    case "not named":
      throw approvalNotNamed({ run, names });
    case null:
  }
  if (voice.says === "no") {
    if ((voice.why ?? "").trim() === "") throw declineWithoutWhy({ run });
    return;
  }
  const typed = (voice.subject ?? "").trim();
  if (typed !== subject && (typed !== "" || row.weight === "grave"))
    throw approvalSubject({ run, subject, typed });
  if (row.weight === "grave" && voice.trust !== "verified") throw approvalUnverified({ run, subject });
}
