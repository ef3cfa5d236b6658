import { redact } from "../core/secret.ts";
import type { MatrixId } from "../core/terms.ts";
import { cleanText, fit } from "./fit.ts";
import type { Block, Message } from "./message.ts";

export { sayProblem } from "./message.ts";

/**
 * How large both renderings may be together, in bytes of UTF-8. An event ends at 65,536 bytes (Matrix spec, "Size
 * limits"); an edit holds its content twice, and encryption adds a third.
 */
export const mostRenderedBytes = 22_000;
const mostCharacters = 9_000;

/** A message as the two texts of a Matrix event. */
export interface Rendered {
  /** Plain text, complete by itself. */
  body: string;
  /** The same in HTML: `p`, `br`, `strong`, `code`, `pre`, `ul`, `li`, and `a` for people; nothing else. */
  html: string;
}

/**
 * Renders a message once as plain text and once as HTML. Known secrets are replaced, control characters dropped,
 * everything is escaped; what would not fit into one event is shortened in the middle of its longest blocks.
 */
export function render(message: Message): Rendered {
  const whole = introduce({ ...message, blocks: message.blocks.map(clean) });
  for (let most = mostCharacters; ; most = Math.floor(most / 2)) {
    const shown = fit(whole, most);
    const rendered = { body: bodyOf(shown.blocks), html: htmlOf(shown.blocks, message.mentions ?? []) };
    const bytes = Buffer.byteLength(rendered.body) + Buffer.byteLength(rendered.html);
    if (bytes <= mostRenderedBytes || most < 100) return rendered;
  }
}

function clean(block: Block): Block {
  if (block.kind === "list") return { ...block, items: block.items.map((item) => redact(cleanText(item))) };
  if (block.kind === "code" && block.reveal === true) return { ...block, text: cleanText(block.text) };
  return { ...block, text: redact(cleanText(block.text)) };
}

/** Whoever is rung is also named: those whom the text does not name stand in front of it. */
function introduce(message: Message): Message {
  const texts = message.blocks.flatMap((block) =>
    block.kind === "text" ? [block.text] : block.kind === "list" ? block.items : [],
  );
  const unnamed = [...new Set(message.mentions ?? [])].filter(
    (id) => !texts.some((text) => withoutCode(text).some((part) => namesIn(part, [id]).length > 1)),
  );
  if (unnamed.length === 0) return message;
  const [first, ...rest] = message.blocks;
  const names = unnamed.join(" ");
  return first?.kind === "text"
    ? { ...message, blocks: [{ kind: "text", text: `${names}: ${first.text}` }, ...rest] }
    : { ...message, blocks: [{ kind: "text", text: names }, ...message.blocks] };
}

function withoutCode(text: string): string[] {
  return text.split(/`[^`\n]+`/);
}

function bodyOf(blocks: readonly Block[]): string {
  return blocks
    .map((block) => {
      if (block.kind === "text") return withoutStars(block.text);
      if (block.kind === "list")
        return block.items.map((item) => `- ${withoutStars(item).replaceAll("\n", "\n  ")}`).join("\n");
      return block.text.replace(/^(?=.)/gm, "    ");
    })
    .join("\n\n");
}

/** Plain text keeps `backticks`, which show where a command begins and ends, and drops the **stars**. */
function withoutStars(text: string): string {
  return text.replace(
    /(`[^`\n]+`)|\*\*(\S(?:[^\n]*?\S)?)\*\*/g,
    (_all, code?: string, strong?: string) => code ?? strong ?? "",
  );
}

function htmlOf(blocks: readonly Block[], mentions: readonly MatrixId[]): string {
  return blocks
    .map((block) => {
      switch (block.kind) {
        case "text":
          return block.text
            .split(/\n{2,}/)
            .map((paragraph) => `<p>${inline(paragraph, mentions)}</p>`)
            .join("");
        case "list":
          return `<ul>${block.items.map((item) => `<li>${inline(item, mentions)}</li>`).join("")}</ul>`;
        case "code":
          return `<pre><code>${escape(block.text)}</code></pre>`;
        case "diff":
          return `<pre><code class="language-diff">${escape(block.text)}</code></pre>`;
      }
    })
    .join("");
}

/** One text in HTML: `code`, **strong**, people as pills, line breaks; everything else escaped. */
function inline(text: string, mentions: readonly MatrixId[]): string {
  return text
    .split(/(`[^`\n]+`)/)
    .map((part, index) =>
      index % 2 === 1
        ? `<code>${escape(part.slice(1, -1))}</code>`
        : pills(part, mentions)
            .replace(/\*\*(\S(?:[^\n]*?\S)?)\*\*/g, "<strong>$1</strong>")
            .replaceAll("\n", "<br>"),
    )
    .join("");
}

function pills(text: string, mentions: readonly MatrixId[]): string {
  return namesIn(text, mentions)
    .map((part, index) =>
      index % 2 === 1
        ? `<a href="https://matrix.to/#/${encodeURIComponent(part)}">${escape(part)}</a>`
        : escape(part),
    )
    .join("");
}

/** The text cut at the named people: every second part is one of `ids`, whole and not part of a longer id. */
function namesIn(text: string, ids: readonly MatrixId[]): string[] {
  if (ids.length === 0) return [text];
  const longestFirst = [...ids].sort((a, b) => b.length - a.length).map((id) => RegExp.escape(id));
  return text.split(new RegExp(`(?<![\\w@])(${longestFirst.join("|")})(?![\\w-]|[.:][\\w-])`));
}

/** Safe between tags and inside quoted attributes. */
export function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replaceAll("'", "&#39;");
}
