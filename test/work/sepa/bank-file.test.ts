/** The file for the bank: what is in it, what is refused, and that the checker would notice. */
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Problem } from "../../../src/core/problem.ts";
import { checkTransfers, makeBankFile, referenceOf, type BankBatch } from "../../../src/work/sepa/index.ts";
import { bareIban, ibanFault } from "../../../src/work/sepa/iban.ts";
import { inSepaLetters, sepaText } from "../../../src/work/sepa/letters.ts";
import { expectGolden } from "../../golden.ts";

/** Examples of the IBAN registry: nobody's accounts. */
const german = "DE89 3704 0044 0532 0130 00";
const belgian = "BE71 0961 2345 6769";
const from = { name: "Three Rivers Co-op", iban: "NL91 ABNA 0417 1643 00", bic: "ABNANL2A" };
const when = { on: "2026-11-27", nowMs: Date.parse("2026-11-26T20:00:00Z") };
const payees = `member,name,iban,bic\r\nbo,"Bø ""B."" Łukasz & Söhne",${german},COBADEFF500\r\nana,Ana,${belgian}\r\n`;

function batch(more: Partial<BankBatch> = {}): BankBatch {
  const row = (member: string, amountMinor: number, currency = "EUR") => {
    const id = `bakor/${member}/${currency}`;
    return { id, member, currency, amountMinor, state: "ready", reference: referenceOf(id) };
  };
  const payables = [row("ana", 5), row("bo", 123_456), row("bo", 900, "GBP")];
  return { batch: "bakor", period: "2026-10", from, payables, ...more };
}

function codeOf(work: () => unknown): string | undefined {
  try {
    work();
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code}: ${thrown.text.happened}`;
    throw thrown;
  }
  return undefined;
}

test("the file is as it was read through, and what is not in euros is named", () => {
  const made = makeBankFile(batch(), payees, when);
  expectGolden("sepa/transfers.xml", made.xml);
  expect(made.transfers).toBe(2);
  expect(made.total).toBe("EUR 1234.61");
  expect(made.leftOut).toEqual(["bakor/bo/GBP is in GBP: a SEPA transfer is in EUR only"]);
  expect(checkTransfers(made.xml)).toEqual([]);
});

test("what is with the bank already is in no other file", () => {
  const given = batch();
  const payables = given.payables.map((one) => (one.member === "bo" ? { ...one, state: "asked" } : one));
  const made = makeBankFile({ ...given, payables }, payees, when);
  expect([made.transfers, made.total]).toEqual([1, "EUR 0.05"]);
  expect(made.xml).not.toContain("bakor-bo-EUR");
  expect(made.leftOut[0]).toBe("bakor/bo/EUR is with the bank already");
  const all = given.payables.map((one) => ({ ...one, state: "asked" }));
  expect(codeOf(() => makeBankFile({ ...given, payables: all }, payees, when))).toContain(
    "bank-nothing-to-pay",
  );
});

test("made again it is the same message; on another day another one", () => {
  const [one, two] = [makeBankFile(batch(), payees, when), makeBankFile(batch(), payees, when)];
  expect(one.xml).toBe(two.xml);
  expect(makeBankFile(batch(), payees, { ...when, on: "2026-11-28" }).name).not.toBe(one.name);
});

test("references are stable, short, and one for each payable", () => {
  expect(referenceOf("bakor/bo/EUR")).toBe("bakor-bo-EUR");
  const long = ["bakor/a_b/EUR", "bakor/a-b/EUR", `bakor/${"x".repeat(31)}/EUR`];
  const made = long.map(referenceOf);
  expect(new Set(made).size).toBe(3);
  for (const reference of made) expect(reference).toMatch(/^[a-z0-9A-Z-]{1,35}$/);
});

describe("is refused in words, without what stands in the file", () => {
  const cases: [string, BankBatch, string, string][] = [
    ["an empty batch", batch({ payables: [] }), payees, "bank-nothing-to-pay"],
    ["no account of the co-op", batch({ from: {} }), payees, "bank-account-missing"],
    [
      "a co-op's IBAN with a slip",
      batch({ from: { ...from, iban: "NL92ABNA0417164300" } }),
      payees,
      "check number",
    ],
    ["another head", batch(), "name;iban\n", "payees-file-unfit: Line 1"],
    ["a person who is not in it", batch(), `member,name,iban\nbo,Bo,${german}\n`, "ana is not in the file"],
    ["a person twice", batch(), `member,name,iban\nbo,Bo,${german}\nbo,Bo,${german}\n`, "Line 3"],
    ["an open quote", batch(), `member,name,iban\nbo,"Bo,${german}\n`, "Line 2"],
    [
      "a slip in an IBAN",
      batch(),
      payees.replace("89 3704", "89 3705"),
      "bo: the IBAN has a wrong check number",
    ],
    [
      "an IBAN that is too short",
      batch(),
      payees.replace(" 6769", ""),
      "ana: the IBAN has 12 signs and not 16",
    ],
    ["an odd BIC", batch(), payees.replace("COBADEFF500", "COBADEFF50"), "bo: the BIC"],
    ["a name that no bank can read", batch(), payees.replace("ana,Ana", "ana,日本"), "ana: the name"],
  ];
  test.for(cases)("%s", ([, given, text, expected]) => {
    const said = codeOf(() => makeBankFile(given, text, when)) ?? "nothing";
    expect(said).toContain(expected);
    expect(said.replaceAll(" ", "")).not.toContain("370400440532");
  });
});

