import { html } from "hono/html";
import type { RunSummary } from "../../workflow/types.ts";
import { maySeeRun } from "../../approvals/index.ts";
import { memberPage, type Html } from "../page.ts";
import { link, pathOf } from "../parts/link.ts";
import { state } from "../parts/state.ts";
import { table } from "../parts/table.ts";
import { lengthOf, type When } from "../parts/time.ts";

/** How many runs the list shows. */
const mostRuns = 100;

/** All runs that concern the visitor, newest first. */
export const runsPage = memberPage({
  path: "/runs",
  audience: "members",
  shows: "the latest runs with their state",
  show({ parts, member, when }) {
    const runs = parts.runs.list({ limit: mostRuns }).filter((run) => maySeeRun(member, run, parts));
    return {
      title: "Runs",
      body: () =>
        html`<h1>Runs</h1>
          <p class="soft">Each command that changes something starts a run. The ${mostRuns} latest:</p>
          ${runsTable(runs, when, "The latest runs")}`,
      json: runs.map(runJson),
      csv: {
        head: ["id", "workflow", "on", "asked by", "state", "waits for", "begun at", "ended at"],
        rows: runs.map((run) => [
          run.id,
          run.workflow,
          run.lock,
          run.askedBy,
          run.status,
          run.waitsFor,
          iso(run.createdAt),
          iso(run.finishedAt),
        ]),
      },
    };
  },
});

/** Runs as a table. */
export function runsTable(runs: readonly RunSummary[], when: When, caption: string): Html {
  return table({
    id: "runs",
    caption,
    quietCaption: true,
    columns: [
      { head: "Run" },
      { head: "State" },
      { head: "Workflow" },
      { head: "On" },
      { head: "Asked by" },
      { head: "Begun" },
      { head: "Took", number: true },
    ],
    rows: runs.map((run) => [
      link(pathOf("runs", run.id), html`<span class="mono">${run.id}</span>`),
      html`${state(run.status)}${run.waitsFor !== null && html`<br /><span class="soft">for ${run.waitsFor}</span>`}`,
      run.workflow,
      run.lock ?? "",
      run.askedBy ?? "schedule",
      when.at(run.createdAt),
      run.finishedAt === null
        ? ""
        : html`<span class="nowrap">${lengthOf(run.finishedAt - run.createdAt)}</span>`,
    ]),
    empty: "Nothing has been started yet. Say a command and it shows up here.",
  });
}

/** A run as the JSON face shows it. Where it was asked stays out: room ids are nobody's business here. */
export function runJson({ place: _place, createdAt, finishedAt, ...run }: RunSummary): object {
  return { ...run, createdAt: iso(createdAt), finishedAt: iso(finishedAt) };
}

export function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString();
}
