// IndexedDB kept in a SQLite file, because the crypto library can store its keys nowhere else and in memory they
// would be lost with the process: the bot would be a new, unknown device after every start.
// A committed transaction is on disk before the crypto code goes on. One process per file.
export { openDurableStore, type DurableStore } from "./durable-store.ts";
