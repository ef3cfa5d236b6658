import { describe, expect, test } from "vitest";
import { hooks } from "../../src/web/serve-hooks.ts";
import { downloads, pages, forms } from "../../src/web/routes.ts";
import { expectGolden } from "../golden.ts";
import { browser, signedIn } from "./browse.ts";
import { everyGet, visitorOf } from "./every-page.ts";
import { everyRequest } from "./every-request.ts";
import { house } from "./house.ts";
import { ask, openSweep, shownOf, withEnding, type Line } from "./sweep.ts";

const statusesOf = ({ got }: Line): number[] => got.map(({ status }) => status);
const written = (lines: Line[]): string =>
  lines
    .map((line) => `${shownOf(line)} ${line.got.map(({ role, status }) => `${role} ${status}`).join("  ")}\n`)
    .join("");

/** The pages, forms and downloads that are listed, with their audience, and the hooks. */
function declared(): string {
  const listed = [...pages, ...downloads, ...forms.map((form) => ({ ...form, shows: `says ${form.name}` }))];
  return [...listed, ...hooks]
    .map((one) => `${one.path.padEnd(34)} ${[one.audience].flat().join(", ").padEnd(30)} ${one.shows}\n`)
    .join("");
}

test("golden: every route, who may open it, and what each role and nobody gets", async () => {
  const { home, lines, bySignIn, byToken, doneAllTheSame } = openSweep();
  const every = everyRequest(home);
  const [asJson, asCsv] = [withEnding(every, "json"), withEnding(every, "csv")];
  const people = await bySignIn();
  const [plain, json, csv] = [
    await lines(people, every),
    await lines(people, asJson),
    await lines(people, asCsv),
  ];
  const tokens = await lines(byToken(), [...every, ...asJson, ...asCsv]);

  expect(doneAllTheSame).toEqual([]);
  const byGet = plain.filter(({ method }) => method === "GET");
  expect([...opensMore(json, byGet), ...opensMore(csv, byGet)]).toEqual([]);
  const bySession = [...plain, ...json, ...csv].map((line) => statusesOf(line).slice(1).join());
  const otherwise = tokens.filter((line, at) => statusesOf(line).join() !== bySession[at]);
  const endings = [...json, ...csv].filter(({ got }) =>
    got.some(({ status, type }) => status === 200 && !type.startsWith("text/html")),
  );
  const sections = [
    `${declared()}\n${written(plain)}`,
    `By an ending, where the answer is no page:\n${written(endings)}`,
    `With a token, where that is not as with a sign-in:\n${written(otherwise)}`,
  ];
  expectGolden("routes.txt", sections.join("\n"));
});

/** What somebody gets by an ending that the page itself does not give them. */
function opensMore(byEnding: Line[], byPage: Line[]): string[] {
  const pageOf = (at: number, n: number): number | undefined => byPage[at]?.got[n]?.status;
  return byEnding.flatMap((line, at) =>
    line.got
      .filter(({ status }, n) => status !== 404 && status !== pageOf(at, n))
      .map(({ role, status }) => `${shownOf(line)} ${role} ${status}`),
  );
}

test("a form of another site is refused on every road that takes forms, and does nothing", async () => {
  const { home, bySignIn } = openSweep();
  const everyForm = everyRequest(home).filter(({ method }) => method === "POST");
  for (const visitor of await bySignIn()) {
    for (const asked of everyForm) {
      const { status } = await ask(home, visitor, asked, "https://elsewhere.example");
      // Commands are JSON: a browser sends that to another site only when it is allowed to, and the cookie is no token.
      expect([shownOf(asked), status]).toEqual([shownOf(asked), asked.path === "/api/commands" ? 401 : 403]);
    }
  }
  expect([home.heard, home.told]).toEqual([[], {}]);
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
