// Matrix as a way into the house: hears rooms through /sync, speaks through the outbox, encrypted as a rule.
// In: every event reaches the inbox in the transaction of its sync token, gaps are filled, late keys are tried again.
// Out: ciphertext is stored before the first try and every try has the same transaction id, so all is said once.
// The device is cross-signed; rooms once known as encrypted never get clear text; facts and reasons in DECISIONS.md.
// Nothing here knows commands, roles or approvals.
export { openMatrix, type MatrixParts, type MatrixSettings, type MatrixTransport } from "./open-matrix.ts";
export { login, type LoggedIn } from "./login.ts";
