/**
 * What of runs and questions a member sees, on pages and by commands. Things of others answer as if they did not exist.
 * What one may do is not decided here but in dispatch.
 */
import type { Member } from "../people/index.ts";
import type { RunSummary } from "../workflow/index.ts";
import type { Approvals, ApprovalView } from "./types.ts";

/**
 * A question is seen by whoever asked it, may answer it or did. One that is asked of a role is seen by operators, too;
 * what is asked of named people (work and its pay) is theirs.
 */
export function maySeeApproval(member: Member, approval: ApprovalView): boolean {
  const isFor =
    approval.only === null
      ? holds(member, approval.from) || holds(member, "operator")
      : approval.only.includes(member.name);
  return (
    isFor || approval.asker === member.name || approval.voices.some((voice) => voice.member === member.name)
  );
}

/**
 * A run is seen by those concerned: the asker, maintainers and operators, everybody when it works on an app
 * (apps are common property), and whoever sees one of its questions.
 */
export function maySeeRun(
  member: Member,
  run: RunSummary,
  parts: { approvals: Pick<Approvals, "ofRun"> },
): boolean {
  return (
    run.askedBy === member.name ||
    holds(member, "maintainer") ||
    holds(member, "operator") ||
    (run.lock?.startsWith("app ") ?? false) ||
    parts.approvals.ofRun(run.id).some((approval) => maySeeApproval(member, approval))
  );
}

function holds(member: Member, role: Member["roles"][number]): boolean {
  return role === "member" || member.roles.includes(role);
}
