import { say } from "../message.ts";
import { transactionIdOf, type Claimed } from "../outbox.ts";
import type { Outgoing } from "../transport.ts";
import { path, type Api } from "./api.ts";
import {
  editContent,
  fileContent,
  filesOf,
  messageContent,
  reactionContent,
  type Content,
} from "./content.ts";
import type { Crypto } from "./crypto/index.ts";
import type { DirectRoom } from "./direct-rooms.ts";
import { failureOf } from "./failure.ts";
import type { Rooms } from "./rooms.ts";

/** What is stored before the first try and sent unchanged at every try: for encrypted rooms, the ciphertext. */
export interface Wire {
  room: string;
  parts: WirePart[];
}
export type WirePart =
  | { kind: "event"; type: string; content: Content; transactionId: string }
  | { kind: "redaction"; redacts: string; why?: string; transactionId: string };

export interface WireParts {
  api: Api;
  crypto: Crypto;
  rooms: Rooms;
  /** The room with one person, made when there is none. */
  directRoom: DirectRoom;
  /** The bytes of a file that is kept beside its message. */
  parcel?: ((id: string) => Buffer | undefined) | undefined;
}

/** Makes ready what is to be sent. Rejects when the room's encryption cannot be known: then nothing is sent. */
export async function makeWire(parts: WireParts, { out, target = "", alreadyRung }: Claimed): Promise<Wire> {
  const room =
    typeof out.room === "string" ? out.room : await parts.directRoom(out.room.direct, out.room.rather);
  const transactionId = transactionIdOf(out.key);
  const one = (part: WirePart): Wire => ({ room, parts: [part] });
  switch (out.kind) {
    case "message":
      return { room, parts: await messageParts(parts, room, out) };
    case "edit": {
      const content = editContent(out, target, alreadyRung);
      return one({ kind: "event", ...(await seal(parts, room, content)), transactionId });
    }
    case "reaction": {
      const content = reactionContent(target, out.symbol);
      return one({ kind: "event", type: "m.reaction", content, transactionId });
    }
    case "redaction": {
      const why = out.why === undefined ? {} : { why: out.why };
      return one({ kind: "redaction", redacts: target, transactionId, ...why });
    }
  }
}

/** Whether a stored wire would put clear text into a room that has been encrypted since. */
export async function isOutdated(wire: Wire, crypto: Crypto): Promise<boolean> {
  const isClear = wire.parts.some((part) => part.kind === "event" && part.type === "m.room.message");
  return isClear && (await crypto.rooms.isEncrypted(wire.room));
}

/** Whether it would be made the same again, so that it need not be on disk before the first try. */
export function isRepeatable({ parts }: Wire): boolean {
  const isSealed = parts.some((part) => part.kind === "event" && part.type === "m.room.encrypted");
  // Files are uploaded anew under another address.
  return !isSealed && parts.length === 1;
}

/** Sends the wire; answers the event id of its first part. Repeating it is harmless: same transaction, same event. */
export async function sendWire(api: Api, { room, parts }: Wire): Promise<string> {
  let first: string | undefined;
  for (const part of parts) {
    const endpoint =
      part.kind === "event"
        ? path`/_matrix/client/v3/rooms/${room}/send/${part.type}/${part.transactionId}`
        : path`/_matrix/client/v3/rooms/${room}/redact/${part.redacts}/${part.transactionId}`;
    const body = part.kind === "event" ? part.content : { ...(part.why && { reason: part.why }) };
    const { event_id: eventId } = await api.call<{ event_id: string }>("PUT", endpoint, { body });
    first ??= eventId;
  }
  if (first === undefined) throw new Error("nothing to send");
  return first;
}

async function messageParts(
  parts: WireParts,
  room: string,
  out: Extract<Outgoing, { kind: "message" }>,
): Promise<WirePart[]> {
  const transactionId = transactionIdOf(out.key);
  const contents = [messageContent(out)];
  for (const { name, text, parcel } of filesOf(out.message)) {
    const bytes = (parcel === undefined ? undefined : parts.parcel?.(parcel)) ?? Buffer.from(text);
    contents.push(await contentOfFile(parts, room, out, { name, bytes }));
  }
  const made: WirePart[] = [];
  for (const [index, content] of contents.entries())
    made.push({
      kind: "event",
      ...(await seal(parts, room, content)),
      transactionId: index === 0 ? transactionId : `${transactionId}.${index}`,
    });
  return made;
}

/** A file that the homeserver will never take does not keep the text back: in its place stands why. */
async function contentOfFile(
  parts: WireParts,
  room: string,
  out: Extract<Outgoing, { kind: "message" }>,
  { name, bytes }: { name: string; bytes: Buffer },
): Promise<Content> {
  try {
    return fileContent(out, name, bytes.length, await upload(parts, room, name, bytes));
  } catch (thrown) {
    const failure = failureOf(thrown);
    if (failure.kind !== "refused") throw thrown;
    const why = `The file \`${name}\` (${bytes.length} bytes) could not be sent: the homeserver refused it.`;
    return messageContent({ ...out, message: say(why, { list: [failure.words] }) });
  }
}

async function seal(
  { crypto, rooms }: WireParts,
  room: string,
  content: Content,
): Promise<{ type: string; content: Content }> {
  const type = "m.room.message";
  if (!(await crypto.rooms.isEncrypted(room))) return { type, content };
  const encrypted = await crypto.encrypt(room, type, content, () => rooms.readers(room));
  return { type: "m.room.encrypted", content: encrypted };
}

async function upload(
  { api, crypto }: WireParts,
  room: string,
  name: string,
  bytes: Buffer,
): Promise<Content> {
  if (!(await crypto.rooms.isEncrypted(room))) return { url: await api.upload(bytes, "text/plain", name) };
  const encrypted = crypto.encryptFile(bytes);
  // The name is part of the encrypted message and not for the server to know.
  const url = await api.upload(encrypted.bytes, "application/octet-stream", "file");
  return { file: { ...encrypted.info, url } };
}
