/** The style of the house as a test: sizes, walls, words. Each finding says what to do in its place. */
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";
import { bannedIn } from "./tidy/banned.ts";
import { breaches } from "./tidy/imports.ts";
import { allSources, root, typescript, type Source } from "./tidy/sources.ts";

const sources = allSources();
const code = typescript(sources);
const program = code.filter((source) => /^(src|commands|workflows)\//.test(source.file));

const longestFile = 400;
const medianFile = 80;
const ninetiethFile = 250;
const longestFunction = 60;
const longestLine = 120;

test("there is something to be tidy about", () => {
  expect(program.length).toBeGreaterThan(50);
});

test(`no file is longer than ${longestFile} lines, the median at most ${medianFile}, nine of ten at most ${ninetiethFile}`, () => {
  expect(
    code.filter((s) => s.lines.length > longestFile).map((s) => `${s.file}: ${s.lines.length} lines`),
  ).toEqual([]);
  const sizes = program.map((source) => source.lines.length).sort((a, b) => a - b);
  expect(sizes[Math.floor(sizes.length / 2)]).toBeLessThanOrEqual(medianFile);
  expect(sizes[Math.floor(sizes.length * 0.9)]).toBeLessThanOrEqual(ninetiethFile);
});

test(`no function is longer than ${longestFunction} lines`, () => {
  expect(program.flatMap(longFunctions)).toEqual([]);
});

test(`no line is longer than ${longestLine} characters`, () => {
  const long = code
    .filter((source) => !source.file.startsWith("test/"))
    .flatMap((source) =>
      source.lines.flatMap((line, i) => (line.length > longestLine ? [`${source.file}:${i + 1}`] : [])),
    );
  expect(long).toEqual([]);
});

test("nobody imports through a wall", () => {
  expect(program.flatMap(breaches)).toEqual([]);
});

test("no banned call", () => {
  expect(code.flatMap((source) => bannedIn(source.file, source.lines))).toEqual([]);
});

test("names say what a file holds", () => {
  // A service of a compose file is a thing of the field, not a vague word.
  const field = /^(src|test)\/swarm\/compose\//;
  const vague = /(^|\/)(utils?|helpers?|common|manager|service|misc)(\.|\/|$)/;
  expect(code.map((s) => s.file).filter((file) => vague.test(file) && !field.test(file))).toEqual([]);
  const notKebab = program.map((s) => s.file).filter((file) => !/^[a-z0-9/.-]+$/.test(file));
  expect(notKebab).toEqual([]);
});

test("each room's index opens with what the room is for", () => {
  const rooms = program.filter((s) => /^src\/[\w-]+\/index\.ts$/.test(s.file));
  expect(rooms.length).toBeGreaterThan(8);
  expect(rooms.filter((s) => !/^(\/\/|\/\*\*)/.test(s.text)).map((s) => s.file)).toEqual([]);
});

test("nothing names a machine: no absolute path of it, no registry host", () => {
  // From its root on: a folder of ours may be called as the one around the checkout is.
  const outside = new RegExp(`(?<![\\w.])${RegExp.escape(path.dirname(root))}/`);
  const words = /deb\.debian\.org|registry\.npmjs\.org|\/(home|Users)\/[a-z]+\//;
  const found = sources
    .filter((s) => s.file !== "package-lock.json" && s.file !== "test/tidy.test.ts")
    .flatMap((s) =>
      s.lines.flatMap((line, i) => (outside.test(line) || words.test(line) ? [`${s.file}:${i + 1}`] : [])),
    );
  expect(found).toEqual([]);
});

test("everything that is kept can be read: no database, archive or program", () => {
  // What a compose file may point at that is none.
  const input = "test/swarm/compose/corpus/files/binary.bin";
  const binary = sources.filter(({ file, text }) => text.includes("\0") && file !== input);
  expect(binary.map(({ file }) => file)).toEqual([]);
});

function longFunctions(source: Source): string[] {
  const tree = ts.createSourceFile(source.file, source.text, ts.ScriptTarget.Latest, true);
  const long: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node) && "body" in node && node.body !== undefined) {
      const from = tree.getLineAndCharacterOfPosition(node.getStart()).line;
      const lines = tree.getLineAndCharacterOfPosition(node.end).line - from + 1;
      if (lines > longestFunction) long.push(`${source.file}:${from + 1}: a function of ${lines} lines`);
    }
    ts.forEachChild(node, visit);
  };
  visit(tree);
  return long;
}
