/** MT940: what is read out of it, and what is refused. */
import { describe, expect, test } from "vitest";
import { read, refused, shown } from "./said.ts";
import { latin1 } from "./writers.ts";

const how = { format: "mt940" } as const;

/** One statement in euros from 100.00, whose last balance is written as it is handed in. */
const file = (closing: string, ...fields: string[]): string =>
  [
    ":20:STARTUMS",
    ":25:37040044/0532013000",
    ":28C:1/1",
    ":60F:C260930EUR100,00",
    ...fields,
    `:62F:${closing}`,
    "-",
    "",
  ].join("\r\n");

describe("a line", () => {
  test("comes with its day, side, amount and all that is said of it", () => {
    const text = file(
      "C261031EUR1324,50",
      ":61:2610061005C1234,5NTRFINV-7//B123",
      "/OCMT/EUR1234,5/",
      ":86:STRIPE PAYOUT po_1",
      ":61:261007D10,NMSCNONREF",
    );
    expect(read(text, how)).toEqual([
      {
        account: "37040044/0532013000",
        currency: "EUR",
        opening: { date: "2026-09-30", amountMinor: 10_000n },
        closing: { date: "2026-10-31", amountMinor: 132_450n },
        lines: [
          {
            date: "2026-10-05",
            amountMinor: 123_450n,
            currency: "EUR",
            text: "STRIPE PAYOUT po_1 · INV-7 · B123 · /OCMT/EUR1234,5/",
          },
          { date: "2026-10-07", amountMinor: -1000n, currency: "EUR", text: "" },
        ],
      },
    ]);
  });

  test.each([
    // Which year an entry's day is of; the first two were wrong in well-known readers.
    ["1412310105C5,N570NONREF", "2015-01-05", 500n],
    ["2601011230C5,NMSCNONREF", "2025-12-30", 500n],
    ["2402280229C5,NMSCNONREF", "2024-02-29", 500n],
    // Four spaces in place of the entry's day.
    ["200101    D5,NOVBNL47INGB9999999999", "2020-01-01", -500n],
    ["2610061006RC5,NMSCNONREF", "2026-10-06", -500n],
    ["2610061006RD5,NMSCNONREF", "2026-10-06", 500n],
    // The third letter of the currency may follow the side.
    ["2610061006CR5,00N062NONREF", "2026-10-06", 500n],
    ["2610061006RDR5,00N062NONREF", "2026-10-06", 500n],
    ["261006D5FMSCNONREF", "2026-10-06", -500n],
  ])(":61:%s is of %s and %s", (movement, date, amountMinor) => {
    const closing = amountMinor > 0n ? "C261031EUR105,00" : "C261031EUR95,00";
    expect(read(file(closing, `:61:${movement}`), how)[0]?.lines[0]).toMatchObject({ date, amountMinor });
  });

  test("what is only expected is left out and counted", () => {
    const [only] = read(file("C261031EUR100,00", ":61:2610061006EC5,NMSCNONREF"), how);
    expect(only?.lines).toEqual([]);
    expect(only?.pending).toBe(1);
  });
});

