// Statements of banks: CAMT.053, MT940, OFX, CSV by a mapping, JSON. Pure: bytes in, statements out, or a Problem that
// says what cannot be read. A file is read whole or not at all; balances add up and chain, or are named.
export { formatOf } from "./guess.ts";
export { identified, type IdentifiedLine } from "./identified.ts";
export { csvMappingOf, type CsvMapping } from "./mapping.ts";
export { mappingFor, presets } from "./presets.ts";
export { readStatements, refuseLargerStatement, type HowToRead } from "./read.ts";
export type { Balance, Statement, StatementFormat, StatementLine } from "./types.ts";