test("IBANs: each single changed digit is noticed", () => {
  for (const good of [
    german,
    belgian,
    "FR14 2004 1010 0505 0001 3M02 606",
    "MT84MALT011000012345MTLCAST001S",
  ])
    expect(ibanFault(bareIban(good))).toBeUndefined();
  const iban = bareIban(german);
  fc.assert(
    fc.property(fc.integer({ min: 4, max: 21 }), fc.integer({ min: 1, max: 9 }), (at, add) => {
      const changed = (Number(iban[at]) + add) % 10;
      expect(ibanFault(`${iban.slice(0, at)}${changed}${iban.slice(at + 1)}`)).toBe(
        "the IBAN has a wrong check number",
      );
    }),
  );
});

test("whatever a name holds, the file holds only letters that banks take", () => {
  fc.assert(
    fc.property(fc.string({ unit: "grapheme", maxLength: 200 }), (name) => {
      const written = inSepaLetters(name, 70);
      expect(written).toMatch(sepaText);
      expect(written.length).toBeLessThanOrEqual(70);
      expect(written).not.toMatch(/^\/|\/$|\/\//);
    }),
  );
  expect(inSepaLetters("Łukasz Ødegård & Søn — Ñandú ß", 70)).toBe("Lukasz Odegard + Son - Nandu ss");
});

test("any amounts: the sums are right to the cent, and the checker agrees", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 1, max: 99_999_999 }), { minLength: 1, maxLength: 20 }),
      (amounts) => {
        const payables = amounts.map((amountMinor, n) => {
          const id = `bakor/m${n}/EUR`;
          return {
            id,
            member: `m${n}`,
            currency: "EUR",
            amountMinor,
            state: "ready",
            reference: referenceOf(id),
          };
        });
        const text = `member;name;iban\n${amounts.map((_, n) => `m${n};M ${n};${german}`).join("\n")}`;
        const made = makeBankFile(batch({ payables }), text, when);
        const sum = amounts
          .reduce((all, one) => all + BigInt(one), 0n)
          .toString()
          .padStart(3, "0");
        expect(made.total).toBe(`EUR ${sum.slice(0, -2)}.${sum.slice(-2)}`);
      },
    ),
    { numRuns: 40 },
  );
});

describe("the checker notices", () => {
  const good = makeBankFile(batch(), payees, when).xml;
  const cut = (from: RegExp, to = ""): string => good.replace(from, to);
  const broken: [string, string, string][] = [
    ["a missing element", cut(/<CreDtTm>.*<\/CreDtTm>\n/), "GrpHdr/CreDtTm is missing"],
    ["a wrong order", cut(/(<MsgId>.*\n)(.*<CreDtTm>.*\n)/, "$2$1"), "GrpHdr/MsgId comes too late"],
    ["an element too often", cut(/(<ChrgBr>.*)/, "$1\n$1"), "ChrgBr is there 2 times"],
    ["a stranger", cut(/<ChrgBr>/, "<Tip>1</Tip><ChrgBr>"), "Tip is not in the definition"],
    [
      "an element that it does not follow",
      cut(/<ChrgBr>/, "<UltmtDbtr></UltmtDbtr><ChrgBr>"),
      "not followed",
    ],
    ["a code of another list", cut(/SLEV/, "SLAV"), "one of DEBT, CRED, SHAR, SLEV"],
    ["a text that is too long", cut(/<MsgId>/, `<MsgId>${"x".repeat(35)}`), "1 to 35"],
    ["a date that is none", cut(/2026-11-27/, "2026-11-32"), "a day"],
    [
      "both of a choice",
      cut(/<Dt>.*<\/Dt>/, "<Dt>2026-11-27</Dt><DtTm>2026-11-27T00:00:00</DtTm>"),
      "choices",
    ],
    ["a third decimal", cut(/>1234.56</, ">1234.567<"), "between 0.01"],
    ["nothing to pay", cut(/>1234.56</, ">0.00<"), "between 0.01"],
    ["another currency", cut(/Ccy="EUR"/, 'Ccy="GBP"'), "not in EUR"],
    ["no currency", cut(/ Ccy="EUR"/), "has no currency"],
    ["an attribute", cut(/<PmtMtd>/, '<PmtMtd a="b">'), "an attribute a"],
    ["a wrong number", cut(/<NbOfTxs>2/, "<NbOfTxs>3"), "NbOfTxs is not their number"],
    ["a wrong sum", cut(/<CtrlSum>1234.61/, "<CtrlSum>1234.62"), "CtrlSum is not their sum"],
    ["a reference twice", cut(/bakor-ana-EUR<\/E/, "bakor-bo-EUR</E"), "EndToEndId is there twice"],
    ["a wrong check number", cut(/DE89/, "DE88"), "wrong check number"],
    ["letters of other alphabets", cut(/>Ana</, ">Äna<"), "Nm has other letters"],
    ["another version", cut(/pain.001.001.09/, "pain.001.001.03"), "Document is not of"],
    ["text between elements", cut(/<GrpHdr>/, "<GrpHdr>hello"), "text between"],
    ["half a file", good.slice(0, 900), "is not closed"],
    ["a comment", cut(/<GrpHdr>/, "<!-- x --><GrpHdr>"), "no element"],
    ["an entity of its own", cut(/>Ana</, ">&ana;<"), "unknown entity"],
  ];
  test.for(broken)("%s", ([, xml, expected]) => {
    expect(xml).not.toBe(good);
    expect(checkTransfers(xml).join("\n")).toContain(expected);
  });
});
