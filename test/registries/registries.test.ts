import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openRegistries, type Registries } from "../../src/registries/index.ts";
import { largestAnswer } from "../../src/registries/ask.ts";
import { contractRegistry, type ContractRegistry } from "./contract.ts";

let registry: ContractRegistry;
let db: Db;
let clock: FakeClock;
let registries: Registries;
beforeEach(async () => {
  registry = await contractRegistry();
  registry.tags.set("coop/app", ["1.0.0", "1.1.0"]);
  db = openDb(":memory:");
  clock = new FakeClock();
  registries = openRegistries({ db, clock });
});
afterEach(async () => {
  await registry.close();
  db.close();
});

const hour = 3_600_000;
const image = () => `${registry.host}/coop/app:1.0.0`;
/** Asks, and turns the clock for as long as the pace lets it wait. */
async function tags(of = image()) {
  const state = { over: false };
  const asked = registries.tags(of).finally(() => (state.over = true));
  asked.catch(() => undefined);
  while (!state.over) {
    await clock.turn(100);
    await new Promise((next) => setTimeout(next, 1));
  }
  return asked;
}

describe("asking for tags", () => {
  it("asks once an hour, and then with the ETag", async () => {
    expect(await tags()).toMatchObject({ tags: ["1.0.0", "1.1.0"], stale: null });
    await tags();
    expect(registry.asked).toEqual(["/v2/coop/app/tags/list?n=1000"]);
    await clock.turn(hour);
    const again = await tags();
    expect(again.tags).toEqual(["1.0.0", "1.1.0"]);
    expect(again.askedAt).toBeGreaterThan(clock.now() - 10_000);
    expect(registry.asked[1]).toMatch(/^\/v2\/coop\/app\/tags\/list\?n=1000 if "[0-9a-f]{12}"$/);
    registry.tags.set("coop/app", ["2.0.0"]);
    await clock.turn(hour);
    expect((await tags()).tags).toEqual(["2.0.0"]);
  });

  it("knows after a restart what it knew before", async () => {
    await tags();
    registries = openRegistries({ db, clock });
    expect((await tags()).tags).toEqual(["1.0.0", "1.1.0"]);
    expect(registry.asked).toHaveLength(1);
  });

  it("follows all pages, and keeps no ETag of them", async () => {
    const many = Array.from({ length: 25 }, (_, n) => `1.0.${n}`);
    registry.tags.set("coop/app", many);
    registry.pageSize = 10;
    expect((await tags()).tags.toSorted()).toEqual(many.toSorted());
    expect(registry.asked).toHaveLength(3);
    await clock.turn(hour);
    await tags();
    expect(registry.asked[3]).toBe("/v2/coop/app/tags/list?n=1000");
  });

  it("fetches a token for the repository when one is wanted, and uses it until it ends", async () => {
    registry.mode = "token";
    registry.tokenSeconds = 7200;
    expect((await tags()).tags).toHaveLength(2);
    expect(registry.asked).toEqual([
      "/v2/coop/app/tags/list?n=1000",
      "token contract repository:coop/app:pull",
      "/v2/coop/app/tags/list?n=1000 Bearer t1",
    ]);
    await clock.turn(hour);
    await tags();
    expect(registry.asked[3]).toContain("Bearer t1 if");
    await clock.turn(2 * hour);
    await tags();
    expect(registry.asked.slice(4)).toEqual([
      expect.not.stringContaining("Bearer"),
      "token contract repository:coop/app:pull",
      expect.stringContaining("Bearer t2"),
    ]);
  });
});

describe("a registry that does not give an answer", () => {
  it("is left alone as long as it wants, and its last answer goes on", async () => {
    await tags();
    await clock.turn(hour);
    registry.refuse.push({ status: 429, headers: { "retry-after": "7200" } });
    const old = await tags();
    expect(old.tags).toEqual(["1.0.0", "1.1.0"]);
    expect(old.stale).toContain("wants to be left alone until 2026-10-01 11:00 UTC");
    await clock.turn(hour);
    await tags();
    registry.tags.set("coop/other", ["1"]);
    await expect(tags(`${registry.host}/coop/other`)).rejects.toMatchObject({ code: "registry-busy" });
    expect(registry.asked).toHaveLength(2);
    await clock.turn(hour);
    expect((await tags()).stale).toBeNull();
  });

  it.each([
    ["a date", { "retry-after": "Thu, 01 Oct 2026 09:30:00 GMT" }, "09:30"],
    ["nothing", {}, "08:15"],
    ["nonsense", { "retry-after": "soon" }, "08:15"],
    ["an age", { "retry-after": "99999999" }, "2026-10-02 08:00"],
  ])("understands %s", async (_what, headers: Record<string, string>, until) => {
    registry.refuse.push({ status: 429, headers });
    await expect(tags()).rejects.toMatchObject({ message: expect.stringContaining(until) as string });
  });

  it.each([
    ["registry-wants-login", { status: 403 }, "tells nobody without an account"],
    [
      "registry-wants-login",
      { status: 401, headers: { "www-authenticate": "Basic realm=x" } },
      "without an account",
    ],
    ["registry-unreachable", { status: 404 }, "it knows no coop/app"],
    ["registry-unreachable", { status: 500 }, "it answered 500"],
    [
      "registry-unreachable",
      { status: 302, headers: { location: "http://127.0.0.1:1/" } },
      "sends on to another place",
    ],
    ["registry-unreachable", { status: 200, body: "<html>" }, "no list of tags"],
    ["registry-unreachable", { status: 200, body: '{"tags":[1]}' }, "no list of tags"],
    ["registry-unreachable", { status: 200, body: " ".repeat(largestAnswer + 1) }, "longer than 4 MB"],
    [
      "registry-unreachable",
      { status: 200, body: '{"tags":["1"]}', headers: { link: '<https://evil.example/v2/x>; rel="next"' } },
      "sends on to another place",
    ],
  ])("is a problem in words: %s", async (code, refused, words) => {
    registry.refuse.push(refused);
    await expect(tags()).rejects.toMatchObject({ code, message: expect.stringContaining(words) as string });
  });

  it("wants an account for its tokens", async () => {
    registry.mode = "login";
    await expect(tags()).rejects.toMatchObject({ code: "registry-wants-login" });
  });

  it("gets no token from a place that cannot be trusted", async () => {
    registry.mode = "token";
    for (const realm of ["http://tokens.example.coop/", "file:///etc/passwd", "nowhere"]) {
      registry.realm = realm;
      await expect(tags()).rejects.toMatchObject({
        message: expect.stringContaining("cannot be trusted") as string,
      });
    }
  });

  it("does not listen at all", async () => {
    const gone = await contractRegistry();
    await gone.close();
    await expect(tags(`${gone.host}/coop/app`)).rejects.toMatchObject({
      code: "registry-unreachable",
      message: `The registry ${gone.host} did not say which tags there are: nothing listens there.`,
    });
  });
});
