import { html } from "hono/html";
import type { Message } from "../../chat/message.ts";
import { redact } from "../../core/secret.ts";
import type { Html } from "../page.ts";
import { diff } from "./diff.ts";

/** A message as part of a page: the same blocks that a room gets. */
export function message({ blocks, attachment }: Pick<Message, "blocks" | "attachment">): Html {
  const shown = blocks.map((block) => {
    if (block.kind === "list") {
      return html`<ul>
        ${block.items.map((item) => html`<li>${inline(item)}</li>`)}
      </ul>`;
    }
    if (block.kind === "diff") return diff(block.text, true);
    if (block.kind === "code") return html`<pre>${redact(block.text)}</pre>`;
    return block.text.split(/\n{2,}/).map((paragraph) => html`<p>${inline(paragraph)}</p>`);
  });
  return html`${shown}${
    attachment &&
    html`<details>
      <summary>${attachment.name}</summary>
      ${attachment.name.endsWith(".diff") ? diff(attachment.text, true) : html`<pre>${redact(attachment.text)}</pre>`}
    </details>`
  }`;
}

/** `Backticks` become code and **stars** strong; everything else is escaped; line breaks are kept. */
export function inline(text: string): Html {
  const parts = redact(text).split(/(`[^`\n]+`|\*\*[^*\n]+\*\*)/);
  return html`${parts.map((part, index) => {
    if (index % 2 === 0) return lines(part);
    return part.startsWith("`")
      ? html`<code>${part.slice(1, -1)}</code>`
      : html`<strong>${part.slice(2, -2)}</strong>`;
  })}`;
}

function lines(text: string): Html {
  return html`${text.split("\n").map((line, index) => (index === 0 ? line : html`<br />${line}`))}`;
}

/** A message as plain text, for the JSON face and titles. */
export function plainText({ blocks }: Pick<Message, "blocks">): string {
  const texts = blocks.map((block) =>
    block.kind === "list" ? block.items.map((item) => `- ${item}`).join("\n") : block.text,
  );
  return redact(texts.join("\n\n"));
}

/** The first sentence of a message without its marks: what a list shows of a question. */
export function firstLine({ blocks }: Pick<Message, "blocks">): string {
  const text = blocks.find((block) => block.kind === "text")?.text ?? "";
  return redact((text.split("\n")[0] ?? "").replace(/[`]|\*\*/g, ""));
}
