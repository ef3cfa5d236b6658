/** What maintainers of recipes do at their own working copy: real folders, real git, no server. */
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { isOwnRecipeWord } from "../../src/cli/recipe.ts";
import { recipeWords } from "../../src/cli/recipe/maintain.ts";
import { Problem } from "../../src/core/problem.ts";
import type { LintReport } from "../../src/recipes/index.ts";
import { goodFiles } from "../recipes/recipe-files.ts";
import { git, remove, temporaryFolder, writeFiles } from "../recipes/repository.ts";
import { tandem } from "./children.ts";

const env = {
  PATH: "/usr/bin:/bin",
  GIT_CONFIG_GLOBAL: "/dev/null",
  GIT_CONFIG_NOSYSTEM: "1",
  GIT_AUTHOR_NAME: "Bo",
  GIT_AUTHOR_EMAIL: "bo@example.coop",
  GIT_COMMITTER_NAME: "Bo",
  GIT_COMMITTER_EMAIL: "bo@example.coop",
};

let root: string;
let dir: string;
beforeEach(() => {
  root = temporaryFolder();
  dir = path.join(root, "notes");
});
afterEach(() => remove(root));

async function say(...words: string[]): Promise<{ code: number; out: string }> {
  const lines: string[] = [];
  const json = words.includes("--json");
  const spoken = words.filter((word) => word !== "--json");
  const code = await recipeWords({ words: spoken, json, env, print: (line) => lines.push(line) });
  return { code, out: lines.join("\n").replaceAll(root, "ROOT") };
}

async function problemOf(...words: string[]): Promise<Problem> {
  const thrown: unknown = await say(...words).catch((one: unknown) => one);
  expect(thrown).toBeInstanceOf(Problem);
  return thrown as Problem;
}

const read = (file: string): string => readFileSync(path.join(dir, file), "utf8");
const write = (file: string, text: string): void => writeFileSync(path.join(dir, file), text);

/** A repository with one published version, 1.0.0, clean. */
function published(files = goodFiles()): void {
  mkdirSync(dir);
  git(dir, "init", "--quiet", "--initial-branch=main");
  writeFiles(dir, files);
  commit();
  git(dir, "tag", "--annotate", "-m", "x", "--", "1.0.0+1.29.3");
}
function commit(): void {
  git(dir, "add", "--all");
  git(dir, "commit", "--quiet", "--allow-empty", "-m", "work");
}
function committed(file: string, text: string): void {
  write(file, text);
  commit();
}
/** Everything that git and the folder hold: to see that nothing was changed. */
function state(): unknown {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true })
    .filter((one) => one.isFile())
    .map((one) => path.relative(dir, path.join(one.parentPath, one.name)))
    .filter((name) => !name.startsWith(".git/"))
    .map((name) => [name, read(name)]);
  return [files, git(dir, "rev-parse", "HEAD"), git(dir, "tag"), git(dir, "status", "--porcelain")];
}

describe("recipe new", () => {
  it("makes a recipe that keeps every rule and can be released as it is", async () => {
    expect(await say("new", dir)).toEqual({
      code: 0,
      out:
        "The recipe notes lies in ROOT/notes: compose.yml, nginx.conf.tmpl, .env.sample, abra.sh, README.md, release/next.\n" +
        "Change it, commit it, then: npx tandem recipe release ROOT/notes --minor",
    });
    const { out } = await say("lint", dir, "--json");
    const report = JSON.parse(out) as LintReport;
    expect(report.findings.filter(({ severity }) => severity !== "info")).toEqual([]);
    commit();
    expect((await say("release", dir)).code).toBe(0);
    expect(git(dir, "tag")).toBe("0.1.0+1.29.3-alpine");
    expect(read("release/0.1.0+1.29.3-alpine")).toBe("The first release.\n");
  });

  it("takes no folder that is there, and no name that is none", async () => {
    mkdirSync(dir);
    expect((await problemOf("new", dir)).code).toBe("recipe-folder-taken");
    expect(readdirSync(dir)).toEqual([]);
    const { text } = await problemOf("new", path.join(root, "Not A Name"));
    expect(text.happened).toContain("is not a recipe's name, such as nextcloud");
    expect((await problemOf("new")).text.happened).toContain("tandem recipe new needs a name");
  });
});

