/** The catalogue: a file here, or over the network with a real server; never believed more than it may be. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import path from "node:path";
import { writeFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { RecipeName } from "../../src/core/terms.ts";
import { repositoryAddress } from "../../src/recipes/catalogue/address.ts";
import { parseCatalogue } from "../../src/recipes/catalogue/parse.ts";
import { openRecipes, type Recipes } from "../../src/recipes/index.ts";
import { goodFiles } from "./recipe-files.ts";
import { remove, repository, temporaryFolder } from "./repository.ts";

const entry = (repository: string, more: object = {}) => ({
  name: "x",
  description: "Photos for everyone",
  category: "Apps",
  repository,
  features: {
    backups: "Yes",
    status: 3,
    image: { image: "nginx", rating: "4", source: "upstream", url: "x" },
  },
  versions: [{ "1.0.0+1.1": { app: {} } }, { "2.0.0-rc1+2": {} }, { "1.2.0+1.2": {} }, { nonsense: {} }],
  ...more,
});
const address = "https://git.example.coop/coop-cloud/photos.git";
const hourMs = 3_600_000;

let data: string;
beforeEach(() => {
  data = temporaryFolder();
});
afterEach(() => remove(data));

describe("what a catalogue says", () => {
  it("is read by name, with its newest release and its scores as words", () => {
    const { entries, passedOver } = parseCatalogue(JSON.stringify({ photos: entry(address) }), "x", null);
    expect(passedOver).toBe(0);
    expect([...entries.values()]).toEqual([
      {
        name: "photos",
        description: "Photos for everyone",
        category: "Apps",
        repository: address,
        scores: { status: "3", backups: "Yes", image: "nginx, 4" },
        newest: "1.2.0+1.2",
      },
    ]);
  });

  it("is passed over and counted where it does not fit", () => {
    const text = `{"__proto__": ${JSON.stringify(entry(address))}, "Bad Name": {}, "a": null, "b": [], "c": {"repository": 5},
      "ok": ${JSON.stringify(entry(address, { description: { a: 1 }, features: [1], versions: "x" }))}}`;
    const { entries, passedOver } = parseCatalogue(text, "x", null);
    expect([...entries.keys()]).toEqual(["ok"]);
    expect(entries.get(RecipeName.parse("ok"))).toMatchObject({ description: "", scores: {}, newest: null });
    expect(passedOver).toBe(5);
  });

  it.each(["", "[]", "null", "5", "{", "<html>"])("is refused when it is %j", (text) => {
    expect(() => parseCatalogue(text, "x", null)).toThrow(/is no catalogue of recipes/);
  });

  it.each([
    "https://git.example.coop/a/b.git",
    "ssh://git@git.example.coop:2222/a/b.git",
    "git@git.example.coop:a/b.git",
  ])("may name %s", (said) => expect(repositoryAddress(said, null)).toBe(said));

  it.each([
    "/srv/recipes/a",
    "../a",
    "a",
    "file:///etc",
    "http://git.example.coop/a",
    "git://git.example.coop/a",
    "ext::sh -c id",
    "https://127.0.0.1/a",
    "https://[::1]/a",
    "https://169.254.169.254/a",
    "https://2130706433/a",
    "https://localhost/a",
    "https://bot:word@git.example.coop/a",
    "https://git.example.coop",
    "git@localhost:a",
    "-oProxyCommand=x@git.example.coop:a",
    "https://git.example.coop/a\nb",
    5,
    null,
  ])("may not name %j over the network", (said) => expect(repositoryAddress(said, null)).toBeUndefined());

  it("may name folders when it lies on this machine, from where it lies", () => {
    expect(repositoryAddress("../recipes/a", "/srv/co-op")).toBe("/srv/recipes/a");
    expect(repositoryAddress("file:///srv/a%20b", "/x")).toBe("/srv/a b");
    expect(repositoryAddress("ext::sh", "/x")).toBeUndefined();
    expect(repositoryAddress("https://git.local/a", "/x")).toBe("https://git.local/a");
  });
});

describe("a catalogue in a file", () => {
  it("makes its repositories recipes beside those of the settings, which count", async () => {
    const [first, second] = [repository(), repository()];
    try {
      first.publish("1.0.0+1.29.3", goodFiles());
      second.publish("9.0.0+1.29.3", goodFiles("9.0.0+1.29.3"));
      const file = path.join(data, "recipes.json");
      writeFileSync(file, JSON.stringify({ notes: entry(second.dir), photos: entry(second.dir) }));
      const recipes = openRecipes({
        sources: { notes: first.dir },
        catalogue: file,
        dataDir: data,
        clock: new FakeClock(),
      });
      expect(await recipes.versions(RecipeName.parse("notes"))).toEqual(["1.0.0+1.29.3"]);
      expect(await recipes.versions(RecipeName.parse("photos"))).toEqual(["9.0.0+1.29.3"]);
      expect(await recipes.show(RecipeName.parse("photos"))).toMatchObject({
        catalogue: { scores: { backups: "Yes" } },
        scores: { backups: "Yes", status: "3" },
      });
      expect(await recipes.catalogue()).toMatchObject({ count: 2, passedOver: 0, note: null });
      const { found } = await recipes.search("photos");
      expect(found.map(({ name, from }) => [name, from])).toEqual([["photos", "catalogue"]]);
      // "notes" is described by its own README and categorised by the catalogue.
      expect((await recipes.search("everyone apps")).found.map(({ name, from }) => [name, from])).toEqual([
        ["notes", "settings"],
        ["photos", "catalogue"],
      ]);
      await expect(recipes.versions(RecipeName.parse("photo"))).rejects.toMatchObject({
        text: { remedy: "The nearest is photos: `recipe show photos`" },
      });
    } finally {
      remove(first.dir);
      remove(second.dir);
    }
  });

  it("that is not there stops nothing but itself", async () => {
    const recipes = openRecipes({
      sources: {},
      catalogue: path.join(data, "no.json"),
      dataDir: data,
      clock: new FakeClock(),
    });
    expect(await recipes.list()).toEqual([]);
    expect(await recipes.catalogue()).toMatchObject({
      count: 0,
      note: expect.stringContaining("no such file") as string,
    });
    await expect(recipes.versions(RecipeName.parse("x"))).rejects.toMatchObject({
      code: "catalogue-unreachable",
    });
  });
});

describe("a catalogue over the network", () => {
  let server: Server;
  let url: string;
  let asked: IncomingMessage[];
  let answer: (request: IncomingMessage, response: ServerResponse) => void;
  let clock: FakeClock;
  const good = JSON.stringify({ photos: entry(address) });
  const open = (): Recipes => openRecipes({ sources: {}, catalogue: url, dataDir: data, clock });
  const count = async (recipes: Recipes) => (await recipes.catalogue())?.count;

  beforeEach(async () => {
    asked = [];
    clock = new FakeClock();
    answer = (_, response) => response.setHeader("etag", '"one"').end(good);
    server = createServer((request, response) => {
      asked.push(request);
      answer(request, response);
    });
    await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/recipes.json`;
  });
  afterEach(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });

  it("is asked for once an hour, with what it said the last time", async () => {
    const recipes = open();
    expect(await Promise.all([count(recipes), count(recipes)])).toEqual([1, 1]);
    await clock.turn(hourMs - 1);
    await count(recipes);
    expect(asked).toHaveLength(1);
    answer = (_, response) => response.writeHead(304).end();
    await clock.turn(1);
    expect(await recipes.catalogue()).toMatchObject({ count: 1, fetchedAt: clock.now(), note: null });
    expect(asked.map(({ headers }) => headers["if-none-match"])).toEqual([undefined, '"one"']);
  });

  it("is asked for with the word that stands in its address, which is shown to nobody", async () => {
    url = url.replace("http://", "http://bot:hunter%402@");
    const recipes = open();
    const told = JSON.stringify(await recipes.catalogue());
    expect(told).not.toMatch(/hunter|bot/);
    expect(asked.map(({ headers }) => headers.authorization)).toEqual([`Basic ${btoa("bot:hunter@2")}`]);
    await clock.turn(hourMs);
    await new Promise((closed) => server.close(closed).closeAllConnections());
    expect(JSON.stringify(await recipes.catalogue())).not.toMatch(/hunter/);
    server.listen();
  });

  it("is kept over a restart and without a network, and says how old it is", async () => {
    await count(open());
    answer = (_, response) => response.writeHead(503).end();
    expect(await count(open())).toBe(1);
    expect(asked).toHaveLength(1);
    await clock.turn(5 * hourMs);
    const state = await open().catalogue();
    expect(state?.count).toBe(1);
    expect(state?.note).toBe(
      `The catalogue of recipes at ${url} cannot be had: it answers 503. Its copy here is 5 hours old and goes on being used.`,
    );
  });

  it("that turns to nonsense does not take the place of the copy", async () => {
    const recipes = open();
    await count(recipes);
    answer = (_, response) => response.end("<html>");
    await clock.turn(hourMs);
    expect(await recipes.catalogue()).toMatchObject({
      count: 1,
      note: expect.stringContaining("no JSON") as string,
    });
    expect(await count(open())).toBe(1);
  });

  it.each<[string, typeof answer, RegExp]>([
    [
      "sends elsewhere",
      (_, r) => r.writeHead(302, { location: "/other" }).end(),
      /sends on to another address/,
    ],
    [
      "never ends",
      (_, r) => {
        const more = (): void => {
          if (r.write("x".repeat(1 << 20))) setImmediate(more);
          else r.once("drain", more);
        };
        more();
      },
      /larger than 16 MB/,
    ],
    ["breaks off", (_, r) => r.socket?.destroy(), /./],
  ])("that %s is told in words, once a minute", async (_, answering, words) => {
    answer = answering;
    const recipes = open();
    await expect(recipes.versions(RecipeName.parse("photos"))).rejects.toMatchObject({
      code: "catalogue-unreachable",
      message: words,
    });
    await expect(recipes.versions(RecipeName.parse("photos"))).rejects.toThrow(words);
    expect(asked).toHaveLength(1);
    answer = (__, response) => response.end(good);
    await clock.turn(60_000);
    expect(await count(recipes)).toBe(1);
  });
});
