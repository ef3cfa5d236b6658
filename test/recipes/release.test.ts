/** A process that is killed while it removes a checkout must not leave half a recipe behind for the same run. */
import { unlinkSync } from "node:fs";
import files, { glob } from "node:fs/promises";
import { syncBuiltinESMExports } from "node:module";
import path from "node:path";
import { afterAll, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { remove, repository, temporaryFolder } from "./repository.ts";

const { rm } = files;
/** Removing ends half-way, for whoever imports it too. */
function cutPower(): void {
  files.rm = async (folder) => {
    for await (const file of glob(path.join(String(folder), "**/compose.yml"))) unlinkSync(file);
    throw new Error("the power is cut");
  };
  syncBuiltinESMExports();
}
function mendPower(): void {
  files.rm = rm;
  syncBuiltinESMExports();
}
afterAll(mendPower);

it("is taken up whole by the run that was killed in the middle of it", async () => {
  const repo = repository();
  const data = temporaryFolder();
  const name = RecipeName.parse("notes");
  const version = RecipeVersion.parse("1.0.0+1.0");
  repo.publish(version, {
    "compose.yml": "services:\n  app:\n    image: notes:1\n",
    ".env.sample": "TYPE=notes\n",
  });
  const recipes = openRecipes({ sources: { notes: repo.dir }, dataDir: data, clock: new FakeClock() });
  const first = await recipes.checkout(name, version, "bakor/plan");
  cutPower();
  await expect(recipes.release("bakor/plan")).rejects.toThrow("the power is cut");
  mendPower();
  expect(await recipes.checkout(name, version, "bakor/plan")).toEqual(first);
  remove(repo.dir);
  remove(data);
});
