import { describe, expect, it } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openAlarm } from "../../src/swarm/alarm.ts";

describe("an alarm", () => {
  const set = (waitMs: number) => {
    const clock = new FakeClock(0);
    const alarm = openAlarm(clock);
    const ended = new AbortController();
    let wokenAtMs: number | undefined;
    const woken = alarm.wait(waitMs, ended.signal).then(() => (wokenAtMs = clock.now()));
    return { clock, alarm, ended, woken, wokenAtMs: () => wokenAtMs };
  };

  it("rings when its time has come, not before", async () => {
    const { clock, wokenAtMs } = set(1000);
    await clock.turn(999);
    expect(wokenAtMs()).toBeUndefined();
    await clock.turn(1);
    expect(wokenAtMs()).toBe(1000);
  });

  it("rings earlier when it is rung, and only once", async () => {
    const { clock, alarm, wokenAtMs } = set(1000);
    alarm.ring(30);
    alarm.ring(500);
    await clock.turn(30);
    expect(wokenAtMs()).toBe(30);
    await clock.turn(2000);
    expect(wokenAtMs()).toBe(30);
  });

  it("rings at once when what it waits for has ended", async () => {
    const { ended, woken, wokenAtMs } = set(1000);
    ended.abort();
    await woken;
    expect(wokenAtMs()).toBe(0);
  });

  it("that was rung between two waits does not let the second sleep", async () => {
    const clock = new FakeClock(0);
    const alarm = openAlarm(clock);
    alarm.ring(10);
    let isAwake = false;
    void alarm.wait(1000, new AbortController().signal).then(() => (isAwake = true));
    await clock.turn(10);
    expect(isAwake).toBe(true);
  });
});
