import { describe, expect, it, test } from "vitest";
import { cronOf, isWithin, readWindow } from "../../src/core/window.ts";

const at = (iso: string): number => Date.parse(iso);
const window = (text: string) => readWindow(text) ?? { from: -1, until: -1 };

test.each([
  "2:00-05:00",
  "02:00",
  "02:60-05:00",
  "24:00-05:00",
  "02:00-24:01",
  "02:00-02:00",
  "02:00–05:00",
  "",
])("%j is no part of the day", (text) => {
  expect(readWindow(text)).toBeUndefined();
});

test("the cron line is its beginning", () => {
  expect(cronOf(window("02:30-05:00"))).toBe("30 2 * * *");
});

describe("whether it is time", () => {
  it.each([
    ["02:00-05:00", "2026-10-01T01:59:59Z", false],
    ["02:00-05:00", "2026-10-01T02:00:00Z", true],
    ["02:00-05:00", "2026-10-01T04:59:59Z", true],
    ["02:00-05:00", "2026-10-01T05:00:00Z", false],
    ["22:00-02:00", "2026-10-01T23:30:00Z", true],
    ["22:00-02:00", "2026-10-01T00:00:00Z", true],
    ["22:00-02:00", "2026-10-01T02:00:00Z", false],
    ["22:00-02:00", "2026-10-01T12:00:00Z", false],
    ["00:00-24:00", "2026-10-01T23:59:59Z", true],
  ])("%s at %s: %s", (text, iso, open) => {
    expect(isWithin(window(text), at(iso), "UTC")).toBe(open);
  });

  it("follows the wall clock of the zone in summer and winter", () => {
    const night = window("02:00-05:00");
    // Berlin is two hours ahead in summer, one in winter.
    expect(isWithin(night, at("2026-07-01T00:30:00Z"), "Europe/Berlin")).toBe(true);
    expect(isWithin(night, at("2026-12-01T00:30:00Z"), "Europe/Berlin")).toBe(false);
    // In spring the clock goes from 02:00 to 03:00: there is no 02:30, and 03:00 is in the window.
    expect(isWithin(night, at("2026-03-29T00:59:00Z"), "Europe/Berlin")).toBe(false);
    expect(isWithin(night, at("2026-03-29T01:00:00Z"), "Europe/Berlin")).toBe(true);
    // In autumn 02:30 comes twice, and is in the window both times.
    expect(isWithin(night, at("2026-10-25T00:30:00Z"), "Europe/Berlin")).toBe(true);
    expect(isWithin(night, at("2026-10-25T01:30:00Z"), "Europe/Berlin")).toBe(true);
  });
});