describe("what :86: says", () => {
  const text = (...lines: string[]): string | undefined =>
    read(file("C261031EUR105,00", ":61:261006C5,NTRFNONREF", ...lines), how)[0]?.lines[0]?.text;

  test("in numbered parts: name, purpose, references; cut words are made whole", () => {
    expect(
      text(
        ":86:166?00GUTSCHRIFT?109310?20EREF+PO-2026-10-ABCDEFGHIJKL?21MNOPQR?22SVWZ+Rechnung 4711 vom 1. O?23ktober",
        "?24danke?30COBADEFFXXX?31DE89370400440532013000?32Drei Fluesse e?33G",
      ),
    ).toBe(
      "Drei Fluesse e G · Rechnung 4711 vom 1. Oktober danke · PO-2026-10-ABCDEFGHIJKLMNOPQR · GUTSCHRIFT",
    );
  });

  test("the sign before the numbers may be another, and may stand in the text", () => {
    expect(text(":86:166>00PAID>20Order>21what>is it>32Ana")).toBe("Ana · Order what>is it · PAID");
  });

  test("free text over several lines: a full line was cut within a word", () => {
    const first = "/TRTP/SEPA OVERBOEKING/NAME/Three Rivers/REMI/INVOICE 2026-10-00";
    expect(first).toHaveLength(64);
    expect(text(`:86:${first}4`, "711/EREF/E2E-1", "thank you")).toBe(`${first}4711/EREF/E2E-1 thank you`);
  });

  test("after the last balance it is of the statement, and no line's", () => {
    const whole = file("C261031EUR105,00", ":61:261006C5,NTRFNONREF", ":86:one").replace(
      "\r\n-",
      "\r\n:86:all\r\n-",
    );
    expect(shown(read(whole, how))).toEqual(["2026-10-06 500 EUR one"]);
  });

  test("a field beside the standard is no part of it", () => {
    expect(text(":86:rent", ":NS:22Three Rivers")).toBe("rent");
  });

  test("UTF-8 and Latin-1 are told apart", () => {
    const whole = file("C261031EUR105,00", ":61:261006C5,NTRFNONREF", ":86:Café");
    expect(shown(read(whole, how))).toEqual(shown(read(latin1(whole), how)));
    expect(shown(read(latin1(whole), how))).toEqual(["2026-10-06 500 EUR Café"]);
  });
});

describe("statements", () => {
  const page = (account: string, opening: string, closing: string, ...movements: string[]): string =>
    `:20:X\n:25:${account}\n:28C:5/1\n:${opening}\n${movements.map((each) => `:61:${each}\n`).join("")}:${closing}\n-\n`;

  test("pages become one statement", () => {
    const text =
      page("1234567", "60F:C261001EUR10,", "62M:C261002EUR15,", "261001C5,NMSCA") +
      page("1234567", "60M:C261002EUR15,", "62M:D261003EUR5,", "261002D20,NMSCB") +
      page("1234567", "60M:D261003EUR5,", "62F:C261004EUR0,", "261003C5,NMSCC");
    const statements = read(text, how);
    expect(statements).toHaveLength(1);
    expect(statements[0]?.closing).toEqual({ date: "2026-10-04", amountMinor: 0n });
    expect(shown(statements)).toEqual([
      "2026-10-01 500 EUR A",
      "2026-10-02 -2000 EUR B",
      "2026-10-03 500 EUR C",
    ]);
    expect(refused(text.replace("60M:C261002EUR15,", "60M:C261002EUR16,"), how)).toContain("does not add up");
    expect(refused(text.replace("62M:C261002EUR15,", "62M:C261002EUR16,"), how)).toContain("does not add up");
  });

  test("several in one file chain, and one that is missing is noticed", () => {
    const text =
      page("1234567", "60F:C261001EUR10,", "62F:C261001EUR15,", "261001C5,NMSCA") +
      page("7654321", "60F:C261001EUR99,", "62F:C261001EUR99,") +
      page("1234567", "60F:C261001EUR15,", "62F:C261002EUR14,", "261002D1,NMSCB");
    expect(read(text, how)).toHaveLength(3);
    expect(refused(text.replace("60F:C261001EUR15,", "60F:C261001EUR15,01"), how)).toBe(
      "statement-does-not-add-up: Statement 3 of the file (2026-10-02) does not add up: EUR 14.01 is expected at its end, and EUR 14.00 stands there.",
    );
    expect(
      refused(
        text
          .replace("60F:C261001EUR15,", "60F:C261001EUR16,")
          .replace("62F:C261002EUR14,", "62F:C261002EUR15,"),
        how,
      ),
    ).toBe(
      "statements-do-not-chain: Statement 3 of the file (2026-10-02) begins with EUR 16.00, and the one before it ends with EUR 15.00.",
    );
  });

  test("in SWIFT's blocks or after a bank's own lines", () => {
    const bare = file("C261031EUR105,00", ":61:261006C5,NTRFA");
    const blocks = `{1:F01ABNANL2AXXXX0000000000}{2:O940}{4:\r\n${bare.replace("\r\n-\r\n", "\r\n-}{5:}\r\n")}`;
    const named = `ABNANL2A\r\n940\r\nABNANL2A\r\n${bare}`;
    const sameLine = `{1:F01}{2:I940}{4:${bare}`;
    for (const text of [blocks, named, sameLine]) expect(read(text, how)).toEqual(read(bare, how));
  });

  test("yen and dinars", () => {
    const inCurrency = (currency: string, amount: string) =>
      read(
        page(
          "1234567",
          `60F:C261001${currency}0,`,
          `62F:C261001${currency}${amount}`,
          `261001C${amount}NMSCA`,
        ),
        how,
      )[0]?.lines[0]?.amountMinor;
    expect(inCurrency("JPY", "1200,")).toBe(1200n);
    expect(inCurrency("KWD", "1,25")).toBe(1250n);
  });

  test("the account may be an IBAN, a bank's code and a number, or have its currency behind it", () => {
    const of = (written: string, account: string) =>
      refused(page(written, "60F:C261001EUR0,", "62F:C261001EUR0,"), { ...how, account });
    expect(of("37040044/0532013000", "DE89370400440532013000")).toBeUndefined();
    expect(of("37040044/532013000", "DE89370400440532013000")).toBeUndefined();
    expect(of("0417164300EUR", "NL91 ABNA 0417 1643 00")).toBeUndefined();
    expect(of("NL91ABNA0417164300 EUR", "NL91ABNA0417164300")).toBeUndefined();
    expect(of("10020030/0532013000", "DE89370400440532013000")).toContain("statement-of-another-account");
    expect(of("300", "DE89370400440532013000")).toContain("statement-of-another-account");
    expect(of("/", "DE89370400440532013000")).toContain("statement-of-another-account");
  });
});

