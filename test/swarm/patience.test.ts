import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { hostKeyChanged, serverNotReached } from "../../src/core/problems/servers.ts";
import { openPatience } from "../../src/swarm/patience.ts";

const away = serverNotReached({ server: "swarm-2", reason: "it hung up" });
const elsewhere = { awayMs: 60_000, isElsewhere: true };

describe("work that needs an engine", () => {
  it("is done again while the engine is away, which is said once, and that it is back", async () => {
    const clock = new FakeClock();
    const told: (string | null)[] = [];
    const patience = openPatience(clock, elsewhere, (stack, why) => told.push(`${stack}: ${why ?? "back"}`));
    let tries = 0;
    let waitedMs = 0;
    const work = (): Promise<string> => (++tries > 20 ? Promise.resolve("done") : Promise.reject(away));
    const done = patience.through("shop", work, { waited: (ms) => (waitedMs += ms) });
    await clock.turn(30_000);
    expect(await done).toBe("done");
    expect(told).toEqual([`shop: ${away.message}`, "shop: back"]);
    expect(waitedMs).toBe(20_000);
  });

  it("says nothing of a moment", async () => {
    const clock = new FakeClock();
    const told: unknown[] = [];
    const patience = openPatience(clock, elsewhere, (...words) => told.push(words));
    let tries = 0;
    const work = (): Promise<string> => (++tries > 2 ? Promise.resolve("done") : Promise.reject(away));
    const done = patience.through("shop", work);
    await clock.turn(3_000);
    await done;
    expect(told).toEqual([]);
  });

  it("ends with the reason when it stays away", async () => {
    const clock = new FakeClock();
    const failed = expect(openPatience(clock, elsewhere).through("shop", () => Promise.reject(away))).rejects;
    const checked = failed.toBe(away);
    await clock.turn(70_000);
    await checked;
  });

  it("does not wait for a changed host key, nor for a socket here that was never there", async () => {
    const clock = new FakeClock();
    const changed = hostKeyChanged({ server: "swarm-2", agreed: "a", shown: "b" });
    await expect(openPatience(clock, elsewhere).change("shop", () => Promise.reject(changed))).rejects.toBe(
      changed,
    );
    const here = openPatience(clock, { awayMs: 60_000 });
    await expect(here.change("shop", () => Promise.reject(away))).rejects.toBe(away);
  });

  it("gives way to a later change of the same stack alone", async () => {
    const clock = new FakeClock();
    const patience = openPatience(clock, elsewhere);
    let isBack = false;
    const work = (): Promise<string> => (isBack ? Promise.resolve("done") : Promise.reject(away));
    const first = expect(patience.change("shop", work)).rejects.toThrow("a later change of shop has begun");
    const other = patience.change("wiki", work);
    await clock.turn(2_000);
    const second = patience.change("shop", work);
    await first;
    isBack = true;
    await clock.turn(2_000);
    expect([await second, await other]).toEqual(["done", "done"]);
  });
});