describe("recipe lint", () => {
  it("tells what to mend, and ends with 1 only for what is broken", async () => {
    published();
    expect(await say("lint", dir)).toMatchObject({
      code: 0,
      out: expect.stringContaining("keeps every rule") as string,
    });
    write("app.conf.tmpl", "other\n");
    const { code, out } = await say("lint", dir);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^error T022 compose.yml:\d+: conf differs from 1.0.0\+1.29.3, and CONF_VERSION is the same.\n +Raise/,
    );
    expect(out).toContain("1 to mend, 0 to look at, 0 to know.");
    const report = JSON.parse((await say("lint", dir, "--json")).out) as LintReport;
    expect(report).toMatchObject({ recipe: "notes", ok: false, counts: { error: 1 } });
  });

  it("looks at a folder without git as well, and at one with its recipe in deploy/", async () => {
    writeFiles(dir, goodFiles());
    expect((await say("lint", dir)).out).toContain("R014 (it is no git repository)");
    const deep = path.join(root, "deep");
    writeFiles(path.join(deep, "deploy"), goodFiles());
    expect((await say("lint", deep)).code).toBe(0);
  });

  it("is a program of its own: 1 when something is broken, 2 when it cannot look", async () => {
    writeFiles(dir, { ...goodFiles(), "abra.sh": "" });
    const [broken, none] = await Promise.all([
      tandem(root, ["recipe", "lint", "notes", "--json"]),
      tandem(root, ["recipe", "lint", "./nowhere"]),
    ]);
    expect(broken).toMatchObject({ code: 1, err: "" });
    expect(JSON.parse(broken.out)).toMatchObject({ ok: false, findings: [{ rule: "R012" }] });
    expect(none).toMatchObject({ code: 2, out: "" });
    expect(none.err).toContain("There is no recipe in ./nowhere: it holds no compose.yml.");
  });

  it("asks the server for a bare name that is no folder here", () => {
    expect(isOwnRecipeWord(["recipe", "lint", "no-such-folder"])).toBe(false);
    expect(isOwnRecipeWord(["recipe", "lint", "./no-such-folder"])).toBe(true);
    expect(isOwnRecipeWord(["recipe", "list"])).toBe(false);
    expect(isOwnRecipeWord(["app", "new", "x"])).toBe(false);
    expect(isOwnRecipeWord(["recipe", "sync", "x"])).toBe(true);
  });
});

