import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { childAt, readXml, textAt, XmlFault, type XmlNode } from "../../src/core/xml.ts";

const sample = `<?xml version="1.0"?>
<!-- a <b> comment -->
<a:root a:x="1 &gt; 0" y='"'>
  <leaf> é &#233;&#xE9; &amp;lt; </leaf><empty z="a>b"/>
  <mixed>one<![CDATA[<two>&]]>three</mixed>
</a:root>
`;
const bare = (node: XmlNode): unknown => [node.name, node.text, node.line, ...node.children.map(bare)];

describe("XML", () => {
  it("is read with its lines, without its prefixes", () => {
    const root = readXml([sample]);
    expect(bare(root)).toEqual([
      "root",
      "",
      3,
      ["leaf", " é éé &lt; ", 4],
      ["empty", "", 4],
      ["mixed", "one<two>&three", 5],
    ]);
    expect(root.attributes).toEqual({ "a:x": "1 > 0", y: '"' });
    expect(childAt(root, "empty")?.attributes).toEqual({ z: "a>b" });
    expect(textAt(root, "leaf")).toBe("é éé &lt;");
    expect(textAt(root, "leaf", "nothing")).toBe("");
  });

  it("is read alike, wherever it is cut into pieces", () => {
    const whole = bare(readXml([sample]));
    for (let at = 0; at < sample.length; at++)
      expect(bare(readXml([sample.slice(0, at), sample.slice(at)]))).toEqual(whole);
    expect(bare(readXml(sample))).toEqual(whole);
  });

  it("does not keep what was taken out of it", () => {
    const taken: string[] = [];
    const root = readXml(["<a><b><c>1</c></b><b><c>2</c></b></a>"], (node, depth) => {
      if (depth === 2) taken.push(textAt(node, "c"));
      return depth === 2;
    });
    expect(taken).toEqual(["1", "2"]);
    expect(root.children).toEqual([]);
  });

  it.each([
    ["<!DOCTYPE a><a/>", "declares"],
    ["<a>&b;</a>", "declares"],
    ["<a>& b</a>", "declares"],
    ["<a b='&c;'/>", "declares"],
    ["<a>&#0;</a>", "declares"],
    ["<a>&#xD800;</a>", "declares"],
    ["<a><b></a>", "not"],
    ["<a></a><b/>", "not"],
    ["<a/>text", "not"],
    ["text<a/>", "not"],
    ["<a b=c/>", "not"],
    ["<a b/>", "not"],
    ["<1/>", "not"],
    ["< a/>", "not"],
    ["</a>", "not"],
    ["", "not"],
    [" \n", "not"],
    ["<a>".repeat(200), "not"],
    [`<a>${"b".repeat(1_100_000)}`, "not"],
    ["<a><b></b>", "cut"],
    ["<a", "cut"],
    ["<a><!-- b --", "cut"],
    ["<a/><!-", "cut"],
  ])("%#: %.30s is refused", (xml, kind) => {
    let fault: unknown;
    try {
      readXml([xml]);
    } catch (thrown) {
      fault = thrown;
    }
    expect(fault).toBeInstanceOf(XmlFault);
    expect(fault).toMatchObject({ kind });
  });

  it("names the line of a fault", () => {
    expect(() => readXml(["<a>\n<b>\n", "\n</c></a>"])).toThrow(expect.objectContaining({ line: 4 }));
  });

  it("throws nothing but its own faults", () => {
    const part = fc.constantFrom(
      "<",
      ">",
      "a",
      "/",
      "!",
      "-",
      "[CDATA[",
      "]]>",
      "?",
      "&",
      ";",
      '"',
      "=",
      " ",
      "\n",
      "<a>",
      "</a>",
    );
    fc.assert(
      fc.property(fc.array(part, { maxLength: 30 }), (parts) => {
        try {
          readXml(parts);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(XmlFault);
        }
      }),
      { numRuns: 500 },
    );
  });
});
