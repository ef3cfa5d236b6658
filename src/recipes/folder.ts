/**
 * A plain folder as a recipe. It is copied into a private git repository, so that everything else needs to
 * know repositories only. With `compose.yml` at its root it is one version; with `versions/<any
 * name>/compose.yml` each of these is one, on top of the files at the root. The version is what its label
 * says.
 */
import { cp, mkdtemp, readFile, readdir, rm, stat } from "node:fs/promises";
import path from "node:path";
import { parseDocument } from "yaml";
import { RecipeVersion } from "../core/terms.ts";
import type { Git } from "./git.ts";
import { compareVersions } from "./versions.ts";

interface FolderVersion {
  /** Folders whose files make up the version, the later over the earlier. */
  layers: string[];
  version: RecipeVersion;
}

const author = { name: "Tandem", email: "tandem@localhost" };
const identity = {
  GIT_AUTHOR_NAME: author.name,
  GIT_AUTHOR_EMAIL: author.email,
  GIT_COMMITTER_NAME: author.name,
  GIT_COMMITTER_EMAIL: author.email,
};

/**
 * Brings the bare repository `gitDir` up to date with the folder; versions that have not changed keep their
 * commit.
 */
export async function recordFolder(git: Git, dir: string, gitDir: string, scratch: string): Promise<void> {
  if (!(await stat(dir)).isDirectory()) throw new Error(`${dir} is no folder`);
  const versions = await versionsIn(dir);
  let parent: string | undefined;
  for (const one of versions) parent = await recordVersion(git, dir, one, { gitDir, scratch, parent });
  if (parent !== undefined) await git(["--git-dir", gitDir, "update-ref", "refs/tandem/head", parent]);
  const known = (await git(["--git-dir", gitDir, "tag", "--list"])).split("\n").filter((tag) => tag !== "");
  for (const tag of known.filter((name) => !versions.some(({ version }) => version === name))) {
    await git(["--git-dir", gitDir, "tag", "--delete", tag]);
  }
}

async function recordVersion(
  git: Git,
  dir: string,
  { layers, version }: FolderVersion,
  { gitDir, scratch, parent }: { gitDir: string; scratch: string; parent: string | undefined },
): Promise<string> {
  const work = await mkdtemp(path.join(scratch, "folder-"));
  const files = path.join(work, "files");
  const run = (...args: string[]): Promise<string> =>
    git(["--git-dir", gitDir, "--work-tree", files, ...args], {
      cwd: files,
      env: { ...identity, GIT_INDEX_FILE: path.join(work, "index") },
    }).then((text) => text.trim());
  try {
    for (const layer of layers) {
      await cp(layer, files, { recursive: true, filter: (from) => isWanted(from, dir) });
    }
    await run("add", "--all", "--", ".");
    const tree = await run("write-tree");
    const tagged = await run("for-each-ref", "--format=%(*objectname) %(*tree)", `refs/tags/${version}`);
    const [commit, before] = tagged.split(" ");
    if (commit !== undefined && before === tree) return commit;
    const parents = parent === undefined ? [] : ["-p", parent];
    const made = await run("commit-tree", tree, ...parents, "-m", `publish ${version}`);
    await run("tag", "--annotate", "--force", "-m", version, "--", version, made);
    return made;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Neither the folder's own `versions/` nor git's files; links stay behind, they could point anywhere. */
async function isWanted(from: string, dir: string): Promise<boolean> {
  if (from === path.join(dir, "versions") || path.basename(from) === ".git") return false;
  const kind = await stat(from);
  return kind.isDirectory() || kind.isFile();
}

async function versionsIn(dir: string): Promise<FolderVersion[]> {
  const names = await readdir(path.join(dir, "versions")).catch((thrown: unknown) => {
    if ((thrown as { code?: string }).code === "ENOENT") return [];
    throw thrown;
  });
  const layered = names.map((name) => [dir, path.join(dir, "versions", name)]);
  const candidates = layered.length === 0 ? [[dir]] : layered;
  const found = await Promise.all(
    candidates.map(async (layers) => ({ layers, version: await versionLabel(layers.at(-1) ?? dir) })),
  );
  return found
    .flatMap(({ layers, version }) => (version === undefined ? [] : [{ layers, version }]))
    .sort((a, b) => compareVersions(a.version, b.version));
}

/** The version that `compose.yml` says of itself, on whichever service; undefined when none or malformed. */
async function versionLabel(dir: string): Promise<RecipeVersion | undefined> {
  const text = await readFile(path.join(dir, "compose.yml"), "utf8").catch((thrown: unknown) => {
    if ((thrown as { code?: string }).code === "ENOENT") return "";
    throw thrown;
  });
  const content = parseDocument(text, { version: "1.1", merge: true, logLevel: "silent" }).toJS() as unknown;
  const label = /^coop-cloud\.\$\{STACK_NAME\}\.version=(.*)$/;
  for (const service of Object.values(record(record(content)["services"]))) {
    const labels = record(record(service)["deploy"])["labels"];
    const lines = Array.isArray(labels)
      ? labels.map(String)
      : Object.entries(record(labels)).map(([key, value]) => `${key}=${String(value)}`);
    for (const line of lines) {
      const parsed = RecipeVersion.safeParse(label.exec(line)?.[1]);
      if (parsed.success) return parsed.data;
    }
  }
  return undefined;
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
