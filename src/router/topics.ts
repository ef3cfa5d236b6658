import type { Block, Message } from "../chat/message.ts";

/** A page of the manual: its name is what `help` is asked for. */
export interface Topic {
  name: string;
  title: string;
  markdown: string;
}

/** Above this many characters a page goes along as a file, with its beginning in the room. */
const longestInRoom = 3000;

/** The page as a message; a long one with its first paragraphs and the whole as a file. */
export function topicMessage({ name, markdown }: Topic): Message {
  const blocks = markdown.split(/\n{2,}(?=[^\n])/).flatMap((part) => blocksOf(part.trim()));
  if (markdown.length <= longestInRoom) return { blocks };
  let shown = 0;
  const beginning = blocks.filter((block) => (shown += sizeOf(block)) <= longestInRoom / 3);
  beginning.push({ kind: "text", text: "The whole page goes along as a file." });
  return { blocks: beginning, attachment: { name: `${name}.md`, text: markdown } };
}

function blocksOf(part: string): Block[] {
  const fence = /^```\w*\n([\s\S]*?)\n?```$/.exec(part);
  if (fence !== null) return [{ kind: "code", text: fence[1] ?? "" }];
  const heading = /^#+ (.+)(?:\n([\s\S]+))?$/.exec(part);
  if (heading !== null)
    return [
      { kind: "text", text: `**${heading[1] ?? ""}**` },
      ...(heading[2] === undefined ? [] : blocksOf(heading[2])),
    ];
  if (/^(?:[-*]|\d+\.) /.test(part))
    return [
      {
        kind: "list",
        items: part.split(/\n(?=(?:[-*]|\d+\.) )/).map((item) => oneLine(item.replace(/^\S+ /, ""))),
      },
    ];
  if (part.startsWith("|")) return [{ kind: "code", text: part }];
  return part === "" ? [] : [{ kind: "text", text: oneLine(part) }];
}

function oneLine(text: string): string {
  return text.replace(/\s*\n\s*/g, " ");
}

function sizeOf(block: Block): number {
  return block.kind === "list" ? block.items.join("\n").length : block.text.length;
}
