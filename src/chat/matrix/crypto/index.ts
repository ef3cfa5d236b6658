// End-to-end encryption of the bot's one device: matrix-bot-sdk's own client is not used, because it sends clear text
// when it cannot ask, never cross-signs its device and waits for queries that only it could make (DECISIONS.md).
// Fail closed: a room once known as encrypted never gets clear text, whatever the homeserver answers.
// The keys are on disk before the code that uses them goes on.
export { openCrypto, type Crypto, type CryptoSettings } from "./crypto.ts";
export type { DeviceChanges } from "./receive.ts";
export type { Decrypted } from "./decrypt.ts";
export type { KeysFor, Readers } from "./encrypt.ts";
export type { IdentitySettings } from "./identity.ts";
