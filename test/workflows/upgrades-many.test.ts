/** What is proposed, what happens by itself at night, and many upgrades at once. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import afterDeploy from "../../workflows/after-deploy.ts";
import proposeUpgrade from "../../workflows/propose-upgrade.ts";
import upgrade from "../../workflows/upgrade.ts";
import upgradeAgreed from "../../workflows/upgrade-agreed.ts";
import upgradeAll from "../../workflows/upgrade-all.ts";
import upgradeByPolicy from "../../workflows/upgrade-by-policy.ts";
import watchImages from "../../workflows/watch-images.ts";
import watchVersions from "../../workflows/watch-versions.ts";
import { expectGolden } from "../golden.ts";
import { deployTo, openHouse, runs, type House } from "../upgrades/house.ts";
import type { AnyWorkflow } from "../../src/workflow/index.ts";
import { tell, type Told } from "./telling.ts";

const others = { "upgrade-agreed": upgradeAgreed, "after-deploy": afterDeploy };
const people = { withRole: () => [{ name: "mia" }, { name: "bo" }] } as never;
const domains = ["a.example.coop", "b.example.coop", "c.example.coop"];
let house: House;

beforeEach(async () => {
  house = openHouse({ "1.0.0+1.0": {} });
  for (const domain of domains) await runs(house, domain, "1.0.0+1.0");
  house.releases["1.0.1+1.0"] = { notes: "Fixes a crash." };
});
afterEach(() => house.db.close());

/** One app does not come up; all others do. */
const failing = (domain: string): void => {
  house.swarm.watch = ({ stack }) =>
    Promise.resolve(
      stack === domain.replaceAll(".", "_")
        ? { outcome: "failed", reason: "app ended with exit code 1 twice.", seconds: 3 }
        : { outcome: "converged", seconds: 4 },
    );
};
const versions = () => house.apps.list().map(({ version }) => version);
/** What their policies say of backups counts as said: a policy alone takes no step without one. */
const byThemselves = () => {
  house.safety = "off";
  for (const { domain } of house.apps.list()) house.apps.setPolicy("mia", domain, "patch");
};

/** Tells the night's upgrades while the clock goes on minute by minute; answers when each app was begun. */
async function night(at: string): Promise<{ told: Told; begun: string[] }> {
  await house.clock.turn(Date.parse(at) - house.clock.now());
  const state = { over: false };
  const telling = tell({ ...house, people }, upgradeByPolicy, {}, undefined, {
    others,
    askedBy: null,
  }).finally(() => (state.over = true));
  for (;;) {
    // What is under way ends before the clock goes on.
    for (let turns = 0; turns < 40; turns++) await new Promise((next) => setImmediate(next));
    if (state.over) break;
    await house.clock.turn(60_000);
  }
  const begun = house.apps
    .list()
    .flatMap(({ domain }) => house.apps.history(domain).filter(({ version }) => version === "1.0.1+1.0"))
    .map(({ app, startedAt }) => `${app} ${startedAt.slice(11, 16)}`);
  return { told: await telling, begun };
}

