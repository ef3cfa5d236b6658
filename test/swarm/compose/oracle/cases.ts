/** Compose files in folders, as cases for the CLI and for us. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { Problem } from "../../../../src/core/problem.ts";
import { loadStack, type LoadedStack } from "../../../../src/swarm/compose/index.ts";

export interface Case {
  name: string;
  dir: string;
  /** Names in `dir`, in the order in which they are merged. */
  files: string[];
  env: Record<string, string>;
}

export const stack = "notes_example_coop";

/** What we make of a case; a Problem is an answer, anything else that is thrown is not. */
export function loadCase(one: Case): LoadedStack | Problem {
  try {
    return loadStack({
      stack,
      dir: one.dir,
      env: one.env,
      files: one.files.map((file) => ({ path: file, text: readFileSync(path.join(one.dir, file), "utf8") })),
      readFile: (file) => (existsSync(file) ? readFileSync(file) : undefined),
    });
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}
