import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import ts from "typescript";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const files = (pattern: string): string[] => globSync(pattern, { cwd: root });

test("no workflow is without a story in which the power goes", () => {
  const told = files("test/crash/*.test.ts").flatMap((file) => {
    return toldIn(file, readFileSync(path.join(root, file), "utf8"));
  });
  const all = files("workflows/**/*.ts").filter((file) => !file.startsWith("workflows/parts/"));
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((file) => !told.includes(file))).toEqual([]);
});

test("to be imported is no story, to be what a scenario tells is one", () => {
  const scenario = (more: string): string[] => {
    const imports = ["a", "b", "c"].map((name) => `import ${name} from "../../workflows/deep/${name}.ts";`);
    const harness = 'import { crashEverywhere } from "./harness.ts";';
    return toldIn("test/crash/some.test.ts", [...imports, harness, more, "crashEverywhere(s);"].join("\n"));
  };
  const [a, b, c] = ["a", "b", "c"].map((name) => `workflows/deep/${name}.ts`);
  expect(scenario("const s = { name: 'a', input: a }; b.run(); // workflow: c")).toEqual([]);
  expect(scenario("const s = { workflow: x.a, others: { b: taken } };")).toEqual([]);
  expect(scenario("const s = { workflow: a };")).toEqual([a]);
  expect(scenario("const s = { workflow: wide ? a : b, others: { c } };")).toEqual([a, b, c]);
  expect(scenario("const s = { workflow: { ...a, run: (tools) => a.run(tools, 1) } };")).toEqual([a]);
  expect(scenario("const more = { c }; const others = { b, ...more }; const s = { others };")).toEqual([
    b,
    c,
  ]);
  expect(scenario("const children = { 'b': b }; const s = story({ others: children });")).toEqual([b]);
  expect(toldIn("test/crash/x.test.ts", 'import a from "../../workflows/a.ts"; x({ workflow: a });')).toEqual(
    [],
  );
});

/**
 * The workflow files that a test hands to the harness, as far as its text tells: what `workflow` or `others` of an
 * object names, directly or by constants of the same file. Names are taken to mean one thing in a file.
 */
function toldIn(file: string, text: string): string[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
  const imported = new Map<string, string>();
  const constants = new Map<string, ts.Expression>();
  const handed: ts.Expression[] = [];
  const called = new Set<string>();
  const read = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) {
      const { text: from } = node.moduleSpecifier as ts.StringLiteral;
      const name = node.importClause?.name?.text;
      if (name !== undefined) imported.set(name, path.join(path.dirname(file), from));
    }
    if (ts.isVariableDeclaration(node) && ts.isIdentifier(node.name) && node.initializer !== undefined)
      constants.set(node.name.text, node.initializer);
    if (ts.isCallExpression(node)) called.add(node.expression.getText());
    const isHanded = ["workflow", "others"].includes(nameOf(node) ?? "");
    if (isHanded && ts.isPropertyAssignment(node)) handed.push(node.initializer);
    if (isHanded && ts.isShorthandPropertyAssignment(node)) handed.push(node.name);
    ts.forEachChild(node, read);
  };
  read(tree);
  if (!called.has("crashEverywhere")) return [];
  const told = new Set<string>();
  const follow = (node: ts.Node): void => {
    if (ts.isIdentifier(node) && isValue(node)) {
      const from = imported.get(node.text);
      if (from?.startsWith("workflows/") === true) told.add(from);
      const constant = constants.get(node.text);
      constants.delete(node.text);
      if (constant !== undefined) follow(constant);
    }
    ts.forEachChild(node, follow);
  };
  for (const expression of handed) follow(expression);
  return [...told];
}

function nameOf(node: ts.Node): string | undefined {
  if (!ts.isPropertyAssignment(node) && !ts.isShorthandPropertyAssignment(node)) return undefined;
  return ts.isIdentifier(node.name) ? node.name.text : undefined;
}

/** Not the key of a property, nor what is taken out of something else. */
function isValue(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAssignment(parent)) return parent.name !== node;
  return !ts.isPropertyAccessExpression(parent) || parent.name !== node;
}
