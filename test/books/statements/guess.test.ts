/** The format that a statement has, by its first signs. */
import { expect, test } from "vitest";
import { formatOf, type Statement } from "../../../src/books/statements/index.ts";
import { bankTable } from "../../../src/demo/two-months.ts";
import { camtOf, csvOf, encoded, jsonOf, mt940Of, ofxOf } from "./writers.ts";

const october: Statement = {
  ...{ currency: "EUR", opening: { date: "2026-10-01", amountMinor: 10_000n } },
  lines: [{ date: "2026-10-02", amountMinor: 2500n, currency: "EUR", text: "STRIPE, PAYOUT; <b>" }],
  closing: { date: "2026-10-02", amountMinor: 12_500n },
};

test.each([
  ["camt053", camtOf([october])],
  ["mt940", mt940Of([october])],
  ["ofx", ofxOf([october], 1)],
  ["ofx", ofxOf([october], 2)],
  ["csv", csvOf(october.lines)],
  ["csv", bankTable("2026-09")],
  ["json", jsonOf(october.lines)],
])("%s", (format, text) => {
  expect(formatOf(encoded(text))).toBe(format);
  // A mark at the beginning, or empty lines, are no part of it.
  expect(formatOf(encoded(`\uFEFF\r\n${text}`))).toBe(format);
});

test("a file of MT940 as SWIFT wraps it", () => {
  expect(formatOf(encoded(`{1:F01GENODEM1GLSX0000000000}{4:\r\n${mt940Of([october])}`))).toBe("mt940");
});

test.each([
  ["nothing", ""],
  ["a PDF", "%PDF-1.7\n1 0 obj << /Type, /Catalog >>"],
  ["a spreadsheet", "PK\u0003\u0004\u0014\u0000[Content_Types].xml, ;"],
  ["words", "The statement of October is attached"],
  ["one object", '{"lines":[]}'],
])("none: %s", (_, text) => {
  expect(formatOf(encoded(text))).toBeUndefined();
});
