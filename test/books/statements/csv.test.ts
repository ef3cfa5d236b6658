/** CSV by a mapping: what is read out of it, and what is refused. */
import { describe, expect, test } from "vitest";
import { csvMappingOf, presets, type CsvMapping } from "../../../src/books/statements/index.ts";
import { problemOf, read, refused, shown } from "./said.ts";
import { latin1 } from "./writers.ts";

const plain: CsvMapping = {
  encoding: "utf-8",
  separator: ";",
  header: 1,
  date: "Day",
  datePattern: "DD.MM.YYYY",
  amount: { column: "Amount" },
  decimal: ",",
  thousands: ".",
  text: ["Name", "Purpose"],
};
const how = (mapping: Partial<CsvMapping> = {}, currency = "EUR") =>
  ({ format: "csv", mapping: { ...plain, ...mapping }, currency }) as const;
const table = (...rows: string[]): string => ["Day;Amount;Name;Purpose", ...rows, ""].join("\r\n");
const amountOf = (written: string, mapping: Partial<CsvMapping> = {}, currency = "EUR") =>
  read(table(`05.10.2026;${written};Ana;rent`), how(mapping, currency))[0]?.lines[0]?.amountMinor;

describe("what is read", () => {
  test("with or without a byte order mark, with quotes, line ends and separators in them", () => {
    const text = table(
      '05.10.2026;1.234,50;"Müller; ""Söhne""";"Rechnung\r\n4711"',
      "",
      '06.10.2026;-3;5" pipe;',
      "07.10.2026;0,00;;",
    );
    for (const file of [text, `\uFEFF${text}`, text.replaceAll("\r\n", "\n")])
      expect(shown(read(file, how()))).toEqual([
        '2026-10-05 123450 EUR Müller; "Söhne" · Rechnung 4711',
        '2026-10-06 -300 EUR 5" pipe',
      ]);
  });

  test("in Latin-1 with decimal commas; in another encoding than the mapping says it is refused", () => {
    const text = table("05.10.2026;12,50;Café;");
    expect(shown(read(latin1(text), how({ encoding: "windows-1252" })))).toEqual([
      "2026-10-05 1250 EUR Café",
    ]);
    expect(refused(latin1(text), how())).toContain("it is not in utf-8");
    const euro = Uint8Array.from([...latin1(table("05.10.2026;1;"))].slice(0, -2).concat([0x80, 0x3b]));
    expect(shown(read(euro, how({ encoding: "windows-1252" })))).toEqual(["2026-10-05 100 EUR €"]);
    const other = Uint8Array.from([...latin1(table("05.10.2026;1;"))].slice(0, -2).concat([0xa4, 0x3b]));
    expect(shown(read(other, how({ encoding: "iso-8859-15" })))).toEqual(["2026-10-05 100 EUR €"]);
  });

  test("with tabs, or commas, and lines above the names of the columns", () => {
    const tabs = "Account 7\n\nDay\tAmount\tName\tPurpose\n05.10.2026\t1,5\tAna, Bo\t\n";
    expect(shown(read(tabs, how({ separator: "\t", header: 3 })))).toEqual(["2026-10-05 150 EUR Ana, Bo"]);
    const commas = 'Day,Amount,Name,Purpose\n05.10.2026,"1,5",Ana,\n';
    expect(shown(read(commas, how({ separator: "," })))).toEqual(["2026-10-05 150 EUR Ana"]);
  });

  test.each([
    ["1.234,5", 123_450n],
    ["1234,50", 123_450n],
    ["-1.234.567,89", -123_456_789n],
    ["1,50-", -150n],
    ["\u2212 2", -200n],
    ["+2", 200n],
    ["1.234", 123_400n],
  ])("%s is %s cents", (written, minor) => {
    expect(amountOf(written)).toBe(minor);
  });

  test.each([
    "12.50",
    "1.23.456,00",
    "1,234.50",
    "12,3x",
    "",
    "-1,00-",
    "1.2345",
    "1,005",
    "(5)",
    "EUR 5",
    "1e3",
    ".5",
  ])("%j is no amount", (written) => {
    expect(() => amountOf(written)).toThrow(/^Line 2 of the statement cannot be read: its amount is/);
  });

  test("a point for decimals, an apostrophe or a space between thousands, where the mapping says so", () => {
    expect(amountOf("1'234.50", { decimal: ".", thousands: "'" })).toBe(123_450n);
    expect(amountOf("1\u00a0234,50", { thousands: " " })).toBe(123_450n);
    expect(amountOf("1234.50", { decimal: ".", thousands: undefined })).toBe(123_450n);
    expect(() => amountOf("1,234.50", { decimal: ".", thousands: undefined })).toThrow();
    expect(amountOf("1.200", {}, "JPY")).toBe(1200n);
    expect(amountOf("1,250", {}, "KWD")).toBe(1250n);
  });

  test.each([
    ["YYYY-MM-DD", "2026-10-05"],
    ["YYYY-MM-DD", "2026-10-05 12:30:00"],
    ["YYYY-MM-DD", "2026-10-05T12:30:00.000Z"],
    ["DD/MM/YYYY", "05/10/2026"],
    ["MM/DD/YYYY", "10/05/2026"],
    ["D.M.YY", "5.10.26"],
    ["YYYYMMDD", "20261005"],
  ])("a day as %s: %s", (datePattern, written) => {
    expect(read(table(`${written};1;;`), how({ datePattern }))[0]?.lines[0]?.date).toBe("2026-10-05");
  });

  test.each([
    ["DD/MM/YYYY", "10/25/2026"],
    ["DD.MM.YYYY", "5.10.2026"],
    ["DD.MM.YYYY", "05.10.26"],
    ["DD.MM.YYYY", "29.02.2026"],
    ["YYYY-MM-DD", "2026-10-05 noon"],
  ])("is never guessed: by %s, %s is none", (datePattern, written) => {
    expect(refused(table(`${written};1;;`), how({ datePattern }))).toContain(
      `Line 2 of the statement cannot be read: its day is "${written}", and not written as ${datePattern}`,
    );
  });

  test("one column for each way of the money", () => {
    const both = (out: string, came: string, outIsNegative = false) =>
      read(
        `Day;Out;In;T\n05.10.2026;${out};${came};x\n`,
        how({ amount: { out: "Out", in: "In", outIsNegative }, text: ["T"] }),
      )[0]?.lines[0]?.amountMinor;
    expect(both("1,50", "")).toBe(-150n);
    expect(both("", "1,50")).toBe(150n);
    expect(both("0,00", "1,50")).toBe(150n);
    expect(both("-1,50", "", true)).toBe(-150n);
    expect(() => both("-1,50", "")).toThrow(/a sign that the mapping does not name/);
    expect(() => both("1,50", "", true)).toThrow(/a sign that the mapping does not name/);
    expect(() => both("1", "2")).toThrow(/says "1" went out and "2" came in/);
    expect(() => both("", "")).toThrow(/says "" went out/);
  });

  test("one column that says which way it went", () => {
    const amount = { column: "Amount", side: "Name", out: ["Debet", "D"], in: ["Credit"] };
    const side = (word: string, written = "2") =>
      read(table(`05.10.2026;${written};${word};x`), how({ amount }))[0]?.lines[0]?.amountMinor;
    expect([side("Debet"), side("D"), side("Credit")]).toEqual([-200n, -200n, 200n]);
    expect(() => side("Other")).toThrow(/which way its money went is "Other"/);
    expect(() => side("Debet", "-2")).toThrow(/its amount has a sign/);
  });

  test("only what is booked, where a column says so", () => {
    const only = { column: "Name", is: ["COMPLETED"] };
    const [statement] = read(
      table("05.10.2026;1;COMPLETED;a", "05.10.2026;2;PENDING;b"),
      how({ only, text: ["Purpose"] }),
    );
    expect(statement?.pending).toBe(1);
    expect(statement?.lines.map(({ text }) => text)).toEqual(["a"]);
  });

  test("each currency is a statement of its own, and one that was not asked for is refused", () => {
    const text = "Day;Amount;Cur\n05.10.2026;1;EUR\n05.10.2026;200;JPY\n06.10.2026;2;EUR\n";
    const mapping = { ...plain, currency: "Cur", text: ["Cur"] };
    expect(
      read(text, { format: "csv", mapping }).map(({ currency, lines }) => [currency, lines.length]),
    ).toEqual([
      ["EUR", 2],
      ["JPY", 1],
    ]);
    expect(refused(text, { format: "csv", mapping, currency: "EUR" })).toContain("is in JPY, and not in EUR");
    expect(refused(text.replace("JPY", "Yen"), { format: "csv", mapping })).toContain(
      'its currency is "Yen"',
    );
    expect(refused(table("05.10.2026;1;;"), { format: "csv", mapping: plain })).toContain(
      "neither the file nor the account",
    );
  });

  test("balances beside the lines chain, up or down the file", () => {
    const rows = ["05.10.2026;5;15;a", "05.10.2026;-3;12;b", "07.10.2026;1;13;c"];
    const mapping = { balance: "Name", text: ["Purpose"] };
    const expected = {
      opening: { date: "2026-10-05", amountMinor: 1000n },
      closing: { date: "2026-10-07", amountMinor: 1300n },
    };
    expect(read(table(...rows), how(mapping))[0]).toMatchObject(expected);
    expect(read(table(...rows.toReversed()), how(mapping))[0]).toMatchObject(expected);
    expect(refused(table(...rows.toSpliced(1, 1)), how(mapping))).toBe(
      "statement-does-not-add-up: Line 3 of the statement does not add up: EUR 16.00 is expected at its end, and EUR 13.00 stands there.",
    );
  });
});

