import { describe, expect, it } from "vitest";
import { formatDuration, readDuration } from "../../src/core/work-time.ts";

describe("how long somebody worked", () => {
  it.each([
    ["2h", 120],
    ["2h30", 150],
    ["2h30m", 150],
    ["2H5", 125],
    ["2.5h", 150],
    ["2,25h", 135],
    ["2.55h", 153],
    ["0.1h", 6],
    ["150m", 150],
    ["45min", 45],
    ["2:30", 150],
    ["0:05", 5],
    [" 2 h 30 ", 150],
  ])("%s is %d minutes", (typed, minutes) => {
    expect(readDuration(typed)).toBe(minutes);
  });

  it.each([
    "",
    "2",
    "2.5",
    "h",
    "0h",
    "0m",
    "-2h",
    "2h60",
    "2:60",
    "2:3",
    "0.333h",
    "9999h",
    "2d",
    "2h30s",
    "1e3m",
  ])("%j is no time", (typed) => {
    expect(readDuration(typed)).toBeUndefined();
  });

  it.each([
    [150, "2 h 30"],
    [120, "2 h"],
    [45, "45 min"],
    [125, "2 h 05"],
    [-60, "-1 h"],
    [0, "0 min"],
  ])("%d minutes are read as %s", (minutes, words) => {
    expect(formatDuration(minutes)).toBe(words);
  });
});
