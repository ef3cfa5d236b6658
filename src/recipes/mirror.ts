/**
 * The bare mirror of one recipe's repository: its tags, its head and every file of them, readable offline.
 */
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import path from "node:path";
import type { Clock } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { recipeUnreachable } from "../core/problems/recipes.ts";
import { RecipeVersion } from "../core/terms.ts";
import { ageInWords } from "./age.ts";
import { recordFolder } from "./folder.ts";
import { fetchTimeoutMs, GitFailure, withoutCredentials, type Git } from "./git.ts";
import { sourceOf } from "./source.ts";
import type { Freshness } from "./types.ts";
import { compareVersions } from "./versions.ts";

export interface Tag {
  version: RecipeVersion;
  commit: string;
}

export interface Mirror {
  readonly gitDir: string;
  /** The address as it may be shown. */
  readonly source: string;
  refresh(): Promise<Freshness>;
  /** Newest first. Fetches only when there is no mirror yet. */
  tags(): Promise<Tag[]>;
  /** The commit of the newest version, else of the default branch. */
  head(): Promise<string>;
  /** A file's text at a commit; undefined when there is none. */
  read(commit: string, file: string): Promise<string | undefined>;
}

/** After a repository did not answer it is left in peace for so long. */
const patienceMs = 60_000;
const stampName = "tandem-fetched";

export function openMirror(
  recipe: string,
  address: string,
  { git, dir, clock }: { git: Git; dir: string; clock: Clock },
): Mirror {
  const gitDir = path.join(dir, `${recipe}.git`);
  const source = withoutCredentials(address);
  let failed: { at: number; problem: Problem } | undefined;
  let underway: Promise<Freshness> | undefined;
  let known: Tag[] | undefined;

  const fetchAnew = async (): Promise<Freshness> => {
    if (failed !== undefined && clock.now() - failed.at < patienceMs)
      return oldCopy(gitDir, failed.problem, clock);
    try {
      const fetchedAt = clock.now();
      await fetchInto(git, address, { gitDir, dir, fetchedAt });
      failed = known = undefined;
      return { fetchedAt, stale: null };
    } catch (thrown) {
      if (thrown instanceof Problem) throw thrown;
      const problem = recipeUnreachable({ recipe, source, reason: reasonOf(thrown) }, thrown);
      failed = { at: clock.now(), problem };
      return oldCopy(gitDir, problem, clock);
    }
  };
  // Two who ask at once wait for the same answer: git would trip over its own locks.
  const refresh = (): Promise<Freshness> => (underway ??= fetchAnew().finally(() => (underway = undefined)));
  const tags = async (): Promise<Tag[]> => {
    if (!existsSync(gitDir)) await refresh();
    return (known ??= await readTags(git, gitDir));
  };
  return {
    gitDir,
    source,
    refresh,
    tags,
    async head() {
      const newest = (await tags())[0];
      return newest?.commit ?? (await git(["--git-dir", gitDir, "rev-parse", "refs/tandem/head"])).trim();
    },
    read: (commit, file) => readBlob(git, gitDir, commit, file),
  };
}

/** A first fetch goes into a folder of its own, so that a mirror is either whole or not there. */
async function fetchInto(
  git: Git,
  address: string,
  { gitDir, dir, fetchedAt }: { gitDir: string; dir: string; fetchedAt: number },
): Promise<void> {
  const fill = async (into: string): Promise<void> => {
    await bringUpToDate(git, address, into, dir);
    await writeFile(path.join(into, stampName), String(fetchedAt));
  };
  await mkdir(dir, { recursive: true, mode: 0o700 });
  if (existsSync(gitDir)) return fill(gitDir);
  const fresh = await mkdtemp(path.join(dir, "new-"));
  try {
    await git(["init", "--quiet", "--bare", "--", fresh]);
    await fill(fresh);
    await rename(fresh, gitDir);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function bringUpToDate(git: Git, address: string, gitDir: string, dir: string): Promise<void> {
  const source = sourceOf(address);
  if (source.kind === "folder") return recordFolder(git, source.dir, gitDir, dir);
  const refs = ["+HEAD:refs/tandem/head", "+refs/tags/*:refs/tags/*"];
  const options = ["--quiet", "--force", "--prune", "--no-recurse-submodules", "--no-write-fetch-head"];
  await git(["--git-dir", gitDir, "fetch", ...options, "--", source.address, ...refs], {
    timeoutMs: fetchTimeoutMs,
  });
}

async function readTags(git: Git, gitDir: string): Promise<Tag[]> {
  const format = "--format=%(refname:strip=2) %(objectname) %(*objectname) %(objecttype) %(*objecttype)";
  const lines = (await git(["--git-dir", gitDir, "for-each-ref", format, "refs/tags"])).split("\n");
  return lines
    .flatMap((line) => {
      const [name, object, ...rest] = line.split(" ");
      const version = RecipeVersion.safeParse(name);
      // A light tag has no second object: "<name> <commit>  commit "; an annotated one points on.
      const [peeled = "", , peeledType = ""] = rest;
      const commit = peeled === "" ? object : peeled;
      const isCommit = peeled === "" ? rest.includes("commit") : peeledType === "commit";
      return version.success && isCommit && commit !== undefined ? [{ version: version.data, commit }] : [];
    })
    .sort((a, b) => compareVersions(b.version, a.version));
}

async function readBlob(git: Git, gitDir: string, commit: string, file: string): Promise<string | undefined> {
  const listed = await git(["--git-dir", gitDir, "ls-tree", "-z", commit, "--", file]);
  const match = /^100(?:644|755) blob ([0-9a-f]+)\t/.exec(listed);
  return match?.[1] === undefined ? undefined : git(["--git-dir", gitDir, "cat-file", "blob", match[1]]);
}

async function oldCopy(gitDir: string, problem: Problem, clock: Clock): Promise<Freshness> {
  if (!existsSync(gitDir)) throw problem;
  const fetchedAt = Number(await readFile(path.join(gitDir, stampName), "utf8"));
  const age = ageInWords(clock.now() - fetchedAt);
  return { fetchedAt, stale: `${problem.text.happened} Its copy here is ${age} old and goes on being used.` };
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof GitFailure) return thrown.message;
  return (thrown as { code?: string }).code === "ENOENT" ? "there is no such folder" : messageOf(thrown);
}
