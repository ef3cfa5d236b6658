// Files of credit transfers for a bank: written, and held against ISO 20022's message definition. Pure: who calls it
// holds the account numbers, and nothing of them is kept.
export { makeBankFile, referenceOf, type BankBatch, type BankPayable, type MadeFile } from "./bank-file.ts";
export { checkTransfers } from "./check.ts";
