/**
 * Recipes of others, where they lie beside the checkout. They are only ever input: nothing of them, and nothing
 * made from them, is kept.
 */
import { existsSync, readdirSync, readFileSync, realpathSync } from "node:fs";
import path from "node:path";
import { envValues, readExports } from "../../../../src/recipes/index.ts";
import type { Case } from "./cases.ts";

const root = path.join(import.meta.dirname, "../../../..");
const wanted = path.join(root, "../shared/data/recipes");
/** By its real name, as a program that is started there sees it. */
const beside = existsSync(wanted) ? realpathSync(wanted) : wanted;

/** As it is said when the folder is missing. */
export const recipesFolder = "../shared/data/recipes";

/**
 * Every recipe and each of its kept versions: `compose.yml` alone, with each overlay, with all of them, and every
 * combination that a comment of `.env.sample` proposes, then with the settings that stand in such comments too.
 */
export function recipeCases(): Case[] {
  return recipeFolders().flatMap(({ name, dir }) => {
    const files = readdirSync(dir).filter((file) => /^compose\..*yml$/.test(file));
    const overlays = files.filter((file) => file !== "compose.yml").sort();
    const sets = [["compose.yml"], ...overlays.map((overlay) => ["compose.yml", overlay])];
    if (overlays.length > 1) sets.push(["compose.yml", ...overlays]);
    const env = recipeEnv(dir);
    const cases = sets.map((set) => ({ name: `${name}: ${set.join(" ")}`, dir, files: set, env }));
    const open = recipeEnv(dir, uncommented);
    const proposed = proposals(dir).map((set) => {
      return { name: `${name}, as proposed: ${set.join(" ")}`, dir, files: set, env: open };
    });
    return [...cases, ...proposed];
  });
}

/** Recipes with the expected merged configuration beside them. */
export function goldenRecipes(): {
  name: string;
  dir: string;
  golden: string;
  env: Record<string, string>;
}[] {
  return recipeFolders().flatMap(({ name, dir, golden }) =>
    existsSync(golden) ? [{ name, dir, golden, env: recipeEnv(dir) }] : [],
  );
}

function recipeFolders(): { name: string; dir: string; golden: string }[] {
  if (!existsSync(beside)) return [];
  return readdirSync(beside).flatMap((recipe) => {
    const dir = path.join(beside, recipe);
    const versions = path.join(dir, "@versions");
    const kept = existsSync(versions) ? readdirSync(versions) : [];
    return [
      { name: recipe, dir, golden: path.join(dir, "golden.default.yml") },
      ...kept.map((version) => ({
        name: `${recipe} ${version}`,
        dir: path.join(versions, version),
        golden: path.join(dir, `golden.${version}.yml`),
      })),
    ];
  });
}

/** The combinations of files that comments of the sample name: `#COMPOSE_FILE="compose.yml:compose.smtp.yml"`. */
function proposals(dir: string): string[][] {
  const sample = path.join(dir, ".env.sample");
  if (!existsSync(sample)) return [];
  const lines = readFileSync(sample, "utf8").matchAll(/^#\s*COMPOSE_FILE="([^"$]+)"/gm);
  return [...new Set([...lines].map(([, value = ""]) => value))]
    .map((value) => value.split(":"))
    .filter((files) => files.every((file) => existsSync(path.join(dir, file))));
}

/** A sample with its commented settings in force. */
function uncommented(sample: string): string {
  return sample.replaceAll(/^#\s*(?=[A-Z_]+=)(?!COMPOSE_FILE)/gm, "");
}

/** The sample settings, then the exports of `abra.sh`, then the stack's name: as a deploy has them. */
function recipeEnv(dir: string, change = (text: string): string => text): Record<string, string> {
  const [sample, script] = [".env.sample", "abra.sh"].map((file) => path.join(dir, file));
  const env =
    sample !== undefined && existsSync(sample) ? envValues(change(readFileSync(sample, "utf8"))) : {};
  const exported =
    script !== undefined && existsSync(script) ? readExports(readFileSync(script, "utf8"), env) : {};
  return { ...env, ...exported, STACK_NAME: (env["DOMAIN"] ?? "").replaceAll(".", "_") };
}
