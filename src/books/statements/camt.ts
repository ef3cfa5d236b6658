/**
 * ISO 20022 camt.053 (BankToCustomerStatement), versions 02 to 13: what differs between them is where names and states
 * stand, and both places are looked at.
 */
import { childAt, readXml, textAt, XmlFault, type XmlNode } from "../../core/xml.ts";
import {
  statementCutShort,
  statementDeclares,
  statementLineUnreadable,
  statementNotXml,
  statementOfAnotherFormat,
} from "../../core/problems/books-statements.ts";
import { currencyOf, exactMinor } from "./amount.ts";
import { entryLines, isBooked } from "./camt-entry.ts";
import { isoDay } from "./day.ts";
import { piecesOf, xmlEncoding } from "./decode.ts";
import { bankAccount } from "./account.ts";
import type { Balance, Statement, StatementLine } from "./types.ts";

interface Open {
  account: string;
  currency: string;
  balances: { code: string; currency: string; balance: Balance }[];
  lines: StatementLine[];
  pending: number;
}

const messages: Record<string, string> = {
  BkToCstmrAcctRpt: "it is a camt.052, a report of the day that the bank may still change",
  BkToCstmrDbtCdtNtfctn: "it is a camt.054, which tells of single payments and has no balances",
};

/** Throws a Problem when anything of it cannot be read. */
export function readCamt(bytes: Uint8Array): Statement[] {
  const statements: Statement[] = [];
  let open = newlyOpen();
  const root = parsed(bytes, (node, depth) => {
    if (depth === 4) takePart(open, node);
    if (depth === 3 && node.name === "Stmt") {
      statements.push(closed(open, node.line));
      open = newlyOpen();
    }
    // What lies deeper belongs to its entry; what is done with goes.
    return depth === 3 || depth === 4;
  });
  const message = root.children[0]?.name ?? "";
  if (root.name !== "Document" || message !== "BkToCstmrStmt") {
    const what = messages[message] ?? `its first elements are ${root.name} and ${message || "nothing"}`;
    throw statementOfAnotherFormat({ format: "camt053", what: what.slice(0, 200) });
  }
  if (statements.length === 0)
    throw statementOfAnotherFormat({ format: "camt053", what: "there is no statement in it" });
  return statements;
}

/** The XML, with what is wrong with it said as a Problem. */
export function parsed(bytes: Uint8Array, taken: (node: XmlNode, depth: number) => boolean): XmlNode {
  try {
    return readXml(piecesOf(bytes, xmlEncoding(bytes)), taken);
  } catch (thrown) {
    if (!(thrown instanceof XmlFault)) throw thrown;
    const { kind, line, message: what } = thrown;
    if (kind === "declares") throw statementDeclares({ line, what }, thrown);
    throw kind === "cut" ? statementCutShort({ what }, thrown) : statementNotXml({ line, what }, thrown);
  }
}

const newlyOpen = (): Open => ({ account: "", currency: "", balances: [], lines: [], pending: 0 });

function takePart(open: Open, node: XmlNode): void {
  if (node.name === "Acct") {
    open.account = textAt(node, "Id", "IBAN") || textAt(node, "Id", "Othr", "Id");
    open.currency = textAt(node, "Ccy");
  } else if (node.name === "Bal") takeBalance(open, node);
  else if (node.name === "Ntry") {
    if (!isBooked(node)) open.pending += 1;
    else for (const line of entryLines(node)) if (line.amountMinor !== 0n) open.lines.push(line);
  }
}

const wanted = new Set(["OPBD", "PRCD", "CLBD", "ITBD"]);

/** Only of what is booked: available balances (CLAV, FWAV) hold what is not. */
function takeBalance(open: Open, node: XmlNode): void {
  const code = textAt(node, "Tp", "CdOrPrtry", "Cd");
  if (!wanted.has(code)) return;
  const amount = childAt(node, "Amt");
  const currency = currencyOf(amount?.attributes["Ccy"] ?? "");
  const date = isoDay(textAt(node, "Dt", "Dt") || textAt(node, "Dt", "DtTm"));
  const side = textAt(node, "CdtDbtInd");
  const minor = currency === undefined ? undefined : exactMinor(textAt(node, "Amt"), ".", currency);
  if (currency === undefined || minor === undefined || date === undefined || !/^(?:CRDT|DBIT)$/.test(side))
    throw statementLineUnreadable({
      line: node.line,
      what: `a balance (${code}) lacks its amount, day or side`,
    });
  open.balances.push({ code, currency, balance: { date, amountMinor: side === "DBIT" ? -minor : minor } });
}

function closed(open: Open, line: number): Statement {
  const currency = currencyOf(open.currency) ?? open.balances.at(-1)?.currency ?? open.lines[0]?.currency;
  if (currency === undefined)
    throw statementLineUnreadable({
      line,
      what: "the statement that begins there does not say its currency",
    });
  const of = (code: string): Balance[] =>
    open.balances
      .filter((each) => each.code === code && each.currency === currency)
      .map(({ balance }) => balance);
  const interim = of("ITBD");
  // A page in the middle has interim balances at both ends.
  const opening =
    of("OPBD")[0] ?? of("PRCD")[0] ?? (interim.length > 1 || of("CLBD").length > 0 ? interim[0] : undefined);
  const closing = of("CLBD").at(-1) ?? interim.at(-1);
  return {
    ...(open.account === "" ? {} : { account: bankAccount(open.account) }),
    currency,
    ...(opening === undefined ? {} : { opening }),
    ...(closing === undefined || closing === opening ? {} : { closing }),
    lines: open.lines,
    ...(open.pending === 0 ? {} : { pending: open.pending }),
  };
}
