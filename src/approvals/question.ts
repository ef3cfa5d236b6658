import type { Block, Message } from "../chat/message.ts";
import type { Member } from "../people/index.ts";
import type { ApprovalRow, StoredVoice } from "./rows.ts";
import { headline, idsOf, listed, moment, soFar, voicesNeeded } from "./words.ts";

/** Lines of a diff that are shown in a room; the rest is behind the link, or in the file that goes along. */
export const mostDiffLinesShown = 20;
/** Above this many accounts nobody more is rung: a question to everybody is read without a bell. */
export const mostRung = 30;

/** A question as it stands now: all that its messages are made of. */
export interface Scene {
  row: ApprovalRow;
  /** Standing voices of those who may answer now. */
  agreed: readonly StoredVoice[];
  mayAnswer: readonly Member[];
  /** The asker's full Matrix id, or `the schedule`. */
  askedBy: string;
  /** Of this question's page. */
  link: string | null;
  /** What stands before a command in rooms, such as `!tandem `. */
  prefix: string;
}

/** The question, open: what, who asked, who must agree by when, voices so far, how to answer. */
export function questionMessage(scene: Scene): Message {
  const { row, mayAnswer, agreed, askedBy, link } = scene;
  const { blocks, attachment } = shownAsk(scene);
  const items = [
    `Run \`${row.run}\`, asked by ${askedBy}`,
    `Needs ${voicesNeeded(row)} by **${moment(row.expiresAt)}**`,
    `May answer: ${idsOf(mayAnswer)}`,
    ...tooFew(scene),
    `Voices: ${soFar(row, agreed)}`,
    ...howToAnswer(scene),
    ...(link === null ? [] : [link]),
  ];
  return {
    blocks: [...blocks, { kind: "list", items }],
    ...(!row.quiet && { mentions: mayAnswer.flatMap((member) => member.matrixIds).slice(0, mostRung) }),
    ...(attachment && { attachment }),
  };
}

function tooFew({ row, mayAnswer }: Scene): string[] {
  if (mayAnswer.length >= row.needed) return [];
  if (row.only !== null)
    return [`**That is too few for ${row.needed}**: it has to be asked anew when more people may answer`];
  return [
    `**That is too few for ${row.needed}**: it cannot be agreed to until an operator makes more people ${row.from}`,
  ];
}

/** How to agree and how to decline, by reaction and by words. */
export function howToAnswer({ row, prefix, link }: Scene): string[] {
  const decline = `\`${prefix}decline ${row.run} <why>\``;
  if (row.weight === "grave")
    return [
      `This is grave, so reactions do not count. To agree: say \`${prefix}approve ${row.run} ${row.subject}\`` +
        " from a verified device" +
        (link === null ? "" : ", or sign in to the page below"),
      `To decline: say ${decline}`,
    ];
  return [
    `To agree: react with ✅, or say \`${prefix}approve ${row.run}\``,
    `To decline: react with ❌, or say ${decline}`,
  ];
}

/** What the workflow asks, its diffs cut to what a room can read; the whole diff goes along when no page shows it. */
export function shownAsk({ row, link }: Scene): Message {
  let cut = "";
  const blocks = row.question.blocks.map((block): Block => {
    if (block.kind !== "diff") return block;
    const lines = block.text.split("\n");
    if (lines.length <= mostDiffLinesShown) return block;
    cut = block.text;
    const where = link === null ? "in the file" : "on the page";
    const shown = lines.slice(0, mostDiffLinesShown).join("\n");
    return { ...block, text: `${shown}\n… ${lines.length - mostDiffLinesShown} more lines ${where}` };
  });
  const attachment =
    row.question.attachment ??
    (cut !== "" && link === null ? { name: `${row.run}.diff`, text: cut } : undefined);
  return { blocks, ...(attachment && { attachment }) };
}

/** The question after it ended: how it ended first, then what was asked, and who said what from which account. */
export function settledMessage(scene: Scene, voices: readonly StoredVoice[]): Message {
  const { row, askedBy, link } = scene;
  const said = voices
    .filter((voice) => !voice.withdrawn)
    .map((voice) => {
      const word = voice.says === "yes" ? "agreed" : "declined";
      return `${voice.member} ${word} (${voice.matrixId === null ? "" : `${voice.matrixId}, `}by ${voice.via})`;
    });
  return {
    blocks: [
      { kind: "text", text: outcome(scene, voices) },
      ...shownAsk(scene).blocks,
      {
        kind: "list",
        items: [`Run \`${row.run}\`, asked by ${askedBy}`, ...said, ...(link === null ? [] : [link])],
      },
    ],
  };
}

function outcome({ row, agreed }: Scene, voices: readonly StoredVoice[]): string {
  switch (row.status) {
    case "approved":
      return `✅ **Approved**: ${listed(agreed.map((voice) => voice.member))} agreed.`;
    case "declined": {
      const by = voices.find((voice) => voice.says === "no" && !voice.withdrawn)?.member;
      return `❌ **Declined**${by === undefined ? "" : ` by ${by}`}${row.why === null ? "" : `: ${row.why}`}`;
    }
    case "expired": {
      const reached = agreed.length === 0 ? "nobody had agreed" : soFar(row, agreed);
      return `**Expired** on ${moment(row.expiresAt)}: ${reached}. Nothing was carried out.`;
    }
    case "withdrawn":
      return `**Withdrawn**: ${row.why ?? "it is not asked any more"}. Voices on it count for nothing.`;
    case "open":
      return headline(row);
  }
}

/** Once, at half time: rings those who may still answer. */
export function reminderMessage(scene: Scene, still: readonly Member[]): Message {
  const { row, agreed, askedBy, link } = scene;
  return {
    blocks: [
      { kind: "text", text: `Still waits for ${listed(still.flatMap((member) => member.matrixIds))}:` },
      { kind: "text", text: headline(row) },
      {
        kind: "list",
        items: [
          `Run \`${row.run}\`, asked by ${askedBy}; open until **${moment(row.expiresAt)}**`,
          `Voices: ${soFar(row, agreed)}`,
          ...howToAnswer(scene).map((line) => line.replace("react with", "react to the question with")),
          ...(link === null ? [] : [link]),
        ],
      },
    ],
    mentions: still.flatMap((member) => member.matrixIds).slice(0, mostRung),
  };
}
