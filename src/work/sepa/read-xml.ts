/** Just enough XML for a file of transfers: elements, attributes, text. Whatever else XML can do is refused. */
export interface Node {
  name: string;
  attributes: Record<string, string>;
  children: Node[];
  /** Of an element without children. */
  text: string;
}

const entities: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const part = /<(\/?)([A-Za-z][\w.-]*)((?:\s+[\w:.-]+="[^"<]*")*)\s*(\/?)>|([^<]+)/y;
const attribute = /([\w:.-]+)="([^"<]*)"/g;

/** The root of a document, or what is wrong with it in words. */
export function readXml(xml: string): Node | string {
  const body = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\s*/, "").trimEnd();
  if (body.length === xml.trimEnd().length) return "it does not begin with an XML declaration in UTF-8";
  const open: Node[] = [{ name: "", attributes: {}, children: [], text: "" }];
  part.lastIndex = 0;
  while (part.lastIndex < body.length) {
    const at = part.lastIndex;
    const match = part.exec(body);
    const parent = open.at(-1);
    if (match === null || parent === undefined) return `something at sign ${at} is no element and no text`;
    const [, close, name = "", attributes = "", empty, text] = match;
    if (text !== undefined) {
      const plain = unescaped(text);
      if (plain === undefined) return `an unknown entity at sign ${at}`;
      parent.text += plain;
    } else if (close === "/") {
      if (open.pop()?.name !== name || open.length === 0) return `</${name}> closes nothing that is open`;
    } else {
      const node: Node = { name, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(node);
      if (empty !== "/") open.push(node);
    }
  }
  const [top] = open;
  const [root, ...more] = top?.children ?? [];
  if (open.length > 1 || root === undefined || more.length > 0) return "it is not one whole element";
  return root;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries(
    [...text.matchAll(attribute)].map(([, name = "", value = ""]): [string, string] => [name, value]),
  );
}

function unescaped(text: string): string | undefined {
  const named = [...text.matchAll(/&([^;]{0,10});?/g)].map(([, name = ""]) => name);
  if (named.some((name) => entities[name] === undefined)) return undefined;
  return text.replaceAll(/&([^;]{0,10});?/g, (_, name: string) => entities[name] ?? "");
}
