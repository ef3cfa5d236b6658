/** OFX, as SGML and as XML: what is read out of it, and what is refused. */
import { describe, expect, test } from "vitest";
import { read, refused, shown } from "./said.ts";
import { latin1 } from "./writers.ts";

const how = { format: "ofx" } as const;

const head = (charset = "1252"): string =>
  `OFXHEADER:100\r\nDATA:OFXSGML\r\nVERSION:102\r\nSECURITY:NONE\r\nENCODING:USASCII\r\nCHARSET:${charset}\r\nCOMPRESSION:NONE\r\nOLDFILEUID:NONE\r\nNEWFILEUID:NONE\r\n\r\n`;

const sgml = (rows: string, more = ""): string => `<OFX>
<SIGNONMSGSRSV1><SONRS><STATUS><CODE>0<SEVERITY>INFO</STATUS><DTSERVER>20261101<LANGUAGE>ENG</SONRS></SIGNONMSGSRSV1>
<BANKMSGSRSV1><STMTTRNRS><TRNUID>1
<STMTRS><CURDEF>EUR<BANKACCTFROM><BANKID>37040044<ACCTID>532013000<ACCTTYPE>CHECKING</BANKACCTFROM>
<BANKTRANLIST><DTSTART>20261001<DTEND>20261031
${rows}
</BANKTRANLIST>${more}
</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>
`;

const balance = (amount: string, day: string): string =>
  `<LEDGERBAL><BALAMT>${amount}<DTASOF>${day}</LEDGERBAL><AVAILBAL><BALAMT>1.00<DTASOF>${day}</AVAILBAL>`;

const row = (amount: string, more = "<FITID>F1<NAME>Ana", day = "20261005"): string =>
  `<STMTTRN><TRNTYPE>CREDIT<DTPOSTED>${day}<TRNAMT>${amount}${more}</STMTTRN>`;

describe("SGML", () => {
  test("is read although little of it is closed", () => {
    const rows = `${row("12.50", "<FITID>F1\n<NAME>Ana &amp; Co\n<MEMO>\n<CHECKNUM>77\n", "20261005120000.000[-5:EST]")}
<STMTTRN>
<TRNTYPE>DEBIT
<DTPOSTED>20261006
<TRNAMT>-3,00
<FITID>F2</FITID>
<NAME>Long name that is cut at thirty-
<MEMO>Long name that is cut at thirty-two signs
</STMTTRN>`;
    expect(read(head() + sgml(rows, balance("110.00", "20261031")), how)).toEqual([
      {
        account: "532013000",
        currency: "EUR",
        closing: { date: "2026-10-31", amountMinor: 11_000n },
        lines: [
          { id: "F1", date: "2026-10-05", amountMinor: 1250n, currency: "EUR", text: "Ana & Co · 77" },
          {
            id: "F2",
            date: "2026-10-06",
            amountMinor: -300n,
            currency: "EUR",
            text: "Long name that is cut at thirty-two signs",
          },
        ],
      },
    ]);
  });

  test("an element without a value does not take in what follows it", () => {
    const empty = row("1.00", "<FITID>F1<NAME><MEMO>for hosting<REFNUM>");
    expect(shown(read(head() + sgml(empty), how))).toEqual(["2026-10-05 100 EUR for hosting (F1)"]);
  });

  test("a payee's name serves where the line has none, and not its other parts", () => {
    const paid = row("1.00", "<FITID>F1<PAYEE><NAME>Bo<ADDR1>Street</PAYEE><MEMO>rent");
    expect(shown(read(head() + sgml(paid), how))).toEqual(["2026-10-05 100 EUR Bo · rent (F1)"]);
  });

  test("a balance of a later day than its lines is none of the statement", () => {
    expect(read(head() + sgml(row("1"), balance("5.00", "20261120")), how)[0]?.closing).toBeUndefined();
  });

  test("the header's letters: 1252, or UTF-8 whatever it says; others are refused", () => {
    const cafe = sgml(row("1.00", "<NAME>Café"));
    expect(shown(read(latin1(head() + cafe), how))).toEqual(["2026-10-05 100 EUR Café"]);
    expect(shown(read(head() + cafe, how))).toEqual(["2026-10-05 100 EUR Café"]);
    expect(shown(read(head("NONE").replaceAll("\r\n", "") + cafe, how))).toEqual(["2026-10-05 100 EUR Café"]);
    expect(refused(head("932") + cafe, how)).toContain("its header says CHARSET:932");
  });

  test("a card is an account too", () => {
    const card = sgml(row("-1.00"))
      .replace("<STMTRS>", "<CCSTMTRS>")
      .replace("</STMTRS>", "</CCSTMTRS>")
      .replaceAll("BANKACCTFROM", "CCACCTFROM");
    expect(read(head() + card, how)[0]?.account).toBe("532013000");
  });

  test.each([
    ["half a file", (head() + sgml(row("1"))).slice(0, -40), "statement-cut-short"],
    ["no statement in it", `${head()}<OFX><SIGNONMSGSRSV1></SIGNONMSGSRSV1></OFX>`, "there is no statement"],
    ["no OFX", "hello", "it has no element <OFX>"],
    ["nothing", "", "it has no element <OFX>"],
    [
      "an amount that is none",
      head() + sgml(row("1.234,50")),
      'Line 16 of the statement cannot be read: its amount is "1.234,50" in EUR',
    ],
    ["no amount", head() + sgml(row("")), 'its amount is ""'],
    ["a day that no calendar has", head() + sgml(row("1", "", "20260230")), 'its day is "20260230"'],
    [
      "a line in another currency",
      head() + sgml(row("1", "<CURRENCY><CURRATE>1.1<CURSYM>USD</CURRENCY>")),
      "statement-in-another-currency",
    ],
    [
      "text after the end of an element",
      head() + sgml(row("1").replace("</STMTTRN>", "</STMTTRN>x")),
      "is no element there",
    ],
    ["a sign that opens nothing", head() + sgml(row("1", "<MEMO>a < b")), "is no element there"],
    [
      "a balance that is none",
      head() + sgml(row("1"), balance("?", "20261031")),
      "the balance of that statement",
    ],
  ])("%s", (_, text, expected) => {
    expect(refused(text, how)).toContain(expected);
  });
});

