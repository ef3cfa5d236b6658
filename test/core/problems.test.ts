import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { Problem, type ProblemKind } from "../../src/core/problem.ts";
import { expectGolden } from "../golden.ts";

const src = path.join(import.meta.dirname, "../../src");
const folder = path.join(src, "core/problems");
const manual = path.join(src, "docs/problems.md");

interface Declared {
  room: string;
  kind: ProblemKind<unknown>;
  made: Problem;
}
let declared: Declared[] = [];
const strays: string[] = [];

beforeAll(async () => {
  const files = readdirSync(folder).filter((file) => file.endsWith(".ts"));
  for (const file of files.sort()) {
    const exported = (await import(path.join(folder, file))) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      if (isKind(value)) declared.push({ room: file.slice(0, -3), kind: value, made: value(value.example) });
      else if (typeof value === "function") strays.push(`${file}: ${name}`);
    }
  }
  declared = declared.sort((a, b) => (a.kind.code < b.kind.code ? -1 : 1));
  expect(declared.length).toBeGreaterThan(30);
});

function isKind(value: unknown): value is ProblemKind<unknown> {
  return typeof value === "function" && "code" in value && "example" in value;
}

/** The text without what was handed in from elsewhere, such as the words of a library: those are not ours to choose. */
function ownWords(text: string, example: unknown): string {
  const particulars = Object.values(example as object).filter((value) => typeof value === "string");
  return particulars.reduce((rest, value) => (value.length > 3 ? rest.replaceAll(value, "…") : rest), text);
}

/** Words that a member would not use, or that blame; and what a template prints when a particular is missing. */
const banned = /\b(please|sorry|invalid|forbidden|errors?|exception|oops|undefined|NaN|null)\b|\[object /i;

describe("every problem", () => {
  test("is made by its own declaration and has a code of its own, in small letters with hyphens", () => {
    const codes = declared.map(({ kind }) => kind.code);
    expect(codes.filter((code, i) => codes.indexOf(code) !== i)).toEqual([]);
    expect(codes.filter((code) => !/^[a-z]+(-[a-z0-9]+)*$/.test(code))).toEqual([]);
    for (const { kind, made } of declared) {
      expect(made).toBeInstanceOf(Problem);
      expect(made.code).toBe(kind.code);
    }
    expect(strays).toEqual([]);
  });

  test("has three parts that are sentences", () => {
    const poor = declared.flatMap(({ kind: { code, example }, made: { text } }) =>
      (["happened", "means", "remedy"] as const).flatMap((part) => {
        const [first = ""] = text[part].split("\n");
        const faults = [
          ...(first.trim().length < 8 ? ["too short"] : []),
          ...(first !== first.trim() ? ["white space around it"] : []),
          ...(part !== "remedy" && !/[.?!:)”"…]$/.test(ownWords(first, example).trim())
            ? ["does not end as a sentence does"]
            : []),
          ...(text[part].length > 1000 ? ["too long"] : []),
        ];
        return faults.map((fault) => `${code}.${part}: ${fault}`);
      }),
    );
    expect(poor).toEqual([]);
  });

  test("is said in plain words that blame nobody", () => {
    const found = declared.flatMap(({ kind: { code, example }, made: { text } }) =>
      Object.entries(text as unknown as Record<string, string>).flatMap(([part, words]) => {
        const word = banned.exec(ownWords(words, example))?.[0];
        return word === undefined ? [] : [`${code}.${part}: ${word}`];
      }),
    );
    expect(found).toEqual([]);
  });

  test("reads like this", () => {
    const texts = declared.map(
      ({ kind: { code }, made: { text } }) => `[${code}]\n${text.happened}\n${text.means}\n${text.remedy}\n`,
    );
    expectGolden("problems.txt", texts.join("\n"));
  });
});

test("the page of the manual lists exactly these problems, each as it reads", () => {
  const page = manualPage();
  if (process.env["GOLDEN"] === "write") writeFileSync(manual, page);
  const written = readFileSync(manual, "utf8");
  const listed = [...written.matchAll(/^### `([a-z0-9-]+)`$/gm)].map((match) => match[1]);
  const codes = declared.map(({ kind }) => kind.code);
  expect(
    listed.filter((code) => !codes.includes(code ?? "")),
    "in the manual only",
  ).toEqual([]);
  expect(
    codes.filter((code) => !listed.includes(code)),
    "missing in the manual",
  ).toEqual([]);
  expect(written).toBe(page);
});

function manualPage(): string {
  const rooms = [...Map.groupBy(declared, ({ room }) => room)].sort(([a], [b]) => (a < b ? -1 : 1));
  const parts = rooms.map(([room, members]) => {
    const entries = members.map(({ kind, made: { text } }) => {
      const [first = "", ...excerpt] = text.happened.split("\n");
      const code = excerpt.length === 0 ? "" : `\n\n\`\`\`\n${excerpt.join("\n")}\n\`\`\``;
      return `### \`${kind.code}\`\n\n${first}${code}\n\n- What it means: ${text.means}\n- What to do: ${text.remedy}\n`;
    });
    return `## ${room}\n\n${entries.join("\n")}`;
  });
  return [
    "# Problems",
    "",
    "Everything that Tandem says when something does not go as asked, in three parts: what happened, what it",
    "means, what to do. The names and numbers are examples. Each problem has a code, which the JSON API, the log",
    "and the audit trail use. This page is made from the program; `npm run golden` writes it anew.",
    "",
    parts.join("\n"),
  ].join("\n");
}
