import { html } from "hono/html";
import type { AuditRow } from "../../audit/index.ts";
import type { Message } from "../../chat/message.ts";
import { redact } from "../../core/secret.ts";
import type { ApprovalView } from "../../approvals/types.ts";
import type { RunDetail } from "../../workflow/types.ts";
import { maySeeApproval, maySeeRun } from "../../approvals/index.ts";
import { memberPage, type Form, type Html, type MemberVisit } from "../page.ts";
import { approvalJson, questionCards } from "../parts/approval.ts";
import { auditTable } from "../parts/audit-table.ts";
import { hiddenOnce, refusal, wordsOf } from "../parts/form.ts";
import { link, pathOf } from "../parts/link.ts";
import { message } from "../parts/message.ts";
import { problemNote } from "../parts/problem.ts";
import { state } from "../parts/state.ts";
import { steps } from "../parts/steps.ts";
import { lengthOf } from "../parts/time.ts";
import { iso, runJson } from "./runs.ts";

/** How often a followed run is loaded again. */
const refreshSeconds = 5;

/** What belongs to a run: the page is made from it. */
interface Story {
  run: RunDetail;
  questions: ApprovalView[];
  rows: AuditRow[];
}

/**
 * One run. Followed (`?follow`) the page loads itself again while the run is under way; not followed it
 * stands still, so that nobody loses what they type (WCAG 2.2.1).
 */
export const runPage = memberPage({
  path: "/runs/:id",
  audience: "members",
  shows: "a run: steps, input, questions, audit, cancel",
  show(visit) {
    const story = find(visit);
    if (story === undefined) return undefined;
    const { run, questions, rows } = story;
    const follows = run.finishedAt === null && "follow" in visit.query;
    return {
      title: `Run ${run.id}`,
      body: () => body(visit, story, follows),
      json: {
        ...runJson(run),
        input: run.input,
        steps: run.steps.map((step) => ({
          ...step,
          dueAt: iso(step.dueAt),
          startedAt: iso(step.startedAt),
          finishedAt: iso(step.finishedAt),
        })),
        approvals: questions.map(approvalJson),
        audit: rows,
      },
      ...(follows && { refreshSeconds }),
    };
  },
});

function find({ parts, member, path }: MemberVisit): Story | undefined {
  const id = path["id"] ?? "";
  const run = /^[a-z]{5}$/.test(id) ? parts.runs.show(id) : undefined;
  if (run === undefined || !maySeeRun(member, run, parts)) return undefined;
  const questions = parts.approvals.ofRun(id).filter((approval) => maySeeApproval(member, approval));
  return { run, questions, rows: parts.audit.list({ subject: id }) };
}

export const cancelForm: Form = {
  path: "/runs/:id/cancel",
  audience: "members",
  name: "cancel",
  page: runPage,
  words(visit, fields) {
    const story = find(visit);
    return story && ["cancel", story.run.id, ...wordsOf(fields["why"])];
  },
  after: ({ path }) => pathOf("runs", path["id"] ?? ""),
};

function body(visit: MemberVisit, { run, questions, rows }: Story, follows: boolean): Html {
  const { when, parts } = visit;
  const ask = questions.filter((question) => question.status === "open");
  return html`<p class="way">${link("/runs", "Runs")}</p>
    <h1>Run ${run.id}: ${run.workflow}</h1>
    ${refusal(visit)}
    <p>
      ${state(run.status)}${run.waitsFor !== null && html` <span class="soft">for ${run.waitsFor}</span>`}
    </p>
    ${run.finishedAt === null && followLink(run, follows)}
    ${run.problem !== null && problemNote(run.problem, "How it ended")}
    ${isMessage(run.output) && html`<div class="question">${message(run.output)}</div>`}
    ${
      ask.length > 0 &&
      html`<h2>Waits for people</h2>
        ${questionCards(ask, when)}`
    }
    <h2>Steps</h2>
    ${steps(run, when, parts.clock.now())}
    <h2>What you can do now</h2>
    ${
      follows
        ? html`<p>${link(pathOf("runs", run.id), "Stop following")} to cancel this run.</p>`
        : whatNow(visit, run)
    }
    <h2>What it was asked for</h2>
    ${facts(visit, run)}
    <h2>What the record says</h2>
    ${auditTable(rows, when, "audit", "Audit rows of this run")}`;
}

function followLink(run: RunDetail, follows: boolean): Html {
  const path = pathOf("runs", run.id);
  return follows
    ? html`<p class="note screen">
        This page loads itself again every ${refreshSeconds} s. ${link(path, "Stop following")}
      </p>`
    : html`<p class="screen">
        ${link(`${path}?follow`, "Follow this run")}: the page then keeps itself fresh.
      </p>`;
}

function whatNow(visit: MemberVisit, run: RunDetail): Html {
  if (run.finishedAt !== null) {
    const app = run.lock?.startsWith("app ") === true ? run.lock.slice(4) : undefined;
    return html`<p>
      It is over; nothing of it waits. ${app !== undefined && link(pathOf("apps", app), `See ${app}`)}
    </p>`;
  }
  if (!mayCancel(visit, run)) {
    return html`<p class="note">Whoever asked for it, a maintainer or an operator can cancel it.</p>`;
  }
  return html`<div class="forms">
    <form class="form" method="post" action="${pathOf("runs", run.id)}/cancel">
      <h3>Cancel</h3>
      ${hiddenOnce()}
      <p>What was done so far is taken back, step by step, as far as each step can be.</p>
      <p>
        <label for="why">Why?</label>
        <textarea id="why" name="why" required maxlength="1000">
${visit.refused?.fields["why"] ?? ""}</textarea>
      </p>
      <p><button class="stop" type="submit">Cancel this run</button></p>
    </form>
  </div>`;
}

/** Whom the form is shown to. Whether it is carried out decides the command. */
function mayCancel({ member }: MemberVisit, run: RunDetail): boolean {
  const { name, roles } = member;
  return run.askedBy === name || roles.includes("maintainer") || roles.includes("operator");
}

function facts({ when }: MemberVisit, run: RunDetail): Html {
  return html`<dl class="facts">
      <dt>Asked by</dt>
      <dd>${run.askedBy ?? "schedule"}</dd>
      ${
        run.lock !== null &&
        html`<dt>Works on</dt>
          <dd>${run.lock}</dd>`
      }
      ${
        run.parent !== null &&
        html`<dt>Part of run</dt>
          <dd>${link(pathOf("runs", run.parent), run.parent)}</dd>`
      }
      <dt>Begun</dt>
      <dd>${when.at(run.createdAt)}</dd>
      ${
        run.finishedAt !== null &&
        html`<dt>Ended</dt>
          <dd>${when.at(run.finishedAt)}, after ${lengthOf(run.finishedAt - run.createdAt)}</dd>`
      }
    </dl>
    <pre>${redact(JSON.stringify(run.input, null, 2))}</pre>`;
}

/** What a workflow returns is a message when it is to be said. */
function isMessage(value: unknown): value is Message {
  return typeof value === "object" && value !== null && "blocks" in value && Array.isArray(value.blocks);
}
