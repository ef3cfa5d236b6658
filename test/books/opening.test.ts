/** Where the books begin: balances that come from an hledger journal. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { line, openBooksHouse, plainPayouts, type BooksHouse } from "./house.ts";

const journal = `; our books until August
commodity EUR
  format EUR 1000.00
account assets:bank:gls

2026-08-31 * (carried) opening balances  ; of all we have
    ; Σ of the last years
    assets:bank:gls                EUR 1250.50 = EUR 1250.50
    assets:stripe                  40.00 EUR
    liabilities:contributors:bo    EUR -300
    assets:bank:gls                JPY 1200
    equity:opening/closing balances
`;

function takes(house: BooksHouse, text: string) {
  const bytes = (): Uint8Array[] => [Buffer.from(text)];
  return house.books.importFile({ what: "opening", name: "The file", bytes }, "tom");
}

function said(house: BooksHouse, text: string): string {
  try {
    takes(house, text);
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code}: ${thrown.text.happened}`;
    throw thrown;
  }
  return "taken";
}

test("balances are booked on the last day before the first month, against what is left over", () => {
  const house = openBooksHouse();
  expect(takes(house, journal)).toMatchObject({ added: 1, known: 0 });
  expect(takes(house, journal)).toMatchObject({ added: 0, known: 1 });
  expect(house.shown().entries).toEqual([
    {
      ...{ ref: "opening/1", date: "2026-08-31" },
      postings: [
        { account: "assets:bank:gls", amount: 125_050, currency: "EUR" },
        { account: "assets:stripe", amount: 4000, currency: "EUR" },
        { account: "liabilities:contributors:bo", amount: -30_000, currency: "EUR" },
        { account: "assets:bank:gls", amount: 1200, currency: "JPY" },
        { account: "equity:opening", amount: -99_050, currency: "EUR" },
        { account: "equity:opening", amount: -1200, currency: "JPY" },
      ],
    },
  ]);
});

test("the first month begins with them, is proved from them, and closes them", () => {
  const house = openBooksHouse();
  takes(house, journal.replace("2026-08-31", "2026-09-01").replace(/^.*JPY 1200\n/m, ""));
  house.stripe(plainPayouts(["po_1", "2026-09-07", 5000]));
  house.bank([line("l1", "2026-09-08", 5000)]);
  const proofs = house.shown().proofs.map(({ proof, closing, ok }) => [proof, closing, ok]);
  expect(proofs).toEqual([
    ["trial balance", 0, true],
    ["assets:stripe", 4000, true],
    ["assets:bank:gls", 130_050, true],
    ["assets:transit:stripe", 0, true],
  ]);
  const { report, hash } = house.books.monthReport("2026-09");
  expect(report.places).toContainEqual({
    ...{ account: "assets:bank:gls", currency: "EUR", opening: 125_050, moved: 5000, closing: 130_050 },
  });
  expect(house.books.close("2026-09", hash, ["tom"], "bakor")).toBe(true);
  expect(house.db.sqlite.prepare("SELECT COUNT(*) FROM book_entry WHERE is_closed = 0").pluck().get()).toBe(
    0,
  );
  expect(said(house, journal)).toMatch(/^opening-not-taken: .*2026-09 is closed/);
});

test("a statement that begins with another balance does not prove", () => {
  const house = openBooksHouse();
  takes(house, journal);
  const balance = (date: string, amountMinor: bigint) => ({ date, amountMinor });
  const one = {
    ...{
      currency: "EUR",
      opening: balance("2026-09-01", 125_000n),
      closing: balance("2026-09-30", 124_000n),
    },
    lines: [{ date: "2026-09-10", amountMinor: -1000n, currency: "EUR", text: "rent" }],
  };
  const statements = () => [one];
  house.books.importFile({ what: "bank", name: "s", account: "gls", bytes: () => [], statements }, "tom");
  const [bank] = house
    .shown()
    .proofs.filter(({ proof, currency }) => proof === "assets:bank:gls" && currency === "EUR");
  expect(bank).toMatchObject({ ok: false, difference: 50, closing: 124_050 });
});

test("others take their place until a month is closed, and the first ones may come back", () => {
  const house = openBooksHouse();
  takes(house, journal);
  expect(takes(house, journal.replace("EUR 1250.50 = EUR 1250.50", "EUR 1000.00"))).toMatchObject({
    updated: 1,
  });
  expect(house.balances()).toContain("assets:bank:gls 100000 EUR");
  expect(takes(house, journal)).toMatchObject({ updated: 1 });
  expect(house.balances()).toContain("assets:bank:gls 125050 EUR");
});

test("what the books know of before that day refuses them", () => {
  const house = openBooksHouse();
  house.bank([line("l1", "2026-08-31", 500)]);
  expect(said(house, journal)).toContain("opening-not-taken: ");
  expect(said(house, journal)).toContain("the books know of something on 2026-08-31");
  expect(said(house, journal.replace("2026-08-31", "2026-08-14"))).toContain(
    "neither the first nor the last day",
  );
  expect(said(house, journal.replace("2026-08-31", "2026-08-01"))).toBe("taken");
});

const two = (posting: string): string => `2026-08-31 opening\n    ${posting}\n    equity:opening\n`;

test.each([
  ["", "Line 1", "there is no transaction"],
  [two("assets:bank:gls  € 12.50"), "Line 2", "no amount in whole minor units"],
  [two("assets:bank:gls  EUR 1,250.50"), "Line 2", "no amount"],
  [two("assets:bank:gls  EUR 12.505"), "Line 2", "no amount"],
  [two("assets:bank:gls  JPY 12.5"), "Line 2", "no amount"],
  [two("assets:bank:gls  EUR 12.50 @ GBP 2"), "Line 2", "no amount"],
  [two("assets:bank:gls  -EUR -12.50"), "Line 2", "no amount"],
  [two("assets:bank:gls  EUR 12.50 = EUR 13.50"), "Line 2", "its balance is not its amount"],
  [two("(assets:bank:gls)  EUR 12.50"), "Line 2", "no account's name"],
  [two("assets:our bank  EUR 12.50"), "Line 2", "no account's name"],
  [two("money:bank  EUR 12.50"), "Line 2", "is under none of assets"],
  [two("assets:bank:gls"), "Line 3", "two postings have no amount"],
  ["2026-08-31 opening\n    assets:stripe  EUR 1\n    equity:opening  EUR -2\n", "Line 1", "off by -100 EUR"],
  ["2026-08-31 opening\n    assets:stripe  EUR 1\n", "Line 1", "fewer than two"],
  ["\n~ monthly\n    assets:stripe  EUR 1\n", "Line 2", "begins no transaction"],
  ["include all.journal\n", "Line 1", "begins no transaction"],
  ["P 2026-08-31 EUR GBP 1.2\n", "Line 1", "begins no transaction"],
  ["2026-02-30 opening\n", "Line 1", "begins no transaction"],
  ["    assets:stripe  EUR 1\n", "Line 1", "belongs to no transaction"],
  [
    `${two("assets:stripe  EUR 1")}\n${two("assets:stripe  EUR 1").replace("08-31", "08-30")}`,
    "Line 5",
    "2026-08-30",
  ],
])("%j is refused with its line", (text, place, why) => {
  const house = openBooksHouse();
  const words = said(house, text);
  expect(words).toContain(`opening-unreadable: ${place} of the opening balances cannot be read: `);
  expect(words).toContain(why);
  expect(house.shown().entries).toEqual([]);
});

test.skipIf(!existsSync("/usr/bin/hledger"))(
  "what hledger closes with is what is read, and comes to the same",
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), "tandem-opening-"));
    const file = path.join(folder, "old.journal");
    const old =
      "2026-03-01 grant\n    assets:bank:gls  EUR 1000.00\n    income:grants\n\n" +
      "2026-07-05 rent\n    expenses:rent  EUR 250.25\n    assets:bank:gls\n";
    writeFileSync(file, old);
    const args = ["-f", file, "close", "--open", "-e", "2026-09-01", "assets", "liabilities"];
    const opening = execFileSync("/usr/bin/hledger", args, { encoding: "utf8" });
    rmSync(folder, { recursive: true });
    const house = openBooksHouse();
    expect(takes(house, opening)).toMatchObject({ added: 1 });
    expect(house.balances()).toEqual(["assets:bank:gls 74975 EUR", "equity:opening -74975 EUR"]);
  },
);
