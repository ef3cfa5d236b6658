import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  renameSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { RecipeName, RecipeVersion } from "../../src/core/terms.ts";
import { openRecipes, type Recipes } from "../../src/recipes/index.ts";
import { git, remove, repository, temporaryFolder, writeFiles, type Repository } from "./repository.ts";

const name = RecipeName.parse("notes");
const v = (text: string) => RecipeVersion.parse(text);
const files = (version: string) => ({
  "compose.yml": `services:\n  app:\n    image: notes:1\n    deploy:\n      labels:\n        - "coop-cloud.\${STACK_NAME}.version=${version}"\n`,
  ".env.sample": "TYPE=notes\nDOMAIN=notes.example.com\nSMTP_PASSWORD=hunter22 # as the provider says\n",
  "abra.sh": "export CONF_VERSION=v1\nexport X=$(curl evil)\nsub() {\n  export HIDDEN=1\n}\n",
  "README.md": "# Notes\n\n> Notes for [everyone](https://x). And more.\n\n- **Category**: Apps\n",
});

describe("recipes from git repositories", () => {
  let repo: Repository;
  let data: string;
  let clock: FakeClock;
  let recipes: Recipes;

  beforeEach(() => {
    repo = repository();
    repo.publish("1.0.0+1.0", files("1.0.0+1.0"));
    repo.publish(
      "1.1.0+1.1",
      { ...files("1.1.0+1.1"), "release/1.1.0+1.1": "Bump nothing.\n" },
      { light: true },
    );
    git(repo.dir, "tag", "latest");
    git(repo.dir, "tag", "1.9.9", git(repo.dir, "rev-parse", "HEAD^{tree}"));
    data = temporaryFolder();
    clock = new FakeClock();
    recipes = openRecipes({
      sources: { notes: repo.dir, gone: path.join(data, "nowhere") },
      dataDir: data,
      clock,
    });
  });
  afterEach(() => {
    remove(repo.dir);
    remove(data);
  });

  it("knows the versions by tag, newest first; what is no version is left out", async () => {
    expect(await recipes.versions(name)).toEqual(["1.1.0+1.1", "1.0.0+1.0"]);
  });

  it("shows what it is, hiding what looks secret", async () => {
    expect(await recipes.show(name)).toMatchObject({
      name: "notes",
      description: "Notes for everyone.",
      category: "Apps",
      newest: "1.1.0+1.1",
      source: repo.dir,
      settings: [
        { key: "TYPE", sample: "notes" },
        { key: "DOMAIN", sample: "notes.example.com" },
        { key: "SMTP_PASSWORD", sample: "", comment: "as the provider says" },
      ],
    });
  });

  it("lists every recipe, also one that cannot be read, and says why", async () => {
    const [first, second] = await recipes.list();
    expect(first).toMatchObject({ name: "notes", newest: "1.1.0+1.1", description: "Notes for everyone." });
    expect(second?.newest).toBeNull();
    expect(second?.description).toContain("there is no such folder");
  });

  it("checks a version out: the same key gives the same folder, another key another one", async () => {
    const first = await recipes.checkout(name, v("1.0.0+1.0"), "bakor/plan");
    expect(readFileSync(path.join(first.dir, "compose.yml"), "utf8")).toBe(files("1.0.0+1.0")["compose.yml"]);
    expect(first).toMatchObject({
      version: "1.0.0+1.0",
      commit: git(repo.dir, "rev-parse", "1.0.0+1.0^{commit}"),
      envSample: files("")[".env.sample"],
      notes: {},
      exports: { CONF_VERSION: "v1" },
    });
    expect(await recipes.checkout(name, v("1.0.0+1.0"), "bakor/plan")).toEqual(first);
    const other = await recipes.checkout(name, v("1.1.0+1.1"), "bakor/plan");
    expect(other.dir).not.toBe(first.dir);
    expect(other.notes).toEqual({ "1.1.0+1.1": "Bump nothing." });
    expect((await recipes.checkout(name, v("1.0.0+1.0"), "dekul/plan")).dir).not.toBe(first.dir);
    await recipes.release("bakor/plan");
    expect(existsSync(first.dir) || existsSync(other.dir)).toBe(false);
  });

  it("fetches a version that was published since", async () => {
    await recipes.versions(name);
    repo.publish("1.2.0+1.1", files("1.2.0+1.1"));
    expect(await recipes.versions(name)).toEqual(["1.1.0+1.1", "1.0.0+1.0"]);
    expect((await recipes.checkout(name, v("1.2.0+1.1"), "k")).version).toBe("1.2.0+1.1");
    git(repo.dir, "tag", "--delete", "1.2.0+1.1");
    await recipes.refresh(name);
    expect(await recipes.versions(name)).toEqual(["1.1.0+1.1", "1.0.0+1.0"]);
  });

  it("names the nearest versions when one does not exist", async () => {
    await expect(recipes.checkout(name, v("1.1.1+1.1"), "k")).rejects.toMatchObject({
      code: "recipe-version-unknown",
      text: { means: "The nearest it has: 1.1.0+1.1, 1.0.0+1.0." },
    });
  });

  it("names the nearest recipe when one does not exist", async () => {
    await expect(recipes.versions(RecipeName.parse("note"))).rejects.toMatchObject({
      code: "recipe-unknown",
      text: { remedy: "The nearest is notes: `recipe show notes`" },
    });
  });

  it("goes on with the old mirror when the repository is gone, and says how old it is", async () => {
    expect(await recipes.refresh(name)).toEqual({ fetchedAt: clock.now(), stale: null });
    renameSync(repo.dir, `${repo.dir}-away`);
    try {
      await clock.turn(3 * 86_400_000);
      const { fetchedAt, stale } = await recipes.refresh(name);
      expect(clock.now() - fetchedAt).toBe(3 * 86_400_000);
      expect(stale).toContain("3 days old");
      expect((await recipes.checkout(name, v("1.1.0+1.1"), "k")).version).toBe("1.1.0+1.1");
    } finally {
      renameSync(`${repo.dir}-away`, repo.dir);
    }
    expect((await recipes.refresh(name)).stale).not.toBeNull();
    await clock.turn(61_000);
    expect((await recipes.refresh(name)).stale).toBeNull();
  });

  it("throws a problem when there is neither repository nor mirror", async () => {
    await expect(recipes.show(RecipeName.parse("gone"))).rejects.toMatchObject({
      code: "recipe-unreachable",
    });
    expect(readdirSync(path.join(data, "mirrors")).filter((entry) => entry.startsWith("new-"))).toEqual([]);
  });

  it("follows no link out of a recipe and runs none of its hooks or filters", async () => {
    symlinkSync("/etc/passwd", path.join(repo.dir, "users"));
    repo.publish("2.0.0+1", {
      ".gitattributes": "* filter=evil\n",
      ".gitmodules": '[submodule "x"]\n\turl = ext::sh\n',
    });
    const { dir } = await recipes.checkout(name, v("2.0.0+1"), "k");
    expect(lstatSync(path.join(dir, "users")).isSymbolicLink()).toBe(false);
    expect(readFileSync(path.join(dir, "users"), "utf8")).toBe("/etc/passwd");
  });

  it.each([
    "ext::sh -c touch% x",
    "http://127.0.0.1:1/x.git",
    "-oProxyCommand=x@host:y",
    "git://127.0.0.1:1/x",
  ])("refuses the address %s", async (address) => {
    const other = openRecipes({ sources: { notes: address }, dataDir: path.join(data, "b"), clock });
    await expect(other.versions(name)).rejects.toMatchObject({ code: "recipe-unreachable" });
  });

  it("never shows the credentials of an address", async () => {
    const address = "https://bot:s3cretword@127.0.0.1:1/x.git";
    const other = openRecipes({ sources: { notes: address }, dataDir: path.join(data, "b"), clock });
    const thrown: unknown = await other.versions(name).catch((problem: unknown) => problem);
    expect(JSON.stringify(thrown)).toContain("https://127.0.0.1:1/x.git");
    expect(JSON.stringify([thrown, await other.list()])).not.toContain("s3cretword");
  });

  it("removes checkouts that a crash left behind a day ago", async () => {
    const { dir } = await recipes.checkout(name, v("1.0.0+1.0"), "k");
    const folder = path.dirname(dir);
    const old = clock.now() / 1000 - 2 * 86_400;
    utimesSync(folder, old, old);
    const fresh = await recipes.checkout(name, v("1.0.0+1.0"), "other");
    openRecipes({ sources: {}, dataDir: data, clock });
    await expect.poll(() => existsSync(folder)).toBe(false);
    expect(existsSync(fresh.dir)).toBe(true);
  });

  it("says which file a version lacks", async () => {
    git(repo.dir, "rm", "--quiet", ".env.sample");
    repo.publish("3.0.0+1", {});
    await expect(recipes.checkout(name, v("3.0.0+1"), "k")).rejects.toMatchObject({
      code: "recipe-incomplete",
      message: "The recipe notes 3.0.0+1 has no .env.sample.",
    });
  });
});

