import { describe, expect, test } from "vitest";
import { problem } from "../../src/core/problem.ts";
import { api, browser, signedIn } from "./browse.ts";
import { house, publicUrl } from "./house.ts";

const question = "/approvals/bakor/approval";
const own = problem(
  "approval-own",
  ({ run }: { run: string }) => ({
    happened: `You asked for run ${run} yourself.\nbakor\n^ here`,
    means: "It takes somebody else.",
    remedy: "Ask `bo`.",
  }),
  { run: "bakor" },
);

describe("forms say commands", () => {
  test("approve, decline and cancel, word by word, as a verified speaker", async () => {
    const home = house();
    const one = await signedIn(home, "bo");
    const approved = await one.post(`${question}/approve`, { once: "a" });
    expect([approved.status, approved.headers.get("location")]).toEqual([303, question]);
    await one.post("/approvals/dufem/approval%232/approve", { subject: " old.example.coop " });
    await one.post(`${question}/decline`, { why: 'it is "late"\r\n--really' });
    const cancelled = await one.post("/runs/bakor/cancel", { why: "not today" });
    expect(cancelled.headers.get("location")).toBe("/runs/bakor");
    expect(home.heard.map(({ said }) => said)).toEqual([
      { words: ["approve", "bakor/approval"] },
      { words: ["approve", "dufem/approval#2", "old.example.coop"] },
      { words: ["decline", "bakor/approval", 'it is "late" --really'] },
      { words: ["cancel", "bakor", "not today"] },
    ]);
    expect(home.heard[0]?.by).toMatchObject({
      member: { name: "bo" },
      matrixId: "@bo:example.coop",
      via: "web",
      trust: "verified",
      place: null,
    });
  });

  test("of somebody whose link was asked for by who knows whom do not count as verified", async () => {
    const home = house();
    for (const trust of ["clear", "unverified"] as const) {
      const one = browser(home);
      await one.post("/sign-in", { token: home.linkFor("bo", trust) });
      await one.post(`${question}/approve`, { once: trust });
      expect(home.heard.at(-1)?.by).toMatchObject({
        member: { name: "bo" },
        via: "web",
        trust: "unverified",
      });
    }
  });

  test("a form sent twice has one key, with other words another", async () => {
    const home = house();
    const one = await signedIn(home, "bo");
    await one.post(`${question}/approve`, { once: "a" });
    await one.post(`${question}/approve`, { once: "a" });
    await one.post(`${question}/decline`, { once: "a", why: "no" });
    await one.post(`${question}/approve`, { once: "b" });
    const [first, second, third, fourth] = home.heard.map(({ key }) => key);
    expect(first).toMatch(/^web\/[0-9a-f]{32}$/);
    expect(second).toBe(first);
    expect(new Set([first, third, fourth]).size).toBe(3);
  });

  test("not done: the page again with the problem and what was typed", async () => {
    const home = house();
    home.answerWith({ kind: "problem", problem: own({ run: "bakor" }) });
    const one = await signedIn(home, "bo");
    const response = await one.post(`${question}/decline`, { why: "because <b>" });
    expect(response.status).toBe(403);
    const page = await response.text();
    expect(page).toContain("You asked for run bakor yourself.");
    expect(page).toContain("<pre>bakor\n^ here</pre>");
    expect(page).toContain("because &lt;b&gt;</textarea>");
    expect(page).toContain("Deploy <strong>notes.example.coop</strong>");
  });

  test("what one may not see cannot be answered either", async () => {
    const home = house();
    const one = await signedIn(home, "bo");
    expect((await one.post("/approvals/payot/approval/approve", {})).status).toBe(404);
    expect((await one.post("/runs/nosuc/cancel", { why: "x" })).status).toBe(404);
    expect((await browser(home).post(`${question}/approve`, {})).status).toBe(404);
    expect(home.heard).toEqual([]);
  });
});

describe("forms from elsewhere", () => {
  test.each([
    ["another site", { origin: "https://evil.example" }],
    ["no origin", { origin: "" }],
    ["a sandboxed frame", { origin: "null" }],
    ["the same name over http", { origin: "http://tandem.example.coop" }],
    ["another site, as the browser tells", { origin: "", "sec-fetch-site": "cross-site" }],
  ])("%s: refused, nothing said", async (_from, headers) => {
    const home = house();
    const one = await signedIn(home, "bo");
    for (const path of [`${question}/approve`, "/sign-out", "/sign-in"]) {
      const response = await one.post(path, { token: home.linkFor("ana") }, headers);
      expect(response.status).toBe(403);
      expect(await response.text()).toContain("This form was sent from another site.");
    }
    expect(home.heard).toEqual([]);
    expect((await one.get("/approvals")).status).toBe(200);
  });

  test("a form as JSON or as plain text, or a bearer token on a form: nothing is said", async () => {
    const home = house();
    const one = await signedIn(home, "bo");
    for (const type of ["application/json", "text/plain", "multipart/form-data; boundary=x"]) {
      const response = await one.post(`${question}/approve`, {}, { "content-type": type });
      expect(response.status).toBe(404);
    }
    const bearer = { authorization: `Bearer ${home.apiTokenFor("bo")}` };
    expect((await browser(home).post(`${question}/approve`, {}, bearer)).status).toBe(404);
    expect(home.heard).toEqual([]);
  });

  test("nothing is written by GET", async () => {
    const home = house();
    const one = await signedIn(home, "bo");
    for (const path of [
      `${question}/approve`,
      `${question}/decline?why=x`,
      "/runs/bakor/cancel",
      "/api/commands",
    ]) {
      expect((await one.get(path)).status).toBe(404);
    }
    expect(home.heard).toEqual([]);
  });
});

test("more than 16 KB are not read", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  expect((await one.post(`${question}/decline`, { why: "x".repeat(17_000) })).status).toBe(413);
  expect((await api(home, home.apiTokenFor("bo"), { line: "x".repeat(17_000) })).status).toBe(413);
  expect(home.heard).toEqual([]);
});

test("the public address is what counts, also behind a proxy that speaks http", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  const inside = "http://127.0.0.1:8080/approvals/bakor/approval/approve";
  expect((await one.post(inside, {}, { origin: publicUrl })).status).toBe(303);
  expect((await one.post(inside, {}, { origin: "http://127.0.0.1:8080" })).status).toBe(403);
});
