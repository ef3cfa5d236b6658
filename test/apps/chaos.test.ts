/** A commit in place of a release: asked about as what it is, written down, and left again by a plain deploy. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import deploy from "../../workflows/deploy.ts";
import { tell } from "../workflows/telling.ts";
import { head } from "./fake-recipes.ts";
import { domain, openHouse, register, stack, type House } from "./house.ts";

let house: House;
beforeEach(async () => {
  house = openHouse();
  await register(house);
});
afterEach(() => {
  expect([...house.recipes.open]).toEqual([]);
  house.db.close();
});

const labels = (): Record<string, string> =>
  (house.swarm.running.get(stack)?.get("app") as { Labels: Record<string, string> }).Labels;

describe("deploy --chaos", () => {
  it("takes the head, labels it as abra does, and pins nothing", async () => {
    const told = await tell(house, deploy, { app: domain, chaos: true });
    expect(told.text).toContain(`Deploy ${domain} with notes at commit 3f2a91c0, which is no release?`);
    expect(told.text).toContain(
      "Mind: 3f2a91c0 (“try the new editor”) is deployed as a commit and not as a release; no tag points to it.",
    );
    expect(told.text).toContain(`${domain} runs commit 3f2a91c0, healthy after`);
    expect(told.text).toContain(`To go back to releases: \`app deploy ${domain}\``);
    const prefix = `coop-cloud.${stack}`;
    expect(labels()).toEqual({
      [`${prefix}.recipe`]: "notes",
      [`${prefix}.chaos`]: "true",
      [`${prefix}.chaos-version`]: "3f2a91c0",
    });
    expect(house.apps.history(domain)[0]).toMatchObject({ chaos: head.commit, outcome: "converged" });
    expect(house.apps.get(domain).version).toBe("1.0.0+1.0");
    expect(house.apps.exported()[0]?.chaos).toBe("3f2a91c0");
    const again = await tell(house, deploy, { app: domain, chaos: true, commit: "3f2a91c0" });
    expect(again.text).toContain("already runs commit 3f2a91c0; there is nothing to change.");
  });

  it("is left again by a plain deploy", async () => {
    await tell(house, deploy, { app: domain, chaos: true });
    const told = await tell(house, deploy, { app: domain });
    expect(told.text).toContain(`${domain} runs 1.0.0+1.0, healthy after`);
    expect(labels()).toMatchObject({ [`coop-cloud.${stack}.chaos`]: "false" });
    expect(house.apps.exported()[0]?.chaos).toBeNull();
  });

  it("deploys the commit that was agreed to, though the branch has moved since", async () => {
    const first = house.recipes.commitOf.bind(house.recipes);
    const moved = { ...head, commit: `beef${head.commit.slice(4)}`, short: "beef91c0" };
    const told = await tell(house, deploy, { app: domain, chaos: true }, (_ask, n) => {
      house.recipes.commitOf = (name, wanted) =>
        wanted === undefined ? Promise.resolve(moved) : first(name, wanted);
      return n === 1;
    });
    // What was agreed to is the commit and not the branch: it is deployed as it was shown.
    expect(told.asked).toHaveLength(1);
    expect(told.text).toContain(`${domain} runs commit 3f2a91c0`);
  });

  it("names a commit that is not there", async () => {
    const told = await tell(house, deploy, { app: domain, chaos: true, commit: "0000000" });
    expect(told.problem?.code).toBe("recipe-commit-unknown");
    expect(house.swarm.changes).toEqual([]);
  });
});

describe("a tag that moved between plan and approval", () => {
  it("needs new voices, and nothing is half-done when they are not given", async () => {
    const told = await tell(house, deploy, { app: domain, version: "1.1.0+1.1" }, (_ask, n) => {
      house.recipes.commit = "beef";
      return n === 1;
    });
    expect(told.asked).toHaveLength(2);
    expect(told.asked[0]?.binds).not.toBe(told.asked[1]?.binds);
    expect(told.text).toContain("The plan has changed since it was approved, so it needs new voices.");
    expect(told.problem?.code).toBe("approval-declined");
    expect(house.swarm.changes).toEqual([]);
    expect(house.apps.history(domain)).toEqual([]);
  });
});
