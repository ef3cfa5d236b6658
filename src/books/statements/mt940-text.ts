/**
 * What field :86: says: free text, or the numbered parts that German banks write (`166?00…?20…?32…`, Deutsche
 * Kreditwirtschaft, DFÜ agreement, annex 3), in whose purpose the marks of SEPA stand (`EREF+`, `SVWZ+`).
 */
import { reference, unfolded } from "./text.ts";

const lineSigns = 65;
const partSigns = 27;

export function wordsOf(lines: readonly string[]): string[] {
  const [first = ""] = lines;
  const sign = /^\d{3}([^\w\s,.:/-])\d{2}/.exec(first)?.[1];
  if (sign === undefined) return [unfolded(lines, lineSigns)];
  const parts = new Map<number, string>();
  for (const part of lines.join("").slice(3).split(sign).slice(1)) {
    const number = /^\d{2}/.exec(part)?.[0];
    if (number !== undefined) parts.set(Number(number), part.slice(2));
    // The sign stood in the text itself.
    else append(parts, `${sign}${part}`);
  }
  const of = (numbers: readonly number[]): string =>
    unfoldedPurpose(numbers.map((number) => parts.get(number)).filter((part) => part !== undefined));
  const purpose = of([20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 60, 61, 62, 63]);
  return [of([32, 33]), ...sepaWords(purpose), parts.get(0) ?? ""];
}

function append(parts: Map<number, string>, text: string): void {
  const last = [...parts.keys()].at(-1);
  if (last !== undefined) parts.set(last, `${parts.get(last) ?? ""}${text}`);
}

const mark = /(EREF|KREF|MREF|CRED|DEBT|COAM|OAMT|SVWZ|ABWA|ABWE|IBAN|BIC)\+/;

/** A part that begins with a mark begins anew, however long the one before it was. */
function unfoldedPurpose(parts: readonly string[]): string {
  const groups: string[][] = [];
  for (const part of parts) {
    const group = groups.at(-1);
    if (group === undefined || mark.exec(part)?.index === 0) groups.push([part]);
    else group.push(part);
  }
  return groups.map((group) => unfolded(group, partSigns)).join(" ");
}

/** The purpose first, then the references; without the marks, and without accounts, which are nobody's words. */
function sepaWords(purpose: string): string[] {
  const [before = "", ...marked] = purpose.split(new RegExp(mark, "g"));
  const found = new Map<string, string>();
  for (let at = 0; at + 1 < marked.length; at += 2) {
    const [name = "", text = ""] = marked.slice(at, at + 2);
    found.set(name, `${found.get(name) ?? ""}${text}`.trim());
  }
  const said = ["SVWZ", "EREF", "KREF", "MREF", "ABWA", "ABWE"].map((name) =>
    reference(found.get(name) ?? ""),
  );
  return [before, ...said];
}
