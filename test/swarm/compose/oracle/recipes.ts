/**
 * Recipes of others, where they lie beside the checkout. They are only ever input: nothing of them, and nothing
 * made from them, is kept.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import path from "node:path";
import { envValues, readExports } from "../../../../src/recipes/index.ts";
import type { Case } from "./cases.ts";

const root = path.join(import.meta.dirname, "../../../..");
const beside = path.join(root, "../shared/data/recipes");

/** As it is said when the folder is missing. */
export const recipesFolder = "../shared/data/recipes";

/** Every recipe and each of its kept versions: `compose.yml` alone, with each overlay, and with all of them. */
export function recipeCases(): Case[] {
  return recipeFolders().flatMap(({ name, dir }) => {
    const files = readdirSync(dir).filter((file) => /^compose\..*yml$/.test(file));
    const overlays = files.filter((file) => file !== "compose.yml").sort();
    const sets = [["compose.yml"], ...overlays.map((overlay) => ["compose.yml", overlay])];
    if (overlays.length > 1) sets.push(["compose.yml", ...overlays]);
    const env = recipeEnv(dir);
    return sets.map((set) => ({ name: `${name}: ${set.join(" ")}`, dir, files: set, env }));
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

/** The sample settings, then the exports of `abra.sh`, then the stack's name: as a deploy has them. */
function recipeEnv(dir: string): Record<string, string> {
  const [sample, script] = [".env.sample", "abra.sh"].map((file) => path.join(dir, file));
  const env = sample !== undefined && existsSync(sample) ? envValues(readFileSync(sample, "utf8")) : {};
  const exported =
    script !== undefined && existsSync(script) ? readExports(readFileSync(script, "utf8"), env) : {};
  return { ...env, ...exported, STACK_NAME: (env["DOMAIN"] ?? "").replaceAll(".", "_") };
}
