import { index, integer, sqliteTable, text } from "drizzle-orm/sqlite-core";

/** Every event that reached us, once, written in the turn of the sync token that delivered it. */
export const inbox = sqliteTable(
  "inbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    eventId: text("event_id").notNull().unique(),
    room: text("room").notNull(),
    /** `undecryptable` events are tried again when keys arrive. */
    state: text("state", { enum: ["pending", "undecryptable", "done"] }).notNull(),
    /** The raw event (undecryptable) or an Incoming (pending, done), as JSON. */
    event: text("event").notNull(),
    arrivedAt: text("arrived_at").notNull(),
    doneAt: text("done_at"),
  },
  (table) => [index("inbox_state").on(table.state, table.seq)],
);

/** Every message that shall leave, once. `key` says what it is for; the transaction id derives from it. */
export const outbox = sqliteTable(
  "outbox",
  {
    seq: integer("seq").primaryKey({ autoIncrement: true }),
    key: text("key").notNull().unique(),
    room: text("room").notNull(),
    kind: text("kind", { enum: ["message", "edit", "reaction", "redaction"] }).notNull(),
    /** The Outgoing as JSON. */
    content: text("content").notNull(),
    /** What goes over the wire, stored before the first try: a retry must send the same bytes. */
    wireType: text("wire_type"),
    wire: text("wire"),
    state: text("state", { enum: ["queued", "sent", "superseded", "refused"] }).notNull(),
    eventId: text("event_id"),
    attempts: integer("attempts").notNull().default(0),
    /** Why the room refused it, in words. */
    refusal: text("refusal"),
    notBefore: integer("not_before").notNull().default(0),
    queuedAt: text("queued_at").notNull(),
    sentAt: text("sent_at"),
  },
  (table) => [index("outbox_state").on(table.state, table.seq), index("outbox_event").on(table.eventId)],
);

/** What a transport must remember over restarts: sync token, filter, device, rooms. */
export const chatState = sqliteTable("chat_state", {
  key: text("key").primaryKey(),
  value: text("value").notNull(),
});