describe("XML", () => {
  const xml = (rows: string, more = ""): string => `<?xml version="1.0" encoding="UTF-8" standalone="no"?>
<?OFX OFXHEADER="200" VERSION="220" SECURITY="NONE" OLDFILEUID="NONE" NEWFILEUID="NONE"?>
<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS><CURDEF>JPY</CURDEF><BANKACCTFROM><ACCTID>1</ACCTID></BANKACCTFROM>
<BANKTRANLIST>${rows}</BANKTRANLIST>${more}</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>`;
  const row2 =
    "<STMTTRN><DTPOSTED>20261005</DTPOSTED><TRNAMT>+1200</TRNAMT><FITID>F1</FITID><NAME>Ana</NAME></STMTTRN>";

  test("is read, and what is pending is left out and counted", () => {
    const waiting = "<BANKTRANLISTP><STMTTRNP><TRNAMT>5</TRNAMT></STMTTRNP></BANKTRANLISTP>";
    expect(read(xml(row2, waiting), how)).toEqual([
      {
        account: "1",
        currency: "JPY",
        lines: [{ id: "F1", date: "2026-10-05", amountMinor: 1200n, currency: "JPY", text: "Ana" }],
        pending: 1,
      },
    ]);
  });

  test.each([
    ["a DOCTYPE", xml(row2).replace("<OFX>", "<!DOCTYPE OFX><OFX>"), "statement-declares"],
    ["an entity", xml(row2.replace("Ana", "&ana;")), "statement-declares"],
    ["crossed elements", xml(row2.replace("</NAME>", "</MEMO>")), "statement-not-xml"],
    ["half a file", xml(row2).slice(0, -9), "statement-cut-short"],
    ["a third decimal", xml(row2.replace("+1200", "1200.5")), "its amount is"],
    ["another XML", '<?xml version="1.0"?><html></html>', "its first element is html"],
  ])("%s is refused", (_, text, expected) => {
    expect(refused(text, how)).toContain(expected);
  });
});
