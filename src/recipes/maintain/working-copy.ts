/** A recipe in a folder of its maintainer, with or without git. */
import { existsSync } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import path from "node:path";
import { recipeFolderNone } from "../../core/problems/recipe-release.ts";
import { GitFailure, type Git } from "../git.ts";
import { readTagFacts, type TagFacts } from "../history.ts";
import type { LintSubject, TryCompose } from "../lint/types.ts";
import { baseOf, readTree, type RecipeFiles } from "../tree.ts";
import { ownGit } from "./own-git.ts";

export interface WorkingCopy {
  dir: string;
  /** `deploy/` in the few recipes that lie there, else nothing. */
  base: string;
  git: Git;
  /** Git's folder; null when it is no repository. */
  gitDir: string | null;
  /** By path from `base`. */
  files: RecipeFiles;
  /** Versions newest first; empty without git. */
  tags: TagFacts[];
}

const limits = { files: 300, bytes: 128 * 1024 };
const leftOut = new Set([".git", "node_modules", "versions"]);

/** Reads the folder. Throws `recipe-folder-none` when it holds no recipe. `env` is what git gets. */
export async function openWorkingCopy(dir: string, env: Record<string, string>): Promise<WorkingCopy> {
  const all =
    existsSync(dir) && (await stat(dir)).isDirectory() ? await readFolder(dir) : new Map<string, string>();
  const base = baseOf([...all.keys()]);
  if (!all.has(`${base}compose.yml`)) throw recipeFolderNone({ dir });
  const files = new Map(
    [...all].map(([name, text]) => [name.startsWith(base) ? name.slice(base.length) : name, text]),
  );
  const git = ownGit(dir, env);
  const gitDir = await gitDirOf(dir, git);
  const tags = gitDir === null ? [] : await readTagFacts(git, ["--git-dir", gitDir]);
  return { dir, base, git, gitDir, files, tags };
}

/** Git's folder, when the recipe is a repository of its own and not merely inside of some other. */
async function gitDirOf(dir: string, git: Git): Promise<string | null> {
  if (!existsSync(path.join(dir, ".git"))) return null;
  try {
    return (await git(["rev-parse", "--absolute-git-dir"])).trim();
  } catch (thrown) {
    if (thrown instanceof GitFailure) return null;
    throw thrown;
  }
}

async function readFolder(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  const walk = async (below: string): Promise<void> => {
    for (const one of (await readdir(path.join(root, below), { withFileTypes: true })).sort(byName)) {
      const name = path.posix.join(below, one.name);
      if (leftOut.has(one.name) || found.size >= limits.files) continue;
      if (one.isDirectory()) await walk(name);
      else if (one.isFile()) found.set(name, await textOf(path.join(root, name)));
    }
  };
  await walk("");
  return found;
}

async function textOf(file: string): Promise<string> {
  if ((await stat(file)).size > limits.bytes) return "";
  const text = await readFile(file, "utf8");
  return text.includes("\0") ? "" : text;
}

function byName(a: { name: string }, b: { name: string }): number {
  return a.name < b.name ? -1 : 1;
}

/** What lint looks at; `files` stand in for those on the disk when they are about to be written. */
export async function subjectOf(
  copy: WorkingCopy,
  tryCompose: TryCompose | undefined,
  files: RecipeFiles = copy.files,
): Promise<LintSubject> {
  const { gitDir, tags } = copy;
  const newest = tags.find(({ version }) => version !== null);
  const previous =
    gitDir === null || newest === undefined
      ? null
      : { version: newest.name, files: await readTree(copy.git, gitDir, newest.commit) };
  return {
    recipe: path.basename(path.resolve(copy.dir)),
    version: null,
    files,
    tags: gitDir === null ? null : tags,
    previous,
    catalogue: null,
    tryCompose,
  };
}
