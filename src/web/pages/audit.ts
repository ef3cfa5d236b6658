import { html } from "hono/html";
import type { AuditRow } from "../../audit/index.ts";
import { durationMs } from "../../core/clock.ts";
import { canonicalJson } from "../../core/canonical.ts";
import { memberPage, type Html } from "../page.ts";
import { auditTable } from "../parts/audit-table.ts";
import { link } from "../parts/link.ts";
import { state } from "../parts/state.ts";
import type { When } from "../parts/time.ts";
import type { WebParts } from "../types.ts";

const rowsPerPage = 100;
type Result = ReturnType<WebParts["audit"]["verify"]>;

/** The chain, newest first, with what comes of walking it. */
export const auditPage = memberPage({
  path: "/audit",
  audience: ["maintainer", "treasurer", "operator"],
  shows: "the audit chain and whether it is whole",
  show({ parts, query, when }) {
    const before = /^\d{1,15}$/.test(query["before"] ?? "") ? Number(query["before"]) : undefined;
    const rows = parts.audit.list({ limit: rowsPerPage, ...(before !== undefined && { before }) });
    const result = walkedLately(parts);
    return {
      title: "Audit",
      body: () => body(rows, result, when),
      json: { chain: result, rows },
      csv: {
        head: ["n", "at", "who", "what", "subject", "details", "hash"],
        rows: rows.map((row) => [
          row.n,
          row.at,
          row.who,
          row.what,
          row.subject,
          canonicalJson(row.details),
          row.hash,
        ]),
      },
    };
  },
});

/** Walking a long chain takes seconds in which nothing else is done: once a minute is enough. */
const walkEveryMs = durationMs("1m");
const walked = new WeakMap<WebParts["audit"], { at: number; result: Result }>();

function walkedLately({ audit, clock }: WebParts): Result {
  const before = walked.get(audit);
  const now = clock.now();
  // Absolute: a clock that was set back must not keep an old verdict.
  if (before !== undefined && Math.abs(now - before.at) < walkEveryMs) return before.result;
  const result = audit.verify();
  walked.set(audit, { at: now, result });
  return result;
}

function body(rows: readonly AuditRow[], result: Result, when: When): Html {
  const oldest = rows.at(-1)?.n;
  const older = oldest === undefined || oldest <= 1 ? "" : link(`/audit?before=${oldest}`, "Older rows");
  return html`<h1>Audit</h1>
    ${verdict(result)}
    <h2 id="rows">What was done</h2>
    ${auditTable(rows, when, "audit", "Rows of the audit chain, newest first")}
    ${older !== "" && html`<p class="way">${older}</p>`}`;
}

function verdict(result: Result): Html {
  if ("brokenAt" in result) {
    return html`<div class="problem" role="alert">
      <p>${state("broken")}</p>
      <p><strong>The chain breaks at row ${result.brokenAt}: ${result.why}.</strong></p>
      <p>Somebody or something changed the database file beside Tandem. Rows before it are good.</p>
      <p>An operator compares with the heads posted in the room: <code>npx tandem verify-audit</code></p>
    </div>`;
  }
  return html`<p>${state("whole")} Each of the ${result.rows} rows fits the one before it.</p>
    <dl class="facts">
      <dt>Head of the chain</dt>
      <dd><code>${result.head}</code></dd>
    </dl>`;
}
