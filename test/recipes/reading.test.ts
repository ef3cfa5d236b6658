/** History, comparison and lint of recipes in real repositories. */
import { readdirSync, readFileSync, existsSync } from "node:fs";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import { lintRecipe, openRecipes, rules, type Recipes } from "../../src/recipes/index.ts";
import { tryCompose } from "../../src/swarm/index.ts";
import { goodFiles } from "./recipe-files.ts";
import { git, remove, repository, temporaryFolder, type Repository } from "./repository.ts";

const notes = RecipeName.parse("notes");
const v = (text: string) => RecipeVersion.parse(text);
const none = RecipeName.parse("none");

let repo: Repository;
let bare: Repository;
let data: string;
let recipes: Recipes;
beforeAll(() => {
  repo = repository();
  bare = repository();
  bare.publish("latest", { "README.md": "# Nothing\n" });
  repo.publish(
    "5.7.1",
    { "compose.yml": "services:\n  app: {image: wordpress}\n   bad", ".env.sample": "A=1\n" },
    { light: true },
  );
  repo.publish("5.7.1_1", {
    ...goodFiles("1"),
    ".env.sample": "IMAGE_TAG=1.2\nOLD=x\nSMTP_PASSWORD=hunter22\n",
    "compose.yml": "services:\n  db: {image: 'db:10'}\n  app: {image: 'notes:${IMAGE_TAG}'}\n",
    "bin.dat": "\0\0",
  });
  const good = goodFiles("6.0.0+1.29.3");
  repo.publish("6.0.0+1.29.3", {
    ...good,
    ".env.sample": `${good[".env.sample"] ?? ""}SMTP_PASSWORD=hunter33\n`,
    "release/6.0.0+1.29.3": "Move the files by hand.\n",
    "release/5.7.1": "Long ago.\n",
  });
  git(repo.dir, "tag", "--annotate", "-m", "x", "not a version".replaceAll(" ", "-"));
  git(repo.dir, "tag", "tree", git(repo.dir, "rev-parse", "HEAD^{tree}"));
  data = temporaryFolder();
  recipes = openRecipes({
    sources: { notes: repo.dir, none: bare.dir },
    dataDir: data,
    clock: new FakeClock(),
    tryCompose,
  });
});
afterAll(() => [repo.dir, bare.dir, data].forEach(remove));

describe("the history of a recipe", () => {
  it("has every tag: versions newest first with images, then those that are none", async () => {
    const found = await recipes.history(notes);
    expect(
      found.map(({ name, version, isAnnotated, images }) => [name, version, isAnnotated, images]),
    ).toEqual([
      [
        "6.0.0+1.29.3",
        "6.0.0+1.29.3",
        true,
        [{ service: "app", image: `nginx:1.29.3@sha256:${"a".repeat(64)}` }],
      ],
      [
        "5.7.1_1",
        "5.7.1_1",
        true,
        [
          { service: "app", image: "notes:1.2" },
          { service: "db", image: "db:10" },
        ],
      ],
      ["5.7.1", "5.7.1", false, []],
      ["not-a-version", null, true, expect.anything()],
    ]);
    const [newest] = found;
    expect(newest?.commit).toBe(git(repo.dir, "rev-parse", "6.0.0+1.29.3^{commit}"));
    expect(newest?.at).toBe(
      1000 * Number(git(repo.dir, "for-each-ref", "--format=%(creatordate:unix)", "refs/tags/6.0.0+1.29.3")),
    );
  });
});

