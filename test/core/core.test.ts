import fc from "fast-check";
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { canonicalJson, hashOf } from "../../src/core/canonical.ts";
import { durationMs, FakeClock, systemClock } from "../../src/core/clock.ts";
import { diffLines, diffText } from "../../src/core/diff.ts";
import { newRunId, newToken } from "../../src/core/ids.ts";
import { formatMoney } from "../../src/core/money.ts";
import { editDistance, nearest } from "../../src/core/nearest.ts";
import { redact, Secret } from "../../src/core/secret.ts";
import { AppDomain, MatrixId, RecipeVersion, RunId } from "../../src/core/terms.ts";

describe("terms", () => {
  test.each(["cloud.example.coop", "a.b", "CLOUD.Example.coop", "x-1.example.coop"])(
    "%s is a domain",
    (typed) => {
      expect(AppDomain.parse(typed)).toBe(typed.toLowerCase());
    },
  );
  test.each(["", "cloud", "-a.example", "a..b", "a b.c", "a.b/c", `${"a".repeat(64)}.b`, "münchen.de"])(
    "%j is no domain, and what was expected is said",
    (typed) => {
      const parsed = AppDomain.safeParse(typed);
      expect(parsed.error?.issues[0]?.message).toBe("an app's domain, such as cloud.example.coop");
    },
  );
  test.each(["5.1.0+29.0.1", "5.7.1_1", "2.0.1+1.0.6-social-amd64", "1.0.0+1.36", "v2.4.8-d7d63b0d"])(
    "%s is a version",
    (typed) => expect(RecipeVersion.parse(typed)).toBe(typed),
  );
  test("a Matrix id has its server", () => {
    expect(MatrixId.safeParse("@bo:example.coop").success).toBe(true);
    expect(MatrixId.safeParse("bo").success).toBe(false);
  });
});

describe("ids", () => {
  test("a run id can be said aloud, and goes on when the pool is crowded", () => {
    expect(newRunId(() => false)).toMatch(/^[b-z][aeiou][b-z][aeiou][b-z]$/);
    let asked = 0;
    const id = newRunId(() => ++asked <= 20);
    expect(asked).toBe(21);
    expect(RunId.safeParse(id).success).toBe(true);
  });
  test("tokens carry 256 bits", () => {
    expect(Buffer.from(newToken(), "base64url")).toHaveLength(32);
  });
});

describe("time", () => {
  test("lengths of time", () => {
    expect([durationMs("500ms"), durationMs("10s"), durationMs("8h"), durationMs("7d")]).toEqual([
      500, 10_000, 28_800_000, 604_800_000,
    ]);
  });
  test("the fake clock rings in order and only when due; an alarm taken back is silent", async () => {
    const clock = new FakeClock(0);
    const rung: number[] = [];
    clock.at(200, () => rung.push(200));
    clock.at(100, () => rung.push(100));
    clock.at(150, () => rung.push(150))();
    await clock.turn(199);
    expect(rung).toEqual([100]);
    await clock.turn(1);
    expect(rung).toEqual([100, 200]);
  });
  test("the system clock rings, and a far alarm does not ring at once", async () => {
    const far = systemClock.at(systemClock.now() + 2 ** 33, () => expect.fail("rang 99 days early"));
    await new Promise<void>((rung) => systemClock.at(systemClock.now() + 5, rung));
    far();
  });
});

describe("diff", () => {
  test("only what changed, with a line around it", () => {
    expect(diffText("a\nb\nc\nd\ne", "a\nb\nX\nd\ne")).toBe("  b\n- c\n+ X\n  d");
  });
  test("both sides can be read back from it", () => {
    const lines = fc.array(fc.constantFrom("a", "b", "c", "")).map((words) => words.join("\n"));
    fc.assert(
      fc.property(lines, lines, (before, after) => {
        const diff = diffLines(before, after);
        const side = (sign: string): string =>
          diff
            .filter((l) => l.sign !== sign)
            .map((l) => l.text)
            .join("\n");
        expect(side("+")).toBe(before);
        expect(side("-")).toBe(after);
      }),
    );
  });
});

describe("canonical JSON", () => {
  test("key order does not matter, content does", () => {
    expect(canonicalJson({ b: [1, { d: 1, c: 2 }], a: undefined })).toBe('{"b":[1,{"c":2,"d":1}]}');
    expect(hashOf({ a: 1, b: 2 })).toBe(hashOf({ b: 2, a: 1 }));
    expect(hashOf({ a: 1 })).not.toBe(hashOf({ a: 2 }));
  });
});

describe("money", () => {
  test.each([
    [1250n, "EUR", "EUR 12.50"],
    [-5n, "EUR", "EUR -0.05"],
    [1200n, "JPY", "JPY 1200"],
    [1n, "KWD", "KWD 0.001"],
  ])("%s %s", (amountMinor, currency, text) => expect(formatMoney({ amountMinor, currency })).toBe(text));
});

describe("nearest", () => {
  test("one slip is found, a stranger is not", () => {
    expect(nearest("delpoy", ["deploy", "undeploy", "list"])).toBe("deploy");
    expect(nearest("zebra", ["deploy", "list"])).toBeUndefined();
    expect(editDistance("delpoy", "deploy")).toBe(1);
  });
});

describe("secrets", () => {
  test("a secret never prints, and is cleaned out of texts that hold it", () => {
    const secret = new Secret("hunter2-hunter2");
    expect(`${String(secret)} ${JSON.stringify({ secret })} ${inspect({ secret })}`).not.toContain("hunter2");
    expect(redact("login with hunter2-hunter2 now")).toBe("login with ••• now");
    expect(redact("token tdm_abcdefghijklmnopqrstuvwxyz0123456789")).toBe("token •••");
    const key = (kind: string) => `-----BEGIN ${kind}PRIVATE KEY-----\nabc\n-----END ${kind}PRIVATE KEY-----`;
    expect(redact(key("RSA "))).toBe("•••");
    expect(redact(`a ${key("")} b ${key("OPENSSH ")}${key("EC ")} c`)).toBe("a ••• b •••••• c");
    // What has no end is no key; the first end belongs to the first beginning.
    expect(redact("-----BEGIN PRIVATE KEY----- and so on")).toBe("-----BEGIN PRIVATE KEY----- and so on");
    expect(redact(`-----BEGIN PRIVATE KEY-----${key("")} c`)).toBe("••• c");
  });

  test("cleaning takes time by the length of a text, whatever stands in it (how fast: bench/parsers)", () => {
    const from = performance.now();
    const text = "-----BEGIN PRIVATE KEY-----".repeat(80_000);
    expect(redact(text)).toBe(text);
    // Two megabytes, for which looking for an end from each beginning would take minutes.
    expect(performance.now() - from).toBeLessThan(3000);
  });
});
