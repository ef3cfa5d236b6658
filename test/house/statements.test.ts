/** A bank's month in every format: by the settings of its account it becomes the same lines in the books. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { Statement } from "../../src/books/index.ts";
import { bookSettings } from "../../src/config/books.ts";
import { Problem } from "../../src/core/problem.ts";
import { importPath } from "../../src/house/books-files.ts";
import { openBooksHouse, type BooksHouse } from "../books/house.ts";
import { camtOf, csvMapping, csvOf, jsonOf, mt940Of, ofxOf } from "../books/statements/writers.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-statements-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const coffee = { date: "2026-10-05", amountMinor: -350n, currency: "EUR", text: "COFFEE" };
const october: Statement[] = [
  {
    ...{ currency: "EUR", opening: { date: "2026-10-01", amountMinor: 10_000n } },
    lines: [
      { date: "2026-10-02", amountMinor: 2_500n, currency: "EUR", text: "STRIPE PAYOUT" },
      ...[coffee, coffee],
    ],
    closing: { date: "2026-10-05", amountMinor: 11_800n },
  },
  {
    ...{ currency: "EUR", opening: { date: "2026-10-06", amountMinor: 11_800n } },
    // The third coffee of the same day, on the next page.
    lines: [coffee],
    closing: { date: "2026-10-06", amountMinor: 11_450n },
  },
];
const lines = october.flatMap((one) => one.lines);
const files = {
  camt053: camtOf(october),
  mt940: mt940Of(october),
  ofx: ofxOf(october, 2),
  csv: csvOf(lines),
  json: jsonOf(lines),
};
/** Lines, and the balances that the format has. */
const withBalances = { camt053: 8, mt940: 8, ofx: 6, csv: 4, json: 4 };
const { accounts } = bookSettings.parse({
  accounts: { gls: { currency: "EUR", mapping: csvMapping }, wise: { currency: "GBP", mapping: "wise" } },
});

function take(house: BooksHouse, format: keyof typeof files, account = "gls") {
  const file = path.join(folder, format);
  writeFileSync(file, files[format]);
  return importPath({ books: house.books, accounts }, file, { what: "bank", format, account }, "tom");
}

const codeOf = (work: () => unknown): string => {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.code;
    throw thrown;
  }
  return "none";
};

describe.each(Object.keys(files) as (keyof typeof files)[])("%s", (format) => {
  test("brings each line once, equal ones as often as they are there, and again nothing", () => {
    const house = openBooksHouse();
    expect(take(house, format)).toMatchObject({
      added: withBalances[format],
      alarms: [],
    });
    const { entries } = house.shown();
    expect(
      entries.flatMap((entry) => entry.postings).filter(({ account }) => account === "assets:bank:gls"),
    ).toEqual(
      lines.map(({ amountMinor }) => ({
        account: "assets:bank:gls",
        amount: Number(amountMinor),
        currency: "EUR",
      })),
    );
    const before = house.text();
    take(house, format);
    expect(house.text()).toBe(before);
  });
});

test("what does not fit the account's settings is refused, and the books are as they were", () => {
  const house = openBooksHouse();
  const before = house.text();
  expect(codeOf(() => take(house, "camt053", "wise"))).toBe("statement-in-another-currency");
  expect(codeOf(() => take(house, "json", "wise"))).toBe("statement-in-another-currency");
  expect(codeOf(() => take(house, "csv", "wise"))).toBe("statement-columns-missing");
  expect(codeOf(() => take(house, "csv", "other"))).toBe("statement-mapping-missing");
  expect(
    codeOf(() =>
      importPath(
        { books: house.books, accounts },
        "nowhere",
        { what: "bank", format: "ofx", account: "gls" },
        "tom",
      ),
    ),
  ).toBe("import-file-gone");
  expect(
    codeOf(() =>
      importPath({ books: house.books, accounts }, "nowhere", { what: "stripe", format: "ofx" }, "tom"),
    ),
  ).toBe("import-format-unknown");
  expect(house.text()).toBe(before);
});
