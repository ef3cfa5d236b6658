import { setTimeout as sleep } from "node:timers/promises";
import { messageOf } from "../../core/problem.ts";
import {
  replyTargetUnknown,
  sentFileNotGiven,
  sentFileTooLarge,
  sentFileUnreadable,
} from "../../core/problems/chat.ts";
import { MatrixId } from "../../core/terms.ts";
import type { SentFile, Trust } from "../transport.ts";
import { path, type Api } from "./api.ts";
import type { Crypto } from "./crypto/index.ts";
import { failureOf } from "./failure.ts";
import { BodyTooLarge, withSignal } from "./http.ts";
import { asRawEvent, isRecord, type RawEvent } from "./raw-event.ts";

export interface SentFileParts {
  api: Pick<Api, "call" | "download">;
  crypto: Pick<Crypto, "decrypt" | "decryptFile">;
}

/** The kinds of message that are a file (Matrix specification, "m.room.message msgtypes"). */
const fileKinds = new Set<unknown>(["m.file", "m.image", "m.audio", "m.video"]);
const longestName = 100;
/** A key that has not come by then is not on its way: the command that replies was heard after the file. */
const keyMs = 5_000;
const lookMs = 250;

/**
 * The file that an event of a room is; undefined when the event is none. What the sender says of the size is not
 * believed: the download ends at `mostBytes`. An edit changes nothing: what was sent first counts, as with commands.
 * Problems as in `Transport.fileOf`; rejects with another error when the homeserver is away.
 */
export async function sentFile(
  parts: SentFileParts,
  room: string,
  eventId: string,
  { mostBytes, signal }: { mostBytes: number; signal?: AbortSignal },
): Promise<SentFile | undefined> {
  const work = async (): Promise<SentFile | undefined> => {
    const { event, trust } = await read(parts, room, await fetchEvent(parts, room, eventId));
    const { msgtype } = event.content;
    if (event.type !== "m.room.message" || !fileKinds.has(msgtype)) return undefined;
    const sender = MatrixId.safeParse(event.sender);
    if (!sender.success) throw replyTargetUnknown({ reason: "its sender has no proper Matrix id" });
    const name = shownName(event.content);
    return { name, bytes: await bytesOf(parts, event.content, name, mostBytes), sender: sender.data, trust };
  };
  return signal === undefined ? work() : withSignal(signal, work);
}

/** Asked in the room of the command: an event of another room is not there, whatever a forged reply names. */
async function fetchEvent({ api }: SentFileParts, room: string, eventId: string): Promise<RawEvent> {
  let answer: unknown;
  try {
    answer = await api.call("GET", path`/_matrix/client/v3/rooms/${room}/event/${eventId}`);
  } catch (thrown) {
    const { kind, words, code } = failureOf(thrown);
    if (kind !== "refused") throw away("the message that this replies to", words, thrown);
    const reason = code === "M_NOT_FOUND" ? "there is no such message in this room" : words;
    throw replyTargetUnknown({ reason }, thrown);
  }
  const event = asRawEvent(answer);
  if (event === undefined) throw replyTargetUnknown({ reason: "the homeserver's answer is no message" });
  const unsigned = isRecord(answer) ? answer["unsigned"] : undefined;
  if (isRecord(unsigned) && unsigned["redacted_because"] !== undefined)
    throw replyTargetUnknown({ reason: "it was taken back" });
  return event;
}

async function read(
  { crypto }: SentFileParts,
  room: string,
  event: RawEvent,
): Promise<{ event: RawEvent; trust: Trust }> {
  if (event.type !== "m.room.encrypted") return { event, trust: "clear" };
  let decrypted = await crypto.decrypt(room, event);
  // Keys go their own way and may come after what they open, as when the file was sent a moment ago.
  for (
    let waitedMs = 0;
    !decrypted.readable && decrypted.keyMayCome && waitedMs < keyMs;
    waitedMs += lookMs
  ) {
    await sleep(lookMs);
    decrypted = await crypto.decrypt(room, event);
  }
  if (decrypted.readable) return decrypted;
  const reason = decrypted.keyMayCome ? "its key has not come to this device" : "it cannot be decrypted";
  throw replyTargetUnknown({ reason }, new Error(decrypted.reason));
}

async function bytesOf(
  { api, crypto }: SentFileParts,
  content: RawEvent["content"],
  file: string,
  mostBytes: number,
): Promise<Buffer> {
  const { file: sealed, url } = content;
  const address = mediaPath(isRecord(sealed) ? sealed["url"] : url);
  if (address === undefined)
    throw sentFileUnreadable({ file, reason: "its message names no place where it lies" });
  let bytes: Buffer;
  try {
    bytes = await api.download(address, mostBytes);
  } catch (thrown) {
    if (thrown instanceof BodyTooLarge)
      throw sentFileTooLarge({ file, mostMb: mostBytes / 1024 / 1024 }, thrown);
    const { kind, words } = failureOf(thrown);
    if (kind !== "refused") throw away(`the file ${file}`, words, thrown);
    throw sentFileNotGiven({ file, reason: words }, thrown);
  }
  if (!isRecord(sealed)) return bytes;
  try {
    return crypto.decryptFile(bytes, sealed);
  } catch (thrown) {
    const reason = /hash mismatch/i.test(messageOf(thrown))
      ? "its SHA-256 is another one than its message says"
      : "what its message says of its encryption makes no sense";
    throw sentFileUnreadable({ file, reason }, thrown);
  }
}

/** Passing: whoever asked tries again. */
function away(what: string, words: string, cause: unknown): Error {
  return new Error(`the homeserver did not give ${what}: ${words}`, { cause });
}

/**
 * Where the client API gives a file, to those who are logged in (since version 1.11 of the specification); undefined
 * when the address is no `mxc://server/id`. The parts go into a path, so they are taken by their grammar only.
 */
export function mediaPath(address: unknown): string | undefined {
  if (typeof address !== "string") return undefined;
  const grammar =
    /^mxc:\/\/((?:[\dA-Za-z][\dA-Za-z.-]{0,254}|\[[\dA-Fa-f:.]{2,45}\])(?::\d{1,5})?)\/([\w-]{1,255})$/;
  const [, server, id] = grammar.exec(address) ?? [];
  if (server === undefined || id === undefined) return undefined;
  return path`/_matrix/client/v1/media/download/${server}/${id}`;
}

/**
 * A file's name as it may be shown: the last part of a path, without anything that steers, hides or breaks a line,
 * at most 100 characters. Where there is a `filename`, `body` is what the sender says of the file.
 */
export function shownName({ filename, body }: RawEvent["content"]): string {
  const said = [filename, body].find((text) => typeof text === "string") ?? "";
  const name = said
    .split(/[/\\]/)
    .at(-1)
    // Control characters, direction marks, lone halves of a pair, what stands for nothing.
    ?.replaceAll(/\p{C}|\p{Zl}|\p{Zp}/gu, "")
    .replaceAll("`", "'")
    .trim();
  if (name === undefined || name === "") return "file";
  const letters = Array.from(name);
  return letters.length <= longestName ? name : `${letters.slice(0, longestName - 1).join("")}…`;
}
