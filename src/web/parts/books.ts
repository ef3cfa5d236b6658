/** What the pages of the books share. */
import { html } from "hono/html";
import { setTimeout as pause } from "node:timers/promises";
import type { ApprovalView } from "../../approvals/types.ts";
import type { Outcome } from "../../router/index.ts";
import { maySeeApproval } from "../../approvals/index.ts";
import type { Html, MemberVisit } from "../page.ts";
import type { WebParts } from "../types.ts";
import { approvalPath } from "./approval.ts";
import { link, pathOf } from "./link.ts";

type Books = WebParts["books"];
export type Run = NonNullable<ReturnType<Books["lastRun"]>>;
export type Item = Run["queue"][number];

const longestLabel = 80;

/** What a person knows a thing of the queue by: what the bank wrote of it, or whose payout it is. */
export function labelOf({ id, source }: Item, books: Books): string {
  if (id.startsWith("po_")) return `Payout ${id}`;
  const memo = source.startsWith("bank:") ? (books.entryOf(id)?.memo.trim() ?? "") : "";
  if (memo === "") return id;
  return memo.length > longestLabel ? `${memo.slice(0, longestLabel - 1)}…` : memo;
}

const tellers: Record<string, string> = {
  stripe: "Stripe",
  opencollective: "Open Collective",
  work: "work of the co-op",
};

/** Who told of it, in words. */
export function tellerOf({ source }: Pick<Item, "source">): string {
  return tellers[source] ?? source.replace(/^bank:/, "bank account ");
}

const aboutBooks = new Set(["close-month", "decide"]);

/** Open questions about the books: decisions about much, and months that are to be closed. */
export function askedAboutBooks({ parts, member }: MemberVisit): ApprovalView[] {
  return parts.approvals
    .list({ status: "open" })
    .filter(
      (one) =>
        one.from === "treasurer" &&
        maySeeApproval(member, one) &&
        aboutBooks.has(parts.runs.show(one.run)?.workflow ?? ""),
    );
}

/** That something was decided already and waits for another voice. */
export function secondVoice(asked: ApprovalView): Html {
  return html`${asked.asker ?? "Somebody"} has decided about it:
  ${link(approvalPath(asked), "another treasurer agrees first")}`;
}

const patienceMs = 1000;
const rhythmMs = 20;

/** Where a command has led: to the question that its run asks, as soon as it does, or else to the run. */
export async function askedBy({ parts }: MemberVisit, outcome: Outcome, otherwise: string): Promise<string> {
  if (outcome.kind !== "started") return otherwise;
  const { runId } = outcome;
  for (let waited = 0; waited <= patienceMs; waited += rhythmMs) {
    const question = parts.approvals.ofRun(runId).find(({ status }) => status === "open");
    if (question !== undefined) return approvalPath(question);
    await pause(rhythmMs);
  }
  return pathOf("runs", runId);
}

/** The first month that can be closed: the one after the last closed one, or the first in which something is booked. */
export function monthToClose({ books }: Pick<WebParts, "books">): string {
  const [last] = books.closed();
  if (last !== undefined) return monthAfter(last.month);
  for (const { date } of books.entries()) return date.slice(0, 7);
  return "";
}

function monthAfter(month: string): string {
  const [year = 0, number = 0] = month.split("-").map(Number);
  return number === 12 ? `${year + 1}-01` : `${year}-${String(number + 1).padStart(2, "0")}`;
}

/** Whether a balance is proved: money that is longer on its way than it should be is late, and not lost. */
export function proofWord({ ok, proof }: { ok: boolean; proof: string }): string {
  return ok ? "exact" : proof.startsWith("assets:transit") ? "late" : "off";
}