describe("what is refused", () => {
  test("columns that the mapping names and the file lacks; a name that is there twice", () => {
    const text = "Day;Betrag;Name;Name\n";
    expect(refused(text, how())).toBe(
      "statement-columns-missing: The mapping names columns that the file lacks: Amount, Name, Purpose.\nIt has: Day, Betrag, Name, Name",
    );
    expect(refused("Day;Amount\n", how({ text: [7] }))).toContain("the file lacks: 7.");
  });

  test.each([
    [
      "a separator within a text",
      table("05.10.2026;1;Ana;a;b"),
      "Line 2 of the statement cannot be read: it has 5 fields and not 4",
    ],
    [
      "half a row",
      table("05.10.2026;1;Ana;a", "06.10.2026;2"),
      "Line 3 of the statement cannot be read: it has 2 fields and not 4",
    ],
    [
      "a quote that is not closed",
      table('05.10.2026;1;"Ana;a'),
      "statement-cut-short: The statement ends too early: a quote on line 2",
    ],
    ["text after a quote", table('05.10.2026;1;"Ana"x;a'), "something follows a quote that is closed"],
    [
      "the line after one with line ends",
      table('05.10.2026;1;"A\n\nna";a', "x;1;;"),
      'Line 5 of the statement cannot be read: its day is "x"',
    ],
    ["nothing", "", "it has no line 1, on which its columns are named"],
  ])("%s", (_, text, expected) => {
    expect(refused(text, how())).toContain(expected);
  });

  test("no mapping, or one that is not as it should be", () => {
    expect(refused("", { format: "csv" })).toContain("statement-mapping-missing");
    expect(csvMappingOf(JSON.parse(JSON.stringify(plain)))).toEqual(plain);
    const faults = (more: object): string | undefined => problemOf(() => csvMappingOf({ ...plain, ...more }));
    expect(faults({ decimal: "x" })).toContain("decimal: it is . or ,");
    expect(faults({ datePattern: "DD.MM" })).toContain("datePattern: it is made of");
    expect(faults({ datePattern: "DD(.*)MM.YYYY" })).toContain("datePattern");
    expect(faults({ thousands: "," })).toContain("thousands: it is the same sign as decimal");
    expect(faults({ amount: {} })).toContain("amount: it is {column}");
    expect(faults({ header: 0 })).toContain("columns are named by their numbers");
    expect(faults({ odd: 1 })).toContain("odd");
    expect(problemOf(() => csvMappingOf(null))).toContain("statement-mapping-unfit");
  });
});

