import { html } from "hono/html";
import type { Html } from "../page.ts";

const wheels = html`<circle cx="24" cy="43" r="15" />
  <circle cx="100" cy="43" r="15" />
  <path class="fine" d="M24 28v30M9 43h30M13.4 32.4l21.2 21.2M13.4 53.6l21.2-21.2" />
  <path class="fine" d="M100 28v30M85 43h30M89.4 32.4l21.2 21.2M89.4 53.6l21.2-21.2" />`;

/** Two saddles, two handlebars, two cranks, one chain. */
const frame = html`<path d="M24 43h24l-6-21zM42 25h48M48 43h24M72 43l18-16M72 43l-6-21M88 20l12 23" />
  <path d="M36 21h11M60 21h11M88 20l-1.5-6h6.5a3 3 0 0 1 0 6M65 26l-7-4.5a3 3 0 0 0-2.5 4.5" />
  <circle cx="48" cy="43" r="3.4" />
  <circle cx="72" cy="43" r="3.4" />
  <path d="M48 43l3 7h3.5M48 43l-3-7h-3.5M72 43l3 7h3.5M72 43l-3-7h-3.5" />`;

/** The tandem, drawn in lines of the text's colour. It says nothing, so it is hidden from screen readers. */
export function tandem(className = "tandem"): Html {
  return html`<svg class="${className}" viewBox="0 0 124 62" aria-hidden="true" focusable="false">
    ${wheels}${frame}
  </svg>`;
}

/** The icon of the browser's tab: the same drawing with a colour of its own. */
export const iconSvg = String(
  await html`<svg
    xmlns="http://www.w3.org/2000/svg"
    viewBox="0 -31 124 124"
    fill="none"
    stroke="#ee4a33"
    stroke-width="5"
    stroke-linecap="round"
    stroke-linejoin="round"
  >
    <circle cx="24" cy="43" r="15" />
    <circle cx="100" cy="43" r="15" />
    ${frame}
  </svg>`,
);