describe("the night's upgrades", () => {
  it("go one after the other with a pause between, and each room is told", async () => {
    byThemselves();
    const { told, begun } = await night("2026-10-02T02:00:00Z");
    expect(told).toMatchObject({ status: "done", output: null, asked: [] });
    expect(versions()).toEqual(["1.0.1+1.0", "1.0.1+1.0", "1.0.1+1.0"]);
    const minutes = begun.map((one) => Number(one.slice(-2)));
    expect((minutes[1] ?? 0) - (minutes[0] ?? 0)).toBeGreaterThanOrEqual(10);
    expect((minutes[2] ?? 0) - (minutes[1] ?? 0)).toBeGreaterThanOrEqual(10);
    expect(house.said.map(({ rings }) => rings)).toEqual([0, 0, 0]);
    expect(house.audit.list({ subject: domains[2] ?? "", limit: 1 })).toMatchObject([
      { what: "app.deployed", who: "schedule" },
    ]);
  });

  it("begin nothing after the window has closed; the rest waits for the next night", async () => {
    byThemselves();
    const { begun } = await night("2026-10-02T04:45:00Z");
    expect(begun.map((one) => one.slice(0, 14))).toEqual(domains.slice(0, 2));
    expect(versions()).toEqual(["1.0.1+1.0", "1.0.1+1.0", "1.0.0+1.0"]);
    expect((await night("2026-10-03T02:00:00Z")).begun).toHaveLength(3);
  });

  it("do not happen at noon, when one that was missed is made up", async () => {
    byThemselves();
    expect((await night("2026-10-02T12:00:00Z")).begun).toEqual([]);
    expect(house.said).toEqual([]);
  });

  it("go on after one that fails, ring the maintainers, and do not try that one again", async () => {
    byThemselves();
    failing("a.example.coop");
    await night("2026-10-02T02:00:00Z");
    expect(versions()).toEqual(["1.0.0+1.0", "1.0.1+1.0", "1.0.1+1.0"]);
    expect(house.said.map(({ rings }) => rings)).toEqual([1, 0, 0]);
    house.swarm.watch = () => Promise.resolve({ outcome: "converged", seconds: 4 });
    await night("2026-10-03T02:00:00Z");
    expect(versions()).toEqual(["1.0.0+1.0", "1.0.1+1.0", "1.0.1+1.0"]);
    await tell({ ...house, people }, watchVersions, {}, undefined, { askedBy: null });
    expect(house.asked.map(({ candidate }) => candidate.app)).toEqual(["a.example.coop"]);
  });

  it("ring when an app is up and what its recipe wants done then is not done", async () => {
    for (const { domain } of house.apps.list().slice(0, 1))
      house.apps.set("bo", domain, "POST_UPGRADE_CMDS", "app nonsense");
    byThemselves();
    await night("2026-10-02T02:00:00Z");
    expect(versions()).toEqual(["1.0.1+1.0", "1.0.1+1.0", "1.0.1+1.0"]);
    expect(house.said.map(({ rings }) => rings)).toEqual([1, 0, 0]);
    expect(house.said[0]?.text).toContain("But what was to be done after the deploy is not done.");
  });

  it("leave an app alone that somebody works on", async () => {
    byThemselves();
    house.busy.add("a.example.coop");
    expect((await night("2026-10-02T02:00:00Z")).begun.map((one) => one.slice(0, 14))).toEqual(
      domains.slice(1),
    );
  });

  it("do not begin one that waited for another run until the window had closed", async () => {
    const input = { app: "a.example.coop", to: "1.0.1+1.0", because: { policy: "patch" } };
    const { problem } = await tell({ ...house, people }, upgradeAgreed, input, undefined, { askedBy: null });
    expect(problem?.happened).toContain("the window had closed before it could begin");
  });

  it("leave out an app of which no backup can be taken, and a person is asked about it", async () => {
    byThemselves();
    house.safety = "none";
    expect((await night("2026-10-02T02:00:00Z")).begun).toEqual([]);
    const input = { app: "a.example.coop", to: "1.0.1+1.0", because: { policy: "patch" } };
    const { problem } = await tell({ ...house, people }, upgradeAgreed, input, undefined, { askedBy: null });
    expect(problem?.happened).toContain("there is no repository for it");
    expect(versions()).toEqual(["1.0.0+1.0", "1.0.0+1.0", "1.0.0+1.0"]);
    await tell({ ...house, people }, watchVersions, {}, undefined, { askedBy: null });
    expect(house.asked.map(({ candidate }) => candidate.app)).toEqual(domains);
    const asked = { app: "a.example.coop", from: "1.0.0+1.0", to: "1.0.1+1.0" };
    const { text } = await tell({ ...house, people }, proposeUpgrade, asked, undefined, {
      ...{ others, askedBy: null },
    });
    expect(text).toContain("There is no repository for it, so Tandem takes no backup of it");
    expect(versions()[0]).toBe("1.0.1+1.0");
  });

  it("never take a step that a person must see, even when it changes after the look", async () => {
    byThemselves();
    house.releases["1.0.1+1.0"] = { notes: "Run the migration." };
    expect((await night("2026-10-02T02:00:00Z")).begun).toEqual([]);
    const input = { app: "a.example.coop", to: "1.0.1+1.0", because: { policy: "patch" } };
    const { problem } = await tell({ ...house, people }, upgradeAgreed, input, undefined, { askedBy: null });
    expect(problem?.happened).toContain("its notes speak of “migration”");
    expect(versions()).toEqual(["1.0.0+1.0", "1.0.0+1.0", "1.0.0+1.0"]);
  });
});

