/**
 * OFX 1.x: SGML in which an element that holds a value need not be closed, so that what is open is known only from what
 * is closed later. Read into the same nodes as XML.
 */
import { statementCutShort, statementLineUnreadable } from "../../core/problems/books-statements.ts";
import type { Taker, XmlNode } from "../../core/xml.ts";

const part = /<(\/?)([A-Za-z0-9._]{1,60})>([^<]*)/y;
const entities: Record<string, string> = { "&amp;": "&", "&lt;": "<", "&gt;": ">", "&nbsp;": " " };
const mostDepth = 50;

/**
 * The root that begins at `start`, without what `taken` took out of it. Throws a Problem where it is no SGML of that
 * kind, or cut short.
 */
export function readSgml(text: string, start: number, taken: Taker): XmlNode {
  const open: XmlNode[] = [];
  let root: XmlNode | undefined;
  let line = 1 + newlinesIn(text.slice(0, start));
  const leave = (): void => {
    const node = open.pop();
    if (node === undefined) return;
    const parent = open.at(-1);
    const isTaken = taken(node, open.length + 1);
    if (parent === undefined) root = node;
    else if (!isTaken) parent.children.push(node);
  };
  part.lastIndex = start;
  while (part.lastIndex < text.length && root === undefined) {
    const at = part.lastIndex;
    const match = part.exec(text);
    const [whole = "", close = "", rawName = "", value = ""] = match ?? [];
    if (match === null && !text.includes(">", at)) throw cutShort(open);
    // What follows the end of an element belongs to nothing.
    if (match === null || open.length >= mostDepth || (close !== "" && value.trim() !== ""))
      throw statementLineUnreadable({
        line,
        what: `"${text.slice(at, at + 40).trim()}" is no element there`,
      });
    const name = rawName.toUpperCase();
    if (close === "") {
      open.push({ name, attributes: {}, children: [], text: unescaped(value.trim()), line });
      // An element with a value holds no others.
      if (value.trim() !== "") leave();
    } else if (open.some((node) => node.name === name)) {
      closeEmpty(open, name);
      leave();
    }
    line += newlinesIn(whole);
  }
  if (root === undefined) throw cutShort(open);
  return root;
}

const cutShort = (open: readonly XmlNode[]) =>
  statementCutShort({ what: `<${open[0]?.name ?? "OFX"}> is not closed` });

/** What stands open within the element that is closed was empty, and what seemed to be in it came after it. */
function closeEmpty(open: XmlNode[], name: string): void {
  while (open.at(-1)?.name !== name) {
    const empty = open.pop();
    const parent = open.at(-1);
    if (empty === undefined || parent === undefined) return;
    const { children } = empty;
    parent.children.push({ ...empty, children: [] }, ...children);
  }
}

function unescaped(value: string): string {
  return value.includes("&")
    ? value.replaceAll(/&(?:amp|lt|gt|nbsp);/g, (sign) => entities[sign] ?? sign)
    : value;
}

function newlinesIn(text: string): number {
  let count = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) count += 1;
  return count;
}
