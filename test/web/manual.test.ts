import { expect, test } from "vitest";
import { openDocs } from "../../src/docs/index.ts";
import { browser } from "./browse.ts";
import { house } from "./house.ts";

const docs = openDocs();
/** Made from the program by others; the index may name them before they are there. */
const generated = new Set(["commands", "problems", "settings", "recipe-rules"]);
const written = docs.list().filter((page) => !generated.has(page.name));

test("the pages that were promised are there", () => {
  expect(written.map((page) => page.name)).toEqual([
    "adopt",
    "approve",
    "apps",
    "backup-care",
    "backups",
    "billing",
    "books",
    "coming-from-abra",
    "contributors",
    "deploy",
    "how-it-works",
    "keeping-books",
    "members",
    "move",
    "operators",
    "paying",
    "payouts",
    "recipes",
    "restore",
    "restoring-tandem",
    "secrets",
    "servers",
    "statements",
    "upgrades",
    "words",
    "work",
  ]);
  expect(docs.read("../package.json")).toBeUndefined();
  expect(docs.read("docs.ts")).toBeUndefined();
});

test("every link inside the manual leads somewhere, and the index names every page", () => {
  const linksOf = (text: string): string[] =>
    [...text.matchAll(/\]\(([^)#]+)\.md(?:#[^)]*)?\)/g)].map((match) => match[1] ?? "");
  const broken = ["index", ...written.map((page) => page.name)].flatMap((name) =>
    linksOf(docs.read(name) ?? "").filter((to) => docs.read(to) === undefined && !generated.has(to)),
  );
  expect(broken).toEqual([]);
  const named = new Set(linksOf(docs.read("index") ?? ""));
  expect(docs.list().filter((page) => !named.has(page.name))).toEqual([]);
});

test("pages are short, how-tos say what you want and end with how you know", () => {
  const lengths = written.map((page) => docs.read(page.name)?.split("\n").length ?? 0).sort((a, b) => a - b);
  expect(lengths[Math.floor(lengths.length / 2)]).toBeLessThanOrEqual(90);
  expect(lengths.at(-1)).toBeLessThanOrEqual(130);
  const howTos = ["adopt", "apps", "approve", "contributors", "deploy", "members", "move", "operators"];
  for (const name of [...howTos, "books", "keeping-books", "recipes", "secrets", "servers", "upgrades"]) {
    const text = docs.read(name) ?? "";
    expect([name, /\n\nYou want /.test(text)]).toEqual([name, true]);
    expect([name, text.split("\n## ").at(-1)?.startsWith("How you know that it worked")]).toEqual([
      name,
      true,
    ]);
  }
});

test.each(["index", ...docs.list().map((page) => page.name)])("%s is readable by everybody", async (name) => {
  const one = browser(house());
  const response = await one.get(name === "index" ? "/docs" : `/docs/${name}`);
  expect(response.status).toBe(200);
  const page = await response.text();
  expect(page.match(/<h1/g)?.length).toBe(1);
  // Nothing of the Markdown is left over.
  expect(page.replace(/<(pre|code)[^>]*>[\s\S]*?<\/\1>/g, "")).not.toMatch(/\*\*|\]\(|^\s*\|/m);
});

test("an unknown page of the manual is a 404, and the index has one address", async () => {
  const one = browser(house());
  expect((await one.get("/docs/nothing")).status).toBe(404);
  expect((await one.get("/docs/index")).status).toBe(404);
});
