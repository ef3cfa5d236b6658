/** A release of a recipe out of its maintainer's working copy: everything is checked before the first write. */
import { mkdir, rename, writeFile } from "node:fs/promises";
import path from "node:path";
import {
  recipeGitFailed,
  recipeLintFailed,
  recipeTagTaken,
  recipeTreeDirty,
} from "../../core/problems/recipe-release.ts";
import type { RecipeVersion } from "../../core/terms.ts";
import { GitFailure } from "../git.ts";
import { lintRecipe } from "../lint/lint.ts";
import type { LintReport, TryCompose } from "../lint/types.ts";
import type { RecipeFiles } from "../tree.ts";
import { labelledVersion, syncVersion, type Step, type Synced } from "./sync.ts";
import { subjectOf, type WorkingCopy } from "./working-copy.ts";

export interface ReleasePlan {
  version: RecipeVersion;
  /** compose.yml as it will be. */
  compose: string;
  /** False when the label says the version already. */
  changesLabel: boolean;
  /** True when release/next becomes the notes of this version. */
  hasNotes: boolean;
  lint: LintReport;
}

const nothing = "Nothing was changed.";
const next = "release/next";
const namesShown = 5;

/** What `sync` would write. */
export function planSync(copy: WorkingCopy, step: Step | undefined): Synced {
  const newest = copy.tags.find(({ version }) => version !== null)?.name ?? null;
  const sample = copy.files.get(".env.sample") ?? "";
  return syncVersion(copy.files.get("compose.yml") ?? "", { sample, newest, step });
}

/** Writes compose.yml; every byte but the version is the one that was there. */
export async function writeCompose(copy: WorkingCopy, text: string): Promise<void> {
  await writeFile(path.join(copy.dir, copy.base, "compose.yml"), text);
}

/**
 * What a release would do. Throws what stands in the way: no repository, changes that are not committed, a tag that is
 * there already, a rule of severity error that is not kept.
 */
export async function planRelease(
  copy: WorkingCopy,
  step: Step | undefined,
  tryCompose: TryCompose | undefined,
): Promise<ReleasePlan> {
  if (copy.gitDir === null) {
    const reason = `${copy.dir} is no git repository of its own`;
    throw recipeGitFailed({ doing: "release", reason, left: nothing });
  }
  const status = await attempt("look at the working copy", nothing, () =>
    copy.git(["status", "--porcelain"]),
  );
  const changed = status.split("\n").filter((line) => line !== "");
  if (changed.length > 0) {
    const files = changed.slice(0, namesShown).map((line) => line.slice(3));
    throw recipeTreeDirty({ dir: copy.dir, files: changed.length > namesShown ? [...files, "…"] : files });
  }
  const isTagged = (version: string): boolean => copy.tags.some(({ name }) => name === version);
  const said = labelledVersion(copy.files.get("compose.yml") ?? "");
  // Without a step it is the label's own version that is meant.
  if (step === undefined && said !== null && isTagged(said)) throw recipeTagTaken({ version: said });
  const { version, text } = planSync(copy, step);
  if (isTagged(version)) throw recipeTagTaken({ version });
  const lint = lintRecipe(await subjectOf(copy, tryCompose, filesAfter(copy.files, text, version)));
  if (!lint.ok) {
    const findings = lint.findings
      .filter(({ severity }) => severity === "error")
      .map(({ rule, where, what }) => `${rule} ${where === "" ? "" : `${where}: `}${what}`);
    throw recipeLintFailed({ version, findings });
  }
  const changesLabel = text !== copy.files.get("compose.yml");
  return { version, compose: text, changesLabel, hasNotes: copy.files.has(next), lint };
}

function filesAfter(files: RecipeFiles, compose: string, version: string): RecipeFiles {
  const after = new Map(files).set("compose.yml", compose);
  const notes = after.get(next);
  if (notes !== undefined) after.set(`release/${version}`, notes);
  after.delete(next);
  return after;
}

/** Writes, commits, tags, and pushes when asked. A step that fails says what is there then. */
export async function carryOut(
  copy: WorkingCopy,
  plan: ReleasePlan,
  options: { push: boolean },
): Promise<void> {
  const { git, dir, base } = copy;
  const { version, changesLabel, hasNotes } = plan;
  const message = `chore: publish ${version} release`;
  if (changesLabel || hasNotes) {
    await attempt("commit", "The files are as they were before.", async () => {
      try {
        if (changesLabel) await writeCompose(copy, plan.compose);
        if (hasNotes) await moveNotes(dir, next, `release/${version}`);
        await git(["add", "--", `${base}compose.yml`, ...(hasNotes ? ["release"] : [])]);
        await git(["commit", "--quiet", "-m", message]);
      } catch (thrown) {
        await putBack(copy, plan);
        throw thrown;
      }
    });
  }
  const committed = "The commit is made, and has no tag yet.";
  await attempt("tag", committed, () => git(["tag", "--annotate", "-m", message, "--", version]));
  if (!options.push) return;
  const left = "Commit and tag are made here, and nothing was pushed.";
  await attempt("push", left, async () => {
    const remotes = (await git(["remote"])).split("\n").filter((name) => name !== "");
    const [remote = "origin"] = remotes.includes("origin") ? ["origin"] : remotes;
    await git(["push", "--quiet", "--atomic", remote, "HEAD", `refs/tags/${version}`]);
  });
}

async function moveNotes(dir: string, from: string, to: string): Promise<void> {
  await mkdir(path.join(dir, "release"), { recursive: true });
  await rename(path.join(dir, from), path.join(dir, to));
}

/** The working copy was clean, so that what was committed last is what was there. */
async function putBack({ git, dir, base, files }: WorkingCopy, plan: ReleasePlan): Promise<void> {
  await writeFile(path.join(dir, base, "compose.yml"), files.get("compose.yml") ?? "");
  if (plan.hasNotes) await moveNotes(dir, `release/${plan.version}`, next).catch(notMoved);
  await git(["reset", "--quiet"]);
}

/** The notes had not been moved yet when it failed. */
function notMoved(thrown: unknown): void {
  if ((thrown as { code?: string }).code !== "ENOENT") throw thrown;
}

async function attempt<T>(doing: string, left: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof GitFailure) throw recipeGitFailed({ doing, reason: thrown.message, left }, thrown);
    throw thrown;
  }
}
