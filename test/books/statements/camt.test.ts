/** CAMT.053: what is read out of it, and what is refused. */
import { describe, expect, test } from "vitest";
import { latin1 } from "./writers.ts";
import { read, refused, shown } from "./said.ts";

const how = { format: "camt053" } as const;

const bal = (code: string, amount: string, date: string, side = "CRDT", currency = "EUR"): string =>
  `<Bal><Tp><CdOrPrtry><Cd>${code}</Cd></CdOrPrtry></Tp><Amt Ccy="${currency}">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Dt><Dt>${date}</Dt></Dt></Bal>`;

const statement = (inner: string, currency = "EUR"): string =>
  `<Stmt><Id>1</Id><Acct><Id><IBAN>NL91ABNA0417164300</IBAN></Id><Ccy>${currency}</Ccy></Acct>${inner}</Stmt>`;

const file = (statements: string, version = "02"): string =>
  `<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.${version}">
<BkToCstmrStmt><GrpHdr><MsgId>m</MsgId></GrpHdr>
${statements}
</BkToCstmrStmt></Document>
`;

const entry = (amount: string, side: string, more = "", day = "2026-10-05"): string =>
  `<Ntry><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>${side}</CdtDbtInd><Sts>BOOK</Sts><BookgDt><Dt>${day}</Dt></BookgDt>${more}</Ntry>`;

const details = (inner: string): string => `<NtryDtls><TxDtls>${inner}</TxDtls></NtryDtls>`;

