import type { Message } from "../chat/message.ts";
import { entitled } from "./entitled.ts";
import { sceneOf, type Desk } from "./parts.ts";
import { howToAnswer, mostRung, shownAsk, type Scene } from "./question.ts";
import { moment } from "./words.ts";

/** How long after a homeserver's silence it is asked again who is in a room, ms. */
const againMs = 60_000;

/** Sees to it that a question is heard of where those are who may answer it. */
export interface Elsewhere {
  /** Looks, in its own time, whether enough of them are in the room of this question. */
  look(id: string): void;
  stop(): void;
}

/**
 * A question is asked where the run was asked for. When fewer of those who may answer are in that room than it takes,
 * it is told in the default room as well, once: a bell in a room rings nobody who is not in it.
 */
export function openElsewhere(desk: () => Desk): Elsewhere {
  const waiting = new Set<() => void>();
  let stopped = false;
  const look = (id: string): void => {
    tellElsewhere(desk(), id).catch((thrown: unknown) => {
      if (stopped) return;
      const { clock, report } = desk();
      report?.(thrown);
      const cancel = clock.after(againMs, () => {
        waiting.delete(cancel);
        look(id);
      });
      waiting.add(cancel);
    });
  };
  return {
    look,
    stop() {
      stopped = true;
      for (const cancel of waiting) cancel();
    },
  };
}

async function tellElsewhere(desk: Desk, id: string): Promise<void> {
  const { db, rows, people, outbox, defaultRoom, isIn } = desk;
  const row = rows.get(id);
  if (row?.status !== "open" || row.room === null || isIn === undefined) return;
  const { room } = row;
  // One of many, such as an entry of work, would only fill the room in which others are told.
  if (defaultRoom === null || room === defaultRoom || row.quiet) return;
  let there = 0;
  for (const { matrixIds } of entitled(people, row)) {
    const found = await Promise.all(matrixIds.map((matrixId) => isIn(room, matrixId)));
    if (found.includes(true)) there += 1;
  }
  if (there >= row.needed) return;
  db.tx(() => {
    // While the homeserver was asked, it may have been settled.
    const now = rows.get(id);
    if (now?.status !== "open") return;
    outbox.post({
      kind: "message",
      key: `${id}/elsewhere`,
      room: defaultRoom,
      message: elsewhereMessage(sceneOf(desk, now)),
    });
  });
}

function elsewhereMessage(scene: Scene): Message {
  const { row, mayAnswer, askedBy, link } = scene;
  const { blocks, attachment } = shownAsk(scene);
  const items = [
    `Run \`${row.run}\`, asked by ${askedBy}; open until **${moment(row.expiresAt)}**`,
    ...howToAnswer(scene).map((line) => line.replace(/react with \S+, or /, "")),
    ...(link === null ? [] : [link]),
  ];
  return {
    blocks: [
      {
        kind: "text",
        text: "Too few of those who may answer are in the room where this was asked, so also here:",
      },
      ...blocks,
      { kind: "list", items },
    ],
    mentions: mayAnswer.flatMap((member) => member.matrixIds).slice(0, mostRung),
    ...(attachment && { attachment }),
  };
}
