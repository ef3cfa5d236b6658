/** Which newer versions are found, which of them wait for a person, and that each is proposed once. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { recipeUnreachable } from "../../src/core/problems/recipes.ts";
import { dockerDown } from "../../src/core/problems/swarm.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { mostProposedPerRoom } from "../../src/upgrades/proposing.ts";
import { envSample } from "../apps/fake-recipes.ts";
import { deployTo, openHouse, runs, type House } from "./house.ts";

let house: House;
beforeEach(() => {
  house = openHouse({ "1.0.0+1.0": {} });
});
afterEach(() => {
  expect([...house.recipes.open]).toEqual([]);
  house.db.close();
});

const found = async () => (await house.upgrades.look("k")).candidates;
const proposeAll = async () => (await found()).map((one) => house.upgrades.propose(one));

describe("a look at all recipes", () => {
  it("finds nothing where nothing is newer, nothing runs, or the version is not known", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0");
    expect(await found()).toEqual([]);
    house.releases["1.1.0-rc1+1.0"] = {};
    expect(await found()).toEqual([]);
    house.releases["1.1.0+1.0"] = {};
    const { env } = await house.apps.prepare(AppDomain.parse("b.example.coop"), "notes" as never);
    const rest = { recipe: "notes" as never, server: "local" as never, env };
    house.apps.create("ana", {
      domain: AppDomain.parse("b.example.coop"),
      ...rest,
      version: "1.0.0+1.0" as never,
    });
    house.apps.create("ana", { domain: AppDomain.parse("c.example.coop"), ...rest, version: null });
    expect((await found()).map(({ app, to }) => `${app} ${to}`)).toEqual(["a.example.coop 1.1.0+1.0"]);
  });

  it("says why each waits for a person, or that it does not", async () => {
    house.safety = "off";
    const app = await runs(house, "a.example.coop", "1.0.0+1.0");
    const why = async (policy: "manual" | "patch" | "minor") => {
      house.apps.setPolicy("mia", app, policy);
      return (await found())[0]?.waitsBecause;
    };
    house.releases["1.0.1+1.0"] = { notes: "Fixes a crash." };
    expect(await why("manual")).toEqual(["its policy is manual"]);
    expect(await why("patch")).toEqual([]);
    house.releases["1.1.0+1.0"] = {};
    expect(await why("patch")).toEqual(["it is a minor version and its policy is patch"]);
    expect(await why("minor")).toEqual([]);
    house.releases["1.0.1+1.0"] = { notes: "Run the migration." };
    expect(await why("minor")).toEqual(["its notes speak of “migration”"]);
    house.releases["1.1.0+1.0"] = { envSample: `${envSample}NEW_KEY=1\n` };
    expect(await why("minor")).toContain("it has new settings: NEW_KEY");
    house.releases["1.2.0+2.0"] = {};
    expect(await why("minor")).toContain("it is a major version and its policy is minor");
  });

  it("waits for a person where no backup can be taken, unless it was said that nobody backs it up", async () => {
    const app = await runs(house, "a.example.coop", "1.0.0+1.0");
    house.apps.setPolicy("mia", app, "patch");
    house.releases["1.0.1+1.0"] = {};
    const none = ["no backup of it can be taken first, because there is no repository for it"];
    expect((await found())[0]?.waitsBecause).toEqual(none);
    expect((await house.upgrades.due("k")).apps).toEqual([]);
    expect(house.upgrades.reasonsToAsk(await house.upgrades.plan(app, undefined, "k"), "patch")).toEqual(
      none,
    );
    // Together with others a person is asked all the same, and told of it.
    expect(await house.upgrades.planAll("patch", "k")).toMatchObject({
      ...{ held: [], upgrades: [{ app, backup: { known: false } }] },
    });
    house.safety = "off";
    expect((await found())[0]?.waitsBecause).toEqual([]);
    expect((await house.upgrades.due("k")).apps).toHaveLength(1);
    expect(house.upgrades.reasonsToAsk(await house.upgrades.plan(app, undefined, "k"), "patch")).toEqual([]);
  });

  it("does not try by itself what failed before", async () => {
    house.safety = "off";
    const app = await runs(house, "a.example.coop", "1.0.0+1.0");
    house.apps.setPolicy("mia", app, "patch");
    house.releases["1.0.1+1.0"] = {};
    await deployTo(house, app, "1.0.1+1.0", "failed");
    expect((await found())[0]?.waitsBecause).toEqual(["it did not come up when it was tried before"]);
    expect((await house.upgrades.due("k")).apps).toEqual([]);
  });

  it("passes over what does not answer, and says so", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0");
    house.releases["1.0.1+1.0"] = {};
    house.swarm.failAt("services", dockerDown({ socket: "s", reason: "gone" }), { times: 1 });
    const { candidates, notSeen } = await house.upgrades.look("k");
    expect(candidates).toEqual([]);
    expect(notSeen.join()).toContain("The Docker Engine does not answer");
    house.recipes.refresh = () => Promise.reject(recipeUnreachable({ ...recipeUnreachable.example }));
    expect((await house.upgrades.look("k")).notSeen.join()).toContain("cannot be read");
    house.recipes.refresh = () => Promise.reject(new TypeError("a fault of ours"));
    await expect(house.upgrades.look("k")).rejects.toThrow("a fault of ours");
  });
});

describe("what is due by policy", () => {
  it("is the newest within the policy, though a larger one waits beside it", async () => {
    house.safety = "off";
    const app = await runs(house, "a.example.coop", "1.0.0+1.0");
    await runs(house, "b.example.coop", "1.0.0+1.0");
    house.apps.setPolicy("mia", app, "patch");
    for (const version of ["1.0.1+1.0", "1.0.2+1.0", "1.1.0+1.0", "2.0.0+2.0"]) house.releases[version] = {};
    const { apps, pause } = await house.upgrades.due("k");
    expect(apps.map((one) => `${one.app} ${one.to}`)).toEqual(["a.example.coop 1.0.2+1.0"]);
    expect(pause).toBe("10m");
    expect((await found()).map(({ to }) => to)).toEqual(["2.0.0+2.0", "2.0.0+2.0"]);
  });

  it("writes down who set the policy", async () => {
    const app = await runs(house, "a.example.coop", "1.0.0+1.0");
    house.apps.setPolicy("mia", app, "patch");
    expect(house.audit.list({ subject: app, limit: 1 })).toMatchObject([
      { who: "mia", what: "app.policy", details: { from: "manual", to: "patch" } },
    ]);
    expect(house.apps.get(app).policy).toBe("patch");
  });
});

describe("a proposal", () => {
  it("is made once per version, in the app's room, and again only for a newer one", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0", { room: "!own" });
    house.releases["1.0.1+1.0"] = {};
    expect(await proposeAll()).toEqual(["run1"]);
    expect(await proposeAll()).toEqual([null]);
    expect(house.asked).toMatchObject([
      { room: "!own", key: "proposal a.example.coop 1.0.1+1.0", candidate: { from: "1.0.0+1.0" } },
    ]);
    // Declined or not: the same one does not come again.
    Object.assign(house.asked[0] ?? {}, { open: false });
    expect(await proposeAll()).toEqual([null]);
    house.releases["1.0.2+1.0"] = {};
    expect(await proposeAll()).toEqual(["run2"]);
    delete house.releases["1.0.2+1.0"];
    expect(await proposeAll()).toEqual([null]);
  });

  it("takes the older question back when a newer version comes", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0");
    house.releases["1.0.1+1.0"] = {};
    await proposeAll();
    house.releases["1.0.2+1.0"] = {};
    await proposeAll();
    expect(house.asked.map(({ open, why }) => [open, why])).toEqual([
      [false, "1.0.2+1.0 is out, and is proposed in its place"],
      [true, undefined],
    ]);
  });

  it("is taken back when the app runs that version by now", async () => {
    const app = await runs(house, "a.example.coop", "1.0.0+1.0");
    house.releases["1.0.1+1.0"] = {};
    await proposeAll();
    house.upgrades.withdrawOvertaken();
    expect(house.asked[0]?.open).toBe(true);
    await deployTo(house, app, "1.0.1+1.0");
    house.upgrades.withdrawOvertaken();
    expect(house.asked[0]).toMatchObject({ open: false, why: "a.example.coop runs 1.0.1+1.0 by now" });
  });

  it("leaves the room readable: the others come when some are answered", async () => {
    for (let n = 0; n < mostProposedPerRoom + 2; n++) await runs(house, `a${n}.example.coop`, "1.0.0+1.0");
    await runs(house, "z.example.coop", "1.0.0+1.0", { room: "!own" });
    house.releases["1.0.1+1.0"] = {};
    await proposeAll();
    expect(house.asked.filter(({ room }) => room === null)).toHaveLength(mostProposedPerRoom);
    expect(house.asked.filter(({ room }) => room === "!own")).toHaveLength(1);
    Object.assign(house.asked[0] ?? {}, { open: false });
    await proposeAll();
    expect(house.asked.filter(({ room }) => room === null)).toHaveLength(mostProposedPerRoom + 1);
  });

  it("is not remembered when its transaction is taken back", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0");
    house.releases["1.0.1+1.0"] = {};
    const [candidate] = await found();
    expect(() =>
      house.db.tx(() => {
        if (candidate !== undefined) house.upgrades.propose(candidate);
        throw new Error("taken back");
      }),
    ).toThrow("taken back");
    expect(house.db.sqlite.prepare("select count(*) from proposal").pluck().get()).toBe(0);
  });
});

describe("newer images upstream", () => {
  it("are told of once, in one message", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0");
    await runs(house, "b.example.coop", "1.0.0+1.0");
    house.registries.tagsOf["notes:1.0"] = ["0.9", "1.0", "1.1", "1.1.1", "latest"];
    house.registries.tagsOf["db:1"] = ["1", "2", "2-alpine"];
    const images = await house.upgrades.newerImages("k");
    expect(images).toEqual([
      { recipe: "notes", image: "docker.io/library/notes", from: "1.0", to: "1.1" },
      { recipe: "notes", image: "docker.io/library/db", from: "1", to: "2" },
    ]);
    house.upgrades.tellOfImages("k1", images);
    house.upgrades.tellOfImages("k2", images);
    house.registries.tagsOf["db:1"] = ["1", "3"];
    house.upgrades.tellOfImages("k3", await house.upgrades.newerImages("k"));
    expect(house.said.map(({ key }) => key)).toEqual(["k1", "k3"]);
    expect(house.said[0]?.text).toBe(
      [
        "Upstream has 2 newer images; the recipe does not have it yet.",
        "",
        "- notes: `docker.io/library/notes` 1.0 to 1.1",
        "- notes: `docker.io/library/db` 1 to 2",
        "",
        "Nothing happens to apps by this. Whoever maintains the recipe can release a version with it.",
      ].join("\n"),
    );
    expect(house.said[1]?.text).toContain("`docker.io/library/db` 1 to 3");
  });

  it("passes over a registry that does not answer", async () => {
    await runs(house, "a.example.coop", "1.0.0+1.0");
    house.registries.tagsOf["db:1"] = ["2"];
    const tags = house.registries.tags.bind(house.registries);
    house.registries.tags = (image) =>
      image === "notes:1.0" ? Promise.reject(dockerDown({ socket: "s", reason: "gone" })) : tags(image);
    expect((await house.upgrades.newerImages("k")).map(({ to }) => to)).toEqual(["2"]);
  });
});
