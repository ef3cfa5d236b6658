import { describe, expect, it } from "vitest";
import { ageInWords, freshnessOf } from "../../src/backups/freshness.ts";
import { leftByFailed, wholeBackups } from "../../src/backups/retention.ts";
import { AppDomain } from "../../src/core/terms.ts";

const app = { domain: AppDomain.parse("notes.example.coop") };
const now = Date.parse("2026-11-26T12:00:00Z");
const look = (newestAt: string | null, more: Partial<Parameters<typeof freshnessOf>[1]> = {}) => {
  const { state, words } = freshnessOf(app, {
    policy: { repository: "nightly", mode: "running" },
    newestAt,
    deployed: "now",
    nowMs: now,
    ...more,
  });
  return `${state}: ${words}`;
};

describe("an app's data", () => {
  it("is safe for 26 hours after a proven backup, and red from then on", () => {
    expect(look("2026-11-26T11:30:00Z")).toBe("fresh: backed up less than an hour ago");
    expect(look("2026-11-25T10:00:00Z")).toBe("fresh: backed up 26 hours ago");
    expect(look("2026-11-25T09:59:59Z")).toBe("red: no proven backup for 26 hours");
    expect(look("2026-11-20T12:00:00Z")).toBe("red: no proven backup for 6 days");
    expect(look(null)).toBe("red: no proven backup");
  });

  it("is not red where nobody backs it up or there is nothing yet", () => {
    expect(look(null, { deployed: "never" })).toBe("idle: nothing to back up yet");
    expect(look(null, { policy: { repository: null, mode: "running" } })).toMatch(/^none: .*no repository/);
    expect(look(null, { policy: { repository: "nightly", mode: "off" } })).toMatch(/^off: /);
    expect(ageInWords(47 * 3_600_000)).toBe("47 hours");
    expect(ageInWords(48 * 3_600_000)).toBe("2 days");
  });

  it("is not red where the app is not deployed: nothing new of it can be backed up", () => {
    const before = { deployed: "before" } as const;
    expect(look("2026-11-20T12:00:00Z", before)).toBe("idle: not deployed; last backed up 6 days ago");
    expect(look("2026-11-26T11:00:00Z", before)).toBe("idle: not deployed; last backed up 1 hour ago");
    expect(look(null, before)).toBe("idle: not deployed; no proven backup");
  });
});

describe("what is forgotten", () => {
  const backup = (state: "proven" | "doubtful", ...ids: string[]) => ({
    ...{ state, cause: "schedule" as "schedule" | "asked" | "upgrade" | "restore" },
    startedAt: "2026-11-26T01:00:00.000Z",
    snapshots: ids.map((id) => ({ id, hostname: "n", kind: "volumes" as const, volumes: [] })),
  });
  const goes = (removed: string[], backups: ReturnType<typeof backup>[]): string[] =>
    wholeBackups(removed, backups, now).toSorted();

  it("goes as a whole: no part of a backup stays behind alone", () => {
    const backups = [
      backup("proven", "c1", "c2"),
      backup("proven", "b1", "b2"),
      backup("proven", "a1", "a2"),
    ];
    expect(goes(["b1", "a1", "a2"], backups)).toEqual(["a1", "a2", "b1", "b2"]);
  });

  it("is never the newest proven backup, whatever the rules say", () => {
    const backups = [backup("doubtful", "d1"), backup("proven", "c1", "c2"), backup("proven", "b1")];
    expect(goes(["b1", "c1", "d1"], backups)).toEqual(["b1", "d1"]);
    expect(goes(["unknown"], backups)).toEqual(["unknown"]);
  });

  it("is for seven days no backup that somebody may have been told to go back to", () => {
    const newest = backup("proven", "z");
    const of = (cause: "schedule" | "asked" | "upgrade" | "restore", startedAt: string) =>
      goes(["a1"], [newest, { ...backup("proven", "a1", "a2"), cause, startedAt }]);
    for (const cause of ["asked", "upgrade", "restore"] as const) {
      expect(of(cause, "2026-11-19T12:00:01.000Z")).toEqual([]);
      expect(of(cause, "2026-11-19T11:59:59.000Z")).toEqual(["a1", "a2"]);
    }
    expect(of("schedule", "2026-11-25T14:00:00.000Z")).toEqual(["a1", "a2"]);
  });

  it("is no proven one in whose place a doubtful one is kept", () => {
    const [z, d, c, b] = [
      backup("proven", "z"),
      backup("doubtful", "d"),
      backup("proven", "c1", "c2"),
      backup("proven", "b"),
    ];
    expect(goes(["b", "c1"], [z, d, c, b])).toEqual(["b"]);
    // When the doubtful one goes, so may the other.
    expect(goes(["b", "c1", "d"], [z, d, c, b])).toEqual(["b", "c1", "c2", "d"]);
  });
});

it("what a failed backup has left is known by its app and its moment, and that of no other is", () => {
  const at = "2026-11-26T02:10:07.412Z";
  const row = (app: string, state: string, startedAt = at) => ({ app, state, startedAt }) as never;
  const one = (id: string, app: string | null, time = "2026-11-26T02:10:07Z") => ({
    ...{ id, time },
    ...(app !== null && { tags: [`app=${app}`, "part=vm"] }),
  });
  const left = [one("a1", "a.coop"), one("a2", "a.coop"), one("b1", "b.coop"), one("self", null)];
  expect(leftByFailed(left, [row("a.coop", "failed")])).toEqual(["a1", "a2"]);
  // One that is there, or under way, began in the same second.
  for (const state of ["proven", "doubtful", "running"])
    expect(leftByFailed(left, [row("a.coop", "failed"), row("a.coop", state)])).toEqual([]);
  expect(leftByFailed(left, [row("a.coop", "failed", "2026-11-26T02:10:08.000Z")])).toEqual([]);
  expect(leftByFailed(left, [])).toEqual([]);
});
