import path from "node:path";
import { Problem } from "../../core/problem.ts";
import { loadStack } from "./load-stack.ts";
import { refuseOwnMounts } from "./own-mounts.ts";

const dir = "/recipe";

/**
 * The problem that a deploy of these compose files would have before anything is asked of an engine; null when it
 * has none. `names` are the compose files in order, `files` everything that they may read.
 */
export function tryCompose(
  names: readonly string[],
  files: ReadonlyMap<string, string>,
  env: Record<string, string>,
): Problem | null {
  try {
    const loaded = loadStack({
      stack: env["STACK_NAME"] ?? "stack",
      files: names.map((name) => ({ path: name, text: files.get(name) ?? "" })),
      dir,
      env,
      readFile(file) {
        const text = files.get(path.posix.relative(dir, path.posix.resolve(dir, file)));
        return text === undefined ? undefined : Buffer.from(text);
      },
    });
    refuseOwnMounts(loaded);
    return null;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}
