import { expect, test } from "vitest";
import { schema } from "../../src/db/index.ts";
import { browser, signedIn } from "./browse.ts";
import { house } from "./house.ts";

const signInBody = "Sign in to Three Rivers Co-op";

test("opening the link shows a button and spends nothing; the button signs in; the second press does not", async () => {
  const home = house();
  const token = home.linkFor("bo");
  const one = browser(home);
  for (const previewer of ["a chat program", "a mail scanner"]) {
    const shown = await one.get(`/sign-in?token=${token}`, { "user-agent": previewer });
    expect(shown.status).toBe(200);
    expect(await shown.text()).toContain(signInBody);
    expect(shown.headers.get("set-cookie")).toBeNull();
    expect(shown.headers.get("cache-control")).toBe("no-store");
  }
  const pressed = await one.post("/sign-in", { token });
  expect(pressed.status).toBe(303);
  expect(pressed.headers.get("location")).toBe("/");
  expect(pressed.headers.get("set-cookie")).toMatch(
    /^__Host-tandem=[\w-]{43}; Max-Age=604800; Path=\/; HttpOnly; Secure; SameSite=Lax$/,
  );
  expect(await (await one.get("/")).text()).toContain("Hello Bo");

  const again = await browser(home).post("/sign-in", { token });
  expect(again.status).toBe(422);
  expect(again.headers.get("set-cookie")).toBeNull();
  expect(await again.text()).toContain("This sign-in link does not open anything.");
});

test("a link is good for 5 minutes, and only if it was made", async () => {
  const home = house();
  const token = home.linkFor("bo");
  await home.clock.turn(5 * 60_000 - 1);
  const inTime = home.linkFor("ana");
  await home.clock.turn(1);
  expect((await browser(home).post("/sign-in", { token })).status).toBe(422);
  expect((await browser(home).post("/sign-in", { token: inTime })).status).toBe(303);
  expect((await browser(home).post("/sign-in", { token: "made-up" })).status).toBe(422);
  expect((await browser(home).post("/sign-in", {})).status).toBe(422);
});

test("the session is stored as a hash and told in the audit trail", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  const value = one.cookie.split("=")[1] ?? "";
  const rows = home.parts.db.orm.select().from(schema.session).all();
  expect(rows.map((row) => [row.member, row.hash.length, row.roles])).toEqual([
    ["bo", 64, "maintainer member"],
  ]);
  expect(JSON.stringify(rows)).not.toContain(value);
  expect(home.parts.audit.list().map((row) => row.what)).toContain("session.began");
});

test("a session ends after 8 h unused, and lives while it is used", async () => {
  const home = house();
  const used = await signedIn(home, "bo");
  const unused = await signedIn(home, "ana");
  await home.clock.turn(7 * 3_600_000);
  expect(await (await used.get("/")).text()).toContain("Hello Bo");
  await home.clock.turn(3_600_000);
  expect(await (await unused.get("/")).text()).toContain("There are no passwords");
  expect(await (await used.get("/")).text()).toContain("Hello Bo");
});

test("a session ends after 7 days, however much it is used", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  for (let hours = 0; hours < 7 * 24 - 6; hours += 6) {
    await home.clock.turn(6 * 3_600_000);
    expect((await one.get("/approvals")).status).toBe(200);
  }
  await home.clock.turn(6 * 3_600_000);
  expect((await one.get("/approvals")).status).toBe(404);
});

test("losing a role ends every session at once, gaining one ends none, removal ends all", async () => {
  const home = house();
  const bo = home.people.byName("bo")?.name;
  if (bo === undefined) throw new Error("bo lives here");
  const one = await signedIn(home, "bo");
  home.people.grant("otto", bo, "treasurer");
  expect((await one.get("/audit")).status).toBe(200);
  home.people.revoke("otto", bo, "treasurer");
  expect((await one.get("/approvals")).status).toBe(404);
  home.people.grant("otto", bo, "treasurer");
  expect((await one.get("/approvals")).status).toBe(404);

  const two = await signedIn(home, "bo");
  expect((await two.get("/approvals")).status).toBe(200);
  home.people.remove("otto", bo);
  expect((await two.get("/approvals")).status).toBe(404);
  const ended = home.parts.db.orm.select().from(schema.session).all();
  expect(ended.every((row) => row.endedAt !== null)).toBe(true);
});

test("signing out ends the session and takes the cookie; it needs a form", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  const { cookie } = one;
  expect((await one.get("/sign-out")).status).toBe(404);
  expect(await (await one.get("/")).text()).toContain("Hello Bo");
  const out = await one.post("/sign-out", {});
  expect(out.status).toBe(303);
  expect(out.headers.get("set-cookie")).toContain("Max-Age=0");
  expect(await (await one.get("/", { cookie })).text()).not.toContain("Hello Bo");
});

test("signing in again ends the session before", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  const before = one.cookie;
  await one.post("/sign-in", { token: home.linkFor("bo") });
  expect(one.cookie).not.toBe(before);
  expect((await one.get("/approvals", { cookie: before })).status).toBe(404);
  expect((await one.get("/approvals")).status).toBe(200);
});

test("sessions that are over are swept", async () => {
  const home = house();
  await signedIn(home, "bo");
  const { port } = await home.web.start();
  expect(port).toBeGreaterThan(0);
  await home.clock.turn(8 * 24 * 3_600_000);
  expect(home.parts.db.orm.select().from(schema.session).all()).toEqual([]);
  await home.web.stop();
});

test("an address has ten tries, then one every 30 s; the neighbour has its own", async () => {
  const home = house();
  const one = browser(home);
  for (let tries = 0; tries < 10; tries++)
    expect((await one.post("/sign-in", { token: "x" })).status).toBe(422);
  const refused = await one.post("/sign-in", { token: home.linkFor("bo") });
  expect(refused.status).toBe(429);
  expect(refused.headers.get("retry-after")).toBe("30");
  await home.clock.turn(30_000);
  expect((await one.post("/sign-in", { token: home.linkFor("bo") })).status).toBe(303);
});
