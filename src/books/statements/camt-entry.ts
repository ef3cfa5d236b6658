/** One entry (Ntry) of a camt.053: a line of the statement, or the lines of a batch that the bank booked as one. */
import { statementLineUnreadable } from "../../core/problems/books-statements.ts";
import { childAt, childrenOf, textAt, type XmlNode } from "../../core/xml.ts";
import { currencyOf, exactMinor } from "./amount.ts";
import { isoDay } from "./day.ts";
import { joined, reference, unfolded } from "./text.ts";
import type { StatementLine } from "./types.ts";

/** False: the bank has not booked it (PDNG, FUTR), or only tells of it (INFO). */
export function isBooked(entry: XmlNode): boolean {
  const state = textAt(entry, "Sts", "Cd") || textAt(entry, "Sts");
  if (state === "BOOK") return true;
  if (/^(?:PDNG|FUTR|INFO)$/.test(state)) return false;
  throw statementLineUnreadable({ line: entry.line, what: `its state is "${state.slice(0, 40)}"` });
}

/**
 * One line; of a batch, one for each of its payments where they add up to it to the cent: only so can each be found by
 * its reference. Where they do not (charges, other currencies), the entry is a line of its own.
 */
export function entryLines(entry: XmlNode): StatementLine[] {
  const whole = moneyOf(entry, textAt(entry, "CdtDbtInd"), "Amt");
  if (whole === undefined)
    throw statementLineUnreadable({ line: entry.line, what: `its amount is "${said(entry)}"` });
  const booked = textAt(entry, "BookgDt", "Dt") || textAt(entry, "BookgDt", "DtTm");
  const valued = textAt(entry, "ValDt", "Dt") || textAt(entry, "ValDt", "DtTm");
  const date = isoDay(booked || valued);
  if (date === undefined)
    throw statementLineUnreadable({
      line: entry.line,
      what: `its booking day is "${(booked || valued).slice(0, 40)}"`,
    });
  const groups = childrenOf(entry, "NtryDtls");
  const details = groups.flatMap((group) => childrenOf(group, "TxDtls"));
  const shared = [
    ...groups.map((group) => reference(textAt(group, "Btch", "PmtInfId"))),
    textAt(entry, "AddtlNtryInf"),
    textAt(entry, "RvslInd") === "true" ? "reversal" : "",
  ];
  const isIn = whole.amountMinor > 0n;
  const id = entryId(entry, details);
  const { currency } = whole;
  const parts = details.length > 1 ? partsOf(details, entry, whole) : undefined;
  if (parts === undefined) {
    const words = details.flatMap((detail) => wordsOf(detail, isIn));
    return [{ ...named(id), date, ...whole, text: joined([...words, ...shared]) }];
  }
  return parts.map(({ detail, amountMinor }, index) => {
    const text = joined([...wordsOf(detail, amountMinor > 0n), ...shared]);
    return { ...named(id && `${id}/${index + 1}`), date, amountMinor, currency, text };
  });
}

const named = (id: string): { id?: string } => (id === "" ? {} : { id });

/** NtryRef is not asked: banks number it anew in each statement, or put the same on all entries of an account. */
function entryId(entry: XmlNode, details: readonly XmlNode[]): string {
  const own = reference(textAt(entry, "AcctSvcrRef"));
  return own === "" && details.length === 1 ? reference(textAt(details[0], "Refs", "AcctSvcrRef")) : own;
}

interface Part {
  detail: XmlNode;
  amountMinor: bigint;
}

/** The payments of a batch, if they add up to it. */
function partsOf(details: readonly XmlNode[], entry: XmlNode, whole: Money): Part[] | undefined {
  const parts: Part[] = [];
  let sum = 0n;
  for (const detail of details) {
    const side = textAt(detail, "CdtDbtInd") || textAt(entry, "CdtDbtInd");
    const money = moneyOf(detail, side, "Amt") ?? moneyOf(detail, side, "AmtDtls", "TxAmt", "Amt");
    if (money?.currency !== whole.currency) return undefined;
    parts.push({ detail, amountMinor: money.amountMinor });
    sum += money.amountMinor;
  }
  return sum === whole.amountMinor ? parts : undefined;
}

interface Money {
  amountMinor: bigint;
  currency: string;
}

/** RvslInd turns no sign: CdtDbtInd already says what the account saw (ISO 20022, ReversalIndicator). */
function moneyOf(node: XmlNode, side: string, ...path: string[]): Money | undefined {
  const amount = childAt(node, ...path);
  const currency = currencyOf(amount?.attributes["Ccy"] ?? "");
  if (amount === undefined || currency === undefined) return undefined;
  const minor = exactMinor(amount.text.trim(), ".", currency);
  if (minor === undefined || minor < 0n || !/^(?:CRDT|DBIT)$/.test(side)) return undefined;
  return { amountMinor: side === "DBIT" ? -minor : minor, currency };
}

const said = (entry: XmlNode): string =>
  `${childAt(entry, "Amt")?.attributes["Ccy"] ?? ""} ${textAt(entry, "Amt")} ${textAt(entry, "CdtDbtInd")}`
    .trim()
    .slice(0, 60);

/** Who, for what, and by which references. */
function wordsOf(detail: XmlNode, isIn: boolean): string[] {
  const parties = childAt(detail, "RltdPties");
  const remittance = childAt(detail, "RmtInf");
  const refs = childAt(detail, "Refs");
  const back = childAt(detail, "RtrInf");
  const structured = childrenOf(remittance, "Strd").flatMap((each) => [
    textAt(each, "CdtrRefInf", "Ref"),
    ...childrenOf(each, "RfrdDocInf").map((document) => textAt(document, "Nb")),
    ...childrenOf(each, "AddtlRmtInf").map(({ text }) => text),
  ]);
  return [
    // Who returns a payment is still named by the role in the payment.
    nameOf(parties, back === undefined ? isIn : !isIn),
    unfolded(
      childrenOf(remittance, "Ustrd").map(({ text }) => text),
      140,
    ),
    ...structured,
    ...["EndToEndId", "InstrId", "PmtInfId", "MndtId", "ChqNb"].map((name) => reference(textAt(refs, name))),
    back === undefined ? "" : `returned ${textAt(back, "Rsn", "Cd")} ${textAt(back, "AddtlInf")}`,
    textAt(detail, "AddtlTxInf"),
  ];
}

function nameOf(parties: XmlNode | undefined, isIn: boolean): string {
  const role = isIn ? "Dbtr" : "Cdtr";
  for (const name of [role, `Ultmt${role}`]) {
    const found = textAt(parties, name, "Nm") || textAt(parties, name, "Pty", "Nm");
    if (found !== "") return found;
  }
  return "";
}
