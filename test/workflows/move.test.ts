/** A move, in the words of those who are asked and told. */
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openApps } from "../../src/apps/index.ts";
import move from "../../workflows/move.ts";
import { fakeServers, fakeSwarm, type FakeSwarm } from "../apps/fake-swarm.ts";
import { deployNow, domain, openHouse, register, stack, type House } from "../apps/house.ts";
import { tell } from "./telling.ts";

let house: House;
let there: FakeSwarm;
const volume = `${stack}_data`;

beforeEach(async () => {
  house = openHouse();
  there = fakeSwarm();
  const { db, clock, audit, recipes, swarm } = house;
  house.apps = openApps({ db, clock, audit, recipes, servers: fakeServers(swarm, { "swarm-2": there }) });
  await register(house);
  await deployNow(house);
  swarm.contents.set(volume, "minutes");
});
afterEach(() => house.db.close());

const moved = (more: object = {}) => tell(house, move, { app: domain, server: "swarm-2", ...more });

describe("a move", () => {
  it("with data is grave, says what becomes of data and secrets, and where the old volumes are", async () => {
    const told = await moved();
    expect(told.asked).toMatchObject([{ weight: "grave", subject: domain, from: "maintainer" }]);
    expect(told.text).toContain(`Move ${domain} from local to swarm-2?`);
    expect(told.text).toContain(`Its data goes along: \`${volume}\`. It is offline while that is copied.`);
    expect(told.text).toContain("The old volumes stay on local until somebody removes them.");
    expect(told.text).toContain(
      `The secrets of local cannot be read, so these are made anew on swarm-2: \`${stack}_db_password_v1\``,
    );
    expect(told.text).toContain("What was made with the old ones, such as a database, will not know them");
    expect(told.text).toContain(`${domain} runs on swarm-2, healthy after 4 s.`);
    expect(there.contents.get(volume)).toBe("minutes");
    expect(house.swarm.volumes.has(volume)).toBe(true);
    expect(house.swarm.running.get(stack)?.size).toBe(0);
    expect(house.apps.get(domain).server).toBe("swarm-2");
    // And back: what has stayed there is not overwritten in silence.
    const back = await tell(house, move, { app: domain, server: "local" });
    expect(back.problem?.code).toBe("volume-taken");
  });

  it("says whether its services will be others there, and how", async () => {
    const here = /Its services are there as they are here\./;
    const others = /Its services are others there than here.*\n\s*\+ app update\n/s;
    const textOf = async (): Promise<string> =>
      (await tell(house, move, { app: domain, server: "swarm-2" }, () => false)).text;
    expect(await textOf()).toMatch(here);
    house.apps.set("ana", domain, "TITLE", "Minutes");
    const changed = await textOf();
    expect(changed).toMatch(others);
    expect(changed).not.toMatch(here);
  });

  it("is not asked for again because a cron job had its tick meanwhile", async () => {
    let ticks = 0;
    const tick = (): void =>
      void house.swarm.running.get(stack)?.set("cron", {
        Name: `${stack}_cron`,
        Labels: { "swarm.cronjob.enable": "true" },
        TaskTemplate: { ContainerSpec: { Image: "job:1" }, ForceUpdate: ticks },
        Mode: { Replicated: { Replicas: Math.min(ticks++, 1) } },
      });
    tick();
    const told = await tell(house, move, { app: domain, server: "swarm-2" }, () => {
      tick();
      return true;
    });
    expect(told.asked).toHaveLength(1);
    expect(told.text).toContain(`${domain} runs on swarm-2, healthy after 4 s.`);
  });

  it("without data says where it stays, and is an ordinary question", async () => {
    const told = await moved({ withoutData: true });
    expect(told.asked).toMatchObject([{ weight: "ordinary" }]);
    expect(told.text).toContain(`Its data stays on local: \`${volume}\`. There it begins empty.`);
    expect(there.contents.get(volume)).toBeUndefined();
  });

  it("that fails there starts it again here, and says so", async () => {
    there.verdict = {
      outcome: "failed",
      reason: "db was unhealthy.",
      lastLines: ["no such user"],
      seconds: 9,
    };
    const told = await moved();
    expect(told).toMatchObject({ status: "undone", problem: { code: "move-failed" } });
    expect(told.text).toContain(`${domain} did not come up on swarm-2: db was unhealthy.\nno such user`);
    expect(told.text).toContain("It is started again on local, where its data has stayed as it was");
    expect(house.apps.get(domain).server).toBe("local");
    expect([...(there.running.get(stack) ?? [])]).toEqual([]);
    expect(house.swarm.running.get(stack)?.get("app")).not.toHaveProperty("Mode");
  });

  it("is refused before anything stops, where it cannot be", async () => {
    const before = house.swarm.changes.length;
    expect((await moved({ server: "local" })).problem?.code).toBe("move-to-same-server");
    there.volumes.add(volume);
    expect((await moved()).problem?.code).toBe("volume-taken");
    there.running.set(stack, new Map([["app", { Name: "another's" }]]));
    expect((await moved()).problem?.code).toBe("move-stack-there");
    house.swarm.running.delete(stack);
    expect((await moved()).problem?.code).toBe("move-not-running");
    expect(house.swarm.changes).toHaveLength(before);
  });
});
