/** The journals of the books, read by the programs for which they are written. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decimalOf } from "../../src/core/money.ts";
import { line, openBooksHouse, payout, plainPayouts, row, txn, type BooksHouse } from "../books/house.ts";
import { beancount, haveProgram, hledger } from "./debian-program.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-books-journals-"));
const house: BooksHouse = openBooksHouse();
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeAll(() => {
  const own = { account: { slug: "three-rivers" }, currency: "JPY" };
  house.stripe(
    plainPayouts(
      ["po_1", "2026-10-07", 5000],
      ["po_2", "2026-10-08", 5000],
      ["po_k", "2026-10-08", 12_340, { currency: "kwd" }],
    ),
  );
  house.stripe({
    payouts: [payout("po_m", "2026-10-09", 1, { automatic: false, reconciliation_status: "not_applicable" })],
    balance_transactions: [
      txn("txn_(odd);id", "2026-10-03", "charge", 10_000, { fee: 310 }),
      txn("txn_dp", "2026-10-04", "dispute", -10_000, { fee: 1500, source: "dp_1" }),
      txn("txn_new", "2026-10-04", "lunar_levy", -5),
      txn("txn_usd", "2026-10-04", "charge", 777, { currency: "usd", source: "ch_oc", fee: 7 }),
    ],
  });
  house.collective([
    row("t1", "g1", "CONTRIBUTION", 120_000, { ...own, merchantId: "ch_oc" }),
    row("t2", "g1", "CONTRIBUTION", -120_000, { currency: "JPY", account: { slug: "ana" } }),
  ]);
  // What banks write must not leave its place.
  const texts = ['"; ; | = * ! (x) { @ } \\', "two\nlines\u2028\u202e and a tab\t", "-5 EUR", "é ü 日本", ""];
  house.bank(texts.map((text, i) => line(`odd ${i}`, "2026-10-10", i - 7, text)));
  house.bank([line("l1", "2026-10-08", 5000), line("l2", "2026-10-09", 5000)], "our_Bank-2");
  house.books.reconcile();
});

/** A month that begins with balances of an earlier ledger, under the co-op's own names. */
function renamedHouse(): BooksHouse {
  const own = { "assets:bank": "assets:giro", "income:hosting": "income:apps", suspense: "equity:Unclear" };
  const named = openBooksHouse({ accountNames: own });
  const opening = "2026-09-30 opening\n    assets:giro:gls  EUR 750.00\n    equity:opening\n";
  const bytes = (): Uint8Array[] => [Buffer.from(opening)];
  named.books.importFile({ what: "opening", name: "opening.journal", bytes }, "tom");
  named.stripe(plainPayouts(["po_1", "2026-10-07", 5000]));
  named.bank([line("l1", "2026-10-08", 5000), line("l2", "2026-10-09", -700, "bill")]);
  named.books.reconcile();
  return named;
}

function written(name: string, text: Iterable<string>): string {
  const file = path.join(folder, name);
  writeFileSync(file, [...text].join(""));
  return file;
}

/** Journals are in UTF-8, whatever the machine's own language is. */
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } });

describe.skipIf(!haveProgram(hledger))("hledger", () => {
  it("finds nothing wrong, and has our balances", () => {
    const file = written("books.journal", house.books.journal("hledger"));
    run(hledger.file, "-f", file, "check", "--strict");
    const rows = run(hledger.file, "-f", file, "bal", "--flat", "-O", "csv", "--layout=bare")
      .trim()
      .split("\n");
    const theirs = rows.slice(1).map((one) => one.replaceAll('"', ""));
    const ours = house.balances().map((one) => {
      const [account = "", amount = "0", currency = ""] = one.split(" ");
      return `${account},${currency},${decimalOf({ amountMinor: BigInt(amount), currency })}`;
    });
    expect(ours.length).toBeGreaterThan(10);
    expect(theirs.filter((one) => !one.startsWith("total")).sort()).toEqual(ours.sort());
  });

  it("reads the co-op's own names, and begins with the opening balances", () => {
    const file = written("named.journal", renamedHouse().books.journal("hledger"));
    run(hledger.file, "-f", file, "check", "--strict");
    const balances = run(hledger.file, "-f", file, "bal", "--flat", "-N").trim().split("\n");
    expect(balances.map((one) => one.trim().replaceAll(/\s+/g, " ")).sort()).toEqual([
      "EUR -50.00 income:apps",
      "EUR -750.00 equity:opening",
      "EUR 7.00 equity:Unclear",
      "EUR 793.00 assets:giro:gls",
    ]);
  });
});

describe.skipIf(!haveProgram(beancount))("beancount", () => {
  it("finds nothing wrong", () => {
    const file = written("books.beancount", house.books.journal("beancount"));
    expect(run(beancount.file, file)).toBe("");
  });

  it("reads the co-op's own names", () => {
    const file = written("named.beancount", renamedHouse().books.journal("beancount"));
    expect(run(beancount.file, file)).toBe("");
  });
});
