// Rooms: what is heard lands once in the inbox, what is said leaves once through the outbox, and a transport stands
// between them and people: Matrix (opened by main from chat/matrix) or the console. Messages are written once and
// rendered here as plain text and HTML. This room knows nothing of commands, roles or approvals; it hands on what
// was said and says what it is handed.
export { say, sayProblem, type Block, type Message, type SayMore } from "./message.ts";
export { render, type Rendered } from "./render.ts";
export { sayProgress, type Told } from "./progress.ts";
export { openInbox, type DurableInbox } from "./inbox.ts";
export { openOutbox, transactionIdOf, type Claimed, type OutboxQueue } from "./outbox.ts";
export * from "./console.ts";
export type { Inbox, Incoming, Listener, Outbox, Outgoing, Room, Transport, Trust } from "./transport.ts";
