/** Commits that are no release, in a real repository. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { RecipeName } from "../../src/core/terms.ts";
import { openRecipes, type Recipes } from "../../src/recipes/index.ts";
import { git, remove, repository, temporaryFolder, writeFiles } from "./repository.ts";

const name = RecipeName.parse("notes");
const source = repository();
const data = temporaryFolder();
let recipes: Recipes;
let first: string;

const commit = (text: string): string => {
  writeFiles(source.dir, { "compose.yml": `# ${text}\n` });
  git(source.dir, "commit", "--quiet", "--all", "-m", text);
  return git(source.dir, "rev-parse", "HEAD");
};

beforeAll(() => {
  source.publish("1.0.0+1", { "compose.yml": "# released\n", ".env.sample": "TYPE=notes\n" });
  first = commit("after the release");
  recipes = openRecipes({ sources: { notes: source.dir }, dataDir: data, clock: new FakeClock() });
});
afterAll(() => {
  remove(source.dir);
  remove(data);
});

describe("a commit", () => {
  it("is the head of the default branch as it is now, or the one that is named", async () => {
    expect(await recipes.commitOf(name)).toEqual({
      commit: first,
      short: first.slice(0, 8),
      subject: "after the release",
      tags: [],
    });
    const second = commit("and one more");
    expect((await recipes.commitOf(name)).commit).toBe(second);
    expect((await recipes.commitOf(name, first.slice(0, 7))).commit).toBe(first);
    expect(await recipes.commitOf(name, "1.0.0+1")).toMatchObject({
      subject: "publish 1.0.0+1",
      tags: ["1.0.0+1"],
    });
    const third = commit("pushed a moment ago");
    expect((await recipes.commitOf(name, third)).commit).toBe(third);
  });

  it("has files like a version", async () => {
    const found = await recipes.checkoutCommit(name, first, "k");
    expect(found).toMatchObject({ version: first.slice(0, 8), commit: first, envSample: "TYPE=notes\n" });
    await recipes.release("k");
  });

  it("that is not there is named", async () => {
    await expect(recipes.commitOf(name, "0123456789")).rejects.toMatchObject({
      code: "recipe-commit-unknown",
    });
    await expect(recipes.commitOf(name, "--help")).rejects.toMatchObject({ code: "recipe-commit-unknown" });
  });
});