describe("what is refused, with its line", () => {
  test.each([
    [
      "an amount with a point",
      file("C261031EUR105,00", ":61:261006C5.00NTRFA"),
      'Line 5 of the statement cannot be read: it is ":61:261006C5.00NTRFA"',
    ],
    [
      "an amount that is none",
      file("C261031EUR105,00", ":61:261006C1,2,3NTRFA"),
      'Line 5 of the statement cannot be read: its amount is "1,2,3" in EUR',
    ],
    ["a comma alone", file("C261031EUR105,00", ":61:261006C,NTRFA"), 'its amount is ","'],
    ["too many decimals", file("C261031EUR105,00", ":61:261006C5,005NTRFA"), "its amount is"],
    ["a day that no calendar has", file("C261031EUR105,00", ":61:260230C5,NTRFA"), 'its days are "260230"'],
    [
      "a balance that is none",
      file("X261031EUR105,00"),
      'Line 5 of the statement cannot be read: its balance (:62F:) is "X261031EUR105,00"',
    ],
    ["another currency at its end", file("C261031GBP100,00"), "ends in another currency"],
    ["no first balance", file("C261031EUR100,00").replace(/:60F.*\r\n/, ""), "has no first balance"],
    [
      "no last balance",
      file("C261031EUR100,00").replace(/:62F.*\r\n/, ""),
      "statement-cut-short: The statement ends too early: the statement that begins on line 1",
    ],
    ["no statement", "hello", "statement-of-another-format"],
    ["nothing", "", "statement-of-another-format"],
    ["signs of no width", "\u0000:20:x", "statement-encoding-unknown"],
  ])("%s", (_, text, expected) => {
    expect(refused(text, how)).toContain(expected);
  });
});
