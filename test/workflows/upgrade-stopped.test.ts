/** An upgrade after a backup that stops the app: what runs by then has other tasks and versions than when it was planned. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { dockerDown } from "../../src/core/problems/swarm.ts";
import type { StackPlan, StackSnapshot } from "../../src/swarm/types.ts";
import { workflow, type AnyWorkflow } from "../../src/workflow/define.ts";
import deploy from "../../workflows/deploy.ts";
import restoreData from "../../workflows/restore-data.ts";
import takeBackup from "../../workflows/take-backup.ts";
import upgradeAgreed from "../../workflows/upgrade-agreed.ts";
import upgrade from "../../workflows/upgrade.ts";
import { openHouse, runs, type House } from "../upgrades/house.ts";
import { tell, type Told } from "./telling.ts";

const [from, to] = ["1.0.0+1.0", "1.0.1+1.0"];
const stack = "notes_example_coop";
const look = "look what runs after the backup";

let house: House;
let app: string;
/** What the watch was given as what ran before. */
let watched: StackPlan["before"][];
/** What runs when the backup is proven. */
let proven: StackSnapshot | undefined;
let afterBackup: () => void;

beforeEach(async () => {
  house = openHouse({ [from]: {}, [to]: {} });
  app = await runs(house, "notes.example.coop", from);
  watched = [];
  afterBackup = () => undefined;
  house.swarm.watch = ({ before }) => {
    watched.push(before);
    return Promise.resolve({ outcome: "converged", seconds: 3 });
  };
});
afterEach(() => house.db.close());

/** Backups that stop the app on the swarm of the house and start it again; their data is nowhere. */
function backups() {
  const { swarm } = house;
  const before = swarm.snapshot(stack);
  const plan = { preHooks: [], postHooks: [], dumps: [], mode: "stopped", repository: "nightly" };
  return {
    policyOf: () => ({ repository: "nightly", mode: "stopped", dataBack: "always" }),
    planTake: () => plan,
    ...{ begin: () => undefined, end: () => undefined, untake: () => undefined },
    ...{ takeRunning: () => ({}), takeVolumes: () => ({}) },
    stop: () => swarm.halt(stack),
    startAgain: async () => swarm.restore(stack, await before),
    prove: async () => {
      proven = await swarm.snapshot(stack);
      afterBackup();
      return { state: "proven", reason: null };
    },
  } as never;
}

const people = { withRole: () => [{ name: "mia" }] } as never;
const noRestore = workflow({
  input: restoreData.input,
  run: () => Promise.reject(new Error("the data is overwritten")),
});
const stories: [string, AnyWorkflow, () => object][] = [
  ["an upgrade", upgrade, () => ({ app })],
  ["an upgrade by policy", upgradeAgreed, () => ({ app, to, because: { policy: "patch" } })],
  ["a deploy of another version", deploy, () => ({ app, version: to })],
];
const told = (story: AnyWorkflow, input: object): Promise<Told> => {
  house.apps.setPolicy("mia", app as never, "patch");
  const { isWindowOpen, ...upgrades } = { ...house.upgrades, isWindowOpen: () => true };
  const others = { "take-backup": takeBackup, "restore-data": noRestore };
  const reasonsToAsk = () => [];
  const trades = {
    ...house,
    people,
    backups: backups(),
    upgrades: { ...upgrades, isWindowOpen, reasonsToAsk },
  };
  return tell(trades, story, input, undefined, { others });
};

describe.each(stories)("%s", (_what, story, input) => {
  it("is watched against what ran when the backup had started it again", async () => {
    const planned = await house.swarm.snapshot(stack);
    const { status, problem, steps } = await told(story, input());
    expect([status, problem]).toEqual(["done", null]);
    expect(steps.indexOf(look)).toBe(steps.indexOf("back up") + 1);
    const tasks = (of?: StackSnapshot) => of?.services["app"]?.tasks;
    expect(tasks(proven)).not.toEqual(tasks(planned));
    expect(watched.at(-1)?.services["app"]).toEqual(proven?.services["app"]);
  });

  it("leaves the data alone where it was broken off before anything was written", async () => {
    house.swarm.failAt("apply", dockerDown({ socket: "s", reason: "gone" }));
    const { status, problem, steps } = await told(story, input());
    expect([status, problem?.code]).toEqual(["undone", "docker-down"]);
    expect(steps).toContain("look whether it has begun");
    expect(steps).not.toContain("put the program back");
  });

  it("does not begin where something else runs by the end of the backup", async () => {
    const theirs = { Name: "by hand" };
    afterBackup = () => void house.swarm.running.get(stack)?.set("app", theirs);
    const { status, problem, steps } = await told(story, input());
    expect([status, problem?.code]).toEqual(["failed", "plan-changed"]);
    expect(problem?.happened).toContain("its services were changed since");
    expect(steps).not.toContain("record");
    expect(house.swarm.running.get(stack)?.get("app")).toEqual(theirs);
  });

  it("goes on as it began in runs of before, which may have written by now", async () => {
    const [before] = story.older ?? [];
    if (before === undefined) throw new Error("there is no earlier story");
    const { status, steps } = await told(before, input());
    expect([before.version, story.version, status]).toEqual([1, 2, "done"]);
    expect(steps).toContain("back up");
    expect(steps).not.toContain(look);
  });
});
