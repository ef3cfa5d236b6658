/** The same month in every format: the same lines. And what a bank writes is read again as it was. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  csvMappingOf,
  readStatements,
  type HowToRead,
  type Statement,
} from "../../../src/books/statements/index.ts";
import { camtOf, csvMapping, csvOf, encoded, jsonOf, mt940Of, ofxOf } from "./writers.ts";

const mapping = csvMappingOf(csvMapping);
const all = (statements: readonly Statement[]) => statements.flatMap(({ lines }) => lines);

interface Writer {
  name: string;
  how: HowToRead;
  write: (statements: readonly Statement[]) => string;
  /** What the format can say beside the lines. */
  keeps: { id: boolean; opening: boolean; closing: boolean };
}
const nothing = { opening: false, closing: false };
const writers: Writer[] = [
  {
    name: "camt.053 02",
    how: { format: "camt053" },
    write: (of) => camtOf(of, "02"),
    keeps: { id: true, opening: true, closing: true },
  },
  {
    name: "camt.053 08",
    how: { format: "camt053" },
    write: (of) => camtOf(of),
    keeps: { id: true, opening: true, closing: true },
  },
  {
    name: "mt940",
    how: { format: "mt940" },
    write: mt940Of,
    keeps: { id: false, opening: true, closing: true },
  },
  {
    name: "ofx 1",
    how: { format: "ofx" },
    write: (of) => ofxOf(of, 1),
    keeps: { id: true, opening: false, closing: true },
  },
  {
    name: "ofx 2",
    how: { format: "ofx" },
    write: (of) => ofxOf(of, 2),
    keeps: { id: true, opening: false, closing: true },
  },
  {
    name: "csv",
    how: { format: "csv", mapping },
    write: (of) => csvOf(all(of)),
    keeps: { id: true, ...nothing },
  },
  { name: "json", how: { format: "json" }, write: (of) => jsonOf(all(of)), keeps: { id: true, ...nothing } },
];

const month: Statement = {
  account: "DE89370400440532013000",
  currency: "EUR",
  opening: { date: "2026-10-01", amountMinor: -5_00n },
  closing: { date: "2026-10-31", amountMinor: 1181_84n },
  lines: [
    {
      id: "R1",
      date: "2026-10-02",
      amountMinor: 1234_50n,
      currency: "EUR",
      text: "Stripe · STRIPE PAYOUT po_1 & more",
    },
    { id: "R2", date: "2026-10-05", amountMinor: -3_50n, currency: "EUR", text: "Coffee" },
    { id: "R3", date: "2026-10-05", amountMinor: -3_50n, currency: "EUR", text: "Coffee" },
    {
      id: "R4",
      date: "2026-10-30",
      amountMinor: -40_66n,
      currency: "EUR",
      text: `Café; "Drei Flüsse" <eG>, ${"a".repeat(150)}`,
    },
  ],
};

describe.each(writers)("$name", ({ how, write, keeps }) => {
  const expected = ({ lines }: Statement) =>
    lines.map(({ id, ...rest }) => (keeps.id && id !== undefined ? { id, ...rest } : rest));

  test("says the lines and the balances of the month", () => {
    const text =
      how.format === "ofx" && write([month]).startsWith("OFXHEADER") ? write([month]) : write([month]);
    const [statement] = readStatements(encoded(text), how);
    expect(statement?.lines).toEqual(expected(month));
    expect(statement?.currency).toBe("EUR");
    if (keeps.opening) expect(statement?.opening).toEqual(month.opening);
    if (keeps.closing) expect(statement?.closing).toEqual(month.closing);
  });

  test("whatever the lines are", () => {
    const letters = fc.constantFrom(...Array.from("abcXYZ019äßé€,.;\"'&?/+-"));
    const text = fc
      .array(fc.string({ unit: letters, minLength: 1, maxLength: 20 }), { maxLength: 12 })
      .map((words) => `x${words.join(" ")}x`);
    const row = fc.record({
      day: fc.integer({ min: 1, max: 31 }),
      amountMinor: fc.bigInt(-(10n ** 12n), 10n ** 12n).filter((amount) => amount !== 0n),
      text,
    });
    const input = fc.record({
      currency: fc.constantFrom("EUR", "JPY", "KWD"),
      rows: fc.array(row, { minLength: 1, maxLength: 12 }),
    });
    fc.assert(
      fc.property(input, ({ currency, rows }) => {
        const lines = rows.map(({ day, ...rest }, index) => ({
          id: `N${index}`,
          date: `2026-12-${String(day).padStart(2, "0")}`,
          currency,
          ...rest,
        }));
        const sum = lines.reduce((total, { amountMinor }) => total + amountMinor, 7n);
        const statement: Statement = {
          account: "NL91ABNA0417164300",
          currency,
          opening: { date: "2026-12-01", amountMinor: 7n },
          closing: { date: "2026-12-31", amountMinor: sum },
          lines,
        };
        const [read] = readStatements(encoded(write([statement])), { ...how, currency });
        expect(read?.lines).toEqual(expected(statement));
      }),
      { numRuns: 60 },
    );
  });
});
