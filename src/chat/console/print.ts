import type { MatrixId } from "../../core/terms.ts";
import type { Shown } from "./board.ts";
import { ink, inkOf, paintBody, visibleLength, type Look } from "./look.ts";

const gutter = "     ";
const longestLine = 110;

/** `@ana:demo` as people call her. */
export function nameOf(id: string): string {
  return id.replace(/^@/, "").replace(/:.*$/s, "");
}

/** Whether head and text have room on one line. */
function fits(look: Look, head: string, text: string): boolean {
  const width = visibleLength(head) + 2 + text.length;
  return !text.includes("\n") && width <= Math.min(look.width ?? longestLine, longestLine);
}

function who(look: Look, id: MatrixId, bot: MatrixId): string {
  const name = ink(look, id === bot ? "magenta" : inkOf(id), nameOf(id));
  return ink(look, "bold", name);
}

/** How messages, edits and reactions look in the terminal: whole lines, without the last line end. */
export function printer(look: Look, bot: MatrixId, several: () => boolean) {
  const tag = (room: string): string => (several() ? ink(look, "dim", ` in ${roomName(room)}`) : "");
  const number = (shown: Shown): string => ink(look, "dim", String(shown.number).padStart(3));

  return {
    /** Short messages on one line, long ones under a heading; a rung bell is seen. */
    message(shown: Shown): string {
      const lines = paintBody(look, shown.text, shown.rings, gutter);
      const reply = shown.replyTo === undefined ? "" : ink(look, "dim", ` ↩ ${shown.replyTo}`);
      const bell = shown.rings.length === 0 ? "" : ` 🔔 ${shown.rings.map(nameOf).join(", ")}`;
      const head = `${number(shown)}  ${who(look, shown.sender, bot)}${tag(shown.room)}${reply}${bell}`;
      const file =
        shown.attachment &&
        ink(look, "dim", `${gutter}with the file ${shown.attachment.name} (/show ${shown.number})`);
      const short = lines.length === 1 && bell === "" && fits(look, head, shown.text);
      const body = short ? [`${head}  ${lines[0]?.trimStart() ?? ""}`] : [head, ...lines];
      return [...body, ...(file === undefined ? [] : [file])].join("\n");
    },
    /** Only what the edit changed, on one line where it fits. */
    edit(shown: Shown, news: readonly string[]): string {
      const head = `${number(shown)}  ${who(look, shown.sender, bot)}${tag(shown.room)} ${ink(look, "dim", "edited")}`;
      const changed = news.map((line) => line.replace(/^- /, "").trim());
      const compact = changed.join(" · ");
      if (news.length > 0 && fits(look, head, compact))
        return `${head}  ${paintBody(look, compact, shown.rings, "").join(" ")}`;
      return [head, ...paintBody(look, news.join("\n"), shown.rings, gutter)].join("\n");
    },
    reaction(sender: MatrixId, symbol: string, on: Shown | undefined): string {
      const target = on === undefined ? "an older message" : String(on.number);
      return ink(look, "dim", `${gutter}${nameOf(sender)} reacted ${symbol} to ${target}`);
    },
    takenBack(sender: MatrixId, what: string): string {
      return ink(look, "dim", `${gutter}${nameOf(sender)} took back ${what}`);
    },
    /** What the terminal itself has to say; not part of the room. */
    aside(text: string): string {
      const plain = { ...look, width: look.width, colours: false };
      return paintBody(plain, text, [], gutter)
        .map((line) => ink(look, "dim", line === "" ? gutter : line))
        .join("\n");
    },
    prompt(person: MatrixId, room: string): string {
      const place = several() ? ` in ${roomName(room)}` : "";
      return `${ink(look, inkOf(person), nameOf(person))}${place}> `;
    },
  };
}

export type Printer = ReturnType<typeof printer>;

/** Rooms by their first part; rooms of two by whose they are. */
export function roomName(room: string): string {
  return room.startsWith("direct:")
    ? `private with ${nameOf(room.slice("direct:".length))}`
    : room.replace(/:.*$/s, "");
}
