/** A process that is killed while it removes a checkout must not leave half a recipe behind for the same run. */
import type * as Files from "node:fs/promises";
import { unlinkSync } from "node:fs";
import { glob } from "node:fs/promises";
import path from "node:path";
import { expect, it, vi } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import { openRecipes } from "../../src/recipes/index.ts";
import { remove, repository, temporaryFolder } from "./repository.ts";

const power = vi.hoisted(() => ({ cut: false }));
vi.mock("node:fs/promises", async (original) => {
  const real = await original<typeof Files>();
  return {
    ...real,
    rm: async (...args: Parameters<typeof Files.rm>) => {
      if (!power.cut) return real.rm(...args);
      for await (const file of glob(path.join(String(args[0]), "**/compose.yml"))) unlinkSync(file);
      throw new Error("the power is cut");
    },
  };
});

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
  power.cut = true;
  await expect(recipes.release("bakor/plan")).rejects.toThrow("the power is cut");
  power.cut = false;
  expect(await recipes.checkout(name, version, "bakor/plan")).toEqual(first);
  remove(repo.dir);
  remove(data);
});
