/** The files of a recipe at one commit, read out of the mirror without a working tree. */
import type { Git } from "./git.ts";

/** Files of a recipe are a page or two each; more of them is passed over. */
const limits = { files: 300, bytes: 128 * 1024, atOnce: 8 };

/** Files by their path from the recipe's folder; what is no text, or too much of it, is there with an empty one. */
export type RecipeFiles = ReadonlyMap<string, string>;

/**
 * Reads the files of a commit that `wanted` picks. Paths are meant from the folder that holds compose.yml (a few
 * recipes have it in `deploy/`). Links are no files.
 */
export async function readTree(
  git: Git,
  gitDir: string,
  commit: string,
  wanted: (path: string) => boolean = () => true,
): Promise<Map<string, string>> {
  const listed = await git(["--git-dir", gitDir, "ls-tree", "-r", "-l", "-z", commit]);
  const found = listed.split("\0").flatMap((line) => {
    const match = /^100(?:644|755) blob ([0-9a-f]+) +(\d+)\t(.+)$/s.exec(line);
    const [, id = "", size = "", name = ""] = match ?? [];
    return match === null ? [] : [{ id, name, isLarge: Number(size) > limits.bytes }];
  });
  const base = baseOf(found.map(({ name }) => name));
  const picked = found
    .map(({ id, name, isLarge }) => ({
      id,
      isLarge,
      path: name.startsWith(base) ? name.slice(base.length) : name,
    }))
    .filter(({ path }) => wanted(path))
    .slice(0, limits.files);
  const files = new Map<string, string>();
  for (let from = 0; from < picked.length; from += limits.atOnce) {
    const some = picked.slice(from, from + limits.atOnce);
    const texts = await Promise.all(
      some.map(({ id, isLarge }) =>
        isLarge ? Promise.resolve("") : git(["--git-dir", gitDir, "cat-file", "blob", id]),
      ),
    );
    for (const [index, text] of texts.entries()) {
      const path = some[index]?.path;
      if (path !== undefined) files.set(path, text.includes("\0") ? "" : text);
    }
  }
  return files;
}

/** `deploy/` when the recipe lies there, else nothing. */
export function baseOf(names: readonly string[]): string {
  return !names.includes("compose.yml") && names.includes("deploy/compose.yml") ? "deploy/" : "";
}
