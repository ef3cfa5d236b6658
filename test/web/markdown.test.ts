import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { docsHref } from "../../src/web/pages/docs.ts";
import { markdown } from "../../src/web/parts/markdown.ts";

const flat = async (text: string): Promise<string> =>
  String(await markdown(text, { below: 0, link: docsHref }))
    .replace(/\s+/g, " ")
    .replace(/> </g, "><")
    .trim();

describe("what the manual uses", () => {
  test.each([
    ["# A *fine* `day`", '<h1 id="a-fine-day">A <em>fine</em><code>day</code></h1>'],
    ["## Day\n\n## Day", '<h2 id="day">Day</h2><h2 id="day-2">Day</h2>'],
    ["one\ntwo\n\nthree", "<p>one two</p><p>three</p>"],
    [
      "- a\n- b\n  goes on\n  - inner\n- c",
      "<ul><li>a</li><li>b goes on<ul><li>inner</li></ul></li><li>c</li></ul>",
    ],
    ["1. a\n2. b", "<ol><li>a</li><li>b</li></ol>"],
    ["```sh\n# no <heading>\n```\nafter", "<pre># no &lt;heading&gt;</pre><p>after</p>"],
    ["> said\n> twice", '<blockquote class="note">said twice</blockquote>'],
    ["**bold [link](approve.md#why)**", '<p><strong>bold <a href="/docs/approve#why">link</a></strong></p>'],
    ["[all](index.md)", '<p><a href="/docs">all</a></p>'],
    ["an open `mark and * star", "<p>an open `mark and * star</p>"],
    ["```\nnever closed", "<pre>never closed</pre>"],
  ])("%j", async (text, expected) => {
    expect(await flat(text)).toBe(expected);
  });

  test("a table has a caption from its heading, and keeps an escaped bar", async () => {
    const page = await flat("## Sizes\n\n| a | b |\n|---|---|\n| 1 | x \\| y |\n| 2 |");
    expect(page).toContain('<caption id="table-1" class="unseen"> Sizes </caption>');
    expect(page).toContain('<th scope="col" class="text">a</th>');
    expect(page).toContain('<td class="text">x | y</td>');
    expect(page).toContain('<td class="text"></td>');
  });
});

describe("what is not admitted", () => {
  test.each([
    ["<b>bold</b>", "<p>&lt;b&gt;bold&lt;/b&gt;</p>"],
    ["[x](javascript:alert)", "<p><span>x</span></p>"],
    ["[x](//evil.example)", "<p><span>x</span></p>"],
    ["[x](http://plain.example)", "<p><span>x</span></p>"],
    ["[x](/\\evil.example)", "<p><span>x</span></p>"],
    ['[x](https://a.example/"onclick="x)', '<p><a href="https://a.example/&quot;onclick=&quot;x">x</a></p>'],
    ["![image](https://a.example/x.png)", '<p>!<a href="https://a.example/x.png">image</a></p>'],
  ])("%j", async (text, expected) => {
    expect(await flat(text)).toBe(expected);
  });
});

test("any text gives a page without markup of its own, in time that grows with its length", async () => {
  const piece = fc.constantFrom(
    "#",
    "- ",
    "1. ",
    "|",
    "---",
    "`",
    "```",
    "**",
    "*",
    "[a](",
    ")",
    "<script>",
    "\n",
    "\n\n",
    "  ",
    "> ",
    "x",
  );
  await fc.assert(
    fc.asyncProperty(fc.array(piece, { maxLength: 80 }), async (pieces) => {
      expect(await flat(pieces.join(""))).not.toContain("<script");
    }),
    { numRuns: 300 },
  );
});
