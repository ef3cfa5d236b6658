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
  const { details, shared } = detailsOf(entry);
  const isIn = whole.amountMinor > 0n;
  const id = entryId(entry, details);
  const { currency } = whole;
  const parts = details.length > 1 ? partsOf(details, entry, whole) : undefined;
  if (parts === undefined) {
    const words: string[] = [];
    for (const detail of details) addWords(words, detail, isIn);
    words.push(...shared);
    return [lineOf(id, date, whole, words)];
  }
  return parts.map(({ detail, amountMinor }, index) => {
    const words: string[] = [];
    addWords(words, detail, amountMinor > 0n);
    words.push(...shared);
    return lineOf(id && `${id}/${index + 1}`, date, { amountMinor, currency }, words);
  });
}

function lineOf(id: string, date: string, { amountMinor, currency }: Money, words: string[]): StatementLine {
  const line = { date, amountMinor, currency, text: joined(words) };
  return id === "" ? line : { id, ...line };
}

/** The payments that an entry is made of, and what is said of all of them. */
function detailsOf(entry: XmlNode): { details: XmlNode[]; shared: string[] } {
  const details: XmlNode[] = [];
  const shared: string[] = [];
  for (const group of entry.children) {
    if (group.name !== "NtryDtls") continue;
    for (const child of group.children) {
      if (child.name === "TxDtls") details.push(child);
      else if (child.name === "Btch") shared.push(reference(textAt(child, "PmtInfId")));
    }
  }
  shared.push(textAt(entry, "AddtlNtryInf"));
  if (textAt(entry, "RvslInd") === "true") shared.push("reversal");
  return { details, shared };
}

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

const references = ["EndToEndId", "InstrId", "PmtInfId", "MndtId", "ChqNb"];

/** Who, for what, and by which references. */
function addWords(words: string[], detail: XmlNode, isIn: boolean): void {
  const back = childAt(detail, "RtrInf");
  // Who returns a payment is still named by the role in the payment.
  words.push(nameOf(childAt(detail, "RltdPties"), back === undefined ? isIn : !isIn));
  const unstructured: string[] = [];
  const structured: string[] = [];
  for (const child of childAt(detail, "RmtInf")?.children ?? []) {
    if (child.name === "Ustrd") unstructured.push(child.text);
    else if (child.name === "Strd") addStructured(structured, child);
  }
  words.push(unfolded(unstructured, 140), ...structured);
  const refs = childAt(detail, "Refs");
  if (refs !== undefined) for (const name of references) words.push(reference(textAt(refs, name)));
  if (back !== undefined) words.push(`returned ${textAt(back, "Rsn", "Cd")} ${textAt(back, "AddtlInf")}`);
  words.push(textAt(detail, "AddtlTxInf"));
}

function addStructured(words: string[], node: XmlNode): void {
  words.push(textAt(node, "CdtrRefInf", "Ref"));
  for (const document of childrenOf(node, "RfrdDocInf")) words.push(textAt(document, "Nb"));
  for (const more of childrenOf(node, "AddtlRmtInf")) words.push(more.text);
}

function nameOf(parties: XmlNode | undefined, isIn: boolean): string {
  const role = isIn ? "Dbtr" : "Cdtr";
  for (const name of [role, `Ultmt${role}`]) {
    const found = textAt(parties, name, "Nm") || textAt(parties, name, "Pty", "Nm");
    if (found !== "") return found;
  }
  return "";
}