describe("presets", () => {
  test("are mappings", () => {
    for (const preset of Object.values(presets)) expect(csvMappingOf(preset)).toEqual(preset);
  });

  test("Wise", () => {
    const text = `"TransferWise ID",Date,Amount,Currency,Description,"Payment Reference","Running Balance","Exchange From","Exchange To","Exchange Rate","Payer Name","Payee Name","Payee Account Number",Merchant,"Card Last Four Digits","Card Holder Full Name",Attachment,Note,"Total fees","Exchange To Amount"
TRANSFER-2,07-10-2026,-50.40,GBP,"Sent money to Ana",bakor-ana,1149.60,,,,,Ana,12345678,,,,,,0.40,
FEE-TRANSFER-2,07-10-2026,-0.40,GBP,"Wise Charges for: TRANSFER-2",bakor-ana,1200.00,,,,,,,,,,,,0.00,
TRANSFER-1,05-10-2026,1200.40,GBP,"Received money from Stripe with reference STRIPE A1",A1,1200.40,,,,Stripe,,,,,,,,0.00,
`;
    const statements = read(text, { format: "csv", mapping: presets["wise"], currency: "GBP" });
    expect(shown(statements)).toEqual([
      "2026-10-07 -5040 GBP Ana · Sent money to Ana · bakor-ana (TRANSFER-2)",
      "2026-10-07 -40 GBP Wise Charges for: TRANSFER-2 · bakor-ana (FEE-TRANSFER-2)",
      "2026-10-05 120040 GBP Stripe · Received money from Stripe with reference STRIPE A1 (TRANSFER-1)",
    ]);
    expect(statements[0]).toMatchObject({
      opening: { amountMinor: 0n },
      closing: { date: "2026-10-07", amountMinor: 114_960n },
    });
  });

  test("GLS", () => {
    const text = `\uFEFFBezeichnung Auftragskonto;IBAN Auftragskonto;BIC Auftragskonto;Bankname Auftragskonto;Buchungstag;Valutadatum;Name Zahlungsbeteiligter;IBAN Zahlungsbeteiligter;BIC (SWIFT-Code) Zahlungsbeteiligter;Buchungstext;Verwendungszweck;Betrag;Waehrung;Saldo nach Buchung;Bemerkung;Gekennzeichneter Umsatz;Glaeubiger ID;Mandatsreferenz
Konto;DE89370400440532013000;GENODEM1GLS;GLS;02.10.2026;02.10.2026;Drei Flüsse eG;;;Überweisung;Miete;-1.000,00;EUR;234,50;;;;
Konto;DE89370400440532013000;GENODEM1GLS;GLS;01.10.2026;01.10.2026;Stripe;;;Gutschrift;po_1;1.234,50;EUR;1.234,50;;;;
`;
    const statements = read(text, {
      format: "csv",
      mapping: presets["gls"],
      currency: "EUR",
      account: "DE89 3704 0044 0532 0130 00",
    });
    expect(shown(statements)).toEqual([
      "2026-10-02 -100000 EUR Drei Flüsse eG · Miete · Überweisung",
      "2026-10-01 123450 EUR Stripe · po_1 · Gutschrift",
    ]);
    expect(statements[0]?.opening).toEqual({ date: "2026-10-01", amountMinor: 0n });
  });

  test("Triodos", () => {
    const text = `"05-10-2026","NL91ABNA0417164300","1.234,50","Credit","Stripe","NL00","IC","po_1"
"06-10-2026","NL91ABNA0417164300","50,00","Debet","Drie Rivieren","NL00","ET","Huur"
`;
    expect(
      shown(read(latin1(text), { format: "csv", mapping: presets["triodos"], currency: "EUR" })),
    ).toEqual(["2026-10-05 123450 EUR Stripe · po_1", "2026-10-06 -5000 EUR Drie Rivieren · Huur"]);
  });

  test("Monzo", () => {
    const text = `Transaction ID,Date,Time,Type,Name,Emoji,Category,Amount,Currency,Local amount,Local currency,Notes and #tags,Address,Receipt,Description,Category split,Money Out,Money In
tx_1,05/10/2026,02:09:11,Card payment,Hosting,🚕,Bills,-3.21,GBP,-4.00,EUR,"ours, all",,,HOSTING LTD,,-3.21,
`;
    expect(shown(read(text, { format: "csv", mapping: presets["monzo"], currency: "GBP" }))).toEqual([
      "2026-10-05 -321 GBP Hosting · HOSTING LTD · ours, all (tx_1)",
    ]);
  });
});
