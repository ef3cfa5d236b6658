import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { againWhenItFails, FakeClock, systemClock } from "../../src/core/clock.ts";

const start = Date.parse("2026-10-01T08:00:00Z");
const hourMs = 3_600_000;

beforeEach(() => void vi.useFakeTimers({ now: start, toFake: ["setTimeout", "clearTimeout", "Date"] }));
afterEach(() => void vi.useRealTimers());

/** The time on the wall at each ring of an alarm that is set for `inMs` from now. */
function ringsOf(inMs: number): number[] {
  const rings: number[] = [];
  systemClock.at(start + inMs, () => rings.push(Date.now() - start));
  return rings;
}

test("an alarm rings once, at its time", () => {
  const rings = ringsOf(20);
  vi.advanceTimersByTime(19);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(hourMs);
  expect(rings).toEqual([20]);
});

test("a timer that is over before the time on the wall is waited for again", () => {
  const rings = ringsOf(20);
  vi.advanceTimersByTime(10);
  // The clock is slowed down: as of now, the timer is 3 ms early.
  vi.setSystemTime(start + 7);
  vi.advanceTimersByTime(10);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(10);
  expect(rings).toEqual([20]);
});

test("months are waited for, and a machine that slept is noticed within the hour", () => {
  const rings = ringsOf(60 * 24 * hourMs);
  vi.advanceTimersByTime(59 * 24 * hourMs);
  expect(rings).toEqual([]);
  vi.setSystemTime(start + 70 * 24 * hourMs);
  vi.advanceTimersByTime(hourMs);
  expect(rings).toHaveLength(1);
  expect(rings[0]).toBeLessThanOrEqual((70 * 24 + 1) * hourMs);
});

test("what is overdue rings in the next turn", () => {
  const rings = ringsOf(-5);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(rings).toHaveLength(1);
});

test("an alarm that was taken back does not ring, also in a later part of its wait", () => {
  const rings: number[] = [];
  const takeBack = systemClock.at(start + 3 * hourMs, () => rings.push(Date.now()));
  vi.advanceTimersByTime(2 * hourMs);
  takeBack();
  vi.advanceTimersByTime(9 * hourMs);
  expect(rings).toEqual([]);
});

test("a length of time passes to whatever the clock is set meanwhile, and is taken back", () => {
  const rings: string[] = [];
  systemClock.after(hourMs, () => rings.push("back"));
  const takeBack = systemClock.after(2 * hourMs, () => rings.push("taken back"));
  vi.setSystemTime(start - 70 * 24 * hourMs);
  vi.advanceTimersByTime(hourMs - 1);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(1);
  takeBack();
  vi.advanceTimersByTime(3 * hourMs);
  expect(rings).toEqual(["back"]);
});

test("the clock of tests does the same, and keeps alarms for their time on the wall", async () => {
  vi.useRealTimers();
  const clock = new FakeClock(start);
  const rings: string[] = [];
  clock.at(start + hourMs, () => rings.push("at its time"));
  clock.after(hourMs, () => rings.push("after an hour"));
  clock.setTo(start - 5 * hourMs);
  await clock.turn(hourMs - 1);
  expect(rings).toEqual([]);
  await clock.turn(1);
  expect(rings).toEqual(["after an hour"]);
  await clock.turn(5 * hourMs);
  expect(rings).toEqual(["after an hour", "at its time"]);
});

test("what failed is tried again half a minute later, to whatever the clock is set meanwhile", async () => {
  vi.useRealTimers();
  const clock = new FakeClock(start);
  let tries = 0;
  const work = (): void => {
    if (++tries === 1) throw new Error("the disk is full");
  };
  const nothing = (): void => undefined;
  againWhenItFails(clock, work, nothing, nothing)();
  clock.setTo(start - 70 * 24 * hourMs);
  await clock.turn(29_999);
  expect(tries).toBe(1);
  await clock.turn(1);
  expect(tries).toBe(2);
});

test("a length of time may be months, and is waited for whole", () => {
  const rings: number[] = [];
  systemClock.after(60 * 24 * hourMs + 5, () => rings.push(Date.now() - start));
  vi.advanceTimersByTime(60 * 24 * hourMs);
  expect(rings).toEqual([]);
  vi.advanceTimersByTime(hourMs);
  expect(rings).toEqual([60 * 24 * hourMs + 5]);
});
