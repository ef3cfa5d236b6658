// The audit trail: an append-only chain of hashes. Each row is written in the transaction of the change that it
// tells of, so that neither can exist without the other. `verify` walks the chain; the day's head is posted in
// the operators' room, where it lives on many servers: a witness nobody can rewrite.
export { openAudit, type Audit, type AuditRow } from "./audit.ts";
export { dayHead, verifyAgainst } from "./day-head.ts";
