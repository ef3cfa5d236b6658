import { html } from "hono/html";
import type { ApprovalView } from "../../approvals/types.ts";
import { maySeeApproval } from "../../approvals/index.ts";
import { memberPage, type MemberVisit } from "../page.ts";
import { approvalJson, approvalPath, questionCards, tally } from "../parts/approval.ts";
import { link } from "../parts/link.ts";
import { firstLine } from "../parts/message.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";
import { tandem } from "../parts/tandem.ts";

/** How many settled questions the queue shows. */
const mostSettled = 50;

/** The queue: what waits for you, then what waits for others, then what is settled. */
export const approvalsPage = memberPage({
  path: "/approvals",
  audience: "members",
  shows: "the queue: waits for you, for others, settled",
  show(visit) {
    const { approvals } = visit.parts;
    const mine = approvals.waitingFor(visit.member.name);
    const isMine = new Set(mine.map((approval) => approval.id));
    const seen = (approval: ApprovalView): boolean => maySeeApproval(visit.member, approval);
    const others = approvals.list({ status: "open" }).filter((a) => seen(a) && !isMine.has(a.id));
    const settled = approvals
      .list({ limit: mostSettled * 2 })
      .filter((a) => a.status !== "open" && seen(a))
      .slice(0, mostSettled);
    return {
      title: "Approvals",
      body: () => body(visit, mine, others, settled),
      json: {
        waitsForYou: mine.map(approvalJson),
        open: others.map(approvalJson),
        settled: settled.map(approvalJson),
      },
      csv: {
        head: ["id", "question", "subject", "asked by", "status", "voices", "opened at", "expires at"],
        rows: [...mine, ...others, ...settled].map((a) => [
          a.id,
          firstLine(a.question),
          a.subject,
          a.asker,
          a.status,
          tally(a),
          new Date(a.openedAt).toISOString(),
          new Date(a.expiresAt).toISOString(),
        ]),
      },
    };
  },
});

function body(
  { when }: MemberVisit,
  mine: ApprovalView[],
  others: ApprovalView[],
  settled: ApprovalView[],
): ReturnType<typeof html> {
  return html`<h1>Approvals</h1>
    <h2>Waits for you</h2>
    ${
      mine.length > 0
        ? questionCards(mine, when)
        : html`<p class="empty">Nothing waits for you. The road is clear.</p>
            ${others.length === 0 && tandem("tandem picture")}`
    }
    ${
      others.length > 0 &&
      html`<h2>Waits for others</h2>
        ${questionCards(others, when)}`
    }
    <h2 id="settled">Settled</h2>
    ${table({
      id: "settled-table",
      caption: `The last ${mostSettled} that were settled`,
      quietCaption: true,
      columns: [{ head: "Question" }, { head: "Asked by" }, { head: "State" }, { head: "Opened" }],
      rows: settled.map((approval) => [
        link(approvalPath(approval), firstLine(approval.question)),
        approval.asker ?? "schedule",
        state(approval.status),
        when.at(approval.openedAt),
      ]),
      empty: "Nothing has been settled yet.",
    })}`;
}
