/**
 * The part of Markdown that the manual uses: headings, paragraphs, lists (nested by indent), code, tables,
 * quotes, `code`, **strong**, *stressed* and [links](page.md). Everything else, HTML too, is text and is
 * escaped.
 */
import { html } from "hono/html";
import type { Html } from "../page.ts";
import { blocksOf, type Item, type MdBlock } from "./markdown-blocks.ts";
import { link as linkTo } from "./link.ts";
import { table } from "./table.ts";

export interface MarkdownOptions {
  /** How many levels the headings are lowered, so that a page keeps one `<h1>`. */
  below: number;
  /** Where a link leads; an address that may not be linked to comes out as text. */
  link: (href: string) => string;
  /** Stands before every id, where the text is only a part of the page. */
  idPrefix?: string;
}

/** Renders a text. A text of any kind gives a page; nothing in it can add markup of its own. */
export function markdown(text: string, options: MarkdownOptions): Html {
  const taken = new Set<string>();
  let heading = "Table";
  let tables = 0;
  return html`${blocksOf(text).map((block) => {
    if (block.kind === "heading") {
      heading = plain(block.text);
      return headingOf(
        block.level + options.below,
        block.text,
        idOf(`${options.idPrefix ?? ""}${heading}`, taken),
        options,
      );
    }
    if (block.kind === "table") {
      tables += 1;
      return tableOf(block, { heading, id: `${options.idPrefix ?? ""}table-${tables}` }, options);
    }
    return blockOf(block, options);
  })}`;
}

/** The first heading of a text, without marks. */
export function plainHeading(text: string): string | undefined {
  const first = /^#\s+(.+)$/m.exec(text)?.[1];
  return first === undefined ? undefined : plain(first);
}

function blockOf(block: Exclude<MdBlock, { kind: "heading" | "table" }>, options: MarkdownOptions): Html {
  if (block.kind === "code") return html`<pre>${block.text}</pre>`;
  if (block.kind === "list") return listOf(block, options);
  if (block.kind === "quote")
    return html`<blockquote class="note">${inline(block.text, options)}</blockquote>`;
  return html`<p>${inline(block.text, options)}</p>`;
}

function headingOf(level: number, text: string, id: string, options: MarkdownOptions): Html {
  const inner = inline(text, options);
  if (level <= 1) return html`<h1 id="${id}">${inner}</h1>`;
  if (level === 2) return html`<h2 id="${id}">${inner}</h2>`;
  if (level === 3) return html`<h3 id="${id}">${inner}</h3>`;
  return html`<h4 id="${id}">${inner}</h4>`;
}

function listOf({ ordered, items }: { ordered: boolean; items: Item[] }, options: MarkdownOptions): Html {
  const inner = items.map(
    (item) => html`<li>${inline(item.text, options)}${item.inner.map((list) => listOf(list, options))}</li>`,
  );
  return ordered
    ? html`<ol>
        ${inner}
      </ol>`
    : html`<ul>
        ${inner}
      </ul>`;
}

function tableOf(
  { head, rows }: Extract<MdBlock, { kind: "table" }>,
  { heading, id }: { heading: string; id: string },
  options: MarkdownOptions,
): Html {
  return table({
    id,
    caption: id.endsWith("table-1") ? heading : `${heading} (${id.replaceAll("-", " ")})`,
    quietCaption: true,
    columns: head.map((cell) => ({ head: plain(cell) })),
    rows: rows.map((row) => head.map((_, index) => inline(row[index] ?? "", options))),
    empty: "Nothing stands in this table.",
  });
}

// Bounded: a readme comes from outside, and an unbounded pattern would look to the end from each mark.
const marks = /(`[^`]{1,500}`|\*\*[^*]{1,500}\*\*|\*[^*\s][^*]{0,500}\*|\[[^\][]{1,300}\]\([^()\s]{1,500}\))/;

function inline(text: string, options: MarkdownOptions): Html {
  const parts = text.split(marks);
  return html`${parts.map((part, index) => (index % 2 === 0 ? part : marked(part, options)))}`;
}

function marked(part: string, options: MarkdownOptions): Html {
  if (part.startsWith("`")) return html`<code>${part.slice(1, -1)}</code>`;
  if (part.startsWith("**")) return html`<strong>${inline(part.slice(2, -2), options)}</strong>`;
  if (part.startsWith("*")) return html`<em>${inline(part.slice(1, -1), options)}</em>`;
  const [, words = "", href = ""] = /^\[([^\][]+)\]\(([^()\s]+)\)$/.exec(part) ?? [];
  return linkTo(options.link(href), inline(words, options));
}

function plain(text: string): string {
  return text.replace(/\[([^\][]{1,300})\]\([^()\s]{1,500}\)/g, "$1").replace(/[`*]/g, "");
}

function idOf(heading: string, taken: Set<string>): string {
  const slug = heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-|-$/g, "");
  const base = /^\p{L}/u.test(slug) ? slug : `s-${slug}`;
  let id = base;
  for (let n = 2; taken.has(id); n++) id = `${base}-${n}`;
  taken.add(id);
  return id;
}
