import {
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
  const row = meant(desk, voice.run);
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

/** The newest open question of the run, or the one with this id. */
function meant({ rows }: Desk, typed: string): ApprovalRow {
  const byId = rows.get(typed);
  const asked = byId === undefined ? rows.ofRun(typed.toLowerCase()) : [byId];
  const open = asked.find((row) => row.status === "open");
  if (open !== undefined) return open;
  const newest = asked[0];
  if (newest === undefined) throw approvalUnknown({ typed });
  throw approvalSettled({ run: newest.run, subject: newest.subject, status: newest.status });
}

function assertCounts({ people, clock }: Desk, row: ApprovalRow, voice: SpokenVoice): void {
  const { run, subject } = row;
  if (clock.now() >= row.expiresAt) throw approvalPast({ run, subject, until: moment(row.expiresAt) });
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
