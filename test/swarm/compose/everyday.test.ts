/**
 * The quick reader of everyday YAML and the reader of all YAML are one: whatever the quick one reads, the other reads
 * to the same values at the same places, and what the other refuses the quick one leaves to it.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseEveryday } from "../../../src/swarm/compose/everyday.ts";
import type { MapNode } from "../../../src/swarm/compose/node.ts";
import { parseWhole } from "../../../src/swarm/compose/parse.ts";
import { corpusCases } from "./oracle/cases.ts";
import { recipeCases } from "./oracle/recipes.ts";

/** Of each property. */
const numRuns = 3000;

/** What the quick reader makes of the text; the test fails where the other one makes something else of it. */
function bothRead(text: string): MapNode | undefined {
  const quick = parseEveryday(text, "compose.yml");
  if (quick !== undefined) {
    expect(parseWhole(text, "compose.yml")).toStrictEqual({ file: "compose.yml", root: quick, warnings: [] });
  }
  return quick;
}

/** Texts of compose files, each once. */
function textsOf(cases: { dir: string; files: string[] }[]): string[] {
  const files = cases.flatMap(({ dir, files: names }) => names.map((name) => path.join(dir, name)));
  return [...new Set(files)].map((file) => readFileSync(file, "utf8"));
}

const corpus = textsOf(corpusCases());

test("of our own corpus, at least three files of four are everyday YAML", () => {
  const quick = corpus.filter((text) => bothRead(text) !== undefined);
  expect(quick.length / corpus.length).toBeGreaterThan(0.75);
});

const recipes = textsOf(recipeCases());

test.runIf(recipes.length > 0)("every recipe of others is everyday YAML", () => {
  expect(recipes.filter((text) => bothRead(text) === undefined)).toEqual([]);
});

/** What may stand anywhere in a line, and what changes the meaning of what stands around it. */
const mark = fc.constantFrom(
  ...[
    " ",
    "  ",
    "\n",
    "\n  ",
    "\n\n",
    ":",
    ": ",
    " :",
    "#",
    " #",
    "- ",
    "-",
    '"',
    "'",
    "''",
    "\\",
    '\\"',
    "\\n",
  ],
  ...[
    "[",
    "]",
    "{",
    "}",
    ",",
    ", ",
    "&a ",
    "*a",
    "<<: *a",
    "|",
    ">",
    "|-\n",
    ">-\n",
    "|+\n",
    "!",
    "!!str ",
    "%",
    "@",
  ],
  ...[
    "?",
    "? ",
    "`",
    "~",
    "null",
    "true",
    "0x1f",
    "010",
    "1_0",
    ".inf",
    "2020-01-01",
    "1e3",
    "---\n",
    "...\n",
    "\t",
  ],
  ...[
    "\r\n",
    "\ufeff",
    "\u00a0",
    "\u2028",
    "é",
    "😀",
    "$",
    "${A}",
    "__proto__: ",
    "k: v",
    "=",
    "*",
    "&",
    "(",
    "^",
  ],
);

/** An edit of a text: where (as a part of its length), how much falls away, what is put there. */
const edit = fc.record({
  at: fc.double({ min: 0, max: 1, noNaN: true }),
  drop: fc.nat(3),
  put: fc.option(mark),
});

function edited(text: string, edits: { at: number; drop: number; put: string | null }[]): string {
  return edits.reduce((now, { at, drop, put }) => {
    const from = Math.floor(at * now.length);
    return now.slice(0, from) + (put ?? "") + now.slice(from + drop);
  }, text);
}

const small = corpus.filter((text) => text.length < 1500);

test("a file of the corpus after a few slips of the hand reads alike by both", () => {
  const slips = fc.array(edit, { minLength: 1, maxLength: 4 });
  fc.assert(
    fc.property(fc.constantFrom(...small), slips, (text, edits) => void bothRead(edited(text, edits))),
    { numRuns },
  );
});

const word = fc.constantFrom(
  ...[
    "a",
    "b c",
    "d: e",
    "f:",
    "- g",
    "'h'",
    "'i''j'",
    '"k"',
    '"l\\"m"',
    '"n\\no"',
    "p#q",
    "r #s",
    "#t",
    "''",
    "-u",
  ],
  ...[
    "[v, w]",
    "[ x ]",
    "[]",
    "{}",
    "{y: z}",
    "[{a: b}, [c]]",
    "[a, ]",
    "[a b, 'c', \"d\"]",
    "{a: b, c: [d]}",
    "[,]",
  ],
  ...[
    "&m",
    "&m n",
    "*m",
    "&m [o]",
    "|",
    "|-",
    ">",
    ">-",
    ">2",
    "http://e.f/g?h=i",
    "[http://j, k:l]",
    "1",
    "-1",
    "~",
  ],
  ...[
    "2020-01-01",
    "0o7",
    "1.10",
    "$A",
    "${B:-c}",
    "/d:/e",
    "<<",
    "a: b: c",
    "[a: b]",
    "{a}",
    "{a: }",
    "",
    " ",
    "x ",
  ],
);
const ordinary = fc.constantFrom(
  "a:",
  "b:",
  "c.d:",
  "'e':",
  '"f":',
  "<<:",
  "-",
  "- g:",
  "- h:",
  "i-j:",
  "l$m:",
);
const odd = fc.constantFrom(
  ...[
    "- -",
    "h :",
    "1:",
    "true:",
    "i:j",
    "$k:",
    "#",
    "",
    "n",
    "? o",
    "- &m p:",
    "r: # s",
    "- # t",
    "- &m",
    "'u' :",
  ],
);
const key = fc.oneof({ arbitrary: ordinary, weight: 6 }, { arbitrary: odd, weight: 1 });
const indent = fc.constantFrom(0, 0, 0, 0, 2, 2, 2, 2, 4, 4, 1, 3, 6);
const line = fc.tuple(indent, key, word);

test("lines that look like YAML read alike by both", () => {
  const text = fc
    .tuple(
      fc.array(line, { minLength: 1, maxLength: 7 }),
      fc.constantFrom("", "\n", "\n\n", "\n  ", "\n# end"),
    )
    .map(
      ([lines, end]) => lines.map(([at, head, rest]) => `${" ".repeat(at)}${head} ${rest}`).join("\n") + end,
    );
  let quick = 0;
  fc.assert(
    fc.property(text, (made) => void (quick += bothRead(made) === undefined ? 0 : 1)),
    { numRuns },
  );
  // Or else nothing was compared.
  expect(quick).toBeGreaterThan(numRuns / 50);
});
