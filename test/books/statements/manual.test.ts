/** The mappings of the manual are mappings, and read what it says that they read. */
import { expect, test } from "vitest";
import { csvMappingOf } from "../../../src/books/statements/index.ts";
import { openDocs } from "../../../src/docs/index.ts";
import { read, shown } from "./said.ts";
import { latin1 } from "./writers.ts";

const page = openDocs().read("statements") ?? "";
const mappings = [...page.matchAll(/```json\n([\s\S]*?)```/g)].map(([, text = ""]) =>
  csvMappingOf(JSON.parse(text)),
);

test("the first one reads German numbers in two columns", () => {
  const text =
    "Buchung;Name;Zweck;Soll;Haben\n05.10.2026;Müller;Miete;1.000,00;\n06.10.2026;Stripe;po_1;;12,5\n";
  expect(shown(read(latin1(text), { format: "csv", mapping: mappings[0], currency: "EUR" }))).toEqual([
    "2026-10-05 -100000 EUR Müller · Miete",
    "2026-10-06 1250 EUR Stripe · po_1",
  ]);
});

test("the second one reads a table without names", () => {
  const text =
    "2026-10-05\t5.00\tD\tGBP\t10.00\trent\tA1\t12345678\tbooked\n" +
    "2026-10-06\t1.00\tC\tGBP\t11.00\tgift\tA2\t12345678\tbooked\n" +
    "2026-10-06\t9.00\tC\tGBP\t\tlater\tA3\t12345678\tpending\n";
  const statements = read(text, { format: "csv", mapping: mappings[1], account: "12345678" });
  expect(shown(statements)).toEqual(["2026-10-05 -500 GBP rent (A1)", "2026-10-06 100 GBP gift (A2)"]);
  expect(statements[0]).toMatchObject({
    pending: 1,
    opening: { amountMinor: 1500n },
    closing: { amountMinor: 1100n },
  });
  expect(mappings).toHaveLength(2);
});
