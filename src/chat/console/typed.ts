import { MatrixId } from "../../core/terms.ts";
import type { ConsoleTransport } from "./open-console.ts";
import { nameOf, roomName } from "./print.ts";

export interface TypedParts {
  console: ConsoleTransport;
  /** Who may be spoken as; the first speaks at the beginning. Others can be made up with `/as`. */
  persons: readonly [MatrixId, ...MatrixId[]];
  /** When given, a line is a command without having to begin with it, and `/say` says something without. */
  prefix?: string;
}

export interface Typed {
  /** One line as it was typed. False when it asked to leave. */
  line(typed: string): boolean;
  prompt(): string;
  /** What the terminal's own words are. */
  help(): string;
}

interface Seat extends TypedParts {
  person: MatrixId;
  room: string;
}

/** Words of the terminal begin with a slash; every other line is said by the person who speaks at the moment. */
export function openTyped(parts: TypedParts): Typed {
  const { console: rooms } = parts;
  const seat: Seat = { ...parts, person: parts.persons[0], room: rooms.rooms[0] };
  return {
    prompt: () => rooms.print.prompt(seat.person, seat.room),
    help: () => help(seat),
    line(typed) {
      const text = typed.trim();
      if (text === "") return true;
      if (!text.startsWith("/")) {
        rooms.say(seat.person, withPrefix(text, seat.prefix), where(seat));
        return true;
      }
      const [word = "", ...rest] = text.slice(1).split(/\s+/);
      if (word === "quit" || word === "exit") return false;
      const answer = own(seat, word, rest, text);
      if (answer !== "") rooms.write(rooms.print.aside(answer));
      return true;
    },
  };
}

function where({ room }: Seat): { room: string } | { direct: true } {
  return room.startsWith("direct:") ? { direct: true } : { room };
}

function withPrefix(text: string, prefix: string | undefined): string {
  if (prefix === undefined || text === prefix || text.startsWith(`${prefix} `)) return text;
  return `${prefix} ${text}`;
}

/** The terminal's own words; answers what is to be said beside the room. */
function own(seat: Seat, word: string, rest: string[], text: string): string {
  const { console: rooms } = seat;
  switch (word) {
    case "as":
      return speakAs(seat, rest[0]);
    case "who":
      return seat.persons.map((id) => `${nameOf(id)} (${id})`).join("\n");
    case "room":
      return goTo(seat, rest[0]);
    case "say":
      rooms.say(seat.person, text.slice("/say".length).trim(), where(seat));
      return "";
    case "direct":
      rooms.say(seat.person, text.slice("/direct".length).trim(), { direct: true });
      return "";
    case "react":
      return react(seat, rest[0], rest[1]);
    case "unreact":
      return unreact(seat, rest[0]);
    case "show":
      return show(seat, rest[0]);
    case "help":
      return help(seat);
    default:
      return `There is no /${word} here.\n${help(seat)}`;
  }
}

function speakAs(seat: Seat, name: string | undefined): string {
  if (name === undefined) return `You speak as ${nameOf(seat.person)}. To change: /as ${others(seat)}`;
  const known = seat.persons.find((id) => id === name || nameOf(id) === name.replace(/^@/, ""));
  const made = MatrixId.safeParse(
    name.includes(":") ? name : `@${name}:${seat.person.replace(/^[^:]*:/, "")}`,
  );
  if (known === undefined && !made.success)
    return `${name} is nobody who could speak; such as: /as ${others(seat)}`;
  seat.person = known ?? made.data ?? seat.person;
  if (seat.room.startsWith("direct:")) seat.room = `direct:${seat.person}`;
  return known === undefined
    ? `You speak as ${seat.person}, whom nobody here knows.`
    : `You speak as ${nameOf(known)}.`;
}

function others(seat: Seat): string {
  return seat.persons
    .filter((id) => id !== seat.person)
    .map(nameOf)
    .join(" or ");
}

function goTo(seat: Seat, name: string | undefined): string {
  const { rooms } = seat.console;
  const room =
    name === "private"
      ? `direct:${seat.person}`
      : rooms.find((one) => one === name || roomName(one) === name);
  if (room === undefined)
    return `Rooms: ${rooms.map(roomName).join(", ")}, private. To go there: /room ${roomName(rooms[0])}`;
  seat.room = room;
  return `You are in ${roomName(room)}.`;
}

function react(seat: Seat, symbol: string | undefined, typed: string | undefined): string {
  const { console: chat } = seat;
  const { board } = chat;
  if (symbol === undefined) return "Which one? Such as: /react ✅, or /react ❌ 3 for message 3";
  const target = typed === undefined ? board.newestQuestion() : board.byNumber(Number(typed));
  if (target === undefined)
    return typed === undefined
      ? "Nothing was asked since this terminal was opened. To react to a message, give its number: /react 👍 1"
      : `There is no message ${typed}.`;
  chat.react(seat.person, target.eventId, symbol);
  return "";
}

function unreact(seat: Seat, typed: string | undefined): string {
  const { console: chat } = seat;
  const target = typed === undefined ? undefined : chat.board.byNumber(Number(typed))?.eventId;
  if (typed !== undefined && target === undefined) return `There is no message ${typed}.`;
  const gone = chat.unreact(seat.person, target);
  return gone === undefined ? `${nameOf(seat.person)} has no reaction to take back.` : "";
}

function show(seat: Seat, typed: string | undefined): string {
  const shown = seat.console.board.byNumber(Number(typed ?? "-1"));
  if (shown === undefined) return `There is no message ${typed ?? ""}.`;
  const { attachment } = shown;
  return attachment === undefined
    ? shown.text
    : `${shown.text}\n\n--- ${attachment.name}\n${attachment.text}`;
}

function help(seat: Seat): string {
  const said =
    seat.prefix === undefined
      ? "What you type is said in the room."
      : `What you type is a command to the bot (${seat.prefix} goes without saying).`;
  return [
    said,
    `${`/as ${others(seat) || "bo"}`.padEnd(15)} speak as somebody else, known here or not`,
    "/react ✅       react to the newest question; to message 3: /react ✅ 3",
    "/unreact        take your newest reaction back; the one on 3: /unreact 3",
    ...(seat.prefix === undefined ? [] : ["/say hello      say something that is no command"]),
    "/direct …       say something to the bot alone",
    "/room private   go to another room",
    "/show 3         message 3 as it is now, with its file",
    "/who            who can be spoken as",
    "/quit           leave",
  ].join("\n");
}
