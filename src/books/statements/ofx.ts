/** Open Financial Exchange, 1.x (SGML) and 2.x (XML): statements of bank accounts and of cards. */
import {
  statementEncodingUnknown,
  statementInAnotherCurrency,
  statementLineUnreadable,
  statementOfAnotherFormat,
} from "../../core/problems/books-statements.ts";
import { textAt, type Taker, type XmlNode } from "../../core/xml.ts";
import { bankAccount } from "./account.ts";
import { currencyOf, exactMinor } from "./amount.ts";
import { parsed } from "./camt.ts";
import { dayFrom } from "./day.ts";
import { asciiHead, plainText } from "./decode.ts";
import { readSgml } from "./ofx-sgml.ts";
import { joined, reference } from "./text.ts";
import type { Balance, Statement, StatementLine } from "./types.ts";

/** A line as it is written; what its amount is worth depends on the currency of the statement around it. */
interface Row {
  line: number;
  amount: string;
  posted: string;
  currency: string;
  id: string;
  text: string;
}

/** Throws a Problem when anything of it cannot be read. */
export function readOfx(bytes: Uint8Array): Statement[] {
  const statements: Statement[] = [];
  let rows: Row[] = [];
  let pending = 0;
  const taken: Taker = (node) => {
    if (node.name === "STMTTRN") rows.push(rowOf(node));
    else if (node.name === "STMTTRNP") pending += 1;
    else if (node.name === "STMTRS" || node.name === "CCSTMTRS") {
      statements.push(statementOf(node, rows, pending));
      [rows, pending] = [[], 0];
    } else return false;
    return true;
  };
  const root = rootOf(bytes, taken);
  if (root.name !== "OFX")
    throw statementOfAnotherFormat({ format: "ofx", what: `its first element is ${root.name.slice(0, 40)}` });
  if (statements.length === 0)
    throw statementOfAnotherFormat({
      format: "ofx",
      what: "there is no statement of a bank account or card in it",
    });
  return statements;
}

function rootOf(bytes: Uint8Array, taken: Taker): XmlNode {
  const head = asciiHead(bytes, 1000);
  if (/^\s*(?:<\?xml|<\?OFX|<OFX>|<!)/.test(head) && !/^\s*<OFX>/.test(head)) return parsed(bytes, taken);
  const charset =
    /CHARSET:\s*([\w-]+?)\s*(?=COMPRESSION|OLDFILEUID|NEWFILEUID|[\r\n<]|$)/.exec(head)?.[1] ?? "NONE";
  if (!/^(?:1252|NONE|UTF-?8|UNICODE|CP1252|WINDOWS-1252|ISO-?8859-1|8859-1|LATIN1)$/i.test(charset))
    throw statementEncodingUnknown({ what: `its header says CHARSET:${charset.slice(0, 40)}` });
  // Many files say 1252 and are UTF-8.
  const text = plainText(bytes);
  const start = text.search(/<OFX>/i);
  if (start < 0) throw statementOfAnotherFormat({ format: "ofx", what: "it has no element <OFX>" });
  return readSgml(text, start, taken);
}

function statementOf(node: XmlNode, rows: readonly Row[], pending: number): Statement {
  const currency = currencyOf(textAt(node, "CURDEF"));
  if (currency === undefined)
    throw statementLineUnreadable({
      line: node.line,
      what: "the statement that begins there does not say its currency",
    });
  const account = textAt(node, "BANKACCTFROM", "ACCTID") || textAt(node, "CCACCTFROM", "ACCTID");
  const closing = closingOf(node, currency);
  return {
    ...(account === "" ? {} : { account: bankAccount(account) }),
    currency,
    ...(closing === undefined ? {} : { closing }),
    lines: rows.map((row) => lineOf(row, currency)).filter(({ amountMinor }) => amountMinor !== 0n),
    ...(pending === 0 ? {} : { pending }),
  };
}

/** Left out where it is of a later day than the lines go to: then it is no balance of this statement. */
function closingOf(node: XmlNode, currency: string): Balance | undefined {
  const amount = textAt(node, "LEDGERBAL", "BALAMT");
  if (amount === "") return undefined;
  const amountMinor = minorOf(amount, currency);
  const date = ofxDay(textAt(node, "LEDGERBAL", "DTASOF"));
  if (amountMinor === undefined || date === undefined)
    throw statementLineUnreadable({
      line: node.line,
      what: `the balance of that statement is "${amount.slice(0, 40)}"`,
    });
  const end = ofxDay(textAt(node, "BANKTRANLIST", "DTEND"));
  return end !== undefined && date > end ? undefined : { date, amountMinor };
}

function rowOf(node: XmlNode): Row {
  return {
    line: node.line,
    amount: textAt(node, "TRNAMT"),
    posted: textAt(node, "DTPOSTED"),
    currency: textAt(node, "CURRENCY", "CURSYM"),
    id: reference(textAt(node, "FITID")),
    text: words(node),
  };
}

function lineOf({ line, amount, posted, id, text, ...row }: Row, currency: string): StatementLine {
  const amountMinor = minorOf(amount, currency);
  if (amountMinor === undefined)
    throw statementLineUnreadable({ line, what: `its amount is "${amount.slice(0, 40)}" in ${currency}` });
  const date = ofxDay(posted);
  if (date === undefined)
    throw statementLineUnreadable({ line, what: `its day is "${posted.slice(0, 40)}"` });
  if (row.currency !== "" && row.currency !== currency)
    throw statementInAnotherCurrency({
      expected: currency,
      there: row.currency.slice(0, 10),
      where: `Line ${line} of the statement`,
    });
  return { ...(id === "" ? {} : { id }), date, amountMinor, currency, text };
}

function words(row: XmlNode): string {
  const name = textAt(row, "NAME") || textAt(row, "PAYEE", "NAME");
  const memo = textAt(row, "MEMO");
  // A name has 32 signs at most, and the memo often begins with the whole of it.
  const who = memo.startsWith(name) ? "" : name;
  const numbers = [textAt(row, "CHECKNUM"), textAt(row, "REFNUM")].map(reference);
  return joined([who, memo, ...numbers]);
}

/** A comma or a point, as the standard lets banks choose; nothing that groups thousands. */
function minorOf(text: string, currency: string): bigint | undefined {
  return exactMinor(text, text.includes(",") ? "," : ".", currency);
}

/** `20261126`, `20261126120000.000[-5:EST]`: the day by the bank's own clock. */
function ofxDay(text: string): string | undefined {
  const match = /^(\d{4})(\d{2})(\d{2})(?:\d{2}|\d{4}|\d{6})?(?:\.\d{1,6})?\s?(?:\[[^\]]{0,20}\])?$/.exec(
    text,
  );
  return match === null ? undefined : dayFrom(Number(match[1]), Number(match[2]), Number(match[3]));
}
