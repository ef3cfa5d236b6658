/** The journals of payouts, read by the programs for which they are written. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decimalOf } from "../../src/core/money.ts";
import { beancountOf, hledgerOf, type PayoutReport } from "../../src/work/index.ts";
import { openWorkHouse } from "../work/payouts-house.ts";
import { playDecember, playNovember, playOctober } from "../work/month.ts";
import { beancount, haveProgram, hledger } from "./debian-program.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-journals-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let report: PayoutReport;
beforeAll(() => {
  const house = openWorkHouse();
  playOctober(house);
  // What people type, and names with an underscore, must not leave their place.
  for (const description of [
    '"; ; | = * ! (x) { @ } \\',
    "two\nlines\u2028\u202e and a tab\t",
    "-5 EUR",
    "é ü 日本",
    " ",
  ])
    house.log({ person: "ana", day: "2026-11-02", minutes: 10, amount: 358, description });
  house.log({
    person: "ana",
    day: "2026-11-03",
    minutes: null,
    amount: 1234,
    currency: "KWD",
    circle: "dev-ops",
  });
  playNovember(house);
  playDecember(house);
  report = house.payouts.report({});
});

function written(name: string, text: string): string {
  const file = path.join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** Journals are in UTF-8, whatever the machine's own language is. */
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } });

describe.skipIf(!haveProgram(hledger))("hledger", () => {
  it("finds nothing wrong, and has our balances", () => {
    const file = written("payouts.journal", hledgerOf(report));
    run(hledger.file, "-f", file, "check", "--strict");
    const rows = run(hledger.file, "-f", file, "bal", "-O", "csv", "--layout=bare", "liabilities")
      .trim()
      .split("\n");
    const theirs = rows.slice(1, -2).map((row) => row.replaceAll('"', ""));
    const ours = report.persons
      .filter(({ amountMinor }) => amountMinor !== 0n)
      .map((sum) => {
        const owed = decimalOf({ ...sum, amountMinor: -sum.amountMinor });
        return `liabilities:contributors:${sum.name},${sum.currency},${owed}`;
      });
    expect(theirs.filter((row) => !row.startsWith("total")).sort()).toEqual(ours.sort());
  });
});

describe.skipIf(!haveProgram(beancount))("beancount", () => {
  it("finds nothing wrong", () => {
    const file = written("payouts.beancount", beancountOf(report));
    expect(run(beancount.file, file)).toBe("");
  });
});
