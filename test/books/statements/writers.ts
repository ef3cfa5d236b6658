/** Writes statements in each format, to be read again. */
import { decimalOf } from "../../../src/core/money.ts";
import type { Statement, StatementLine } from "../../../src/books/statements/index.ts";

export const encoded = (text: string): Uint8Array => new TextEncoder().encode(text);

/** Each sign as one byte (ISO 8859-1). */
export const latin1 = (text: string): Uint8Array => Uint8Array.from(text, (sign) => sign.charCodeAt(0));

const absolute = (minor: bigint): bigint => (minor < 0n ? -minor : minor);
const xmlSafe = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

export function camtOf(statements: readonly Statement[], version = "08"): string {
  const amount = (minor: bigint, currency: string): string =>
    `<Amt Ccy="${currency}">${decimalOf({ amountMinor: absolute(minor), currency })}</Amt>` +
    `<CdtDbtInd>${minor < 0n ? "DBIT" : "CRDT"}</CdtDbtInd>`;
  const balance = (code: string, of: Statement["opening"], currency: string): string =>
    of === undefined
      ? ""
      : `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp>${amount(of.amountMinor, currency)}<Dt><Dt>${of.date}</Dt></Dt></Bal>\n`;
  const state = version === "02" ? "<Sts>BOOK</Sts>" : "<Sts><Cd>BOOK</Cd></Sts>";
  const entry = (line: StatementLine): string =>
    `<Ntry>${amount(line.amountMinor, line.currency)}${state}<BookgDt><Dt>${line.date}</Dt></BookgDt>\n` +
    (line.id === undefined ? "" : `<AcctSvcrRef>${xmlSafe(line.id)}</AcctSvcrRef>`) +
    `<NtryDtls><TxDtls><RmtInf><Ustrd>${xmlSafe(line.text)}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>\n`;
  const statement = (of: Statement): string =>
    `<Stmt><Id>1</Id>\n<Acct><Id><IBAN>${of.account ?? ""}</IBAN></Id><Ccy>${of.currency}</Ccy></Acct>\n` +
    balance("OPBD", of.opening, of.currency) +
    balance("CLBD", of.closing, of.currency) +
    `${of.lines.map(entry).join("")}</Stmt>\n`;
  return (
    `<?xml version="1.0" encoding="UTF-8"?>\n<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">\n` +
    `<BkToCstmrStmt><GrpHdr><MsgId>1</MsgId></GrpHdr>\n${statements.map(statement).join("")}</BkToCstmrStmt>\n</Document>\n`
  );
}

const short = (day: string): string => day.slice(2).replaceAll("-", "");
const swiftAmount = (minor: bigint, currency: string): string => {
  const number = decimalOf({ amountMinor: absolute(minor), currency }).replace(".", ",");
  return number.includes(",") ? number : `${number},`;
};
const inPieces = (text: string, width: number): string[] =>
  Array.from({ length: Math.ceil(text.length / width) }, (_, at) => text.slice(at * width, (at + 1) * width));

export function mt940Of(statements: readonly Statement[]): string {
  const balance = (of: Statement["opening"], currency: string): string =>
    `${(of?.amountMinor ?? 0n) < 0n ? "D" : "C"}${short(of?.date ?? "")}${currency}${swiftAmount(of?.amountMinor ?? 0n, currency)}`;
  const movement = ({ date, amountMinor, currency, text }: StatementLine): string =>
    `:61:${short(date)}${date.slice(5).replace("-", "")}${amountMinor < 0n ? "D" : "C"}${swiftAmount(amountMinor, currency)}NTRFNONREF\r\n` +
    `:86:${inPieces(text, 65).join("\r\n")}\r\n`;
  return statements
    .map(
      (of, index) =>
        `:20:T${index}\r\n:25:${of.account ?? ""}\r\n:28C:${index + 1}/1\r\n:60F:${balance(of.opening, of.currency)}\r\n` +
        `${of.lines.map(movement).join("")}:62F:${balance(of.closing, of.currency)}\r\n-\r\n`,
    )
    .join("");
}

export function ofxOf(statements: readonly Statement[], version: 1 | 2): string {
  const leaf = (name: string, value: string): string =>
    `<${name}>${xmlSafe(value)}${version === 2 ? `</${name}>` : ""}\n`;
  const row = (line: StatementLine): string =>
    `<STMTTRN>\n${leaf("TRNTYPE", "OTHER")}${leaf("DTPOSTED", `${line.date.replaceAll("-", "")}120000[+1:CET]`)}` +
    `${leaf("TRNAMT", decimalOf(line))}${line.id === undefined ? "" : leaf("FITID", line.id)}${leaf("MEMO", line.text)}</STMTTRN>\n`;
  const statement = (of: Statement): string =>
    `<STMTTRNRS>\n<STMTRS>\n${leaf("CURDEF", of.currency)}<BANKACCTFROM>\n${leaf("ACCTID", of.account ?? "")}</BANKACCTFROM>\n` +
    `<BANKTRANLIST>\n${of.lines.map(row).join("")}</BANKTRANLIST>\n` +
    (of.closing === undefined
      ? ""
      : `<LEDGERBAL>\n${leaf("BALAMT", decimalOf({ ...of.closing, currency: of.currency }))}` +
        `${leaf("DTASOF", of.closing.date.replaceAll("-", ""))}</LEDGERBAL>\n`) +
    `</STMTRS>\n</STMTTRNRS>\n`;
  const head =
    version === 2
      ? '<?xml version="1.0" encoding="UTF-8"?>\n<?OFX OFXHEADER="200" VERSION="211" SECURITY="NONE"?>\n'
      : "OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:UNICODE\nCHARSET:NONE\nCOMPRESSION:NONE\n\n";
  return `${head}<OFX>\n<BANKMSGSRSV1>\n${statements.map(statement).join("")}</BANKMSGSRSV1>\n</OFX>\n`;
}

export const csvMapping = {
  encoding: "utf-8",
  separator: ";",
  header: 1,
  id: "Id",
  date: "Day",
  datePattern: "DD.MM.YYYY",
  amount: { column: "Amount" },
  decimal: ",",
  thousands: ".",
  currency: "Currency",
  text: ["Text"],
} as const;

export function csvOf(lines: readonly StatementLine[]): string {
  const quoted = (text: string): string => (/[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const number = (line: StatementLine): string =>
    decimalOf(line)
      .replace(".", ",")
      .replace(/\d+/, (whole) => whole.replaceAll(/\B(?=(?:\d{3})+$)/g, "."));
  const row = (line: StatementLine): string =>
    [
      line.id ?? "",
      line.date.split("-").reverse().join("."),
      number(line),
      line.currency,
      quoted(line.text),
    ].join(";");
  return ["Id;Day;Amount;Currency;Text", ...lines.map(row), ""].join("\r\n");
}

export function jsonOf(lines: readonly StatementLine[]): string {
  return JSON.stringify(
    lines.map(({ id, date, amountMinor, currency, text }) => ({
      id,
      date,
      amount: Number(amountMinor),
      currency,
      text,
    })),
  );
}
