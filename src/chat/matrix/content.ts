import { redact } from "../../core/secret.ts";
import type { MatrixId } from "../../core/terms.ts";
import type { Attachment, Block, Message } from "../message.ts";
import { mostRenderedBytes, render } from "../render.ts";
import type { Outgoing } from "../transport.ts";

type Said = Extract<Outgoing, { kind: "message" }>;
type Edited = Extract<Outgoing, { kind: "edit" }>;
export type Content = Record<string, unknown>;

/** A message's event content. With mentions it is a text, which rings; without it is a notice, which does not. */
export function messageContent(said: Said): Content {
  return { ...textContent(said.message), ...relation(said), "m.mentions": ring(said.message.mentions ?? []) };
}

/**
 * An edit's event content. The new content keeps all mentions, the outer ones hold only people who are new, since
 * they are the ones who ring (MSC3952).
 */
export function editContent(edit: Edited, target: string, alreadyRung: readonly MatrixId[]): Content {
  const mentions = edit.message.mentions ?? [];
  const text = textContent(edit.message, alreadyRung.length > 0);
  return {
    ...text,
    body: `* ${text.body}`,
    formatted_body: `* ${text.formatted_body}`,
    "m.mentions": ring(mentions.filter((id) => !alreadyRung.includes(id))),
    "m.new_content": { ...text, "m.mentions": ring(mentions) },
    "m.relates_to": { rel_type: "m.replace", event_id: target },
  };
}

/** A reaction's content; sent as it is even in encrypted rooms, where clients look for it in the clear. */
export function reactionContent(target: string, symbol: string): Content {
  return { "m.relates_to": { rel_type: "m.annotation", event_id: target, key: symbol } };
}

/** The texts that go along as files: the attachment, and the whole message where it is too long for one event. */
export function filesOf(message: Message): Attachment[] {
  const files: Attachment[] = message.attachment === undefined ? [] : [message.attachment];
  const whole = wholeText(message.blocks);
  if (isShortened(message, whole)) files.push({ name: "message.txt", text: whole });
  return files.map((file) => ({ ...file, name: redact(file.name), text: redact(file.text) }));
}

/** A file's event content. `source` is its `url` or, in encrypted rooms, its `file`. */
export function fileContent(said: Said, name: string, bytes: number, source: Content): Content {
  return {
    msgtype: "m.file",
    body: name,
    filename: name,
    info: { mimetype: "text/plain", size: bytes },
    ...source,
    ...relation(said),
    "m.mentions": {},
  };
}

function textContent(message: Message, rang = false): { body: string; formatted_body: string } & Content {
  const { body, html } = render(message);
  const rings = rang || (message.mentions ?? []).length > 0;
  return {
    msgtype: rings ? "m.text" : "m.notice",
    body: redact(body),
    format: "org.matrix.custom.html",
    formatted_body: redact(html),
  };
}

function ring(mentions: readonly MatrixId[]): Content {
  return mentions.length === 0 ? {} : { user_ids: [...new Set(mentions)] };
}

/** In a thread, clients without threads show the message as a reply to `m.in_reply_to`. */
function relation({ threadRoot, replyTo }: Said): Content {
  if (threadRoot !== undefined)
    return {
      "m.relates_to": {
        rel_type: "m.thread",
        event_id: threadRoot,
        is_falling_back: replyTo === undefined,
        "m.in_reply_to": { event_id: replyTo ?? threadRoot },
      },
    };
  return replyTo === undefined ? {} : { "m.relates_to": { "m.in_reply_to": { event_id: replyTo } } };
}

function wholeText(blocks: readonly Block[]): string {
  const texts = blocks.map((block) =>
    block.kind === "list" ? block.items.map((item) => `- ${item}`).join("\n") : block.text,
  );
  return `${texts.join("\n\n")}\n`;
}

/** Rendering leaves out the middle of what is too long for one event. Body and HTML hold every text twice. */
function isShortened(message: Message, whole: string): boolean {
  return (
    2 * Buffer.byteLength(whole) > mostRenderedBytes * 0.8 || render(message).body.includes(" left out …")
  );
}
