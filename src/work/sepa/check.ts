/** Holds a file against the message definition, element by element, and against what SEPA asks beyond it. */
import {
  childAt as find,
  childrenOf as inside,
  readXml,
  textAt,
  XmlFault,
  type XmlNode,
} from "../../core/xml.ts";
import { root, types, type Element, type Leaf } from "./definition.ts";
import { ibanFault } from "./iban.ts";
import { sepaText } from "./letters.ts";
import { painNamespace } from "./write.ts";

/** Everything that is wrong with it, each with the path of its element; nothing: the bank can read it. */
export function checkTransfers(xml: string): string[] {
  const document = read(xml);
  if (typeof document === "string") return [document];
  const faults = [
    ...(document.attributes["xmlns"] === painNamespace ? [] : [`Document is not of ${painNamespace}`]),
    ...checkElement(document, root, root.name),
  ];
  return faults.length > 0 ? faults : checkSums(document);
}

/** The root, or what is wrong in words. Of what XML can do, a file of transfers needs elements, attributes and text. */
function read(xml: string): XmlNode | string {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, "");
  if (body.length === xml.length) return "it does not begin with an XML declaration in UTF-8";
  const odd = body.search(/<[!?]/);
  if (odd >= 0) return `something at sign ${odd} is no element and no text`;
  try {
    return readXml([body]);
  } catch (thrown) {
    if (thrown instanceof XmlFault) return thrown.message;
    throw thrown;
  }
}

function checkElement(node: XmlNode, wanted: Element, path: string): string[] {
  if (node.name !== wanted.name) return [`${path} is ${node.name}`];
  const type = wanted.type === null ? undefined : types[wanted.type];
  if (type === undefined) return [`${path} is not followed by this check`];
  const allowed = type.kind === "amount" ? ["Ccy"] : path === root.name ? ["xmlns"] : [];
  const strange = Object.keys(node.attributes).filter((name) => !allowed.includes(name));
  const faults = strange.map((name) => `${path} has an attribute ${name}`);
  if ("elements" in type) {
    if (node.text.trim() !== "") faults.push(`${path} has text between its elements`);
    return [...faults, ...checkInner(node, type.elements, path, type.kind === "choice")];
  }
  return [...faults, ...checkText(node, type, path)];
}

function checkText(node: XmlNode, type: Leaf, path: string): string[] {
  if (node.children.length > 0) return [`${path} has elements in place of text`];
  const faults = type.pattern.test(node.text) ? [] : [`${path} is not ${type.says}`];
  if (type.kind === "amount" && !/^[A-Z]{3}$/.test(node.attributes["Ccy"] ?? ""))
    faults.push(`${path} has no currency`);
  return faults;
}

/** In order, none too often, none missing, and of a choice exactly one. */
function checkInner(node: XmlNode, elements: readonly Element[], path: string, isChoice: boolean): string[] {
  const faults: string[] = [];
  const seen = new Map<string, number>();
  let place = 0;
  for (const child of node.children) {
    const at = elements.findIndex(({ name }) => name === child.name);
    const wanted = elements[at];
    const inner = `${path}/${child.name}`;
    if (wanted === undefined) {
      faults.push(`${inner} is not in the definition there`);
      continue;
    }
    if (at < place) faults.push(`${inner} comes too late`);
    place = Math.max(place, at);
    const count = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, count);
    if (count > wanted.most) faults.push(`${inner} is there ${count} times`);
    faults.push(...checkElement(child, wanted, inner));
  }
  if (isChoice) return seen.size === 1 ? faults : [...faults, `${path} holds ${seen.size} of its choices`];
  const missing = elements.filter(({ name, least }) => (seen.get(name) ?? 0) < least);
  return [...faults, ...missing.map(({ name }) => `${path}/${name} is missing`)];
}

/** What the definition cannot say: sums, references, check numbers, letters. */
function checkSums(document: XmlNode): string[] {
  const [initiation] = document.children;
  const payments = inside(initiation, "PmtInf");
  const transfers = payments.flatMap((payment) => inside(payment, "CdtTrfTxInf"));
  const faults = [
    ...checkTotals(inside(initiation, "GrpHdr")[0], transfers, "GrpHdr"),
    ...payments.flatMap((payment) => checkTotals(payment, inside(payment, "CdtTrfTxInf"), "PmtInf")),
  ];
  const references = transfers.map((transfer) => textAt(transfer, "PmtId", "EndToEndId"));
  if (new Set(references).size < references.length) faults.push("an EndToEndId is there twice");
  for (const transfer of transfers) {
    const amount = find(transfer, "Amt", "InstdAmt");
    if (amount?.attributes["Ccy"] !== "EUR") faults.push("an amount is not in EUR");
    const cents = centsOf(amount?.text ?? "");
    if (cents === undefined || cents < 1n || cents > 99_999_999_999n)
      faults.push("an amount is not between 0.01 and 999999999.99");
  }
  for (const node of all(document)) {
    if (node.name === "IBAN") faults.push(...[ibanFault(node.text)].filter((fault) => fault !== undefined));
    if (node.children.length === 0 && !sepaText.test(node.text))
      faults.push(`${node.name} has other letters`);
    if (node.name === "EndToEndId" && /^\/|\/$|\/\//.test(node.text))
      faults.push("EndToEndId has odd slashes");
  }
  return faults;
}

function checkTotals(node: XmlNode | undefined, transfers: XmlNode[], name: string): string[] {
  const count = textAt(node, "NbOfTxs");
  const sum = textAt(node, "CtrlSum");
  const total = transfers
    .map((transfer) => centsOf(textAt(transfer, "Amt", "InstdAmt")) ?? 0n)
    .reduce((all, cents) => all + cents, 0n);
  return [
    ...(count === "" || Number(count) === transfers.length ? [] : [`${name}/NbOfTxs is not their number`]),
    ...(sum === "" || centsOf(sum) === total ? [] : [`${name}/CtrlSum is not their sum`]),
  ];
}

function centsOf(text: string): bigint | undefined {
  const match = /^(\d+)(?:\.(\d{1,2}))?$/.exec(text);
  return match === null ? undefined : BigInt((match[1] ?? "") + (match[2] ?? "").padEnd(2, "0"));
}

function all(node: XmlNode): XmlNode[] {
  return [node, ...node.children.flatMap(all)];
}
