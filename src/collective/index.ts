// Open Collective: where a fiscal host keeps the co-op's money and pays from it. A request for money is made there at
// most once: each has a key of ours, is looked for before it is made, and is made only right after a look, one at a
// time. Its ledger and what it holds are read for the books, and for the budgets. Tokens of members are kept sealed;
// bank details never come here.
export { lookAtCollective } from "./check-up.ts";
export { openCollective, type CollectiveParts } from "./open.ts";
export { readSealingKey } from "./seal.ts";
export type * from "./types.ts";
