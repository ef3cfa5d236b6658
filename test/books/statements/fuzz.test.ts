/** Whatever is handed in: statements, or a Problem, and soon. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import {
  csvMappingOf,
  presets,
  readStatements,
  type HowToRead,
  type Statement,
} from "../../../src/books/statements/index.ts";
import { camtOf, csvMapping, csvOf, encoded, jsonOf, mt940Of, ofxOf } from "./writers.ts";

const statement: Statement = {
  account: "NL91ABNA0417164300",
  currency: "EUR",
  opening: { date: "2026-10-01", amountMinor: 0n },
  closing: { date: "2026-10-31", amountMinor: 0n },
  lines: [1n, -1n].map((sign, index) => ({
    id: `R${index}`,
    date: "2026-10-05",
    amountMinor: sign * 12_345n,
    currency: "EUR",
    text: 'Ana & "Bo" · rent',
  })),
};
const formats: { name: string; how: HowToRead; good: string; hard: string[] }[] = [
  {
    name: "camt053",
    how: { format: "camt053" },
    good: camtOf([statement]),
    hard: ["<a>", "<", '<a b="', "<!--", "<![CDATA[", "&", "<a b='c' ", "]]>", "<?x", "<a/>"],
  },
  {
    name: "mt940",
    how: { format: "mt940" },
    good: mt940Of([statement]),
    hard: [":20:\n", ":20:\n:60F:C261001EUR0,\n:61:", ":86:", "?20", "{1:", "-\n", ",", "EREF+"],
  },
  {
    name: "ofx 1",
    how: { format: "ofx" },
    good: ofxOf([statement], 1),
    hard: ["<OFX>", "<OFX><STMTTRN>", "<a>x", "<", "&amp;"],
  },
  { name: "ofx 2", how: { format: "ofx" }, good: ofxOf([statement], 2), hard: ["<?OFX ?>", "<OFX>"] },
  {
    name: "csv",
    how: { format: "csv", mapping: csvMappingOf(csvMapping) },
    good: csvOf(statement.lines),
    hard: ['"', '""', ";", "\n", '";"\n', "1."],
  },
  {
    name: "csv without a header",
    how: { format: "csv", mapping: presets["triodos"], currency: "EUR" },
    good: '"05-10-2026","a","1,00","Debet","b","","",""\n',
    hard: [",", '",'],
  },
  {
    name: "json",
    how: { format: "json" },
    good: jsonOf(statement.lines),
    hard: ["[", "{", '{"a":', "1,", '"'],
  },
];

/** The milliseconds of this thread's own work, whatever else the machine does; anything but statements or a Problem is thrown on. */
function timed(bytes: Uint8Array, how: HowToRead): number {
  const before = process.threadCpuUsage();
  try {
    expect(Array.isArray(readStatements(bytes, how))).toBe(true);
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
  }
  const { user, system } = process.threadCpuUsage(before);
  return (user + system) / 1000;
}

describe.each(formats)("$name", ({ how, good, hard }) => {
  test("the file that is broken below is good", () => {
    expect(readStatements(encoded(good), how).flatMap(({ lines }) => lines).length).toBeGreaterThan(0);
  });

  test("a file with any of its bytes changed, cut out or doubled", () => {
    const bytes = encoded(good);
    const change = fc.record({
      at: fc.nat(bytes.length - 1),
      gone: fc.nat(20),
      put: fc.uint8Array({ maxLength: 8 }),
    });
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 4 }), (changes) => {
        let broken = [...bytes];
        for (const { at, gone, put } of changes) broken = broken.toSpliced(at, gone, ...put);
        timed(Uint8Array.from(broken), how);
      }),
      { numRuns: 300 },
    );
  });

  test("bytes of nothing", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (bytes) => {
        timed(bytes, how);
      }),
      { numRuns: 100 },
    );
  });

  test("64 KB of what is hard to read take less than 50 ms", () => {
    const middle = Math.floor(good.length / 2);
    const slow = hard.flatMap((part) =>
      [
        part.repeat(Math.floor(65_536 / part.length)),
        good.slice(0, middle) + part.repeat(60_000 / part.length) + good.slice(middle),
      ].flatMap((text) => {
        // The best of three: the first ones are not compiled yet.
        const ms = Math.min(...[1, 2, 3].map(() => timed(encoded(text), how)));
        return ms < 50 ? [] : [`${part}: ${ms.toFixed(0)} ms`];
      }),
    );
    expect(slow).toEqual([]);
  });
});
