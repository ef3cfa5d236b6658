// The one SQLite file: schema, opening with a lock of its own, migrations at start, group commit.
// Everything that must not be lost is written through `tx` (now) or `write` (with this turn's commit).
// One process per file: a second one is refused, because two engines would run every workflow twice.
// Trades get a Db and keep their own queries; nobody else opens the file.
export { openDb, type Db, type Orm } from "./open.ts";
export { batchRows, inBatches } from "./in-batches.ts";
export { isDiskFull, writeOrGoOn } from "./disk-full.ts";
export * as schema from "./schema/index.ts";
