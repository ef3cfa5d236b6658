import { approvalDeclined, approvalExpired } from "../core/problems/workflow.ts";
import type { Agreement, ApprovalAsk } from "./define.ts";
import type { Execution } from "./execution.ts";
import type { ApprovalVerdict } from "./ports.ts";
import { called } from "./tools.ts";
import { waitFor } from "./wait.ts";

/**
 * Asks people and waits for what the approvals room signals. The question is opened in the transaction that
 * records the wait, and withdrawn in the one that records a cancel: there is never one without the other.
 */
export function approvalTool(run: Execution): (ask: ApprovalAsk) => Promise<Agreement> {
  return (ask) =>
    called(run, "approval", "approval", (call) => {
      const { approvals } = run.house;
      const { id: runId, askedBy, place } = run.facts;
      const id = `${runId}/${call.key}`;
      return waitFor(call, {
        topics: [`approval:${call.key}`],
        dueAt: null,
        waitsFor: whoIsWaitedFor(ask),
        means: (message) => verdictOf(message?.payload as ApprovalVerdict, ask),
        onPark: () => {
          if (approvals === undefined) throw new Error("the engine was opened without approvals");
          approvals.open({ id, run: runId, step: call.key, ask, askedBy, place });
        },
        onCancel: (problem) => approvals?.withdraw(id, problem.text.happened),
      });
    }) as Promise<Agreement>;
}

function whoIsWaitedFor({ needed = 1, from, only }: ApprovalAsk): string {
  if (only !== undefined) {
    const names = only.length === 0 ? "somebody who may" : `${needed} of ${only.join(", ")}`;
    return `${names} to agree`;
  }
  return needed === 1 ? `a ${from} to agree` : `${needed} ${from}s to agree`;
}

function verdictOf(verdict: ApprovalVerdict, ask: ApprovalAsk) {
  if (verdict.status === "approved") return { voices: verdict.voices } satisfies Agreement;
  if (verdict.status === "expired") return approvalExpired({ subject: ask.subject });
  return approvalDeclined({ subject: ask.subject, by: verdict.by ?? "somebody", why: verdict.why ?? "" });
}
