/** Whatever stands in a catalogue, a README, a compose file or notes: it is read, or a Problem, never anything else. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { parseCatalogue } from "../../src/recipes/catalogue/parse.ts";
import { lintRecipe, notesBetween } from "../../src/recipes/index.ts";
import { readReadme } from "../../src/recipes/readme.ts";
import { tryCompose } from "../../src/swarm/index.ts";
import { goodFiles } from "./recipe-files.ts";

const bits = fc.constantFrom(
  "services:\n",
  "  app:\n",
  "    image: a:1\n",
  "    deploy: {labels: [",
  "backupbot.backup=true",
  "coop-cloud.${STACK_NAME}.version=",
  "- ",
  "a: ",
  "<<: *a\n",
  "&a ",
  "*a",
  "[",
  "]",
  "{",
  "}",
  '"',
  "'",
  "$A-",
  "${A:-",
  "\n",
  "# ",
  "- **Category**: ",
  "{{ .Name }}",
  '"repository":"https://a.b/c"',
  "__proto__",
  "\u0000",
  "\u202e",
);
const text = fc.oneof(
  fc.string({ unit: "binary" }),
  fc.array(bits, { maxLength: 40 }).map((parts) => parts.join("")),
  fc.json(),
);

function lint(files: Record<string, string>) {
  const subject = { recipe: "x", version: null, tags: null, previous: null, catalogue: null, tryCompose };
  return lintRecipe({ ...subject, files: new Map(Object.entries(files)) });
}

const readers: [name: string, read: (said: string) => unknown][] = [
  ["a catalogue", (said) => parseCatalogue(said, "x", null)],
  ["a catalogue's entry", (said) => parseCatalogue(`{"a": ${said}}`, "x", "/srv")],
  ["a README", readReadme],
  ["compose.yml", (said) => lint({ ...goodFiles(), "compose.yml": said })],
  ["an overlay", (said) => lint({ ...goodFiles(), "compose.x.yml": said })],
  [
    "settings, script and README",
    (said) => lint({ ...goodFiles(), ".env.sample": said, "abra.sh": said, "README.md": said }),
  ],
  ["release notes", (said) => notesBetween({ [said]: said, "1.0.0+1": said }, "0.1.0", "2.0.0")],
];

function outcomeOf(read: (said: string) => unknown, said: string): unknown {
  try {
    read(said);
    return "read";
  } catch (thrown) {
    return thrown instanceof Problem ? "a problem" : thrown;
  }
}

describe.each(readers)("%s", (_, read) => {
  test("is read or a Problem, whatever it says", () => {
    fc.assert(
      fc.property(text, (said) => {
        expect(outcomeOf(read, said)).toBeTypeOf("string");
      }),
      { numRuns: 300 },
    );
  });

  test.each([
    "a",
    '"',
    "[",
    "{",
    "- ",
    "&a ",
    "- &a [*a,*a]\n",
    "a: $A-b\n",
    "? ",
    "{{ .Name }}\n",
    '{"a":',
    "syt_",
    "1.0.0+",
  ])("64 KB of %j end in nothing but a Problem (how fast: bench/parsers)", (unit) => {
    expect(outcomeOf(read, unit.repeat(Math.floor(65_536 / unit.length)))).toBeTypeOf("string");
  });
});
