import { describe, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { parse } from "../../src/router/index.ts";
import { commands } from "./some-commands.ts";

const heard = (said: Parameters<typeof parse>[0], html?: string): [string, unknown] => {
  const { name, args } = parse(said, commands, html);
  return [name, args];
};
const problemOf = (said: Parameters<typeof parse>[0], html?: string): Problem => {
  try {
    parse(said, commands, html);
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
  throw new Error(`understood: ${JSON.stringify(said)}`);
};
const linesOf = (said: string): string[] => {
  const { happened, means, remedy } = problemOf(said).text;
  return [...happened.split("\n"), means, remedy];
};

describe("what is understood", () => {
  test.each<[string, string, object]>([
    ["app deploy cloud.example.coop", "app deploy", { app: "cloud.example.coop" }],
    [
      "  APP   Deploy Cloud.Example.coop 5.1.0+29.0.1 ",
      "app deploy",
      { app: "cloud.example.coop", version: "5.1.0+29.0.1" },
    ],
    ["app logs a.b --lines 50 --follow", "app logs", { app: "a.b", lines: 50, follow: true }],
    ["app logs --lines=50 a.b", "app logs", { app: "a.b", lines: 50, follow: false }],
    ["app logs a.b —follow", "app logs", { app: "a.b", follow: true }],
    ["app logs a.b –lines 5", "app logs", { app: "a.b", lines: 5, follow: false }],
    ["app logs a.b --follow=false", "app logs", { app: "a.b", follow: false }],
    ["member role bo maintainer --remove", "member role", { name: "bo", role: "maintainer", remove: true }],
    ['decline bakor "too  late" tonight', "decline", { run: "bakor", why: "too  late tonight", loud: false }],
    ["decline bakor it's too late", "decline", { run: "bakor", why: "it's too late", loud: false }],
    ["decline bakor “too late”", "decline", { run: "bakor", why: "too late", loud: false }],
    ["decline bakor 'a \"b\" c'", "decline", { run: "bakor", why: 'a "b" c', loud: false }],
    ['decline bakor a\\ b \\"c', "decline", { run: "bakor", why: 'a b "c', loud: false }],
    [
      "decline bakor the --force there is wrong --loud",
      "decline",
      { run: "bakor", why: "the --force there is wrong", loud: true },
    ],
    ["decline bakor -- --loud", "decline", { run: "bakor", why: "--loud", loud: false }],
    ['decline bakor "--loud"', "decline", { run: "bakor", why: "--loud", loud: false }],
    ["decline bakor late — very late", "decline", { run: "bakor", why: "late — very late", loud: false }],
    ["whoami\u0000\u200b", "whoami", {}],
    ["app\ndeploy\ta.b", "app deploy", { app: "a.b" }],
    ["app\u00a0deploy a.b", "app deploy", { app: "a.b" }],
  ])("%j", (line, name, args) => {
    expect(heard(line)).toEqual([name, args]);
  });

  test("words of a terminal come as its shell cut them", () => {
    expect(heard({ words: ["decline", "bakor", "too late", "--loud"] })).toEqual([
      "decline",
      { run: "bakor", why: "too late", loud: true },
    ]);
  });

  test("a form and the JSON API give arguments by name; empty fields are not filled in", () => {
    expect(heard({ command: "app logs", args: { app: "a.b", lines: 5, follow: "on" } })[1]).toEqual({
      app: "a.b",
      lines: 5,
      follow: true,
    });
    expect(heard({ command: "App Deploy", args: { app: "a.b", version: "" } })[1]).toEqual({ app: "a.b" });
    expect(problemOf({ command: "app deploy", args: { app: "a.b", versoin: "1" } }).code).toBe(
      "argument-unknown",
    );
    expect(
      problemOf({
        command: "app deploy",
        args: JSON.parse('{"app":"a.b","__proto__":"x"}') as object as Record<string, unknown>,
      }).code,
    ).toBe("argument-unknown");
    expect(problemOf({ command: "app deploy", args: { app: ["a.b"] } }).code).toBe("argument-unfit");
    expect(problemOf({ command: "app logs", args: { app: "a.b", follow: "perhaps" } }).code).toBe(
      "argument-unfit",
    );
    expect(problemOf({ command: "app deploy", args: {} }).code).toBe("argument-missing");
    expect(problemOf({ command: "app", args: {} }).code).toBe("command-incomplete");
    expect(problemOf({ command: "app deploy a.b", args: {} }).code).toBe("command-unknown");
  });
});

describe("pills", () => {
  const link = (id: string): string => `https://matrix.to/#/${encodeURIComponent(id)}`;
  const pill = (id: string, shown: string): string => `<a href="${link(id)}">${shown}</a>`;
  const role = (line: string, html?: string): unknown => heard(line, html)[1];
  const expected = { name: "@bo:b.coop", role: "maintainer", remove: false };

  test.each([
    [
      "a display name with spaces",
      "member role Bo Berg maintainer",
      `member role ${pill("@bo:b.coop", "Bo Berg")} maintainer`,
    ],
    [
      "a name with markup in it",
      "member role B&B maintainer",
      `member role ${pill("@bo:b.coop", "B&amp;B")} maintainer`,
    ],
    ["a Markdown link", `member role [Bo](${link("@bo:b.coop")}) maintainer`, undefined],
    ["a bare link", `member role ${link("@bo:b.coop")}?via=b.coop maintainer`, undefined],
    ["a matrix: address", "member role [Bo](matrix:u/bo:b.coop?action=chat) maintainer", undefined],
    [
      "single quotes in the HTML",
      "member role Bo maintainer",
      `member role <a class='x' href='${link("@bo:b.coop")}'>Bo</a> maintainer`,
    ],
  ])("%s", (_, line, html) => {
    expect(role(line, html)).toEqual(expected);
  });

  test("only the name itself is replaced, not a longer word that begins with it, and links elsewhere stay", () => {
    const html = `decline bakor Bobby told ${pill("@bo:b.coop", "Bo")} <a href="https://example.org">so</a>`;
    expect(heard("decline bakor Bobby told Bo so", html)[1]).toMatchObject({
      why: "Bobby told @bo:b.coop so",
    });
    expect(heard("decline bakor https://matrix.to/#/%zz", undefined)[1]).toMatchObject({
      why: "https://matrix.to/#/%zz",
    });
  });
});

describe("what is not understood points at the word", () => {
  test.each<[string, string, string[]]>([
    [
      "app deploy cloud",
      "argument-unfit",
      [
        "app deploy cannot work with cloud.",
        "app deploy cloud",
        "           ^ expected an app's domain, such as cloud.example.coop",
        "It needs an app's domain, such as cloud.example.coop. Nothing was done.",
        "Say it like this: app deploy <app> [version]. Example: app deploy cloud.example.coop",
      ],
    ],
    [
      "app deploy",
      "argument-missing",
      [
        "app deploy needs an app's domain, such as cloud.example.coop. Which one?",
        "Nothing was done.",
        "Say it like this: app deploy <app> [version]. Example: app deploy cloud.example.coop",
      ],
    ],
    [
      "member role bo maintaner",
      "argument-unfit",
      [
        "member role cannot work with maintaner.",
        "member role bo maintaner",
        "               ^ expected a role: member, maintainer, treasurer or operator",
        "It needs a role: member, maintainer, treasurer or operator. Nothing was done.",
        "Was maintainer meant? Example: member role bo maintainer",
      ],
    ],
    [
      "app deploy a.b 1.0 now",
      "words-left-over",
      [
        "app deploy does not know what to do with now.",
        "app deploy a.b 1.0 now",
        "                   ^ expected nothing more here",
        "Nothing was done.",
        'Say it like this: app deploy <app> [version]. Example: app deploy cloud.example.coop. Words that belong together go in "quotation marks".',
      ],
    ],
    [
      "app deplyo a.b",
      "command-unknown",
      [
        "There is no command app deplyo.",
        "app deplyo a.b",
        "    ^ expected deploy, logs or undeploy",
        "Nothing was done.",
        "Was this meant: app deploy a.b",
      ],
    ],
    [
      "app cloud.example.coop deploy 1.0",
      "command-other-way-round",
      [
        "There is no command app cloud.example.coop deploy 1.0.",
        "Here the verb comes before the name. Nothing was done.",
        "Say it in this order: app deploy cloud.example.coop 1.0",
      ],
    ],
    [
      "app",
      "command-incomplete",
      [
        "app is only the beginning of a command.",
        "Nothing was done.",
        "It goes on with deploy, logs or undeploy. To read about them: help app",
      ],
    ],
    [
      "hello there",
      "command-unknown",
      [
        "There is no command hello.",
        "hello there",
        "^ expected a command",
        "Nothing was done.",
        "See what can be said: help",
      ],
    ],
    [
      "member role bo operator --remov",
      "flag-unknown",
      [
        "member role has no --remov.",
        "member role bo operator --remov",
        "                        ^ expected --remove",
        "Nothing was done.",
        "Was --remove meant? Say it like this: member role <name> <role> [--remove]. Example: member role bo maintainer",
      ],
    ],
    [
      "app logs a.b --lines",
      "flag-unfit",
      [
        "--lines needs a value.",
        "app logs a.b --lines",
        "             ^ expected a number of lines after this",
        "Nothing was done.",
        "Say it like this: app logs <app> [--lines <lines>] [--follow]. Example: x",
      ],
    ],
    [
      'decline bakor "too late',
      "quote-open",
      [
        "A quotation mark is opened and never closed.",
        'decline bakor "too late',
        "              ^ expected a closing quotation mark after this",
        "It is not clear where the words that belong together end. Nothing was done.",
        'Close it, or put a backslash before it if it is meant as it stands: \\"',
      ],
    ],
    ["   ", "nothing-said", ["No command was said.", "Nothing was done.", "See what can be said: help"]],
  ])("%j", (line, code, text) => {
    expect(problemOf(line).code).toBe(code);
    expect(linesOf(line)).toEqual(text);
  });

  test.each([
    // The title shows only the code: two of the lines are very long.
    ["app logs a.b --lines --follow", "flag-unfit"],
    ["app logs a.b --follow --follow", "flag-unfit"],
    ["app logs a.b --follow=perhaps", "flag-unfit"],
    ["app logs a.b --lines=many", "argument-unfit"],
    ["app logs a.b --lines 501", "argument-unfit"],
    ["decline bakor --laud x", "flag-unknown"],
    ["whoami now", "words-left-over"],
    [`decline bakor ${"x".repeat(4096)}`, "command-too-long"],
    ["decline bakor " + "ü".repeat(2045), "command-too-long"],
  ])("refused $1", (line, code) => {
    expect(problemOf(line).code).toBe(code);
  });

  test("4096 bytes are not too long", () => {
    expect(heard(`decline bakor ${"x".repeat(4096 - 14)}`)[0]).toBe("decline");
  });

  test("a long line is cut around the word", () => {
    const line = `app logs ${"a".repeat(60)}.b --lines many ${"b".repeat(60)}`;
    const [, shown = "", mark = ""] = linesOf(line.replace(/ b+$/, ""));
    expect(shown.length).toBeLessThan(90);
    expect(shown.slice(mark.indexOf("^"))).toBe("many");
  });
});
