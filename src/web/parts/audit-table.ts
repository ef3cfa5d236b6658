import { html } from "hono/html";
import type { AuditRow } from "../../audit/index.ts";
import { canonicalJson } from "../../core/canonical.ts";
import { redact } from "../../core/secret.ts";
import type { Html } from "../page.ts";
import { table } from "./table.ts";
import type { When } from "./time.ts";

/** Rows of the audit chain. */
export function auditTable(rows: readonly AuditRow[], when: When, id: string, caption: string): Html {
  return table({
    id,
    caption,
    quietCaption: true,
    columns: [
      { head: "No.", number: true },
      { head: "When" },
      { head: "Who" },
      { head: "What" },
      { head: "Subject" },
      { head: "Details" },
    ],
    rows: rows.map((row) => [
      row.n,
      when.at(Date.parse(row.at)),
      row.who,
      row.what,
      row.subject,
      details(row.details),
    ]),
    empty: "The record holds nothing of it.",
  });
}

/** `key: value` per line; nested values as JSON. */
function details(value: unknown): Html {
  if (typeof value !== "object" || value === null) return html``;
  return html`${Object.entries(value).map(
    ([key, inner]) =>
      html`<div>${key}: ${redact(typeof inner === "string" ? inner : canonicalJson(inner))}</div>`,
  )}`;
}