describe("a proposal", () => {
  const input = { app: "a.example.coop", from: "1.0.0+1.0", to: "1.0.1+1.0" };
  const propose = (answer?: Parameters<typeof tell>[3]) =>
    tell({ ...house, people }, proposeUpgrade, input, answer, { others, askedBy: null });

  it("is asked anew when the app was changed meanwhile, and holds no lock while it waits", async () => {
    const app = house.apps.list()[0]?.domain;
    const { status, asked } = await propose((_ask, n) => {
      if (n === 1 && app !== undefined) house.apps.set("bo", app, "TITLE", "Changed");
      return true;
    });
    expect([status, asked.length]).toEqual(["done", 2]);
    expect(proposeUpgrade.lock?.(proposeUpgrade.input.parse(input))).not.toBe("app a.example.coop");
  });

  it("ends when the app got there on another way", async () => {
    const app = house.apps.list()[0]?.domain;
    const { status, text } = await propose(async () => {
      if (app !== undefined) await deployTo(house, app, "1.0.1+1.0");
      return true;
    });
    expect(status).toBe("done");
    expect(text).toContain("a.example.coop already runs 1.0.1+1.0.");
  });

  it("changes nothing when it is declined", async () => {
    const { problem } = await propose(() => false);
    expect(problem?.code).toBe("approval-declined");
    expect(versions()[0]).toBe("1.0.0+1.0");
  });
});

describe("a backup that a question has promised, and that is not taken any more", () => {
  const input = { app: "a.example.coop", from: "1.0.0+1.0", to: "1.0.1+1.0" };
  const before = ["1.0.0+1.0", "1.0.0+1.0", "1.0.0+1.0"];
  let state: "fresh" | "off" | "none";
  beforeEach(async () => {
    house.db.close();
    state = "fresh";
    house = openHouse({ "1.0.0+1.0": {} }, { backupOf: () => ({ state, newestAt: null }) });
    for (const domain of domains) await runs(house, domain, "1.0.0+1.0");
    house.releases["1.0.1+1.0"] = { notes: "Fixes a crash." };
  });
  const told = (workflow: AnyWorkflow, wish: object, answer: () => boolean) => {
    const policyOf = () => ({
      repository: state === "none" ? null : "nightly",
      mode: state === "off" ? "off" : "running",
    });
    const story = { ...house, people, backups: { policyOf } as never };
    return tell(story, workflow, wish, answer, { others });
  };
  const stories: [string, AnyWorkflow, object][] = [
    ["an upgrade", upgrade, { app: input.app }],
    ["a proposal", proposeUpgrade, input],
    ["many at once", upgradeAll, { policy: "patch" }],
  ];

  it.each(stories.flatMap((story) => (["off", "none"] as const).map((end) => [...story, end] as const)))(
    "stops %s before anything is changed",
    async (name, workflow, wish, end) => {
      const changes = house.swarm.changes.length;
      const { text, problem } = await told(workflow, wish, () => {
        state = end;
        return true;
      });
      expect(text).toMatch(/fresh (one|backup)( of each)? is taken/);
      if (name === "many at once") expect(problem?.happened).toContain("as its question said");
      else expect(problem?.code).toBe("backup-not-as-promised");
      expect(versions()).toEqual(before);
      expect(house.swarm.changes).toHaveLength(changes);
    },
  );

  it.each(stories)("stops nothing where %s has promised none", async (_, workflow, wish) => {
    state = "off";
    const { status, text } = await told(workflow, wish, () => true);
    expect(text).not.toMatch(/fresh (one|backup)/);
    expect(status).toBe("done");
    expect(versions()[0]).toBe("1.0.1+1.0");
  });
});

