import type { MatrixId } from "../../core/terms.ts";
import type { Message } from "../message.ts";
import { render } from "../render.ts";

/** A message of the rooms as the terminal knows it. */
export interface Shown {
  /** What people call it by, such as in `/react ✅ 3`. */
  number: number;
  eventId: string;
  room: string;
  sender: MatrixId;
  /** The text as it stands now, after edits. */
  text: string;
  /** Whom it names and rings. */
  rings: MatrixId[];
  /** The number of the message that it answers. */
  replyTo?: number;
  /** An approval's question: what `/react` means unless a number is given. */
  isQuestion: boolean;
  attachment?: { name: string; text: string };
  edits: number;
}

export interface Board {
  add(shown: Omit<Shown, "number" | "edits">): Shown;
  /** Gives an own message a new text; answers the lines that are new, or undefined when it is not known here. */
  edit(eventId: string, message: Message): { shown: Shown; news: string[] } | undefined;
  byEvent(eventId: string): Shown | undefined;
  /** By its number; negative ones count from the last: -1 is the newest. */
  byNumber(number: number): Shown | undefined;
  newestQuestion(): Shown | undefined;
  all(): readonly Shown[];
}

/** What has been said in the rooms since the start, numbered. */
export function openBoard(): Board {
  const said: Shown[] = [];
  const byEvent = new Map<string, Shown>();
  return {
    add(shown) {
      const numbered = { ...shown, number: said.length + 1, edits: 0 };
      said.push(numbered);
      byEvent.set(shown.eventId, numbered);
      return numbered;
    },
    edit(eventId, message) {
      const shown = byEvent.get(eventId);
      if (shown === undefined) return undefined;
      const before = new Set(shown.text.split("\n"));
      shown.text = render(message).body;
      shown.edits++;
      return {
        shown,
        news: shown.text.split("\n").filter((line) => line.trim() !== "" && !before.has(line)),
      };
    },
    byEvent: (eventId) => byEvent.get(eventId),
    byNumber: (number) => (number > 0 ? said[number - 1] : said.at(number)),
    newestQuestion: () => said.findLast((shown) => shown.isQuestion),
    all: () => said,
  };
}