describe("what is read", () => {
  test("version 02: who, what for, references, and the bank's own id", () => {
    const inner = entry(
      "1234.5",
      "CRDT",
      `<ValDt><Dt>2026-10-06</Dt></ValDt><AcctSvcrRef>B1</AcctSvcrRef>${details(
        "<Refs><EndToEndId>E2E-7</EndToEndId><MndtId>NOTPROVIDED</MndtId></Refs>" +
          "<RltdPties><Dbtr><Nm>Stripe &amp; Söhne</Nm></Dbtr><Cdtr><Nm>Us</Nm></Cdtr></RltdPties>" +
          "<RmtInf><Ustrd>STRIPE PAYOUT\n  po_1</Ustrd><Strd><CdtrRefInf><Ref>RF18</Ref></CdtrRefInf></Strd></RmtInf>",
      )}<AddtlNtryInf>SEPA transfer</AddtlNtryInf>`,
    );
    const [only] = read(
      file(statement(bal("OPBD", "100.00", "2026-10-01") + bal("CLBD", "1334.50", "2026-10-31") + inner)),
      how,
    );
    expect(only).toEqual({
      account: "NL91ABNA0417164300",
      currency: "EUR",
      opening: { date: "2026-10-01", amountMinor: 10_000n },
      closing: { date: "2026-10-31", amountMinor: 133_450n },
      lines: [
        {
          id: "B1",
          date: "2026-10-05",
          amountMinor: 123_450n,
          currency: "EUR",
          text: "Stripe & Söhne · STRIPE PAYOUT po_1 · RF18 · E2E-7 · SEPA transfer",
        },
      ],
    });
  });

  test("version 08: the state and the names stand deeper, days may have a time, prefixes are allowed", () => {
    const xml = `<?xml version='1.0' encoding='utf-8' standalone='yes'?><!-- from the bank -->
<n:Document xmlns:n="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><n:BkToCstmrStmt><n:Stmt>
<n:Acct><n:Id><n:Othr><n:Id>12 34 567</n:Id></n:Othr></n:Id><n:Ccy>EUR</n:Ccy></n:Acct>
<n:Ntry><n:Amt Ccy="EUR">5</n:Amt><n:CdtDbtInd>DBIT</n:CdtDbtInd><n:Sts><n:Cd>BOOK</n:Cd></n:Sts>
<n:BookgDt><n:DtTm>2026-10-05T23:30:00.000-02:00</n:DtTm></n:BookgDt><n:NtryDtls><n:TxDtls>
<n:RltdPties><n:Cdtr><n:Pty><n:Nm><![CDATA[Caf<é>]]></n:Nm></n:Pty></n:Cdtr></n:RltdPties>
</n:TxDtls></n:NtryDtls></n:Ntry></n:Stmt></n:BkToCstmrStmt></n:Document>`;
    const statements = read(xml, how);
    expect(shown(statements)).toEqual(["2026-10-05 -500 EUR Caf<é>"]);
    expect(statements[0]?.account).toBe("1234567");
    expect(statements[0]?.opening).toBeUndefined();
  });

  test("pending and future entries are left out and counted; an entry of nothing is left out", () => {
    const pending = (state: string): string =>
      entry("9.00", "CRDT").replace("<Sts>BOOK</Sts>", `<Sts>${state}</Sts>`);
    const inner = pending("PDNG") + pending("FUTR") + entry("0.00", "CRDT") + entry("3.00", "DBIT");
    const [only] = read(
      file(statement(bal("OPBD", "3", "2026-10-01") + bal("CLBD", "0", "2026-10-31") + inner)),
      how,
    );
    expect(only?.pending).toBe(2);
    expect(only?.lines.map(({ amountMinor }) => amountMinor)).toEqual([-300n]);
  });

  test("a state that is not known is not taken for booked", () => {
    expect(refused(file(statement(entry("9.00", "CRDT").replace("BOOK", "ODD"))), how)).toBe(
      'statement-line-unreadable: Line 4 of the statement cannot be read: its state is "ODD".',
    );
  });

  test("a reversal keeps the side that it has; a returned payment is named with its reason", () => {
    const inner =
      entry("20.00", "DBIT", "<RvslInd>true</RvslInd>") +
      entry(
        "7.00",
        "DBIT",
        details(
          "<RltdPties><Dbtr><Nm>Ana</Nm></Dbtr><Cdtr><Nm>Us</Nm></Cdtr></RltdPties><RtrInf><Rsn><Cd>AC04</Cd></Rsn></RtrInf>",
        ),
      );
    expect(shown(read(file(statement(inner)), how))).toEqual([
      "2026-10-05 -2000 EUR reversal",
      "2026-10-05 -700 EUR Ana · returned AC04",
    ]);
  });

  const part = (amount: string, name: string): string =>
    `<TxDtls><Refs><EndToEndId>${name}-1</EndToEndId></Refs><Amt Ccy="EUR">${amount}</Amt><CdtDbtInd>DBIT</CdtDbtInd><RltdPties><Cdtr><Nm>${name}</Nm></Cdtr></RltdPties></TxDtls>`;
  const batch = (inner: string): string =>
    entry(
      "429.56",
      "DBIT",
      `<AcctSvcrRef>B9</AcctSvcrRef><NtryDtls><Btch><PmtInfId>P1</PmtInfId></Btch>${inner}</NtryDtls>`,
    );

  test("a batch becomes its payments where they add up to it", () => {
    expect(shown(read(file(statement(batch(part("329.56", "Ana") + part("100.00", "Bo")))), how))).toEqual([
      "2026-10-05 -32956 EUR Ana · Ana-1 · P1 (B9/1)",
      "2026-10-05 -10000 EUR Bo · Bo-1 · P1 (B9/2)",
    ]);
  });

  test("and stays one line where charges or other currencies keep them from it", () => {
    const others = [
      part("329.56", "Ana") + part("99.00", "Bo"),
      (part("329.56", "Ana") + part("100.00", "Bo")).replace('"EUR"', '"USD"'),
    ];
    for (const inner of others)
      expect(shown(read(file(statement(batch(inner))), how))).toEqual([
        "2026-10-05 -42956 EUR Ana · Ana-1 · Bo · Bo-1 · P1 (B9)",
      ]);
  });

  test("older versions have the amount of a payment in AmtDtls", () => {
    const old = (amount: string, name: string): string =>
      `<TxDtls><AmtDtls><TxAmt><Amt Ccy="EUR">${amount}</Amt></TxAmt></AmtDtls><AddtlTxInf>${name}</AddtlTxInf></TxDtls>`;
    expect(shown(read(file(statement(batch(old("0.56", "a") + old("429.00", "b")))), how))).toEqual([
      "2026-10-05 -56 EUR a · P1 (B9/1)",
      "2026-10-05 -42900 EUR b · P1 (B9/2)",
    ]);
  });

  test("the id of the only payment serves where the entry has none; NONREF and NtryRef are no ids", () => {
    const inner =
      entry("1", "CRDT", details("<Refs><AcctSvcrRef>T1</AcctSvcrRef></Refs>")) +
      entry("2", "CRDT", "<NtryRef>1</NtryRef><AcctSvcrRef>NONREF</AcctSvcrRef>");
    expect(read(file(statement(inner)), how)[0]?.lines.map(({ id }) => id)).toEqual(["T1", undefined]);
  });

  test("yen have no decimals and dinars three; zeros in front and behind change nothing", () => {
    const inCurrency = (currency: string, amount: string): string =>
      file(statement(entry(amount, "CRDT").replaceAll("EUR", currency), currency));
    const minor = (currency: string, amount: string) =>
      read(inCurrency(currency, amount), how)[0]?.lines[0]?.amountMinor;
    expect(minor("JPY", "1200")).toBe(1200n);
    expect(minor("JPY", "1200.00")).toBe(1200n);
    expect(minor("KWD", "1.250")).toBe(1250n);
    expect(minor("EUR", "000000000000149.87")).toBe(14_987n);
    expect(refused(inCurrency("JPY", "12.5"), how)).toContain('its amount is "JPY 12.5 CRDT"');
    expect(refused(inCurrency("EUR", "1.005"), how)).toContain("its amount is");
  });

  test.each(["1,50", "-1.50", "1.234.50", "1e3", "", "90071992547409.92", " "])(
    "%j is no amount",
    (amount) => {
      expect(refused(file(statement(entry(amount, "CRDT"))), how)).toContain(
        "statement-line-unreadable: Line 4",
      );
    },
  );

  test.each(["2026-02-29", "2026-13-01", "05.10.2026", ""])("%j is no day", (day) => {
    expect(refused(file(statement(entry("1", "CRDT", "", day))), how)).toContain("its booking day is");
  });

  test("Latin-1 is read where the file says so, and where it does not is refused", () => {
    const xml = file(statement(entry("1", "CRDT", "<AddtlNtryInf>Café</AddtlNtryInf>")));
    expect(shown(read(latin1(xml.replace("UTF-8", "ISO-8859-1")), how))).toEqual(["2026-10-05 100 EUR Café"]);
    expect(refused(latin1(xml), how)).toContain("statement-encoding-unknown");
    expect(refused(xml.replace("UTF-8", "Shift_JIS"), how)).toBe(
      "statement-encoding-unknown: The letters of the statement cannot be read: it says that it is in Shift_JIS.",
    );
    expect(refused(new Uint8Array(Buffer.from(`\uFEFF${xml}`, "utf16le")), how)).toContain("UTF-16");
  });
});

