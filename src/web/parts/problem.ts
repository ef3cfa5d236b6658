import { html } from "hono/html";
import { redact } from "../../core/secret.ts";
import type { ProblemText } from "../../core/problem.ts";
import type { Html } from "../page.ts";
import { inline } from "./message.ts";

/**
 * A problem in its three parts, in a frame. `heading` where it is part of a page that has other things to
 * say.
 */
export function problemNote(text: ProblemText, heading?: string): Html {
  return html`<div class="problem" role="alert">
    ${heading !== undefined && html`<h2>${heading}</h2>`} ${problemText(text)}
  </div>`;
}

/**
 * The three parts alone. Lines after the first of what happened show what was typed and keep their columns.
 */
export function problemText(text: ProblemText): Html {
  const [first = "", ...excerpt] = redact(text.happened).split("\n");
  return html`<p><strong>${first}</strong></p>
    ${excerpt.length > 0 && html`<pre>${excerpt.join("\n")}</pre>`}
    <p>${inline(text.means)}</p>
    <p>${inline(text.remedy)}</p>`;
}
