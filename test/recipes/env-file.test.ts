import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { envValues, parseEnv, setEnv } from "../../src/recipes/index.ts";

const fuzzBytes = 64 * 1024;

describe("reading settings", () => {
  it("lets a key name itself, as every modern recipe does", () => {
    const text = 'COMPOSE_FILE="compose.yml"\nCOMPOSE_FILE="$COMPOSE_FILE:compose.postgres.yml"\n';
    expect(envValues(text)).toEqual({ COMPOSE_FILE: "compose.yml:compose.postgres.yml" });
    expect(parseEnv(text).map(({ line }) => line)).toEqual([1, 2]);
  });

  it.each([
    ["TYPE=custom-html:1.7.1+1.27.2", "custom-html:1.7.1+1.27.2"],
    ["export A=b", "b"],
    ["A = b  ", "b"],
    ["A=", ""],
    ["A=My own site # said by Bo", "My own site"],
    ["A=#ff4f88", "#ff4f88"],
    ["A= # nothing yet", ""],
    ["A=a#b", "a#b"],
    ["A='#1 $B `x` \\n'", "#1 $B `x` \\n"],
    ["EXTRA_DOMAINS=', `www.example.com`'", ", `www.example.com`"],
    ["CRON_SCHEDULE='*/5 * * * *'", "*/5 * * * *"],
    ['A="one\\ntwo \\"x\\" \\$B \\\\"', 'one\ntwo "x" $B \\'],
    ['A="two\nlines"', "two\nlines"],
    ["A=x\\\ny", "xy"],
    ['A="\\\n\tdefine(1);\\\n\tdefine(2);"', "\tdefine(1);\tdefine(2);"],
    ["A=Bo's site", "Bo's site"],
    ['A="never closed', '"never closed'],
    ["A='x'\"y\":z # w", "xy:z"],
    ["A=b\r\n", "b"],
    ["\uFEFFA=b", "b"],
    ["A=pa\\$word", "pa$word"],
    ["A=${NOT_SET:-fallback}-$NOT_SET-${NOT_SET}", "fallback--"],
  ])("reads %j", (text, value) => {
    expect(parseEnv(text).map((entry) => entry.value)).toEqual([value]);
  });

  it("keeps comments, in which the lengths of secrets stand", () => {
    expect(parseEnv("SECRET_X_VERSION=v1      # length=64 charset=hex\n")[0]).toMatchObject({
      key: "SECRET_X_VERSION",
      value: "v1",
      comment: "length=64 charset=hex",
    });
  });

  it("passes over comments and lines that set nothing", () => {
    expect(parseEnv("# A=1\n\nnonsense\n=x\n9A=1\n  #B=2\nC=3")).toMatchObject([{ key: "C", line: 7 }]);
  });

  it("fills in what is known beforehand and never the name of a prototype", () => {
    expect(envValues("A=$STACK_NAME", { STACK_NAME: "x" })).toEqual({ A: "x" });
    expect(envValues("A=$constructor$__proto__")).toEqual({ A: "" });
  });
});

describe("setting one key", () => {
  it("rewrites the value in place and leaves every other byte", () => {
    const text = "# site\r\nA = 'old'   # keep me\r\nB=2\\\n3\nA_B=1";
    expect(setEnv(text, "A", "new value")).toBe("# site\r\nA = 'new value'   # keep me\r\nB=2\\\n3\nA_B=1");
    expect(setEnv(text, "C", "4")).toBe(`${text}\nC=4\n`);
    expect(setEnv("A= # why", "A", "x")).toBe("A=x # why");
    expect(setEnv("A=1\nA=2\n", "A", "3")).toBe("A=1\nA=3\n");
  });

  it("refuses when an unclosed quote would swallow the change", () => {
    expect(() => setEnv("A='open", "B", "bare")).not.toThrow();
    expect(() => setEnv("A='open", "B", "two words")).toThrow(
      expect.objectContaining({ code: "setting-swallowed" }),
    );
    expect(() => setEnv("A=open\\", "B", "1")).toThrow(
      expect.objectContaining({ code: "setting-swallowed" }),
    );
  });

  const key = fc.stringMatching(/^[A-Z][A-Z_]{0,8}$/);
  const value = fc.string({ unit: fc.constantFrom(..."ab 1#='\"$\\\n\r`{}:".split("")), maxLength: 20 });

  it("reads back whatever was set", () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (pairs) => {
        const text = pairs.reduce((before, [k, v]) => setEnv(before, k, v), "# start\n");
        expect(envValues(text)).toEqual(Object.fromEntries(pairs));
      }),
    );
  });

  it("changes only the value's own bytes in any text, or refuses", () => {
    const piece = fc.constantFrom(
      "A",
      "B_C",
      "=",
      "'",
      '"',
      "\\",
      "\n",
      "\r\n",
      " ",
      "#",
      "$A",
      "${A:-x}",
      "v",
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 40 }), value, (pieces, wanted) => {
        const text = pieces.join("");
        const entry = parseEnv(text).findLast((e) => e.key === "A");
        if (entry === undefined) return;
        let changed: string;
        try {
          changed = setEnv(text, "A", wanted);
        } catch (thrown) {
          expect(thrown).toMatchObject({ code: "setting-swallowed" });
          return;
        }
        expect(changed.startsWith(text.slice(0, entry.start))).toBe(true);
        expect(changed.endsWith(text.slice(entry.end))).toBe(true);
        expect(envValues(changed)["A"]).toBe(wanted);
      }),
      { numRuns: 500 },
    );
  });
});

describe("whatever it is given", () => {
  const hostile: [string, string][] = [
    ["quotes never closed", 'A="\n'.repeat(fuzzBytes / 4)],
    ["single quotes", "A='\n".repeat(fuzzBytes / 4)],
    ["escaped quotes", 'A="\\"'.padEnd(fuzzBytes, '\\"')],
    ["alternating quotes", "A=''\"".padEnd(fuzzBytes, "'\"")],
    ["backslashes", "A=".padEnd(fuzzBytes, "\\\n")],
    ["blanks", "A= ".padEnd(fuzzBytes, " ")],
    ["hashes", "A=".padEnd(fuzzBytes, " #")],
    ["dollars", "A=".padEnd(fuzzBytes, "${")],
    ["a name without end", "A".repeat(fuzzBytes)],
    ["export export", "export ".repeat(fuzzBytes / 7)],
    ["doubling lines", `A=xx\n${"A=$A$A\n".repeat(9000)}`],
    ["long, used often", `A=${"x".repeat(30_000)}\n${"B=$A\n".repeat(5000)}`],
  ];

  it.each(hostile)("%s: 64 KB end in nothing but a Problem (how fast: bench/parsers)", (_name, text) => {
    try {
      expect(parseEnv(text).every(({ value }) => value.length <= 1024 * 1024)).toBe(true);
    } catch (thrown) {
      expect(thrown).toBeInstanceOf(Problem);
    }
  });

  it("throws nothing but a Problem for any text", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 2000 }), (text) => {
        const ends = parseEnv(text).map(({ start, end }) => start <= end && end <= text.length);
        expect(ends).not.toContain(false);
      }),
    );
  });

  it("refuses a file that is no file of settings", () => {
    expect(() => parseEnv("A=1\n".repeat(100_000))).toThrow(
      expect.objectContaining({ code: "settings-too-large" }),
    );
  });
});
