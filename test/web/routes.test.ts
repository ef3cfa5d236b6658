import { describe, expect, test } from "vitest";
import { hooks } from "../../src/web/serve-hooks.ts";
import { downloads, pages, forms } from "../../src/web/routes.ts";
import { expectGolden } from "../golden.ts";
import { api, browser, signedIn, type Browser } from "./browse.ts";
import {
  everyDownload,
  everyGet,
  everyHook,
  everyPost,
  examplesOf,
  otherGets,
  visitorOf,
} from "./every-page.ts";
import { house, household, type Name } from "./house.ts";

const names = Object.keys(household) as Name[];
const roleOf = (name: Name): string => household[name][0] ?? "member";
/** One person per role; cleo is a second maintainer. */
const visitors = names.filter((name) => name !== "cleo");

test("golden: every route, who may open it, and what each role and nobody gets", async () => {
  const home = house();
  const people: [string, Browser][] = [["nobody", browser(home)]];
  for (const name of visitors) people.push([roleOf(name), await signedIn(home, name)]);
  const lines: string[] = [];
  const sweep = async (method: string, path: string, ask: (one: Browser) => Response | Promise<Response>) => {
    const got: string[] = [];
    // All come from one address: a second passes, or it would soon have asked too often.
    await home.clock.turn(1000);
    for (const [who, one] of people) got.push(`${who} ${(await ask(one)).status}`);
    // All of them come from one address, which may ask so often in a second.
    await home.clock.turn(1000);
    lines.push(`${method.padEnd(4)} ${path.padEnd(44)} ${got.join("  ")}`);
  };
  for (const path of [...everyGet, ...everyDownload, ...otherGets])
    await sweep("GET", path, (one) => one.get(path));
  for (const path of [...everyPost, ...everyHook, "/nowhere"])
    await sweep("POST", path, (one) => one.post(path, { why: "x" }));
  await sweep("POST", "/api/commands", (one) => api(home, null, { line: "whoami" }, { cookie: one.cookie }));
  const declared = [
    ...pages,
    ...downloads,
    ...forms.map((form) => ({ ...form, shows: `says ${form.name}` })),
    ...hooks,
  ].map((one) => `${one.path.padEnd(34)} ${[one.audience].flat().join(", ").padEnd(30)} ${one.shows}`);
  expectGolden("routes.txt", `${declared.join("\n")}\n\n${lines.join("\n")}\n`);
});

describe("what one may not see", () => {
  test("answers exactly as what does not exist", async () => {
    const home = house();
    const ana = await signedIn(home, "ana");
    const textAt = async (path: string): Promise<string> =>
      (await (await ana.get(path)).text())
        .replaceAll(path.replace("%23", "#"), "PATH")
        .replaceAll(path, "PATH");
    const unknown = await textAt("/runs/nosuc");
    expect(unknown).toContain("There is nothing at PATH that you may see.");
    for (const hidden of ["/runs/payot", "/approvals/payot/approval", "/audit", "/apps/none.example.coop"]) {
      expect((await ana.get(hidden)).status).toBe(404);
      expect(await textAt(hidden)).toBe(unknown);
    }
  });

  test("is in no list either", async () => {
    const home = house();
    const ana = await signedIn(home, "ana");
    for (const path of ["/", "/approvals", "/runs", "/index.json", "/approvals.json", "/runs.csv"]) {
      expect(await (await ana.get(path)).text()).not.toContain("payot");
    }
    const tess = await signedIn(home, "tess");
    expect(await (await tess.get("/runs")).text()).toContain("payot");
  });
});

describe("every page", () => {
  test.each(everyGet)("%s answers as JSON, and as a page that says no-store", async (path) => {
    const home = house();
    const who = visitorOf(path);
    const one = await signedIn(home, who);
    const page = await one.get(path);
    expect([page.status, page.headers.get("content-type")]).toEqual([200, "text/html; charset=UTF-8"]);
    expect(page.headers.get("cache-control")).toBe("no-store");
    const json = await one.get(path === "/" ? "/index.json" : `${path}.json`);
    expect([json.status, json.headers.get("content-type")]).toEqual([200, "application/json"]);
    expect(json.headers.get("cache-control")).toBe("no-store");
    expect(JSON.stringify(await json.json()).length).toBeGreaterThan(20);
  });

  test.each([
    "/approvals",
    "/apps",
    "/apps/notes.example.coop",
    "/runs",
    "/recipes",
    "/audit",
    "/payouts",
    "/payouts/tomek",
  ])("%s answers as CSV", async (path) => {
    const one = await signedIn(house(), "bo");
    const csv = await one.get(`${path}.csv`);
    expect([csv.status, csv.headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8"]);
    const rows = (await csv.text()).split("\r\n");
    expect(rows.length).toBeGreaterThan(2);
    expect(rows.at(-1)).toBe("");
  });

  test("a page that is no table has no CSV, and a page of nobody no JSON", async () => {
    const home = house();
    expect((await (await signedIn(home, "bo")).get("/runs/bakor.csv")).status).toBe(404);
    const response = await browser(home).get("/runs/bakor.json");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ ok: false, problem: { code: "page-unknown" } });
  });
});

test("the examples cover every listed page and form", () => {
  expect(
    [...pages, ...downloads, ...forms].flatMap((one) => examplesOf(one.path)).length,
  ).toBeGreaterThanOrEqual(20);
});