describe("many at once", () => {
  const all = (answer?: Parameters<typeof tell>[3]) =>
    tell({ ...house, people }, upgradeAll, { policy: "patch" }, answer, { others });

  it("do not touch an app whose plan is another one than was agreed to", async () => {
    const [, app] = house.apps.list();
    const { problem } = await all(() => {
      if (app !== undefined) house.apps.set("bo", app.domain, "TITLE", "Changed");
      return true;
    });
    expect(problem?.code).toBe("upgrades-stopped");
    expect(problem?.happened).toContain("is not what was agreed to any more");
    expect(versions()).toEqual(["1.0.1+1.0", "1.0.0+1.0", "1.0.0+1.0"]);
  });

  it("stop where an app is up and what its recipe wants done then is not done", async () => {
    for (const { domain } of house.apps.list())
      house.apps.set("bo", domain, "POST_UPGRADE_CMDS", "app nonsense");
    const { problem } = await all();
    expect(problem?.code).toBe("upgrades-held");
    expect(problem?.happened).toMatch(
      /it runs 1\.0\.1\+1\.0, but .* is not done: `app nonsense` was not run/,
    );
    expect(problem?.means).toContain("Not begun: b.example.coop, c.example.coop.");
    expect(versions()).toEqual(["1.0.1+1.0", "1.0.0+1.0", "1.0.0+1.0"]);
  });

  it("change nothing when the list is declined", async () => {
    expect((await all(() => false)).problem?.code).toBe("approval-declined");
    expect(versions()).toEqual(["1.0.0+1.0", "1.0.0+1.0", "1.0.0+1.0"]);
  });
});

it("is told in the words of the golden file", async () => {
  const told: string[] = [];
  const keep = (what: string, text: string) => told.push(`# ${what}\n${text.trimEnd()}\n`);
  const story = { ...house, people };
  const input = { app: "a.example.coop", from: "1.0.0+1.0", to: "1.0.1+1.0" };
  const nobody = { others, askedBy: null };
  keep("A proposal, agreed to", (await tell(story, proposeUpgrade, input, undefined, nobody)).text);
  const plan = house.upgrades.plan.bind(house.upgrades);
  house.upgrades.plan = () => Promise.reject(failure());
  keep(
    "A proposal that cannot be planned",
    (await tell(story, proposeUpgrade, input, undefined, nobody)).text,
  );
  house.upgrades.plan = plan;
  house.releases["1.0.2+1.0"] = { notes: "Fixes another one." };
  failing("b.example.coop");
  keep(
    "All apps, and one fails",
    (await tell(story, upgradeAll, { policy: "patch" }, undefined, { others })).text,
  );
  failing("none");
  keep("All apps", (await tell(story, upgradeAll, { policy: "patch" }, undefined, { others })).text);
  keep("Nothing to do", (await tell(story, upgradeAll, { policy: "patch" }, undefined, { others })).text);
  house.releases["1.0.3+1.0"] = {};
  byThemselves();
  failing("a.example.coop");
  await night("2026-10-02T02:00:00Z");
  for (const { text } of house.said.splice(0, 2)) keep("By itself", text);
  house.registries.tagsOf["db:1"] = ["2"];
  await tell(story, watchImages, {}, undefined, nobody);
  keep("Newer images", house.said.at(-1)?.text ?? "");
  expectGolden("messages/upgrades-many.txt", told.join("\n"));
});

const failure = () =>
  new Problem("secret-version-missing", {
    happened: "The setting SECRET_CACHE_VERSION is missing.",
    means: "-",
    remedy: "Set it: `app set a.example.coop SECRET_CACHE_VERSION v1`",
  });