describe("recipe sync", () => {
  it.each([
    ["--patch", "1.0.1+1.29.3"],
    ["--minor", "1.1.0+1.29.3"],
    ["--major", "2.0.0+1.29.3"],
  ])("%s writes %s and leaves every other byte as it is", async (step, version) => {
    published();
    const before = read("compose.yml");
    const { out } = await say("sync", dir, step);
    expect(out).toContain(`compose.yml says ${version} (before: 1.0.0+1.29.3).`);
    expect(read("compose.yml")).toBe(before.replace("1.0.0+1.29.3", version));
    // Said again it is the same step, not another one.
    expect((await say("sync", dir, step)).out).toBe(`compose.yml says ${version} already.`);
  });

  it("follows the image when the version is new already, else asks how large the step is", async () => {
    published();
    write("compose.yml", read("compose.yml").replace("nginx:1.29.3", "nginx:1.30.0"));
    const { code, text } = await problemOf("sync", dir);
    expect(code).toBe("recipe-step-none");
    expect(text.happened).toContain("from 1.0.0+1.29.3");
    await say("sync", dir, "--minor");
    expect(read("compose.yml")).toContain("version=1.1.0+1.30.0");
    write("compose.yml", read("compose.yml").replace("nginx:1.30.0", "nginx:1.30.1"));
    await say("sync", dir);
    expect(read("compose.yml")).toContain("version=1.1.0+1.30.1");
  });

  it.each([
    [
      "a mapping",
      (text: string) =>
        text
          .replace(/ {8}- "[^=]*version=(.*)"\n/, "")
          .replace(
            /labels:\n( {8}- .*\n)+/,
            "labels:\n        coop-cloud.${STACK_NAME}.version: '1.0.0+1.29.3' # here\n",
          ),
    ],
    ["single quotes", (text: string) => text.replace(/"(coop-cloud.*)"/, "'$1'")],
    ["no quotes", (text: string) => text.replace(/"(coop-cloud.*)"/, "$1   # here")],
    ["line ends of Windows", (text: string) => text.replaceAll("\n", "\r\n")],
  ])("finds the label in %s", async (_, change) => {
    published();
    const before = change(read("compose.yml"));
    expect(before).not.toBe(read("compose.yml"));
    write("compose.yml", before);
    await say("sync", dir, "--patch");
    expect(read("compose.yml")).toBe(before.replace("1.0.0+1.29.3", "1.0.1+1.29.3"));
  });

  it("adds the line when there is none, and says what to add where it cannot", async () => {
    published();
    const before = read("compose.yml").replace(/ +- "coop-cloud.*\n/, "");
    write("compose.yml", before);
    await say("sync", dir, "--patch");
    const line = '        - "coop-cloud.${STACK_NAME}.version=1.0.1+1.29.3"\n';
    expect(read("compose.yml")).toBe(before.replace("      labels:\n", `      labels:\n${line}`));
    write("compose.yml", "services:\n  app:\n    image: nginx:1\n");
    expect((await problemOf("sync", dir, "--patch")).code).toBe("recipe-label-none");
  });

  it("only says what it would do with --dry-run, and needs an image with a tag", async () => {
    published();
    const before = state();
    expect((await say("sync", dir, "--patch", "--dry-run")).out).toMatch(/^compose.yml would say 1.0.1/);
    expect(JSON.parse((await say("sync", dir, "--patch", "--dry-run", "--json")).out)).toEqual({
      version: "1.0.1+1.29.3",
      before: "1.0.0+1.29.3",
      changed: true,
      written: false,
    });
    expect(state()).toEqual(before);
    expect((await problemOf("sync", dir, "--patch", "--major")).text.happened).toContain(
      "--major and --patch",
    );
    write("compose.yml", read("compose.yml").replace(/nginx:1.29.3.*/, "nginx"));
    expect((await problemOf("sync", dir, "--patch")).code).toBe("recipe-image-unfit");
  });
});

describe("recipe release", () => {
  it("writes version and notes, commits, makes an annotated tag, and pushes only when asked", async () => {
    published();
    writeFiles(dir, { "release/next": "Faster.\n" });
    commit();
    const hub = path.join(root, "hub.git");
    git(root, "init", "--quiet", "--bare", hub);
    git(dir, "remote", "add", "origin", hub);
    const before = read("compose.yml");
    const dry = await say("release", dir, "--minor", "--dry-run");
    expect(dry.out).toMatch(
      /^1.1.0\+1.29.3 can be released. It would\n- write the version into compose.yml\n- rename/,
    );
    expect(git(dir, "tag")).toBe("1.0.0+1.29.3");
    const { out } = await say("release", dir, "--minor");
    expect(out).toContain("1.1.0+1.29.3 is released.");
    expect(out).toContain("To publish it: git -C ROOT/notes push --atomic origin HEAD 1.1.0+1.29.3");
    expect(read("compose.yml")).toBe(before.replace("1.0.0+1.29.3", "1.1.0+1.29.3"));
    expect(read("release/1.1.0+1.29.3")).toBe("Faster.\n");
    expect(existsSync(path.join(dir, "release/next"))).toBe(false);
    expect(git(dir, "status", "--porcelain")).toBe("");
    expect(git(dir, "log", "-1", "--format=%s")).toBe("chore: publish 1.1.0+1.29.3 release");
    expect(git(dir, "cat-file", "-t", "1.1.0+1.29.3")).toBe("tag");
    expect(git(dir, "for-each-ref", "--format=%(contents:subject)", "refs/tags/1.1.0+1.29.3")).toBe(
      "chore: publish 1.1.0+1.29.3 release",
    );
    expect(git(hub, "for-each-ref")).toBe("");
    await say("release", dir, "--patch", "--push");
    expect(git(hub, "tag")).toBe("1.1.1+1.29.3");
    expect(git(hub, "rev-parse", "main")).toBe(git(dir, "rev-parse", "HEAD"));
  });

  it.each<[string, string, () => void, string[]]>([
    ["changes that are not committed", "recipe-tree-dirty", () => write("new.txt", "x"), ["--patch"]],
    ["a version that has a tag", "recipe-tag-taken", () => undefined, []],
    ["a rule that is broken", "recipe-lint-failed", () => committed("app.conf.tmpl", "other\n"), ["--patch"]],
    [
      "no step",
      "recipe-step-none",
      () =>
        committed(
          "compose.yml",
          read("compose.yml").replace("nginx:1.29", "nginx:1.30").replace("+1.29", "+1.30"),
        ),
      [],
    ],
  ])("refuses %s and changes nothing", async (_, code, spoil, step) => {
    published();
    spoil();
    const before = state();
    const found = await problemOf("release", dir, ...step);
    expect(found.code).toBe(code);
    expect(found.text.means).toContain("Nothing was changed.");
    expect(state()).toEqual(before);
  });

  it("puts the files back when git does not commit", async () => {
    published();
    writeFiles(dir, { "release/next": "Faster.\n" });
    commit();
    writeFileSync(
      path.join(dir, ".git/hooks/pre-commit"),
      "#!/bin/sh\necho 'error: no release on a Friday' >&2\nexit 1\n",
      { mode: 0o755 },
    );
    const before = state();
    const { code, text } = await problemOf("release", dir, "--minor");
    expect(code).toBe("recipe-git-failed");
    expect(text.happened).toBe("git could not commit: no release on a Friday.");
    expect(state()).toEqual(before);
  });

  it("says so when there is no repository, and when nothing can be pushed to", async () => {
    writeFiles(dir, goodFiles());
    expect((await problemOf("release", dir, "--minor")).text.happened).toContain(
      "is no git repository of its own",
    );
    remove(dir);
    published();
    const { text } = await problemOf("release", dir, "--patch", "--push");
    expect(text.happened).toMatch(/^git could not push: /);
    expect(text.means).toBe("Commit and tag are made here, and nothing was pushed.");
    expect(git(dir, "tag")).toBe("1.0.0+1.29.3\n1.0.1+1.29.3");
  });
});