describe("balances", () => {
  const two = (second: string): string =>
    file(
      statement(
        bal("OPBD", "10.00", "2026-10-01") + bal("CLBD", "12.00", "2026-10-01") + entry("2.00", "CRDT"),
      ) + second,
    );
  const later = (opening: string): string =>
    statement(bal("PRCD", opening, "2026-10-01") + bal("CLBD", "7.00", "2026-10-02") + entry("5.00", "DBIT"));

  test("chain from statement to statement; PRCD is an opening balance too", () => {
    expect(read(two(later("12.00")), how)).toHaveLength(2);
    // The newest may stand first.
    const turned = file(
      later("12.00") +
        two("")
          .replace(/^[\s\S]*?<Stmt>/, "<Stmt>")
          .replace(/<\/Stmt>[\s\S]*$/, "</Stmt>"),
    );
    expect(read(turned, how).map(({ closing }) => closing?.amountMinor)).toEqual([700n, 1200n]);
  });

  test("that do not add up are named with what was expected and what stands there", () => {
    expect(refused(two(later("12.01")).replace(">7.00<", ">7.01<"), how)).toBe(
      "statements-do-not-chain: Statement 2 of the file (2026-10-02) begins with EUR 12.01, and the one before it ends with EUR 12.00.",
    );
    expect(refused(two(later("12.00").replace("7.00", "7.01")), how)).toBe(
      "statement-does-not-add-up: Statement 2 of the file (2026-10-02) does not add up: EUR 7.00 is expected at its end, and EUR 7.01 stands there.",
    );
  });

  test("below zero they are debit balances, and those of what is available are not asked", () => {
    const inner =
      bal("OPBD", "5.00", "2026-10-01", "DBIT") +
      bal("CLAV", "900.00", "2026-10-31") +
      bal("CLBD", "2.00", "2026-10-31", "DBIT") +
      entry("3", "CRDT");
    expect(read(file(statement(inner)), how)[0]?.closing).toEqual({ date: "2026-10-31", amountMinor: -200n });
  });

  test("two interim balances are those of a page in the middle", () => {
    const inner = bal("ITBD", "5.00", "2026-10-10") + bal("ITBD", "8.00", "2026-10-11") + entry("3", "CRDT");
    expect(read(file(statement(inner)), how)[0]?.opening?.amountMinor).toBe(500n);
    expect(refused(file(statement(inner.replace("8.00", "9.00"))), how)).toContain(
      "statement-does-not-add-up",
    );
  });

  test("each account has a chain of its own", () => {
    const other = later("99.00")
      .replace("NL91ABNA0417164300", "DE89370400440532013000")
      .replace(">7.00<", ">94.00<");
    expect(read(two(other), how)).toHaveLength(2);
  });
});

