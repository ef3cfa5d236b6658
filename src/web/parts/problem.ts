import { html } from "hono/html";
import { redact } from "../../core/secret.ts";
import type { ProblemText } from "../../core/problem.ts";
import type { Html } from "../page.ts";
import { inline } from "./message.ts";

/** A problem in its three parts. `heading` where it is part of a page that has other things to say. */
export function problemNote(text: ProblemText, heading?: string): Html {
  return html`<div class="problem" role="alert">
    ${heading !== undefined && html`<h2>${heading}</h2>`}
    <p><strong>${redact(text.happened)}</strong></p>
    <p>${inline(text.means)}</p>
    <p>${inline(text.remedy)}</p>
  </div>`;
}
