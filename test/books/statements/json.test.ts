/** JSON: amounts are whole minor units, and nothing else is one. */
import { expect, test } from "vitest";
import { read, refused, shown } from "./said.ts";

const how = { format: "json" } as const;
const row = (more: string): string =>
  `[{"id":"a","date":"2026-10-05","amount":-1250,"currency":"EUR","text":"rent"${more}}]`;

test("lines of each currency are a statement", () => {
  const text =
    '[{"id":"a","date":"2026-10-05","amount":-1250,"currency":"EUR","text":" rent\\n2026 "},' +
    '{"date":"2026-10-06","amount":1200,"currency":"JPY"},{"id":null,"date":"2026-10-07","amount":9007199254740,"currency":"EUR","text":""}]';
  const statements = read(text, how);
  expect(statements.map(({ currency }) => currency)).toEqual(["EUR", "JPY"]);
  expect(shown(statements)).toEqual([
    "2026-10-05 -1250 EUR rent 2026 (a)",
    "2026-10-07 9007199254740 EUR ",
    "2026-10-06 1200 JPY ",
  ]);
  expect(read("[]", how)).toEqual([]);
});

test("a currency in small letters is the same, and what stands beside is left aside", () => {
  const text = row(',"counterparty":"Bo","odd":{"a":[1]}').replace("EUR", "eur");
  expect(shown(read(text, how))).toEqual(["2026-10-05 -1250 EUR rent (a)"]);
});

test("an id may be a number; whatever is given is one, but for nothing", () => {
  const ids = ["5", '"0"', '"NONREF"', '""', "null"].map(
    (id) => read(row("").replace('"a"', id), how)[0]?.lines[0]?.id,
  );
  expect(ids).toEqual(["5", "0", "NONREF", undefined, undefined]);
});

test.each([
  "12.5",
  "12.0",
  "1e3",
  "0.99999999999999999",
  '"12"',
  "null",
  "1234567890123456",
  "true",
  "[1]",
  "{}",
])("%s is no amount", (amount) => {
  const shownAmount = amount.startsWith("{") || amount.startsWith("[") ? "" : amount;
  expect(refused(row("").replace("-1250", amount), how)).toContain(
    `statement-line-unreadable: Line 1 of the statement cannot be read: its amount is ${shownAmount}`,
  );
});

test("an amount that no number holds is refused", () => {
  expect(refused(row("").replace("-1250", "9007199254740993"), how)).toContain(
    "its amount is 900719925474099",
  );
});

test("the line of an amount that is written otherwise", () => {
  const odd = `[${row("").slice(1, -1)},${row("").slice(1, -1).replace("rent", '1.5 \\"2.5')},${row("").slice(1, -1).replace("-1250", "12.0")}]`;
  expect(refused(odd, how)).toContain("Line 3 of the statement cannot be read: its amount is 12.0,");
});

test.each([
  ["no JSON", "{", "it is no JSON"],
  ["no list", "{}", "it is no list"],
  ["a number", "[1]", "it is no object"],
  ["a day that no calendar has", row("").replace("10-05", "02-30"), 'its date is "2026-02-30"'],
  ["a day with a time", row("").replace("10-05", "10-05T10:00:00Z"), "its date is"],
  ["no day", row("").replace('"date":"2026-10-05",', ""), "its date is missing"],
  ["no currency", row("").replace("EUR", "euro"), 'its currency is "euro"'],
  ["a text that is none", row("").replace('"rent"', "5"), "its text is no text"],
  ["an id that is no text", row("").replace('"a"', "true"), "its id is no text"],
  ["an id with a fraction", row("").replace('"a"', "1.5"), "its id is no text"],
  ["an id without end", row("").replace('"a"', `"${"a".repeat(201)}"`), "its id is no text"],
  [
    "an amount in lists",
    row("").replace("-1250", "[".repeat(30_000) + "]".repeat(30_000)),
    "its amount is a list",
  ],
  ["a list in lists", "[".repeat(30_000) + "]".repeat(30_000), "it is no object"],
])("%s is refused", (_, text, expected) => {
  expect(refused(text, how)).toContain(expected);
});

test("another currency than the account's is refused", () => {
  expect(refused(row(""), { ...how, currency: "GBP" })).toContain("is in EUR, and not in GBP");
});
