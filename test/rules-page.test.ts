import { readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";
import { rules } from "../src/recipes/index.ts";

const page = path.join(import.meta.dirname, "../src/docs/recipe-rules.md");

test("the manual's page of rules is what lint looks at, nothing more and nothing less", () => {
  const text = rulesPage();
  if (process.env["GOLDEN"] === "write") writeFileSync(page, text);
  expect(readFileSync(page, "utf8")).toBe(text);
});

function rulesPage(): string {
  return `# The rules for recipes

What \`recipe lint\` looks at, made from the program. An **error** stops a release and makes the command line end with 1; a
**warn** should be looked at; an **info** is good to know.

Rules that begin with R have the numbers of abra. Their numbers and severities are known to us from public records, their
exact conditions only in part; what R016 asks is not known to us at all. Where in doubt, run \`abra recipe lint\` as well.
Rules that begin with T are ours.

${rules.map(({ id, severity, asks, fix }) => `## ${id}\n\n**${severity}**: ${asks}.\n\n${fix}\n`).join("\n")}`;
}
