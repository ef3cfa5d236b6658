import { html } from "hono/html";
import { redact } from "../../core/secret.ts";
import type { RunDetail, StepView } from "../../workflow/types.ts";
import type { Html } from "../page.ts";
import { state } from "./state.ts";
import { lengthOf, type When } from "./time.ts";

/** Steps of a run: what is under way first, then what is to come, then what is over, newest first. */
export function steps(run: RunDetail, when: When, now: number): Html {
  const open = run.steps.filter((step) => !isOver(step));
  const over = run.steps.filter(isOver).reverse();
  const begun = new Set(run.steps.map((step) => step.key));
  const toCome = run.finishedAt === null ? run.outline.filter((name) => !begun.has(name)) : [];
  if (open.length + over.length + toCome.length === 0) {
    return html`<p class="empty">No step has begun.</p>`;
  }
  return html`${list(
    "Under way",
    open.map((step) => item(step, when, now)),
  )}
  ${list(
    "To come",
    toCome.map((name) => html`<li>${state("to come")}<span>${name}</span></li>`),
  )}
  ${list(
    "Over",
    over.map((step) => item(step, when, now)),
  )}`;
}

function list(heading: string, items: readonly Html[]): Html {
  if (items.length === 0) return html``;
  return html`<h3>${heading}</h3>
    <ol class="steps" reversed>
      ${items}
    </ol>`;
}

function isOver({ status }: StepView): boolean {
  return status === "done" || status === "failed";
}

function item(step: StepView, when: When, now: number): Html {
  const length = lengthOf((step.finishedAt ?? now) - step.startedAt);
  return html`<li>
    ${state(step.undo === "done" ? "undone" : step.status)}
    <span>${step.key}${step.attempt > 1 && html` <span class="soft">(try ${step.attempt})</span>`}</span>
    <span class="soft">${length}</span>
    <div class="more">
      <p>Begun ${when.at(step.startedAt)}${due(step, when)}${undone(step)}</p>
      ${step.problem !== null && html`<p><strong>${redact(step.problem.happened)}</strong></p>`}
    </div>
  </li>`;
}

function due(step: StepView, when: When): Html | string {
  if (step.dueAt === null || isOver(step)) return "";
  return html`, ${step.status === "retry" ? "tried again" : "until"} ${when.at(step.dueAt)}`;
}

function undone({ undo }: StepView): string {
  if (undo === null) return "";
  return {
    running: ", is being taken back",
    retry: ", is being taken back",
    done: ", taken back",
    failed: ", could not be taken back",
  }[undo];
}