describe("what is refused", () => {
  const good = file(statement(entry("1", "CRDT")));

  test.each([
    ["a DOCTYPE", good.replace("<Document", "<!DOCTYPE x>\n<Document"), "statement-declares"],
    [
      "an entity",
      good.replace("<Document", '<!DOCTYPE x [<!ENTITY a "b">]>\n<Document'),
      "statement-declares",
    ],
    ["an entity that it does not declare", good.replace(">m<", ">&a;<"), "statement-declares"],
    ["no XML", "hello", "statement-not-xml"],
    ["nothing", "", "statement-not-xml"],
    ["another file", "\u0000\u0001\u0002", "statement-encoding-unknown"],
    [
      "crossed elements",
      good.replace("</Stmt>", "</Acct>"),
      "statement-not-xml: The statement is not XML that can be read. Line 4: </Acct> closes nothing",
    ],
    ["half a file", good.slice(0, good.length / 2), "statement-cut-short"],
    ["a file without its last sign", good.trimEnd().slice(0, -1), "statement-cut-short"],
    ["a report of the day", good.replaceAll("BkToCstmrStmt", "BkToCstmrAcctRpt"), "it is a camt.052"],
    ["a notice", good.replaceAll("BkToCstmrStmt", "BkToCstmrDbtCdtNtfctn"), "it is a camt.054"],
    ["a payment order", "<Document><CstmrCdtTrfInitn/></Document>", "statement-of-another-format"],
    ["no statement", good.replace(/<Stmt>.*<\/Stmt>/, ""), "there is no statement in it"],
    ["another XML", "<html></html>", "statement-of-another-format"],
    [
      "a line in another currency",
      good.replace('Ccy="EUR"', 'Ccy="USD"'),
      "statement-in-another-currency: A line of 2026-10-05 in Statement 1",
    ],
    [
      "no currency at all",
      good.replace("<Ccy>EUR</Ccy>", "").replace(/<Ntry>.*<\/Ntry>/, ""),
      "does not say its currency",
    ],
  ])("%s", (_, xml, expected) => {
    expect(refused(xml, how)).toContain(expected);
  });

  test("another account, of which no more than four signs are said; another currency", () => {
    expect(refused(good, { ...how, account: "DE89 3704 0044 0532 0130 00" })).toBe(
      "statement-of-another-account: The statement is of the account that ends in 4300, and not of the one that ends in 3000.",
    );
    expect(refused(good, { ...how, account: "nl91 abna 0417 1643 00" })).toBeUndefined();
    expect(refused(good, { ...how, currency: "GBP" })).toContain("is in EUR, and not in GBP");
  });

  test("a file that is too large, before anything of it is read", () => {
    const huge = new Uint8Array(200_000_000);
    const before = performance.now();
    expect(refused(huge, how)).toBe(
      "statement-too-large: The statement has 200 MB; at most 128 MB are read.",
    );
    expect(performance.now() - before).toBeLessThan(50);
    expect(refused(good, { ...how, mostBytes: 10 })).toContain("statement-too-large");
  });
});
