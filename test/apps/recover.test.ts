/** Settings read back from what a service shows. */
import { describe, expect, it } from "vitest";
import { recoverSettings } from "../../src/apps/recover.ts";
import { envValues } from "../../src/recipes/index.ts";

const sample = `TYPE=notes
DOMAIN=notes.example.com

## What it is called
TITLE='Our notes' # on top
#SMTP_HOST=mail.example.com
# LANGUAGE=en # two letters
COMPOSE_FILE="compose.yml"
#COMPOSE_FILE="$COMPOSE_FILE:compose.smtp.yml"
WORDS="one \\
two"
SECRET_TOKEN_VERSION=v1 # length=40
`;

describe("settings read back from a service", () => {
  it("keep the sample's order and comments, and change only what differs", () => {
    const { text, added, absent } = recoverSettings(
      sample,
      [
        "TYPE=notes:1.0.0+1.0",
        "DOMAIN=notes.example.coop",
        "TITLE=Our notes",
        "LANGUAGE=de",
        "COMPOSE_FILE=compose.yml:compose.smtp.yml",
        "WORDS=one two",
        "SECRET_TOKEN_VERSION=v2",
        "OWN_IDEA=a=b",
        "STACK_NAME=notes_example_coop",
        "CONF_VERSION=v3",
        "DB_HOST=db",
      ],
      new Set(["STACK_NAME", "CONF_VERSION", "DB_HOST"]),
    );
    expect(text).toBe(`TYPE=notes:1.0.0+1.0
DOMAIN=notes.example.coop

## What it is called
TITLE='Our notes' # on top
#SMTP_HOST=mail.example.com
LANGUAGE=de # two letters
COMPOSE_FILE=compose.yml:compose.smtp.yml
#COMPOSE_FILE="$COMPOSE_FILE:compose.smtp.yml"
WORDS="one \\
two"
SECRET_TOKEN_VERSION=v2 # length=40
OWN_IDEA=a=b
`);
    expect(added).toEqual(["OWN_IDEA"]);
    expect(absent).toEqual([]);
  });

  it("comment out what does not run, lines that go on below included", () => {
    const { text, absent } = recoverSettings(
      sample,
      ["TYPE=notes", "DOMAIN=a.b", "COMPOSE_FILE=compose.yml"],
      new Set(),
    );
    expect(absent).toEqual(["TITLE", "WORDS", "SECRET_TOKEN_VERSION"]);
    expect(text).toContain("# TITLE='Our notes' # on top\n");
    expect(text).toContain('# WORDS="one \\\n# two"\n');
    expect(envValues(text)).toEqual({ TYPE: "notes", DOMAIN: "a.b", COMPOSE_FILE: "compose.yml" });
  });

  it("survive values of every kind", () => {
    const odd = ['A=it\'s "both"', "B=$HOME and `x`", "C= blanks ", "D=#no comment", "E=line\nbreak", "F="];
    const { text } = recoverSettings("", odd, new Set());
    expect(envValues(text)).toEqual({
      A: 'it\'s "both"',
      B: "$HOME and `x`",
      C: " blanks ",
      D: "#no comment",
      E: "line\nbreak",
      F: "",
    });
  });
});
