import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { say, sayProblem, type Message } from "../../src/chat/message.ts";
import { mostRenderedBytes, render } from "../../src/chat/render.ts";
import { databaseLocked } from "../../src/core/problems/db.ts";
import { Problem } from "../../src/core/problem.ts";
import { Secret } from "../../src/core/secret.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { expectGolden } from "../golden.ts";

const bo = MatrixId.parse("@bo:example.coop");
const bob = MatrixId.parse("@bo:example.coop.evil.net");
const show = (message: Message): string => {
  const { body, html } = render(message);
  return `${body}\n\n==== html ====\n${html.replace(/(<\/(?:p|ul|pre)>)/g, "$1\n")}`;
};

describe("render", () => {
  test("golden: every kind of block, with mentions, escapes and a way back", () => {
    expectGolden(
      "messages/all-blocks.txt",
      show(
        say("Upgrade **cloud.example.coop** from `5.0.0` to `5.1.0`? Asked by @ana:example.coop.", {
          list: ["needs **2** voices & a `plan`", "two\nlines"],
          notes: "Notes say <b>bold</b> & 'quotes'.\n\nA second paragraph.",
          diff: "  services:\n-   image: a<1>\n+   image: a<2>",
          code: "a && b",
          next: "To go back: `app restore cloud.example.coop 4f2`",
          mentions: [bo],
        }),
      ),
    );
  });

  test("golden: a problem in three lines and the run's letters", () => {
    expectGolden(
      "messages/problem.txt",
      show(sayProblem(databaseLocked(databaseLocked.example), { run: "bakor" })),
    );
  });

  test("the columns of an excerpt under a problem are kept", () => {
    const problem = new Problem("odd-word", {
      happened: "`aap` is no command.\napp aap\n    ^^^",
      means: "Nothing was done.",
      remedy: "Say `help`.",
    });
    expect(render(sayProblem(problem)).body).toBe(
      "`aap` is no command.\n\n    app aap\n        ^^^\n\nNothing was done.\nSay `help`.",
    );
  });

  test("whoever is rung is named, once, as a pill in HTML and by the full id in plain text", () => {
    const named = render(say("@bo:example.coop, it is done.", { mentions: [bo] }));
    expect(named.body).toBe("@bo:example.coop, it is done.");
    expect(named.html).toBe(
      '<p><a href="https://matrix.to/#/%40bo%3Aexample.coop">@bo:example.coop</a>, it is done.</p>',
    );
    expect(render(say("Done.", { mentions: [bo] })).body).toBe("@bo:example.coop: Done.");
  });

  test("an id that only begins like the person who is rung is another person", () => {
    const { html, body } = render(say(`Asked by ${bob}.`, { mentions: [bo] }));
    expect(body).toBe(`${bo}: Asked by ${bob}.`);
    expect(html.match(/<a /g)).toHaveLength(1);
  });

  test("an id inside backticks stays code and does not count as naming", () => {
    const { html } = render(say("Say `member remove @bo:example.coop`.", { mentions: [bo] }));
    expect(html).toContain("<code>member remove @bo:example.coop</code>");
    expect(html).toMatch(/^<p><a href="https:\/\/matrix\.to/);
  });

  test("secrets never leave, not even where escaping would have changed them", () => {
    new Secret("p&ss<w>rd'1");
    const { body, html } = render(say("It is p&ss<w>rd'1.", { code: "X=p&ss<w>rd'1" }));
    expect(body).toBe("It is •••.\n\n    X=•••");
    expect(html).toBe("<p>It is •••.</p><pre><code>X=•••</code></pre>");
  });

  test("a log cannot steer a terminal, and no direction mark can reorder a diff", () => {
    const { body } = render(
      say("Log:", { code: "\u001b[31mred\u001b[0m\u0007\u001b]0;title\u0007 a\u202Eb\rc" }),
    );
    expect(body).toBe("Log:\n\n    red a�b\n    c");
  });

  test("a text too long for one event loses its middle and says how much; the rest of the message stays", () => {
    const log = Array.from({ length: 5000 }, (_, i) => `line ${i} <&> ${"é".repeat(i % 40)}`).join("\n");
    const { body, html } = render(say("It failed.", { code: log, next: "To go back: `x`" }));
    expect(Buffer.byteLength(body) + Buffer.byteLength(html)).toBeLessThanOrEqual(mostRenderedBytes);
    expect(body).toMatch(/^It failed\.\n\n {4}line 0 /);
    expect(body).toMatch(/… \d+ lines left out …/);
    expect(body).toContain("line 4999");
    expect(body.endsWith("To go back: `x`")).toBe(true);
    expect(Buffer.byteLength(body)).toBeGreaterThan(3000);
  });

  test("one endless line is shortened as well", () => {
    const { body } = render(say("x".repeat(100_000)));
    expect(body.length).toBeLessThan(mostRenderedBytes);
    expect(body).toContain(" … ");
  });

  test("property: whatever is said, the HTML holds only our tags, balanced, and stays under the limit", () => {
    const text = fc.oneof(
      fc.string({ unit: "grapheme", maxLength: 200 }),
      fc.constantFrom(
        "**a**",
        "`<b>`",
        "`",
        "**",
        "<script>",
        "**a`b**`",
        "\n\n",
        "@bo:example.coop",
        "&amp;",
      ),
    );
    const block = fc.oneof(
      fc.record({ kind: fc.constantFrom("text" as const, "code" as const, "diff" as const), text }),
      fc.record({ kind: fc.constant("list" as const), items: fc.array(text, { maxLength: 4 }) }),
    );
    fc.assert(
      fc.property(fc.array(block, { maxLength: 6 }), (blocks) => {
        const { body, html } = render({ blocks, mentions: [bo] });
        const open: string[] = [];
        for (const [, close, tag = ""] of html.matchAll(/<(\/?)([a-z]+)[^<>]*>/g)) {
          if (tag === "br") continue;
          if (close === "/") expect(open.pop()).toBe(tag);
          else open.push(tag);
          expect(["p", "strong", "code", "pre", "ul", "li", "a"]).toContain(tag);
        }
        expect(open).toEqual([]);
        expect(html.replace(/<\/?[a-z]+(?: [a-z]+="[^"<>]*")?>/g, "")).not.toMatch(/[<>]/);
        expect(Buffer.byteLength(body) + Buffer.byteLength(html)).toBeLessThanOrEqual(mostRenderedBytes);
      }),
    );
  });
});
