/** The files of one version in a folder of its own, so that two runs never share a working tree. */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../core/clock.ts";
import { sha256 } from "../core/canonical.ts";
import { recipeIncomplete } from "../core/problems/recipes.ts";
import type { RecipeName, RecipeVersion } from "../core/terms.ts";
import { readExports } from "./abra-exports.ts";
import type { Git } from "./git.ts";
import type { Mirror } from "./mirror.ts";
import type { Checkout } from "./types.ts";

/** A checkout that nobody released for so long was left behind by a crash. */
const leftoverAfterMs = 24 * 3_600_000;
const longestNotes = 16 * 1024;

/** The folder of everything that was checked out for a key. */
export function folderOf(dir: string, key: string): string {
  return path.join(dir, sha256(key).slice(0, 16));
}

/**
 * Writes the files of a commit into `folder` (made whole under another name first) and reads what is asked of
 * it.
 */
export async function checkOut<V extends string = RecipeVersion>(
  git: Git,
  mirror: Mirror,
  folder: string,
  what: { recipe: RecipeName; version: V; commit: string },
): Promise<Checkout<V>> {
  const root = path.join(folder, `${what.recipe}-${what.commit.slice(0, 12)}`);
  if (!existsSync(root)) await writeFiles(git, mirror.gitDir, what.commit, root);
  const dir = existsSync(path.join(root, "compose.yml")) ? root : path.join(root, "deploy");
  const missing = (file: string) => recipeIncomplete({ recipe: what.recipe, version: what.version, file });
  if (!existsSync(path.join(dir, "compose.yml"))) throw missing("compose.yml");
  const envSample = await readText(path.join(dir, ".env.sample"));
  if (envSample === undefined) throw missing(".env.sample");
  const script = (await readText(path.join(dir, "abra.sh"))) ?? (await readText(path.join(root, "abra.sh")));
  return {
    dir,
    version: what.version,
    commit: what.commit,
    envSample,
    notes: await readNotes(path.join(root, "release")),
    exports: readExports(script ?? ""),
  };
}

async function writeFiles(git: Git, gitDir: string, commit: string, root: string): Promise<void> {
  await mkdir(path.dirname(root), { recursive: true, mode: 0o700 });
  const work = await mkdtemp(`${root}-`);
  const files = path.join(work, "files");
  await mkdir(files);
  const run = (...args: string[]): Promise<string> =>
    git(["--git-dir", gitDir, "--work-tree", files, ...args], {
      cwd: files,
      env: { GIT_INDEX_FILE: path.join(work, "index") },
    });
  try {
    await run("read-tree", commit);
    await run("checkout-index", "--all", "--force");
    await rename(files, root);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function readNotes(dir: string): Promise<Record<string, string>> {
  const names = existsSync(dir) ? await readdir(dir) : [];
  const notes = await Promise.all(
    names.sort().map(async (name) => [name, (await readText(path.join(dir, name))) ?? ""] as const),
  );
  return Object.fromEntries(notes.map(([name, text]) => [name, text.trim().slice(0, longestNotes)]));
}

async function readText(file: string): Promise<string | undefined> {
  return existsSync(file) && (await stat(file)).isFile() ? readFile(file, "utf8") : undefined;
}

/**
 * Removes a checkout whole: it is renamed first, so that a process that is killed meanwhile leaves no half of it to be
 * taken for a recipe by the same run.
 */
export async function removeCheckout(folder: string): Promise<void> {
  if (!existsSync(folder)) return;
  const doomed = await mkdtemp(`${folder}-gone-`);
  await rename(folder, path.join(doomed, "files"));
  await rm(doomed, { recursive: true, force: true });
}

/** Removes what crashes left behind: checkouts not touched for a day. */
export async function pruneCheckouts(dir: string, clock: Clock): Promise<void> {
  for (const name of existsSync(dir) ? await readdir(dir) : []) {
    const folder = path.join(dir, name);
    if (clock.now() - (await stat(folder)).mtimeMs > leftoverAfterMs) {
      await rm(folder, { recursive: true, force: true });
    }
  }
}