describe("two versions side by side", () => {
  it("say images, config versions, settings, files and the notes in between", async () => {
    const found = await recipes.compare(notes, v("5.7.1_1"));
    expect(found).toMatchObject({
      from: "5.7.1_1",
      to: "6.0.0+1.29.3",
      isForward: true,
      images: [
        { name: "app", from: "notes:1.2", to: `nginx:1.29.3@sha256:${"a".repeat(64)}` },
        { name: "db", from: "db:10", to: null },
      ],
      exports: [],
      settings: { added: ["TYPE", "DOMAIN", "SECRET_DB_PASSWORD_VERSION"], removed: ["IMAGE_TAG", "OLD"] },
      notes: "**6.0.0+1.29.3**\nMove the files by hand.",
    });
    expect(found.diff).toContain("diff --git a/compose.yml b/compose.yml\n");
    expect(found.diff).toContain("\n-  db: {image: 'db:10'}\n");
    expect(found.diff).not.toContain("release/");
    expect(found.diff).toContain("-SMTP_PASSWORD=•••\n");
    expect(JSON.stringify(found)).not.toMatch(/hunter/);
  });

  it("go backwards as well, and say which version does not exist", async () => {
    const back = await recipes.compare(notes, v("6.0.0+1.29.3"), v("5.7.1"));
    expect(back).toMatchObject({
      isForward: false,
      notes: "",
      exports: [{ name: "CONF_VERSION", from: "v1", to: null }],
    });
    await expect(recipes.compare(notes, v("7.0.0"))).rejects.toMatchObject({
      code: "recipe-version-unknown",
    });
    await expect(recipes.compare(none, v("7.0.0"))).rejects.toMatchObject({ code: "recipe-version-unknown" });
  });
});

describe("lint of a recipe", () => {
  it("looks at the newest release, or at the one that is asked for", async () => {
    const newest = await recipes.lint(notes);
    expect(newest).toMatchObject({ recipe: "notes", version: "6.0.0+1.29.3" });
    expect(newest.findings.map(({ rule }) => rule)).toEqual(["R014", "T015"]);
    const old = await recipes.lint(notes, v("5.7.1"));
    expect(old.findings.map(({ rule }) => rule)).toEqual(expect.arrayContaining(["T001", "R009"]));
    expect(old.ok).toBe(false);
    await expect(recipes.lint(none)).rejects.toMatchObject({ code: "recipe-without-versions" });
  });

  it("compares configs with the version before", async () => {
    repo.publish("6.0.1+1.29.3", { ...goodFiles("6.0.1+1.29.3"), "app.conf.tmpl": "other\n" });
    await recipes.refresh(notes);
    const { findings } = await recipes.lint(notes, v("6.0.1+1.29.3"));
    expect(findings.map(({ rule }) => rule)).toEqual(["R014", "T022"]);
  });

  it("never stumbles over its own sample recipe", async () => {
    const own = openRecipes({
      sources: { "custom-html": "recipes/custom-html" },
      dataDir: path.join(data, "own"),
      clock: new FakeClock(),
      tryCompose,
    });
    const { findings, skipped } = await own.lint(RecipeName.parse("custom-html"));
    expect(findings.filter(({ severity }) => severity === "error")).toEqual([]);
    expect(skipped.map(({ rule }) => rule)).toContain("R010");
  });
});

const folder = path.join(import.meta.dirname, "../../../shared/data/recipes");
const there = existsSync(folder);
if (!there) console.warn(`left out: lint of public recipes (${folder} is not there)`);

describe.skipIf(!there)("lint of public recipes", () => {
  const filesOf = (dir: string): Map<string, string> =>
    new Map(
      readdirSync(dir, { withFileTypes: true })
        .filter((one) => one.isFile() && !one.name.startsWith("golden."))
        .map(({ name }) => [name, readFileSync(path.join(dir, name), "utf8")]),
    );
  const dirs = !there
    ? []
    : readdirSync(folder).flatMap((recipe) => {
        const versions = path.join(folder, recipe, "@versions");
        const older = existsSync(versions)
          ? readdirSync(versions).map((one) => path.join(versions, one))
          : [];
        return [path.join(folder, recipe), ...older];
      });

  it.each(dirs)("reads %s: a deploy would accept it, and every rule has looked", (dir) => {
    const subject = {
      recipe: path.basename(dir),
      version: null,
      tags: null,
      previous: null,
      catalogue: null,
      tryCompose,
    };
    const { findings, skipped } = lintRecipe({ ...subject, files: filesOf(dir) });
    expect(findings.filter(({ rule }) => rule === "T001" || rule === "T002")).toEqual([]);
    // Every image of these was published with a tag and without a digest.
    const images = findings.filter(({ rule }) => rule === "T010");
    expect(images.length).toBeGreaterThan(0);
    expect(findings.filter(({ rule }) => rule === "R003")).toEqual([]);
    const known = new Set(rules.map(({ id }) => id));
    expect([...findings, ...skipped].every(({ rule }) => known.has(rule))).toBe(true);
  });
});
