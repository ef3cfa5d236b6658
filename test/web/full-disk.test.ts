/** The disk of the database takes nothing more: what is there is still read, what is new is refused in words. */
import { expect, test } from "vitest";
import { schema } from "../../src/db/index.ts";
import { api, browser, signedIn } from "./browse.ts";
import { house, type House } from "./house.ts";

const hour = 3_600_000;

/** From now on every write fails as SQLite's do without room; answers how to make room. */
function fill({ parts: { db } }: House): () => void {
  const tx = db.tx.bind(db);
  db.tx = () => {
    throw Object.assign(new Error("database or disk is full"), { code: "SQLITE_FULL" });
  };
  return () => (db.tx = tx);
}

const told = ({ logged }: House, words: string): number =>
  logged.filter((line) => JSON.stringify(line).includes(words)).length;

test("whoever is signed in reads on, also by a program; that is told in the log once", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  const token = home.apiTokenFor("ana");
  await home.clock.turn(2 * hour);
  const makeRoom = fill(home);
  for (let n = 0; n < 2; n++) {
    expect(await (await one.get("/")).text()).toContain("Hello Bo");
    expect((await api(home, token, { line: "app list" })).status).toBe(200);
  }
  expect(told(home, "when a session was last used cannot be written down; reading goes on")).toBe(1);
  expect(told(home, "when a token was last used cannot be written down; reading goes on")).toBe(1);
  makeRoom();
  expect((await one.get("/")).status).toBe(200);
  fill(home);
  await home.clock.turn(60_000);
  expect((await one.get("/")).status).toBe(200);
  expect(told(home, "when a session was last used cannot be written down; reading goes on")).toBe(2);
});

test("a session whose use could not be written down ends earlier, not later", async () => {
  const home = house();
  const one = await signedIn(home, "bo");
  fill(home);
  await home.clock.turn(7 * hour);
  expect(await (await one.get("/")).text()).toContain("Hello Bo");
  await home.clock.turn(hour);
  expect(await (await one.get("/")).text()).toContain("There are no passwords");
});

test("what has to be written is refused as a full disk, on a page and as JSON", async () => {
  const home = house();
  const token = home.linkFor("bo");
  const makeRoom = fill(home);
  const page = await browser(home).post("/sign-in", { token });
  expect(page.status).toBe(503);
  expect(await page.text()).toContain("Only 0 MB are free on the disk that holds the database.");
  home.parts.router.dispatch = () => Promise.resolve().then(() => home.parts.db.tx(() => undefined as never));
  makeRoom();
  const program = home.apiTokenFor("ana");
  fill(home);
  const asked = await api(home, program, { line: "app new wiki wiki.example.coop" });
  expect(asked.status).toBe(503);
  expect(await asked.json()).toMatchObject({ ok: false, problem: { code: "disk-full" } });
  expect(told(home, "page broke")).toBe(0);
});

test("sessions that are over are deleted once there is room; until then the pages are served", async () => {
  const home = house();
  await signedIn(home, "bo");
  await home.clock.turn(8 * 24 * hour);
  const makeRoom = fill(home);
  await home.web.start();
  await home.clock.turn(31_000);
  expect(told(home, "sessions that are over could not be deleted")).toBe(2);
  makeRoom();
  await home.clock.turn(30_000);
  expect(home.parts.db.orm.select().from(schema.session).all()).toEqual([]);
  await home.web.stop();
});
