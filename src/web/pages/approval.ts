import { html } from "hono/html";
import type { ApprovalView } from "../../approvals/types.ts";
import { maySeeApproval } from "../../approvals/index.ts";
import { memberPage, type Form, type Html, type MemberVisit } from "../page.ts";
import { approvalJson, approvalPath, tally, voiceWord } from "../parts/approval.ts";
import { hiddenOnce, refusal, wordsOf } from "../parts/form.ts";
import { link, pathOf } from "../parts/link.ts";
import { firstLine, message } from "../parts/message.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";

const path = "/approvals/:run/:step";

/** One question: what is asked, by whose word it is settled, and the forms to answer it. */
export const approvalPage = memberPage({
  path,
  audience: "members",
  shows: "a question with diff, hash, voices and the forms to answer",
  show(visit) {
    const approval = find(visit);
    if (approval === undefined) return undefined;
    const mayAnswer = visit.parts.approvals.waitingFor(visit.member.name).some((a) => a.id === approval.id);
    return {
      title: firstLine(approval.question),
      body: () => body(visit, approval, mayAnswer),
      json: { ...approvalJson(approval), mayAnswer },
    };
  },
});

function find({ parts, member, path }: MemberVisit): ApprovalView | undefined {
  const approval = parts.approvals.get(`${path["run"] ?? ""}/${path["step"] ?? ""}`);
  return approval !== undefined && maySeeApproval(member, approval) ? approval : undefined;
}

const after = ({ path }: MemberVisit): string => pathOf("approvals", path["run"] ?? "", path["step"] ?? "");

export const approveForm: Form = {
  path: `${path}/approve`,
  audience: "members",
  name: "approve",
  page: approvalPage,
  words(visit, fields) {
    const approval = find(visit);
    if (approval === undefined) return undefined;
    return ["approve", approval.id, ...wordsOf(fields["subject"])];
  },
  after,
};

export const declineForm: Form = {
  path: `${path}/decline`,
  audience: "members",
  name: "decline",
  page: approvalPage,
  words(visit, fields) {
    const approval = find(visit);
    return approval && ["decline", approval.id, ...wordsOf(fields["why"])];
  },
  after,
};

function body(visit: MemberVisit, approval: ApprovalView, mayAnswer: boolean): Html {
  return html`<p class="way">${link("/approvals", "Approvals")}</p>
    <h1>Question of run ${approval.run}</h1>
    ${refusal(visit)}
    <p>${state(approval.status)}${approval.why !== null && html` <span>${approval.why}</span>`}</p>
    <div class="question">${message(approval.question)}</div>
    ${mayAnswer ? forms(visit, approval) : whyNoForms(visit, approval)}
    <h2>How it is settled</h2>
    ${facts(visit, approval)}
    <h2>Voices</h2>
    ${voices(visit, approval)}
    <div class="signed">
      <p>Proposed by</p>
      <p>Agreed by</p>
    </div>`;
}

function facts(visit: MemberVisit, approval: ApprovalView): Html {
  const { when } = visit;
  const { from, only, needed } = approval;
  const whom = only === null ? (needed === 1 ? from : `${from}s`) : `of ${only.join(", ") || "nobody"}`;
  const people = `${needed === 1 ? "one" : needed} ${whom}`;
  return html`<dl class="facts">
    <dt>Run</dt>
    <dd>${link(pathOf("runs", approval.run), approval.run)}</dd>
    <dt>About</dt>
    <dd>${about(visit, approval)}</dd>
    <dt>Asked by</dt>
    <dd>${approval.asker === null ? "schedule" : `${approval.asker}, who has no voice in it`}</dd>
    <dt>Who must agree</dt>
    <dd>${people}; ${tally(approval)} so far</dd>
    <dt>Weight</dt>
    <dd>${weights[approval.weight]}</dd>
    ${
      approval.settledAt === null
        ? html`<dt>Until</dt>
            <dd>${when.at(approval.expiresAt)}</dd>`
        : html`<dt>Settled</dt>
            <dd>${when.at(approval.settledAt)}</dd>`
    }
    <dt>Plan hash</dt>
    <dd><code>${approval.binds}</code></dd>
  </dl>`;
}

/** What it is about; for treasurers with the way to what the books know of it. */
function about({ parts, member }: MemberVisit, { subject, from }: ApprovalView): string | Html {
  const isTreasurers = from === "treasurer" && member.roles.includes("treasurer");
  const isInQueue = isTreasurers && parts.books.lastRun()?.queue.some(({ id }) => id === subject) === true;
  return isInQueue ? link(pathOf("books", "queue", subject), subject) : subject;
}

const weights: Record<ApprovalView["weight"], string> = {
  light: "light: a reaction is enough",
  ordinary: "ordinary: a reaction is enough, and nobody puts it there for you",
  grave: "grave: reactions do not count, the subject must be typed",
};

function voices({ when }: MemberVisit, approval: ApprovalView): Html {
  return table({
    id: "voices",
    caption: "Voices so far",
    quietCaption: true,
    columns: [{ head: "Who" }, { head: "Says" }, { head: "Why" }, { head: "Through" }, { head: "When" }],
    rows: approval.voices.map((voice) => [
      voice.member,
      state(voiceWord(voice)),
      voice.why ?? "",
      voice.via,
      when.at(voice.at),
    ]),
    empty: "Nobody has spoken yet.",
  });
}

function forms(visit: MemberVisit, approval: ApprovalView): Html {
  const to = approvalPath(approval);
  const typed = visit.refused?.fields ?? {};
  const subject = html`<p>
    <label for="subject">Type ${approval.subject} to approve it</label>
    <input
      id="subject"
      type="text"
      name="subject"
      required
      autocomplete="off"
      autocapitalize="none"
      spellcheck="false"
      value="${typed["subject"] ?? ""}"
    />
  </p>`;
  return html`<h2 class="screen">Your voice</h2>
    <div class="forms">
      <form class="form" method="post" action="${to}/approve">
        <h3>Approve</h3>
        ${hiddenOnce()}
        <p>You agree to exactly what stands above. If the plan changes, your voice no longer counts.</p>
        ${approval.weight === "grave" && subject}
        <p><button class="go" type="submit">Approve</button></p>
      </form>
      <form class="form" method="post" action="${to}/decline">
        <h3>Decline</h3>
        ${hiddenOnce()}
        <p>
          <label for="why">Why? ${approval.asker ?? "The room"} will read it.</label>
          <textarea id="why" name="why" required maxlength="1000">${typed["why"] ?? ""}</textarea>
        </p>
        <p><button class="stop" type="submit">Decline</button></p>
      </form>
    </div>`;
}

function whyNoForms({ member }: MemberVisit, approval: ApprovalView): Html {
  return html`<p class="note">${reason(member.name, member.roles, approval)}</p>`;
}

function reason(name: string, roles: readonly string[], approval: ApprovalView): string {
  const mine = approval.voices.find((voice) => voice.member === name && !voice.withdrawn);
  if (mine !== undefined) return mine.says === "yes" ? "You approved this." : "You declined this.";
  if (approval.status !== "open") return "This is settled: no voice counts any more.";
  if (approval.asker === name) return "You asked for this, so others decide.";
  if (approval.from !== "member" && !roles.includes(approval.from)) {
    return `A ${approval.from} decides this.`;
  }
  return "Your voice does not count here: you would gain by it, or it is settled already.";
}
