/** Commits that are no release: the head of a recipe's default branch, or one that somebody names. */
import { recipeCommitUnknown } from "../core/problems/recipes.ts";
import type { RecipeName } from "../core/terms.ts";
import { GitFailure, type Git } from "./git.ts";
import type { Mirror } from "./mirror.ts";
import type { RecipeCommit } from "./types.ts";

/** As abra shortens a commit (facts: co-op-cloud §9). */
const shortLength = 8;
const headRef = "refs/tandem/head";

/**
 * The commit that is meant: the head of the default branch, asked of the repository, or the one whose hash
 * begins as `wanted` does. Throws `recipe-commit-unknown`.
 */
export async function commitOf(
  git: Git,
  recipe: RecipeName,
  mirror: Mirror,
  wanted: string | undefined,
): Promise<RecipeCommit> {
  const known = wanted === undefined ? undefined : await resolve(git, mirror.gitDir, wanted);
  if (known !== undefined) return known;
  await mirror.refresh();
  const found = await resolve(git, mirror.gitDir, wanted ?? headRef);
  if (found === undefined) throw recipeCommitUnknown({ recipe, commit: wanted ?? "HEAD" });
  return found;
}

async function resolve(git: Git, gitDir: string, wanted: string): Promise<RecipeCommit | undefined> {
  const ask = (...args: string[]): Promise<string> => git(["--git-dir", gitDir, ...args]);
  try {
    const commit = (await ask("rev-parse", "--verify", "--quiet", `${wanted}^{commit}`)).trim();
    const subject = (await ask("show", "--no-patch", "--format=%s", commit, "--")).trim();
    const tags = (await ask("tag", "--points-at", commit)).split("\n").filter((tag) => tag !== "");
    return { commit, short: commit.slice(0, shortLength), subject, tags };
  } catch (thrown) {
    if (thrown instanceof GitFailure) return undefined;
    throw thrown;
  }
}
