/** When each app is backed up: spread, the same from night to night, made up when missed, never two at one server. */
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { minuteFor, planNight, type NightApp } from "../../src/backups/nightly.ts";
import { AppDomain } from "../../src/core/terms.ts";
import { readWindow } from "../../src/core/window.ts";

const dayMs = 24 * 3600 * 1000;
const domain = (name: string) => AppDomain.parse(`${name}.example.coop`);
const app = (name: string, more: Partial<NightApp> = {}): NightApp => ({
  app: domain(name),
  server: "local",
  repository: "nightly",
  window: "01:00-05:00",
  lastAt: "2026-11-25T02:00:00.000Z",
  ...more,
});
const at = (iso: string) => {
  const nowMs = Date.parse(iso);
  return { nowMs, untilMs: nowMs + dayMs, timeZone: "UTC" };
};
const clock = (ms: number): string => new Date(ms).toISOString().slice(0, 16);

describe("a night", () => {
  it("gives each app its own minute in the first three quarters of its window, and the same one every night", () => {
    const apps = Array.from({ length: 50 }, (_, n) => app(`app${n}`));
    const first = planNight(apps, at("2026-11-26T01:00:00Z")).flat();
    const second = planNight(apps.toReversed(), at("2026-11-27T01:00:00Z")).flat();
    expect(first).toHaveLength(50);
    const minutes = first.map(({ atMs }) => clock(atMs).slice(11));
    expect(minutes).toEqual(minutes.toSorted());
    expect(minutes[0]?.slice(0, 2)).toBe("01");
    expect((minutes.at(-1) ?? "") < "04:00").toBe(true);
    expect(new Set(minutes).size).toBeGreaterThan(30);
    expect(first.map((one) => [one.app, one.atMs + dayMs])).toEqual(second.map((one) => [one.app, one.atMs]));
    expect(first.every(({ isMadeUp }) => !isMadeUp)).toBe(true);
  });

  it("makes up at once what was missed while Tandem was away, and does not take it twice", () => {
    const lost = app("lost", { lastAt: "2026-11-24T02:00:00.000Z" });
    const noon = planNight([lost, app("had", { lastAt: "2026-11-26T02:00:00.000Z" })], {
      ...at("2026-11-26T12:00:00Z"),
      untilMs: Date.parse("2026-11-27T01:00:00Z"),
    }).flat();
    expect(noon).toEqual([{ app: lost.app, atMs: Date.parse("2026-11-26T12:00:00Z"), isMadeUp: true }]);
    // Back inside the window: those whose minute is over come at once, the others at their minute.
    const window = readWindow("01:00-05:00") ?? { from: 0, until: 0 };
    const apps = Array.from({ length: 20 }, (_, n) => app(`w${n}`, { lastAt: null }));
    const inside = planNight(apps, at("2026-11-26T02:30:00Z")).flat();
    for (const { app: name, atMs, isMadeUp } of inside) {
      const minute = minuteFor(name, window);
      expect(isMadeUp).toBe(minute < 150);
      expect(clock(atMs)).toBe(
        minute < 150 ? "2026-11-26T02:30" : clock(Date.parse("2026-11-26") + minute * 60_000),
      );
    }
  });

  it("takes an app with another window in that one, over midnight too", () => {
    const found = planNight(
      [
        app("noon", { window: "12:00-13:00", lastAt: "2026-11-25T12:30:00Z" }),
        app("late", { window: "23:30-00:30", lastAt: "2026-11-25T23:40:00Z" }),
      ],
      at("2026-11-26T01:00:00Z"),
    ).flat();
    const times = Object.fromEntries(found.map((one) => [one.app, clock(one.atMs)]));
    expect(times["noon.example.coop"]).toMatch(/^2026-11-26T12:/);
    expect(times["late.example.coop"]).toMatch(/^2026-11-2(6T23:[345]|7T00:[012])/);
  });

  it("of fifty apps on several servers and repositories never reads two volumes of a server at a time", () => {
    const any = fc.record({
      server: fc.constantFrom("s1", "s2", "s3", "s4"),
      repository: fc.constantFrom("r1", "r2", "r3", "r4", "r5"),
      lastAt: fc.constantFrom(null, "2026-11-25T02:00:00.000Z"),
      minutes: fc.integer({ min: 1, max: 300 }),
    });
    fc.assert(
      fc.property(fc.array(any, { minLength: 50, maxLength: 50 }), (wanted) => {
        const apps = wanted.map((one, n) => app(`app${n}`, one));
        const lanes = planNight(apps, at("2026-11-26T01:00:00Z"));
        const byName = new Map(wanted.map((one, n) => [domain(`app${n}`), one]));
        // As the story goes along each lane: at its minute, or when the one before it has ended.
        const taken = lanes.flatMap((lane) => {
          let free = 0;
          return lane.map(({ app: name, atMs }) => {
            const one = byName.get(name) ?? { server: "", repository: "", minutes: 0 };
            const from = Math.max(atMs, free);
            free = from + one.minutes * 60_000;
            return { ...one, name, from, until: free };
          });
        });
        expect(taken.map(({ name }) => name).toSorted()).toEqual(apps.map((one) => one.app).toSorted());
        for (const key of ["server", "repository"] as const) {
          const lastOf = new Map<string, number>();
          for (const one of taken.toSorted((a, b) => a.from - b.from)) {
            expect(one.from).toBeGreaterThanOrEqual(lastOf.get(one[key]) ?? 0);
            lastOf.set(one[key], one.until);
          }
        }
      }),
      { numRuns: 40 },
    );
  });

  it("of apps that share nothing goes side by side", () => {
    const apps = [app("a", { server: "s1", repository: "r1" }), app("b", { server: "s2", repository: "r2" })];
    expect(planNight(apps, at("2026-11-26T01:00:00Z"))).toHaveLength(2);
  });
});
