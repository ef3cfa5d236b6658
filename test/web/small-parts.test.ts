import { describe, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { addressReader, neighbourhoodOf } from "../../src/web/address.ts";
import { buckets } from "../../src/web/buckets.ts";
import { csvOf } from "../../src/core/csv.ts";
import { formatOf } from "../../src/web/env.ts";
import { hunks } from "../../src/web/hunks.ts";
import { diff } from "../../src/web/parts/diff.ts";
import { firstLine, inline, plainText } from "../../src/web/parts/message.ts";
import { lengthOf, when } from "../../src/web/parts/time.ts";
import { withoutSecrets } from "../../src/web/specs.ts";
import { statusOf } from "../../src/web/status-of.ts";

describe("the visitor's address", () => {
  const of = addressReader(["127.0.0.1", "10.0.0.0/8", "fd00::/8"]);
  test.each([
    ["192.0.2.7", undefined, "192.0.2.7"],
    ["192.0.2.7", "203.0.113.9", "192.0.2.7"],
    ["127.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["::ffff:127.0.0.1", "203.0.113.9", "203.0.113.9"],
    ["127.0.0.1", "6.6.6.6, 203.0.113.9, 10.1.2.3", "203.0.113.9"],
    ["fd12::1", "2001:db8::1", "2001:db8::1"],
    ["127.0.0.1", "not an address", "127.0.0.1"],
    ["127.0.0.1", "", "127.0.0.1"],
    [undefined, "203.0.113.9", "unknown"],
  ])("%s forwarded for %s is %s", (socket, forwarded, expected) => {
    expect(of(socket, forwarded)).toBe(expected);
  });

  test("a proxy that is no address is a problem at start", () => {
    expect(() => addressReader(["proxy.example"])).toThrow(/web\.trustedProxies/);
    expect(() => addressReader(["10.0.0.0/99"])).toThrow(/web\.trustedProxies/);
  });

  test.each([
    ["192.0.2.7", "192.0.2.7"],
    ["2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
    ["2001:db8::1", "2001:db8:0:0::/64"],
    ["2001:0DB8::1", "2001:db8:0:0::/64"],
    ["::1", "0:0:0:0::/64"],
  ])("%s counts as %s", (address, expected) => {
    expect(neighbourhoodOf(address)).toBe(expected);
  });
});

test("a bucket holds its burst, fills up again, and never overflows", async () => {
  const clock = new FakeClock();
  const bucket = buckets(clock, { burst: 2, everySeconds: 10 });
  const take = (who: string): number => bucket.take(who);
  expect([take("a"), take("a"), take("a"), take("b")]).toEqual([0, 0, 10, 0]);
  await clock.turn(4000);
  expect(take("a")).toBe(6);
  await clock.turn(6000);
  expect([take("a"), take("a")]).toEqual([0, 10]);
  await clock.turn(1_000_000);
  expect([take("a"), take("a"), take("a")]).toEqual([0, 0, 10]);
});

test("a clock that is set back fills no bucket and empties none", () => {
  const clock = new FakeClock();
  const bucket = buckets(clock, { burst: 1, everySeconds: 10 });
  expect([bucket.take("a"), bucket.take("a")]).toEqual([0, 10]);
  clock.setTo(clock.now() - 500_000_000);
  expect(bucket.take("a")).toBe(10);
  clock.setTo(clock.now() + 10_000);
  expect(bucket.take("a")).toBe(0);
});

test("buckets are bounded: the one longest unused is forgotten", () => {
  const bucket = buckets(new FakeClock(), { burst: 1, everySeconds: 10 });
  const take = (who: string): number => bucket.take(who);
  expect([take("first"), take("first")]).toEqual([0, 10]);
  for (let n = 0; n < 10_000; n++) take(`other ${n}`);
  expect(take("first")).toBe(0);
});

test("CSV: quotes, line breaks, formulas; numbers stay numbers", () => {
  const rows = [
    ["a,b", 'say "x"', "two\nlines", -5, null],
    ["=1+1", "+49", "-x", "@a", "\tx"],
  ];
  expect(csvOf({ head: ["1", "2", "3", "4", "5"], rows })).toBe(
    '1,2,3,4,5\r\n"a,b","say ""x""","two\nlines",-5,\r\n\'=1+1,\'+49,\'-x,\'@a,\'\tx\r\n',
  );
});

test.each([
  ["/runs/bakor.json", "/runs/bakor", "json"],
  ["/index.json", "/", "json"],
  ["/apps/notes.example.coop", "/apps/notes.example.coop", "html"],
  ["/apps/notes.example.coop.json", "/apps/notes.example.coop", "json"],
  ["/apps.csv", "/apps", "csv"],
  ["/", "/", "html"],
])("%s asks for %s as %s", (path, bare, format) => {
  expect(formatOf(path)).toEqual({ path: bare, format });
});

test("lengths of time in words", () => {
  const all = [0, 400, 9_900, 12_000, 59_600, 60_000, 185_000, 3_600_000, 97_200_000].map(lengthOf);
  expect(all).toEqual(["0 s", "0.4 s", "9.9 s", "12 s", "1 min", "1 min", "3 min 5 s", "1 h", "1 d 3 h"]);
});

test("times in the co-op's zone, with its name", () => {
  const ms = Date.parse("2026-07-24T22:30:00Z");
  expect(when("UTC").text(ms)).toBe("24 Jul 2026, 22:30 UTC");
  expect(when("Europe/Berlin").text(ms)).toBe("25 Jul 2026, 00:30 CEST");
});

test("messages: marks become code and strong, secrets go, the rest is text", async () => {
  expect(String(await inline("a `b<` **c** d*e\nf"))).toBe(
    "a <code>b&lt;</code> <strong>c</strong> d*e<br />f",
  );
  expect(String(await inline("tdm_abcdefghijklmnopqrstuvwxyz"))).toBe("•••");
  const blocks = [
    { kind: "text", text: "**One** `two`\nthree" },
    { kind: "list", items: ["a", "b"] },
  ] as const;
  expect(firstLine({ blocks: [...blocks].map((block) => ({ ...block })) as never })).toBe("One two");
  expect(plainText({ blocks: blocks as never })).toBe("**One** `two`\nthree\n\n- a\n- b");
});

test("hunks keep two lines around and mark what was left out", () => {
  const before = ["a", "b", "c", "d", "e", "f", "g", "h", "i", "j"];
  const after = before.map((line) => (line === "c" ? "C" : line === "i" ? "I" : line));
  expect(hunks(before.join("\n"), after.join("\n"), 1).split("\n")).toEqual([
    "  b",
    "- c",
    "+ C",
    "  d",
    "⋯",
    "  h",
    "- i",
    "+ I",
    "  j",
  ]);
  expect(hunks("same", "same")).toBe("");
});

test("specs: labels, settings, configs and flags that look secret; names stay", () => {
  const clean = withoutSecrets({
    services: {
      app: {
        Labels: { "traefik.middlewares.auth.basicauth.users": "bo:x", plain: "y" },
        Env: ["API_KEY=abcdef", "KEYLESS", "PLAIN=1", "URL=https://bo:pw@example.coop/x"],
        Secrets: [{ SecretName: "app_db_password_v1" }],
        Args: ["--token", "--password=hunter22 -x"],
      },
    },
    networks: {},
    secrets: ["app_db_password_v1"],
    configs: { entry: { Data: "c2VjcmV0", Name: "entry" } },
  });
  expect(clean).toEqual({
    services: {
      app: {
        Labels: { "traefik.middlewares.auth.basicauth.users": "•••", plain: "y" },
        Env: ["API_KEY=•••", "KEYLESS", "PLAIN=1", "URL=https://bo:•••@example.coop/x"],
        Secrets: [{ SecretName: "app_db_password_v1" }],
        Args: ["--token", "--password=••• -x"],
      },
    },
    networks: {},
    secrets: ["app_db_password_v1"],
    configs: { entry: { Data: "•••", Name: "entry" } },
  });
});

test.each([
  ["not-allowed", 403],
  ["not-verified", 403],
  ["app-unknown", 404],
  ["flag-unknown", 422],
  ["plan-changed", 409],
  ["too-many-commands", 429],
  ["too-many-tokens", 422],
  ["unexpected", 500],
  ["disk-full", 503],
  ["decline-without-why", 422],
])("%s answers %i", (code, status) => {
  expect(statusOf(code)).toBe(status);
});

test("a plan's indented changes are marked; an unchanged list item in a comparison is not", async () => {
  const plan = String(await diff("~ app\n  + image notes:2\n  - image notes:1", true));
  expect(plan).toContain("<ins>  + image notes:2</ins>");
  expect(plan).toContain("<del>  - image notes:1</del>");
  expect(plan).toContain("<span>~ app</span>");
  expect(String(await diff("  - image: notes:1\n+ - image: db:2"))).toContain(
    "<span>  - image: notes:1</span>",
  );
});
