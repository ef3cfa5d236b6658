/** Every page is valid HTML, and looks as its golden file says. `npm run golden` writes them anew. */
import { HtmlValidate } from "html-validate";
import { expect, test } from "vitest";
import { problem } from "../../src/core/problem.ts";
import { expectGolden } from "../golden.ts";
import { browser, signedIn } from "./browse.ts";
import { everyGet, visitorOf } from "./every-page.ts";
import { house } from "./house.ts";

const validator = new HtmlValidate({
  extends: ["html-validate:recommended", "html-validate:a11y"],
  rules: {
    // Void elements are written as XHTML does, and white space is the formatter's business.
    "void-style": "off",
    "doctype-style": "off",
    "no-trailing-whitespace": "off",
    // A title holds what people typed.
    "long-title": "off",
    // A page has one sign-in button and forms of one field: autocomplete is said where it matters.
    "input-attributes": "error",
    "require-sri": "off",
    // axe sees real scrolling; a focusable section is how a wide table is reached by keyboard.
    "no-redundant-role": "error",
  },
});

async function faults(html: string): Promise<string[]> {
  const report = await validator.validateString(html);
  return report.results.flatMap((result) =>
    result.messages.map(({ line, ruleId, message }) => `${line}: ${ruleId}: ${message}`),
  );
}

/** Without what differs from time to time: the marks of forms and the version of the stylesheet. */
function steady(html: string): string {
  return html
    .replace(/name="once" value="[\w-]+"/g, 'name="once" value="…"')
    .replace(/style\.css\?[0-9a-f]+/, "style.css?…")
    .replace(/[ \t]+$/gm, "")
    .replace(/\n{2,}/g, "\n");
}

test.each(everyGet)("%s", async (path) => {
  const one = await signedIn(house(), visitorOf(path));
  const page = await (await one.get(path)).text();
  expect(await faults(page)).toEqual([]);
  expect(page.match(/<h1/g)?.length).toBe(1);
  if (path.startsWith("/docs") || path === "/audit") return;
  const name = path === "/" ? "home" : path.slice(1).replace(/%23/g, "-").replaceAll("/", "_");
  expectGolden(`pages/${name}.html`, steady(page));
});

test("what strangers see, and the pages that say no", async () => {
  const home = house();
  const stranger = browser(home);
  const pages: Record<string, string> = {
    "home-of-strangers": "/",
    "sign-in": "/sign-in?token=abc",
    "nothing-here": "/runs/bakor",
  };
  for (const [name, path] of Object.entries(pages)) {
    const page = await (await stranger.get(path)).text();
    expect(await faults(page)).toEqual([]);
    expectGolden(`pages/${name}.html`, steady(page));
  }
  const refused = await (await stranger.post("/sign-in", { token: "x" })).text();
  expect(await faults(refused)).toEqual([]);
  expectGolden("pages/sign-in-refused.html", steady(refused));
});

test("a form that was refused, a silent server, an empty house", async () => {
  const no = problem(
    "decline-without-why",
    (_: object) => ({ happened: "No reason.", means: "Not counted.", remedy: "Say `decline`." }),
    {},
  );
  const home = house({ told: { silent: true } });
  home.answerWith({ kind: "problem", problem: no({}) });
  const one = await signedIn(home, "bo");
  const refused = await (await one.post("/approvals/dufem/approval%232/approve", { subject: "old" })).text();
  expect(refused).toContain('value="old"');
  expect(await faults(refused)).toEqual([]);
  expect(await faults(await (await one.get("/apps/notes.example.coop")).text())).toEqual([]);
  const empty = await signedIn(house({ told: { empty: true } }), "otto");
  for (const path of ["/", "/approvals", "/apps", "/runs", "/recipes", "/audit"]) {
    expect(await faults(await (await empty.get(path)).text())).toEqual([]);
  }
});

test("followed runs load themselves again while under way, and only those", async () => {
  const one = await signedIn(house(), "bo");
  const page = async (path: string): Promise<string> => (await one.get(path)).text();
  const refresh = '<meta http-equiv="refresh" content="5" />';
  expect(await page("/runs/bakor?follow")).toContain(refresh);
  expect(await page("/runs/bakor?follow")).toContain('<a href="/runs/bakor">Stop following</a>');
  expect(await page("/runs/bakor?follow")).not.toContain("<textarea");
  expect(await page("/runs/bakor")).not.toContain(refresh);
  expect(await page("/runs/gomip?follow")).not.toContain(refresh);
});
