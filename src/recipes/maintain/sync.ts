/** The version of a recipe as its service `app` says it: the next one, written without touching another byte. */
import { isMap, isScalar, isSeq, type Scalar } from "yaml";
import { recipeImageUnfit, recipeLabelNone, recipeStepNone } from "../../core/problems/recipe-release.ts";
import { RecipeVersion } from "../../core/terms.ts";
import { parseEnv } from "../env-file.ts";
import { fillIn, readImage } from "../image.ts";
import { isPreview } from "../versions.ts";
import { readYaml, record, text, type YamlFile } from "../yaml.ts";

export type Step = "major" | "minor" | "patch";

export interface Synced {
  version: RecipeVersion;
  /** What the label says now; null when there is none. */
  before: string | null;
  /** compose.yml with the version in it; the same text when it was there already. */
  text: string;
}

const labelName = "coop-cloud.${STACK_NAME}.version";

/**
 * Writes the version that comes `step` after the newest tag. Without a step the label's own version is kept when it is
 * not published yet, and only follows the image. Throws what stands in the way.
 */
export function syncVersion(
  compose: string,
  { sample, newest, step }: { sample: string; newest: string | null; step: Step | undefined },
): Synced {
  const file = readYaml(compose, "compose.yml");
  const tag = mainTag(file, sample);
  const label = findLabel(file);
  const before = label === undefined ? null : label.value;
  const version = RecipeVersion.parse(`${nextNumbers(before, newest, step)}+${tag}`);
  return {
    version,
    before,
    text: label === undefined ? addLabel(file, version) : replace(compose, label, version),
  };
}

/** What the label says as it is; null when there is none. */
export function labelledVersion(compose: string): string | null {
  return findLabel(readYaml(compose, "compose.yml"))?.value ?? null;
}

function mainTag(file: YamlFile, sample: string): string {
  const image = text(record(record(file.content["services"])["app"])["image"]);
  const env = new Map(parseEnv(sample).map(({ key, value }) => [key, value]));
  const { tag } = readImage(fillIn(image, env));
  if (tag === undefined || !/^[\w.-]+$/.test(tag)) throw recipeImageUnfit({ image });
  return tag;
}

function nextNumbers(before: string | null, newest: string | null, step: Step | undefined): string {
  const own = /^v?(\d+\.\d+\.\d+(?:-[\w.]+)?)\+/.exec(before ?? "")?.[1];
  const isNew = own !== undefined && !(newest ?? "").startsWith(`${own}+`);
  if (step === undefined && isNew && (newest === null || numbersOf(own) > numbersOf(newest))) return own;
  if (newest === null) return { major: "1.0.0", minor: "0.1.0", patch: "0.0.1" }[step ?? "minor"];
  if (step === undefined) throw recipeStepNone({ newest });
  const [major = 0, minor = 0, patch = 0] = partsOf(newest);
  // 2.0.0 comes after 2.0.0-rc1, without a step further.
  if (isPreview(newest)) return [major, minor, patch].join(".");
  if (step === "major") return `${major + 1}.0.0`;
  return step === "minor" ? `${major}.${minor + 1}.0` : `${major}.${minor}.${patch + 1}`;
}

function partsOf(version: string): number[] {
  return (/^v?(\d+(?:\.\d+)*)/.exec(version)?.[1] ?? "").split(".").map(Number);
}

/** To compare by `>`: each number in six digits. */
function numbersOf(version: string): string {
  return [0, 1, 2].map((index) => String(partsOf(version)[index] ?? 0).padStart(6, "0")).join(".");
}

interface Found {
  value: string;
  /** Where the version stands in the text. */
  start: number;
  end: number;
}

/** The label as a list's item (`- "name=1.0.0"`) or in a mapping (`name: 1.0.0`). */
function findLabel({ document, text: all }: YamlFile): Found | undefined {
  const labels = document.getIn(["services", "app", "deploy", "labels"], true);
  if (isSeq(labels)) {
    for (const item of labels.items) {
      if (!isScalar(item) || typeof item.value !== "string" || !item.value.startsWith(`${labelName}=`))
        continue;
      const value = item.value.slice(labelName.length + 1);
      const start = all.indexOf(`${labelName}=`, item.range?.[0] ?? 0) + labelName.length + 1;
      return { value, start, end: start + value.length };
    }
  }
  if (!isMap(labels)) return undefined;
  const pair = labels.items.find(({ key }) => isScalar(key) && key.value === labelName);
  return isScalar(pair?.value) ? inMap(pair.value, all) : undefined;
}

function inMap({ value, range }: Scalar, all: string): Found {
  const [from = 0, to = from] = range ?? [];
  const isQuoted = /^["']/.test(all.slice(from, to));
  const inset = isQuoted ? 1 : 0;
  return { value: text(value), start: from + inset, end: to - inset };
}

function replace(compose: string, { start, end }: Found, version: string): string {
  return compose.slice(0, start) + version + compose.slice(end);
}

/** Adds the label as the first of a list that is written in lines. */
function addLabel({ document, text: all }: YamlFile, version: string): string {
  const line = `- "${labelName}=${version}"`;
  const labels = document.getIn(["services", "app", "deploy", "labels"], true);
  const first = isSeq(labels) && labels.flow !== true ? labels.items[0] : undefined;
  const at = isScalar(first) ? (first.range?.[0] ?? 0) : 0;
  const lineStart = all.lastIndexOf("\n", at - 1) + 1;
  const indent = /^([ \t]*)- /.exec(all.slice(lineStart, at))?.[1];
  if (indent === undefined) throw recipeLabelNone({ file: "compose.yml", add: `deploy: labels: ${line}` });
  return `${all.slice(0, lineStart)}${indent}${line}\n${all.slice(lineStart)}`;
}
