import { expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { openLimits, usualRates, type TooMany } from "../../src/router/limit.ts";

const refused = (take: () => TooMany | undefined): string => take()?.problem.code ?? "";

test("a burst, then as many a minute as the rate says, and never more than the burst", async () => {
  const clock = new FakeClock();
  const limits = openLimits(clock);
  const { burst, perMinute } = usualRates.member;
  for (let i = 0; i < burst; i++) expect(limits.take("bo", null)).toBeUndefined();
  expect(refused(() => limits.take("bo", null))).toBe("too-many-commands");
  await clock.turn(60_000);
  for (let i = 0; i < perMinute; i++) expect(limits.take("bo", null)).toBeUndefined();
  expect(refused(() => limits.take("bo", null))).toBe("too-many-commands");
  await clock.turn(24 * 3_600_000);
  for (let i = 0; i < burst; i++) expect(limits.take("bo", null)).toBeUndefined();
  expect(refused(() => limits.take("bo", null))).toBe("too-many-commands");
});

test("what is refused in a room is not counted against the member", () => {
  const clock = new FakeClock();
  const rates = { ...usualRates, member: { burst: 2, perMinute: 1 }, room: { burst: 1, perMinute: 1 } };
  const limits = openLimits(clock, rates);
  limits.take("bo", "!r");
  for (let i = 0; i < 5; i++) expect(refused(() => limits.take("bo", "!r"))).toBe("too-many-commands");
  expect(refused(() => limits.take("bo", null))).toBe("");
  expect(refused(() => limits.take("bo", null))).toBe("too-many-commands");
});

test("a clock that is set back gives nothing and takes nothing", () => {
  const clock = new FakeClock();
  const rates = { ...usualRates, member: { burst: 1, perMinute: 1 } };
  const limits = openLimits(clock, rates);
  limits.take("bo", null);
  clock.setTo(clock.now() - 500_000);
  expect(refused(() => limits.take("bo", null))).toBe("too-many-commands");
  clock.setTo(clock.now() + 60_000);
  expect(refused(() => limits.take("bo", null))).toBe("");
});

test("thousands of members do not stay in memory for ever", async () => {
  const clock = new FakeClock();
  const limits = openLimits(clock);
  for (let i = 0; i < 5000; i++) {
    limits.take(`m${i}`, `!r${i}`);
    if (i % 500 === 0) await clock.turn(60_000);
  }
  await clock.turn(3_600_000);
  limits.take("last", null);
  expect(limits.size()).toBeLessThanOrEqual(1000);
});
