/**
 * What Tandem says: a few kinds of block, rendered once as plain text and once as HTML (no tables: some clients
 * drop them). In texts and list items, `backticks` become code and **stars** become strong; everything else is
 * escaped.
 */
import { Problem, type ProblemText } from "../core/problem.ts";
import type { MatrixId } from "../core/terms.ts";

export type Block =
  | { kind: "text"; text: string }
  | { kind: "list"; items: string[] }
  /** `reveal`: a key that its reader asked for and sees this once. Only in answers for one person's eyes. */
  | { kind: "code"; text: string; reveal?: true }
  | { kind: "diff"; text: string };

export interface Message {
  blocks: Block[];
  /** Whom it rings. A message without mentions goes out as a notice, which rings nobody. */
  mentions?: MatrixId[];
  attachment?: Attachment;
}

/** A long text that goes along as a file. */
export interface Attachment {
  name: string;
  text: string;
  /** Bytes that are kept beside the message go along in place of the text, where a room can carry them. */
  parcel?: string;
}

export interface SayMore {
  list?: string[];
  code?: string;
  /** A key that the reader asked for: shown as it is. Only in answers for one person's eyes. */
  reveal?: string;
  diff?: string;
  notes?: string;
  /** What can be done now, such as the way back. */
  next?: string;
  mentions?: MatrixId[];
  attachment?: Attachment;
}

/** A message: one sentence first, then what belongs to it, last what can be done next. */
export function say(text: string, more: SayMore = {}): Message {
  const blocks: Block[] = [{ kind: "text", text }];
  if (more.list !== undefined && more.list.length > 0) blocks.push({ kind: "list", items: more.list });
  if (more.notes !== undefined && more.notes !== "") blocks.push({ kind: "text", text: more.notes });
  if (more.diff !== undefined && more.diff !== "") blocks.push({ kind: "diff", text: more.diff });
  if (more.code !== undefined && more.code !== "") blocks.push({ kind: "code", text: more.code });
  if (more.reveal !== undefined) blocks.push({ kind: "code", text: more.reveal, reveal: true });
  if (more.next !== undefined) blocks.push({ kind: "text", text: more.next });
  return {
    blocks,
    ...(more.mentions && { mentions: more.mentions }),
    ...(more.attachment && { attachment: more.attachment }),
  };
}

/**
 * A problem as people see it: what happened, what it means, what to do, and the run's letters where there is one.
 * Further lines of `happened` are an excerpt (such as a command with a caret under a word) and keep their columns.
 */
export function sayProblem(
  problem: Problem | ProblemText,
  more: { run?: string; mentions?: MatrixId[] } = {},
): Message {
  const { happened, means, remedy } = problem instanceof Problem ? problem.text : problem;
  const [first = "", ...excerpt] = happened.split("\n");
  const rest = [means, remedy, ...(more.run === undefined ? [] : [`Run \`${more.run}\``])].join("\n");
  const blocks: Block[] =
    excerpt.length === 0
      ? [{ kind: "text", text: `${first}\n${rest}` }]
      : [
          { kind: "text", text: first },
          { kind: "code", text: excerpt.join("\n") },
          { kind: "text", text: rest },
        ];
  return { blocks, ...(more.mentions && { mentions: more.mentions }) };
}

/** The last lines of an app in a message that is kept fresh for a minute. */
export function sayFollowed(
  { app, service }: { app: string; service?: string },
  lines: readonly string[],
  isOver: boolean,
): Message {
  const whose = service === undefined ? app : `${service} of ${app}`;
  const text = lines.length === 0 ? `${whose} has written nothing yet.` : `The last lines of ${whose}:`;
  return say(text, {
    code: lines.join("\n"),
    next: isOver
      ? `This was followed for a minute. To go on: \`app logs ${app} --follow\``
      : "Followed for a minute from when it was asked for.",
  });
}
