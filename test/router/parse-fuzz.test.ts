import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { parse } from "../../src/router/index.ts";
import { shippedCommands } from "./house.ts";
import { commands } from "./some-commands.ts";

describe("whatever is typed", () => {
  const bits = fc.constantFrom(
    "app",
    "deploy",
    "logs",
    "decline",
    "--lines",
    "—follow",
    "=",
    '"',
    "“",
    "'",
    "\\",
    " ",
    "--",
    "a.b",
    "\u0000",
    "\u202e",
    "\n",
    '<a href="',
    "matrix:u/",
    "[",
    "](",
    "https://matrix.to/#/%",
  );
  const line = fc.oneof(
    fc.string({ unit: "binary" }),
    fc.array(bits, { maxLength: 40 }).map((parts) => parts.join("")),
    fc.array(bits, { maxLength: 40 }).map((parts) => parts.join(" ")),
  );

  test("it is understood or a Problem, never anything else", async () => {
    const all = await shippedCommands();
    fc.assert(
      fc.property(line, fc.option(line, { nil: undefined }), (said, html) => {
        try {
          const { args, command: found } = parse(said, all, html);
          expect(Object.keys(args)).toEqual(Object.keys(found.args));
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(Problem);
          const { happened, means, remedy } = (thrown as Problem).text;
          for (const part of [happened, means, remedy])
            expect(part).not.toMatch(/undefined|\[object|Invalid|^$/);
        }
      }),
      { numRuns: 2000 },
    );
  });

  test("any values by name are understood or a Problem", () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...commands.keys()),
        fc.dictionary(
          fc.constantFrom("app", "version", "lines", "follow", "run", "why", "x"),
          fc.jsonValue(),
        ),
        (name, args) => {
          try {
            parse({ command: name, args }, commands);
          } catch (thrown) {
            expect(thrown).toBeInstanceOf(Problem);
          }
        },
      ),
      { numRuns: 500 },
    );
  });

  test.each([
    ["letters", "a".repeat(65_536)],
    ["quotes", '"'.repeat(4096)],
    ["brackets", "[".repeat(4096)],
    ["flags", "decline a b " + "--x ".repeat(1000)],
    ["links", "https://matrix.to/#/".repeat(200)],
  ])("64 KB end in nothing but a Problem: $0 (how fast: bench/parsers)", (_, said) => {
    const html = "<a ".repeat(10_000) + '<a href="'.repeat(4000);
    let outcome: unknown;
    try {
      outcome = parse(said, commands, html).name;
    } catch (thrown) {
      outcome = thrown instanceof Problem ? "a problem" : thrown;
    }
    // "decline" takes any words as its reason; nothing else of this is a command.
    expect(outcome).toBe(said.startsWith("decline") ? "decline" : "a problem");
  });
});
