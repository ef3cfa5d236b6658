import { html } from "hono/html";
import type { Page, Shown, Visit } from "../page.ts";
import { link } from "../parts/link.ts";
import { markdown, plainHeading } from "../parts/markdown.ts";

/** The first page of the manual. */
export const docsPage: Page = {
  path: "/docs",
  audience: "everyone",
  shows: "the manual, by reader",
  show: (visit) => manual(visit, "index"),
};

/** A page of the manual. */
export const docPage: Page = {
  path: "/docs/:page",
  audience: "everyone",
  shows: "a page of the manual",
  show: (visit) => (visit.path["page"] === "index" ? undefined : manual(visit, visit.path["page"] ?? "")),
};

function manual({ parts }: Visit, name: string): Shown | undefined {
  const text = parts.docs.read(name);
  if (text === undefined) return undefined;
  return {
    title: plainHeading(text) ?? "Manual",
    body: () =>
      html`${name !== "index" && html`<p class="way">${link("/docs", "Manual")}</p>`}
        <div class="manual">${markdown(text, { below: 0, link: docsHref })}</div>`,
    json: name === "index" ? { pages: parts.docs.list(), markdown: text } : { name, markdown: text },
  };
}

/** Pages of the manual refer to each other by file name, so that they also work where they are kept. */
export function docsHref(href: string): string {
  const match = /^(?:\.\/)?([a-z0-9-]+)\.md(#[\w-]+)?$/.exec(href);
  if (match === null) return href;
  const page = match[1] === "index" ? "/docs" : `/docs/${match[1] ?? ""}`;
  return `${page}${match[2] ?? ""}`;
}
