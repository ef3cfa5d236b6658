import { html } from "hono/html";
import type { Html } from "../page.ts";

/**
 * A link. Admits https addresses, own paths and places on the page, and nothing else: values are escaped by
 * `html`, but a `javascript:` address would pass. What is not admitted is shown as text.
 */
export function link(href: string, text: string | Html, more: { class?: string } = {}): Html {
  if (!isAdmitted(href)) return html`<span>${text}</span>`;
  return more.class === undefined
    ? html`<a href="${href}">${text}</a>`
    : html`<a class="${more.class}" href="${href}">${text}</a>`;
}

/** An own path from its words: each is encoded, so that a name cannot leave its place. */
export function pathOf(...words: readonly (string | number)[]): string {
  return `/${words.map((word) => encodeURIComponent(word)).join("/")}`;
}

function isAdmitted(href: string): boolean {
  if (/^\/(?![/\\])/.test(href) || href.startsWith("#")) return !/[\u0000-\u0020\\]/.test(href);
  return /^https:\/\/[^\s\\]+$/.test(href);
}
