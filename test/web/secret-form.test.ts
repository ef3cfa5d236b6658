/** The one-time form for the value of a secret: what it takes, what it spends, what it never shows. */
import { describe, expect, test } from "vitest";
import { secretAlreadyThere } from "../../src/core/problems/care.ts";
import { api, browser } from "./browse.ts";
import { house } from "./house.ts";

const value = "a-value-that-nobody-sees";

describe("the form of a secret", () => {
  test("is shown by the link alone, and opening it spends nothing", async () => {
    const home = house();
    for (let times = 0; times < 3; times++) {
      const shown = await browser(home).get("/secret?token=open");
      expect(shown.status).toBe(200);
      expect(shown.headers.get("cache-control")).toBe("no-store");
      expect(await shown.text()).toContain("The secret smtp_password of notes.example.coop");
    }
    expect(home.told.putIn).toBeUndefined();
  });

  test("puts the value in and shows it nowhere", async () => {
    const home = house();
    const one = browser(home);
    const sent = await one.post("/secret", { token: "open", value: `${value}\r\nsecond line` });
    expect([sent.status, sent.headers.get("location")]).toEqual([303, "/secret?done=inserted"]);
    expect(home.told.putIn).toEqual([`${value}\nsecond line`]);
    expect(home.heard).toEqual([]);
    expect(await (await one.get("/secret?done=inserted")).text()).not.toContain(value);
    expect(JSON.stringify(home.logged)).not.toContain(value);
  });

  test("of a rotation begins it in the name of its owner, through the one door, without the value", async () => {
    const home = house();
    const sent = await browser(home).post("/secret", { token: "next", value });
    expect(sent.headers.get("location")).toBe("/secret?done=rotates");
    expect(home.heard).toMatchObject([
      {
        said: { words: ["app", "secret", "rotate", "notes.example.coop", "smtp_password", "--inserted"] },
        by: { member: { name: "bo" }, via: "web", trust: "unverified" },
      },
    ]);
    expect(JSON.stringify(home.heard)).not.toContain(value);
  });

  test("says what stood in the way without showing what was typed, and can be sent again", async () => {
    const home = house();
    home.parts.secretForms.spend = () =>
      Promise.reject(
        secretAlreadyThere({ app: "a.b", secret: "smtp_password", name: "a_b_smtp_password_v1" }),
      );
    const sent = await browser(home).post("/secret", { token: "open", value });
    const text = await sent.text();
    expect(sent.status).toBe(409);
    expect(text).toContain("exists already");
    expect(text).toContain('<form class="form" method="post" action="/secret">');
    expect(text).not.toContain(value);
  });

  test.each([
    ["an unknown link", { token: "x", value }],
    ["no link", { value }],
  ])("is not there for %s", async (_what, fields) => {
    const home = house();
    const sent = await browser(home).post("/secret", fields);
    expect(sent.status).toBe(422);
    expect(await sent.text()).toContain("This link counts for nothing");
    expect(home.told.putIn).toBeUndefined();
    expect((await browser(home).get("/secret?token=x")).status).toBe(422);
    expect((await browser(home).get("/secret")).status).toBe(422);
  });

  test("takes nothing from another site, and nothing by GET", async () => {
    const home = house();
    const foreign = { origin: "https://elsewhere.example" };
    expect((await browser(home).post("/secret", { token: "open", value }, foreign)).status).toBe(403);
    await browser(home).get(`/secret?token=open&value=${value}`);
    expect(home.told.putIn).toBeUndefined();
  });

  test("may not be tried without end", async () => {
    const home = house();
    const one = browser(home);
    for (let tries = 0; tries < 10; tries++) await one.post("/secret", { token: "x", value });
    expect((await one.post("/secret", { token: "open", value })).status).toBe(429);
    expect(home.told.putIn).toBeUndefined();
  });
});

test("a link is not given to a program that speaks with a token", async () => {
  const home = house();
  home.answerWith({
    kind: "private",
    message: { blocks: [{ kind: "text", text: "the link" }] },
    public: { blocks: [] },
  });
  const line = "app secret insert notes.example.coop smtp_password";
  expect((await api(home, home.apiTokenFor("bo"), { line })).status).toBe(403);
});
