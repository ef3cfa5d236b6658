/** Two versions of a recipe side by side, as a maintainer wants to see them before an upgrade. */
import type { RecipeName, RecipeVersion } from "../core/terms.ts";
import { readExports } from "./abra-exports.ts";
import { parseEnv } from "./env-file.ts";
import type { Git } from "./git.ts";
import { imagesAt, type VersionFacts } from "./history.ts";
import { looksSecret } from "./looks-secret.ts";
import type { Tag } from "./mirror.ts";
import { readTree } from "./tree.ts";
import { compareVersions, notesBetween } from "./versions.ts";

export interface Moved {
  name: string;
  /** Null: it was not there before. */
  from: string | null;
  /** Null: it is gone. */
  to: string | null;
}

export interface RecipeComparison {
  recipe: RecipeName;
  from: RecipeVersion;
  to: RecipeVersion;
  /** False when `to` is the older one. */
  isForward: boolean;
  /** Images by service. */
  images: Moved[];
  /** The exports of abra.sh: versions of configs, mostly. */
  exports: Moved[];
  /** Keys of .env.sample that came or went; their values are in no list. */
  settings: { added: string[]; removed: string[] };
  /** Unified, of every file but README, licence and notes; values that look secret are not in it. */
  diff: string;
  /** Release notes of every version after `from` up to `to`. */
  notes: string;
}

const leftOut = ["README.md", "LICENSE", "release"].map((path) => `:(exclude)${path}`);
const asText = ["--no-color", "--no-ext-diff", "--no-textconv", "--no-renames", "-U2"];

export async function compareTags(
  git: Git,
  gitDir: string,
  recipe: RecipeName,
  [from, to]: readonly [Tag, Tag],
): Promise<RecipeComparison> {
  const read = async ({ commit }: Tag) => ({
    files: await readTree(git, gitDir, commit, (path) => /^(\.env\.sample|abra\.sh|release\/.*)$/.test(path)),
    images: await imagesAt(git, gitDir, commit),
  });
  const [before, after] = [await read(from), await read(to)];
  const script = (files: ReadonlyMap<string, string>): Record<string, string> =>
    readExports(files.get("abra.sh") ?? "");
  const keys = (files: ReadonlyMap<string, string>): string[] => [
    ...new Set(parseEnv(files.get(".env.sample") ?? "").map(({ key }) => key)),
  ];
  const [old, now] = [keys(before.files), keys(after.files)];
  const args = ["diff", ...asText, from.commit, to.commit, "--", ".", ...leftOut];
  return {
    recipe,
    from: from.version,
    to: to.version,
    isForward: compareVersions(to.version, from.version) > 0,
    images: moved(byService(before.images), byService(after.images)),
    exports: moved(script(before.files), script(after.files)),
    settings: {
      added: now.filter((key) => !old.includes(key)),
      removed: old.filter((key) => !now.includes(key)),
    },
    diff: withoutSecrets((await git(["--git-dir", gitDir, ...args])).trimEnd()).replace(/^index .*\n/gm, ""),
    notes: notesBetween(notesIn(after.files), from.version, to.version),
  };
}

function byService(images: VersionFacts["images"]): Record<string, string> {
  return Object.fromEntries(images.map(({ service, image }) => [service, image]));
}

function moved(before: Record<string, string>, after: Record<string, string>): Moved[] {
  const [old, now] = [new Map(Object.entries(before)), new Map(Object.entries(after))];
  return [...new Set([...old.keys(), ...now.keys()])]
    .map((name) => ({ name, from: old.get(name) ?? null, to: now.get(name) ?? null }))
    .filter(({ from, to }) => from !== to);
}

function notesIn(files: ReadonlyMap<string, string>): Record<string, string> {
  const notes = [...files].filter(([path]) => path.startsWith("release/"));
  return Object.fromEntries(notes.map(([path, text]) => [path.slice("release/".length), text.trim()]));
}

/** `  - PASSWORD=…`, `+PASSWORD: …`; not references to settings or to mounted secrets. */
const assignment = new RegExp(
  [
    /^([-+ ][\s#-]*(?:export\s+)?["']?)([A-Za-z_][A-Za-z0-9_]*)/,
    /(["']?\s*[=:]\s*)(?![\s$]|["']?\$|["']?\/run\/secrets)(.+)$/,
  ]
    .map(({ source }) => source)
    .join(""),
  "gm",
);

/** `PASSWORD=…` in any file: what a recipe should not hold is not carried into rooms either. */
function withoutSecrets(diff: string): string {
  return diff.replace(assignment, (line: string, before: string, key: string, sign: string) =>
    looksSecret(key) ? `${before}${key}${sign}•••` : line,
  );
}
