/** In which version each key exists and which kinds of values it takes: as the docker CLI answered when it was asked. */
import { expect, test } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import { loadStack } from "../../../src/swarm/compose/index.ts";
import { readMatrix } from "./oracle/golden.ts";
import { kindCases, matrixText, versionCases, type Snippet } from "./oracle/snippets.ts";

test("each key exists from the same version on as for the CLI", () => {
  expect(matrixText(versionCases(), isTaken)).toBe(readMatrix("versions"));
});

test("each key takes the same kinds of values as for the CLI", () => {
  expect(matrixText(kindCases(), isTaken)).toBe(readMatrix("kinds"));
});

function isTaken({ text }: Snippet): boolean {
  // The file that `env_file: abc` and `file: a` may name.
  const readFile = (file: string): Buffer | undefined =>
    file === "/recipes/app/abc" ? Buffer.from("DATA=1\n") : undefined;
  try {
    const files = [{ path: "compose.yml", text }];
    loadStack({ stack: "notes", files, dir: "/recipes/app", env: { HOME: "/srv/bo" }, readFile });
    return true;
  } catch (thrown) {
    if (thrown instanceof Problem) return false;
    throw thrown;
  }
}
