/** Every tag of a recipe's repository, also those that are no version, with its day and the images it brings. */
import { Problem } from "../core/problem.ts";
import { RecipeVersion } from "../core/terms.ts";
import { parseEnv } from "./env-file.ts";
import type { Git } from "./git.ts";
import { fillIn } from "./image.ts";
import { readTree } from "./tree.ts";
import { compareVersions } from "./versions.ts";
import { readYaml, record, text } from "./yaml.ts";

export interface TagFacts {
  /** As the tag says it. */
  name: string;
  /** Null: the tag is no version; nothing is ever upgraded to it by itself. */
  version: RecipeVersion | null;
  commit: string;
  /** ms since 1970: when it was tagged, or its commit made. */
  at: number;
  isAnnotated: boolean;
}

export interface VersionFacts extends TagFacts {
  /** Images by service, `app` first; empty when the compose file cannot be read. */
  images: { service: string; image: string }[];
}

const format = [
  "%(refname:strip=2)",
  "%(objecttype)",
  "%(objectname)",
  "%(*objecttype)",
  "%(*objectname)",
  "%(creatordate:unix)",
].join("%00");

/** All tags that stand on a commit: versions newest first, then those that are none, newest day first. */
export async function readTagFacts(git: Git, gitArgs: readonly string[]): Promise<TagFacts[]> {
  const lines = (await git([...gitArgs, "for-each-ref", `--format=${format}`, "refs/tags"])).split("\n");
  return lines
    .flatMap((line): TagFacts[] => {
      const [name = "", type, id = "", targetType, target = "", at = "0"] = line.split("\0");
      const isAnnotated = type === "tag";
      if ((isAnnotated ? targetType : type) !== "commit") return [];
      const version = RecipeVersion.safeParse(name);
      const commit = isAnnotated ? target : id;
      return [
        { name, version: version.success ? version.data : null, commit, at: Number(at) * 1000, isAnnotated },
      ];
    })
    .sort((a, b) => compareVersions(b.name, a.name) || b.at - a.at);
}

/** The same with the images of the first `most`. */
export async function withImages(
  git: Git,
  gitDir: string,
  tags: readonly TagFacts[],
  most: number,
): Promise<VersionFacts[]> {
  const found: VersionFacts[] = [];
  for (const [index, tag] of tags.entries()) {
    found.push({ ...tag, images: index < most ? await imagesAt(git, gitDir, tag.commit) : [] });
  }
  return found;
}

/** The images of a commit's compose.yml, `app` first, with the defaults of its sample settings filled in. */
export async function imagesAt(git: Git, gitDir: string, commit: string): Promise<VersionFacts["images"]> {
  const wanted = new Set(["compose.yml", ".env.sample"]);
  const files = await readTree(git, gitDir, commit, (path) => wanted.has(path));
  try {
    return imagesIn(files.get("compose.yml") ?? "", files.get(".env.sample") ?? "");
  } catch (thrown) {
    // A version whose file cannot be read is still one that was published.
    if (thrown instanceof Problem) return [];
    throw thrown;
  }
}

function imagesIn(compose: string, sample: string): VersionFacts["images"] {
  const env = new Map(parseEnv(sample).map(({ key, value }) => [key, value]));
  return Object.entries(record(readYaml(compose, "compose.yml").content["services"]))
    .map(([service, content]) => ({ service, image: fillIn(text(record(content)["image"]), env) }))
    .filter(({ image }) => image !== "")
    .sort((a, b) => Number(b.service === "app") - Number(a.service === "app"));
}
