import { html } from "hono/html";
import { redact } from "../../core/secret.ts";
import type { Html } from "../page.ts";

/** Lines beyond this are not shown on a page: the limit of what is stored of a diff (DESIGN, hard limits). */
const mostLines = 200;

/**
 * What changes, line by line. The sign stands in the text, so that the colour says nothing new; added and
 * removed lines are also marked as such for screen readers. The sign is the line's first letter; in the `nested`
 * diff of a plan, where unchanged lines have no sign, it may be indented.
 */
export function diff(text: string, nested = false): Html {
  const all = redact(text).split("\n");
  const rest = all.length - mostLines;
  return html`<pre class="diff">${all.slice(0, mostLines).map((line) => lineOf(line, nested))}</pre>
    ${rest > 0 && html`<p class="soft">… and ${rest} more lines.</p>`}`;
}

function lineOf(line: string, nested: boolean): Html {
  const signed = nested ? line.trimStart() : line;
  if (signed.startsWith("+")) return html`<ins>${line}</ins>${"\n"}`;
  if (signed.startsWith("-")) return html`<del>${line}</del>${"\n"}`;
  return html`<span>${line}</span>${"\n"}`;
}
