/**
 * The interface between rooms and the rest of the house. Two transports implement it: Matrix and the console.
 * In: every event lands in the inbox once (by event id), in the same turn as the transport's own progress.
 * Out: every message waits in the outbox under a key of its own; the transport sends each once.
 */
import type { MatrixId } from "../core/terms.ts";
import type { Problem } from "../core/problem.ts";
import type { Message } from "./message.ts";

interface Heard {
  eventId: string;
  room: string;
  sender: MatrixId;
  /** The server's time of the event, ms since 1970. */
  at: number;
}

/** How sure we are of who sent it: a cross-signed device, some device in an encrypted room, or clear text. */
export type Trust = "verified" | "unverified" | "clear";

export type Incoming =
  | (Heard & {
      kind: "message";
      text: string;
      /** formatted_body, if any: pills are read from it. */
      html?: string;
      threadRoot?: string;
      /** The event that it answers; not what a thread names only for clients that know no threads. */
      repliesTo?: string;
      /** The bot was mentioned by pill or `m.mentions`. */
      mentioned: boolean;
      /** A room of two: every message is meant for the bot. */
      direct: boolean;
      trust: Trust;
    })
  | (Heard & { kind: "reaction"; target: string; symbol: string })
  | (Heard & { kind: "redaction"; redacts: string })
  /** Somebody of the room could not be read; said once per room and session. */
  | (Heard & { kind: "undecryptable" })
  /** Words without encryption in an encrypted room: nobody's command, for any homeserver there could have made them. */
  | (Heard & { kind: "unencrypted"; text: string; html?: string; mentioned: boolean; direct: boolean });

/**
 * Where a message goes: a room, or the encrypted room with one person alone. That is `rather` where it is fit for it,
 * else one that is there already, else it is made.
 */
export type Room = string | { direct: MatrixId; rather?: string };

export type Outgoing =
  | {
      kind: "message";
      /** Unique for ever: `<event id>/reply`, `<run>/outcome`, `<approval id>/question`, … */
      key: string;
      room: Room;
      message: Message;
      replyTo?: string;
      threadRoot?: string;
      /** For one person's eyes, such as a key: the outbox keeps nothing of it once it has been sent or refused. */
      forget?: true;
    }
  /** A new text for an own message. Only the newest waiting edit of a target is sent, at least 2 s after the last. */
  | { kind: "edit"; key: string; room: Room; target: string; message: Message }
  | { kind: "reaction"; key: string; room: Room; target: string; symbol: string }
  | { kind: "redaction"; key: string; room: Room; target: string; why?: string };
// `target` is an event id, or `key:<outbox key>` of an own message that may not have been sent yet.

/** The outbox, as those who speak see it. */
export interface Outbox {
  /** Synchronous; joins the transaction that is open. The same key twice is said once. */
  post(out: Outgoing): void;
  /** The event id of an own message once it has been sent. */
  eventIdOf(key: string): string | undefined;
  /** The key of the own message that has this event id in this room. */
  keyOf(eventId: string, room: string): string | undefined;
  /** How many messages wait to be sent. */
  depth(): number;
}

/** The inbox, as transports see it. */
export interface Inbox {
  /** Keeps the event unless it is known. Synchronous; joins the open transaction. */
  keep(event: Incoming): boolean;
}

/**
 * What the house does with what is heard. Called in order, one at a time, until it returns; may be called
 * again after a crash.
 */
export type Listener = (event: Incoming) => Promise<void>;

/** A file that somebody sent into a room. */
export interface SentFile {
  /** To be shown, and never a path: text from outside, without folders, on one line. */
  name: string;
  bytes: Buffer;
  sender: MatrixId;
  trust: Trust;
}

export interface Transport {
  /** The bot's own id in this transport. */
  readonly self: MatrixId;
  start(): Promise<void>;
  /** Stops hearing, sends what waits (bounded in time), closes. */
  stop(): Promise<void>;
  /** For /healthz and doctor. */
  health(): { connected: boolean; lastSyncAt: number | null; outboxDepth: number; details: string };
  /**
   * Reactions on an own message as the server holds them now: open approvals are reconciled with it at start.
   * Undefined: the server will never show them, such as those of a room that the bot was removed from. Rejects when it
   * may later.
   */
  reactionsOn(
    room: string,
    eventId: string,
  ): Promise<{ eventId: string; sender: MatrixId; symbol: string; at: number }[] | undefined>;
  /** Whether somebody has joined a room that the bot is in. Left out: the transport knows of no rooms. */
  isIn?(room: string, matrixId: MatrixId): Promise<boolean>;
  /**
   * The file that an event of the room is, read and decrypted; undefined when the event is none. Problems:
   * reply-target-unknown, sent-file-unreadable, sent-file-not-given, sent-file-too-large. Rejects with anything else
   * when it may work later.
   */
  fileOf(
    room: string,
    eventId: string,
    options: { mostBytes: number; signal?: AbortSignal },
  ): Promise<SentFile | undefined>;
  /** The private halves of the bot's own identity, for its backup; null: there is none. Left out: it knows of none. */
  exportIdentity?(): Promise<IdentityKeys | null>;
  /**
   * The identity that the homeserver shows for a person; null: they have none. Left out: the transport knows of none.
   * Rejects when the homeserver does not answer.
   */
  identityOf?(matrixId: MatrixId): Promise<SeenIdentity | null>;
  /**
   * From now on a person's words count as theirs when they come from a device which the identity with this key has
   * signed. Nothing happens, and the answer is false, when their present identity has another key. Safe twice.
   */
  acceptIdentity?(matrixId: MatrixId, key: string): Promise<boolean>;
}

/**
 * With what a person signs their own devices, and the devices that it has signed and that have signed it: whoever
 * knows that one of these is the person's knows that the identity is. Keys are public, in unpadded base64.
 */
export interface SeenIdentity {
  /** The identity's own (master) key. */
  key: string;
  /** It is the one that was first seen, or was agreed to since. */
  counts: boolean;
  /** Without their names, which their maker chooses so that they look right. `id` is to be shown. */
  devices: { id: string; key: string }[];
}

/** The keys with which the bot signs its own devices, in unpadded base64. */
export interface IdentityKeys {
  user: string;
  master: string;
  selfSigning: string;
  userSigning: string;
}

/** Tells the operators what became of a room. The same key twice is said once. */
export type TellOperators = (room: Room, key: string, problem: Problem) => void;
