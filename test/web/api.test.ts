import { expect, test } from "vitest";
import { say } from "../../src/chat/message.ts";
import { docker, notAllowedHere } from "./problems.ts";
import { api, browser, signedIn } from "./browse.ts";
import { house } from "./house.ts";

test("a command with a bearer token: answer, run, private word, problem", async () => {
  const home = house();
  const token = home.apiTokenFor("ana");
  home.answerWith({ kind: "answer", message: say("Two apps.", { list: ["`a`", "b"] }), json: [1, 2] });
  const answered = await api(home, token, { line: "app list" });
  expect(answered.status).toBe(200);
  expect(await answered.json()).toEqual({
    ok: true,
    kind: "answer",
    text: "Two apps.\n\n- `a`\n- b",
    json: [1, 2],
  });
  expect(home.heard[0]).toMatchObject({
    said: "app list",
    by: { member: { name: "ana" }, via: "api", trust: "unverified", place: null },
  });
  expect(answered.headers.get("cache-control")).toBe("no-store");

  home.answerWith({ kind: "started", runId: "bakor", fresh: true, message: say("Begun.") });
  const started = await api(home, token, { command: "app deploy", args: { app: "notes.example.coop" } });
  expect(started.status).toBe(202);
  expect(await started.json()).toEqual({
    ok: true,
    kind: "started",
    text: "Begun.",
    run: "bakor",
    fresh: true,
  });
  expect(home.heard[1]?.said).toEqual({ command: "app deploy", args: { app: "notes.example.coop" } });

  home.answerWith({ kind: "private", message: say("tdm_x"), public: say("On its way.") });
  const secret = await api(home, token, { line: "token create x" });
  expect(secret.status).toBe(403);
  const refusal = await secret.text();
  expect(refusal).toContain("private-answer");
  expect(refusal).not.toContain("tdm_x");

  home.answerWith({ kind: "problem", problem: notAllowedHere({}) });
  const refused = await api(home, token, { line: "member add x" });
  expect(refused.status).toBe(403);
  expect(await refused.json()).toEqual({
    ok: false,
    kind: "problem",
    text: "Not for you.\nNothing was done.\nAsk otto.",
    problem: {
      code: "not-allowed",
      happened: "Not for you.",
      means: "Nothing was done.",
      remedy: "Ask otto.",
    },
  });
  home.answerWith({ kind: "problem", problem: docker({}) });
  expect((await api(home, token, { line: "app ps x" })).status).toBe(503);
});

test("an Idempotency-Key is handed on, the same for the same words", async () => {
  const home = house();
  const token = home.apiTokenFor("ana");
  const headers = { "idempotency-key": "k1" };
  await api(home, token, { line: "app list" }, headers);
  await api(home, token, { line: "app list" }, headers);
  await api(home, token, { line: "app new" }, headers);
  const keys = home.heard.map(({ key }) => key);
  expect(keys[0]).toMatch(/^api\//);
  expect(keys[1]).toBe(keys[0]);
  expect(keys[2]).not.toBe(keys[0]);
});

test("nobody without a token, not even with a sign-in", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  for (const headers of [
    {},
    { cookie: one.cookie },
    { authorization: "Bearer tdm_made-up" },
    { authorization: "Basic Ym86" },
  ]) {
    const response = await api(home, null, { line: "app list" }, headers);
    expect(response.status).toBe(401);
    expect(await response.json()).toMatchObject({ ok: false, problem: { code: "api-token-unknown" } });
  }
  expect(home.heard).toEqual([]);
});

test("made-up tokens are counted per address", async () => {
  const home = house();
  for (let tries = 0; tries < 10; tries++) expect((await api(home, "tdm_guess", {})).status).toBe(401);
  expect((await api(home, "tdm_guess", {})).status).toBe(429);
  expect((await api(home, home.apiTokenFor("bo"), { line: "app list" })).status).toBe(200);
});

test("a token ends when it is revoked and when its member goes", async () => {
  const home = house();
  const token = home.apiTokenFor("ana");
  expect((await api(home, token, { line: "whoami" })).status).toBe(200);
  const ana = home.people.byName("ana")?.name;
  if (ana === undefined) throw new Error("ana lives here");
  home.people.remove("otto", ana);
  expect((await api(home, token, { line: "whoami" })).status).toBe(401);
});

test.each([
  ["text/plain"],
  ["application/x-www-form-urlencoded"],
  ["application/json; charset=latin1"],
  ["text/json"],
])("%s is not application/json", async (type) => {
  const home = house();
  const headers = { "content-type": type, origin: home.parts.settings.publicUrl };
  const response = await api(home, home.apiTokenFor("bo"), '{"line":"app list"}', headers);
  expect(response.status).toBe(415);
  expect(home.heard).toEqual([]);
});

test.each([
  ["no JSON", "{"],
  ["a list", "[]"],
  ["nothing said", "{}"],
  ["an empty line", '{"line":""}'],
  ["a line and more", '{"line":"app list","as":"otto"}'],
  ["args that hold things", '{"command":"app list","args":{"x":{}}}'],
])("%s is no command", async (_what, body) => {
  const home = house();
  const response = await api(home, home.apiTokenFor("bo"), body);
  expect(response.status).toBe(400);
  expect(await response.json()).toMatchObject({ problem: { code: "command-body-wrong" } });
  expect(home.heard).toEqual([]);
});

test("pages answer as JSON to a token, and only what its member may see", async () => {
  const home = house();
  const one = browser(home);
  const headers = { authorization: `Bearer ${home.apiTokenFor("ana")}` };
  const runs = (await (await one.get("/runs.json", headers)).json()) as { id: string }[];
  expect(runs.map((run) => run.id)).toEqual(["bakor", "gomip", "dufem", "lekab"]);
  expect((await one.get("/runs/payot.json", headers)).status).toBe(404);
  expect((await one.get("/runs.json")).status).toBe(404);
});
