import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { expect } from "vitest";

/** Compares `actual` with `test/golden/<name>`; `npm run golden` writes it anew. A missing file fails, so that none is forgotten. */
export function expectGolden(name: string, actual: string): void {
  const file = path.join(import.meta.dirname, "golden", name);
  if (process.env["GOLDEN"] === "write") {
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, actual);
    return;
  }
  if (!existsSync(file)) expect.fail(`${name} is missing: run npm run golden and review what it wrote`);
  expect(actual).toBe(readFileSync(file, "utf8"));
}
