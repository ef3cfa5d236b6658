import { index, integer, primaryKey, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Every event that reached us, once, written in the turn of the sync token that delivered it. */
export const inbox = sqliteTable(
  "inbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    eventId: text("event_id").notNull().unique(),
    room: text("room").notNull(),
    /** `undecryptable` events are tried again when keys arrive; `aside` are those that failed too often. */
    state: text("state", { enum: ["pending", "undecryptable", "done", "aside"] }).notNull(),
    /** The raw event (undecryptable) or an Incoming (all others), as JSON; null when it was never to be heard. */
    event: text("event").notNull(),
    /** The room key's session that an undecryptable event waits for. */
    session: text("session"),
    /** How often handling it failed, and how it failed last. */
    attempts: integer("attempts").notNull().default(0),
    fault: text("fault"),
    arrivedAt: text("arrived_at").notNull(),
    doneAt: text("done_at"),
  },
  (table) => [index("inbox_state").on(table.state, table.seq)],
);

/**
 * Which event showed an encrypted message first: a homeserver can show its ciphertext again at any time, as another
 * event. Kept for ever, as the session keys are that open it: some 150 bytes for each message that was read.
 */
export const sealedMessage = sqliteTable(
  "sealed_message",
  {
    session: text("session").notNull(),
    messageIndex: integer("message_index").notNull(),
    room: text("room").notNull(),
    /** Others can send a copy in their own name, even before it comes: it must not stand in its way. */
    sender: text("sender").notNull(),
    eventId: text("event_id").notNull(),
  },
  (table) => [primaryKey({ columns: [table.session, table.messageIndex, table.room, table.sender] })],
);

/** Every message that shall leave, once. `key` says what it is for; the transaction id derives from it. */
export const outbox = sqliteTable(
  "outbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    key: text("key").notNull().unique(),
    /** A room, or `direct:<Matrix id>` until it is sent. Order is kept among rows of the same room. */
    room: text("room").notNull(),
    kind: text("kind", { enum: ["message", "edit", "reaction", "redaction"] }).notNull(),
    /** What an edit, reaction or redaction is about: `key:<key>` of an own message where known, else an event id. */
    target: text("target"),
    /** The Outgoing as JSON. */
    content: text("content").notNull(),
    /** What goes over the wire, as JSON, stored before the first try: a retry must send the same bytes. */
    wire: text("wire"),
    state: text("state", { enum: ["queued", "sent", "superseded", "refused"] }).notNull(),
    eventId: text("event_id"),
    attempts: integer("attempts").notNull().default(0),
    /** Why the room refused it, or why it has to wait, in words. */
    refusal: text("refusal"),
    /** Not to be tried before, ms since 1970. */
    notBefore: integer("not_before").notNull().default(0),
    queuedAt: text("queued_at").notNull(),
    sentAt: text("sent_at"),
  },
  (table) => [
    index("outbox_state").on(table.state, table.seq),
    index("outbox_event").on(table.eventId),
    index("outbox_target").on(table.target, table.state),
  ],
);

/** What a transport must remember over restarts: sync token, filter, device, rooms. */
export const chatState = sqliteTable("chat_state", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