describe("a recipe in a plain folder", () => {
  let folder: string;
  let data: string;
  let recipes: Recipes;
  beforeEach(() => {
    folder = temporaryFolder();
    data = temporaryFolder();
    writeFiles(folder, files("1.0.0+1.0"));
    recipes = openRecipes({ sources: { notes: folder }, dataDir: data, clock: new FakeClock() });
  });
  afterEach(() => {
    remove(folder);
    remove(data);
  });

  it("has the version that its label says; the files may change", async () => {
    const before = await recipes.checkout(name, v("1.0.0+1.0"), "a");
    await recipes.refresh(name);
    expect((await recipes.checkout(name, v("1.0.0+1.0"), "a")).commit).toBe(before.commit);
    writeFileSync(path.join(folder, ".env.sample"), "A=1\n");
    await recipes.refresh(name);
    const after = await recipes.checkout(name, v("1.0.0+1.0"), "a");
    expect(after.commit).not.toBe(before.commit);
    expect(after.envSample).toBe("A=1\n");
  });

  it("has one version per folder under versions/, each over the files at the root", async () => {
    remove(path.join(folder, "compose.yml"));
    writeFiles(folder, {
      "versions/old/compose.yml": files("1.0.0+1.0")["compose.yml"],
      "versions/new/compose.yml": files("1.1.0+1.0")["compose.yml"],
      "versions/new/.env.sample": "NEW=1\n",
      "versions/broken/compose.yml": "services: {}\n",
    });
    expect(await recipes.versions(name)).toEqual(["1.1.0+1.0", "1.0.0+1.0"]);
    expect((await recipes.checkout(name, v("1.0.0+1.0"), "a")).envSample).toBe(files("")[".env.sample"]);
    const newer = await recipes.checkout(name, v("1.1.0+1.0"), "a");
    expect(newer.envSample).toBe("NEW=1\n");
    expect(readdirSync(newer.dir).sort()).toEqual([".env.sample", "README.md", "abra.sh", "compose.yml"]);
    remove(path.join(folder, "versions/new"));
    await recipes.refresh(name);
    expect(await recipes.versions(name)).toEqual(["1.0.0+1.0"]);
  });
});
