import { globSync, readFileSync } from "node:fs";
import path from "node:path";
import { expect, test } from "vitest";

const root = path.join(import.meta.dirname, "../..");
const files = (pattern: string): string[] => globSync(pattern, { cwd: root });

test("no workflow is without a story in which the power goes", () => {
  const stories = files("test/crash/*.ts").map((file) => readFileSync(path.join(root, file), "utf8"));
  const all = files("workflows/**/*.ts").filter((file) => !file.startsWith("workflows/parts/"));
  expect(all.length).toBeGreaterThan(50);
  expect(all.filter((file) => !stories.some((text) => text.includes(`/${file}"`)))).toEqual([]);
});
