/**
 * Writes a file of credit transfers: ISO 20022, pain.001.001.09 (CustomerCreditTransferInitiationV09), in the subset
 * that the SEPA credit transfer's guidelines ask for (EPC132-08, 2023 V1.0: names of 70 signs, charges by the service
 * level, a bank without a BIC called NOTPROVIDED). A pure function: same transfers, same file.
 */
import { inSepaLetters } from "./letters.ts";

export interface Account {
  name: string;
  /** Bare and checked. */
  iban: string;
  bic?: string | undefined;
}

export interface Transfer {
  /** At most 35 signs; it comes back with the bank statement. */
  endToEndId: string;
  /** Cents of euros, above zero. */
  amountMinor: bigint;
  to: Account;
  /** What the person reads. */
  text: string;
}

export interface TransferFile {
  /** At most 35 signs: the same file twice has the same, and the bank refuses the second. */
  messageId: string;
  /** `2026-11-26T20:00:00` in UTC. */
  createdAt: string;
  /** `2026-11-27`. */
  executeOn: string;
  from: Account;
  transfers: readonly Transfer[];
}

export const painNamespace = "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09";

export function writeTransfers(file: TransferFile): string {
  const { from, transfers } = file;
  const count = String(transfers.length);
  const sum = euros(transfers.reduce((total, { amountMinor }) => total + amountMinor, 0n));
  const content = element("CstmrCdtTrfInitn", [
    element("GrpHdr", [
      leaf("MsgId", file.messageId),
      leaf("CreDtTm", `${file.createdAt}Z`),
      leaf("NbOfTxs", count),
      leaf("CtrlSum", sum),
      element("InitgPty", [leaf("Nm", nameOf(from))]),
    ]),
    element("PmtInf", [
      leaf("PmtInfId", file.messageId),
      leaf("PmtMtd", "TRF"),
      // One line for each transfer on the statement: they are matched one by one.
      leaf("BtchBookg", "false"),
      leaf("NbOfTxs", count),
      leaf("CtrlSum", sum),
      element("PmtTpInf", [element("SvcLvl", [leaf("Cd", "SEPA")])]),
      element("ReqdExctnDt", [leaf("Dt", file.executeOn)]),
      element("Dbtr", [leaf("Nm", nameOf(from))]),
      accountOf("DbtrAcct", from),
      element("DbtrAgt", [bankOf(from)]),
      leaf("ChrgBr", "SLEV"),
      ...transfers.map(transferOf),
    ]),
  ]);
  const lines = element("Document", [content], ` xmlns="${painNamespace}"`);
  return `<?xml version="1.0" encoding="UTF-8"?>\n${lines.join("\n")}\n`;
}

function transferOf({ endToEndId, amountMinor, to, text }: Transfer): string[] {
  return element("CdtTrfTxInf", [
    element("PmtId", [leaf("EndToEndId", endToEndId)]),
    element("Amt", [leaf("InstdAmt", euros(amountMinor), ' Ccy="EUR"')]),
    ...(to.bic === undefined ? [] : [element("CdtrAgt", [bankOf(to)])]),
    element("Cdtr", [leaf("Nm", nameOf(to))]),
    accountOf("CdtrAcct", to),
    element("RmtInf", [leaf("Ustrd", inSepaLetters(text, 140))]),
  ]);
}

const nameOf = ({ name }: Account): string => inSepaLetters(name, 70);

function accountOf(tag: string, { iban }: Account): string[] {
  return element(tag, [element("Id", [leaf("IBAN", iban)])]);
}

/** Whose bank is not named says so: the bank finds it by the IBAN. */
function bankOf({ bic }: Account): string[] {
  return element(
    "FinInstnId",
    bic === undefined ? [element("Othr", [leaf("Id", "NOTPROVIDED")])] : [leaf("BICFI", bic)],
  );
}

function euros(cents: bigint): string {
  const digits = cents.toString().padStart(3, "0");
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}

/** Lines of XML, indented so that people can read them. */
function element(tag: string, inner: readonly string[][], attributes = ""): string[] {
  return [`<${tag}${attributes}>`, ...inner.flat().map((line) => `  ${line}`), `</${tag}>`];
}

function leaf(tag: string, text: string, attributes = ""): string[] {
  const safe = text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
  return [`<${tag}${attributes}>${safe}</${tag}>`];
}
