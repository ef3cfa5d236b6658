/**
 * The journal of the books of each test, read at the end of its file by the programs for which it is written: hledger
 * and beancount find nothing wrong with any, and hledger comes to our balances. Of several books of one test the last
 * that were opened are looked at. Where the programs are not there, that is said and left out.
 */
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, afterEach, expect } from "vitest";
import type { Books } from "../../src/books/index.ts";
import { decimalOf } from "../../src/core/money.ts";
import type { Db } from "../../src/db/index.ts";
import { beancount, hledger, type DebianProgram } from "../real/debian-program.ts";

interface Opened {
  db: Db;
  books: Books;
}

interface Kept {
  hledger: string;
  beancount: string;
  postings: [account: string, currency: string, amount: number][];
}

let last: Opened | undefined;
let closed: Kept | undefined;
let opened = 0;
const kept: Kept[] = [];

export function lookAtJournalOf(house: Opened): void {
  last = house;
  opened += 1;
  const { db } = house;
  const close = db.close.bind(db);
  db.close = () => {
    if (last === house && db.sqlite.open) closed = keptOf(house);
    close();
  };
}

function keptOf({ books }: Opened): Kept {
  return {
    hledger: [...books.journal("hledger")].join(""),
    beancount: [...books.journal("beancount")].join(""),
    postings: [...books.entries()].flatMap(({ postings }) => postings),
  };
}

afterEach(() => {
  const found = last?.db.sqlite.open === true ? keptOf(last) : closed;
  if (found !== undefined) kept.push(found);
  last = closed = undefined;
});

afterAll(() => {
  if (opened === 0) return;
  expect(kept.length, "journals that were looked at").toBeGreaterThan(0);
  const folder = mkdtempSync(path.join(tmpdir(), "tandem-journals-"));
  try {
    const files = (kind: "hledger" | "beancount"): string[] =>
      kept.map((journal, i) => {
        const file = path.join(folder, `${i}.${kind}`);
        writeFileSync(file, journal[kind]);
        return file;
      });
    if (isHere(hledger)) readByHledger(files("hledger"));
    if (isHere(beancount)) readByBeancount(files("beancount"));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}, 120_000);

function isHere({ name, file }: DebianProgram): boolean {
  if (existsSync(file)) return true;
  if (process.env["TANDEM_REAL"] === "require")
    throw new Error(`${name} is required, and ${file} is not there`);
  console.log(`${name}: left out, ${file} is not there`);
  return false;
}

/** Journals are in UTF-8, whatever the machine's own language is. */
const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", env: { ...process.env, LC_ALL: "C.UTF-8" } });

function readByHledger(files: readonly string[]): void {
  const named = files.flatMap((file) => ["-f", file]);
  run(hledger.file, ...named, "check", "--strict");
  const rows = run(hledger.file, ...named, "bal", "--flat", "-O", "csv", "--layout=bare")
    .trim()
    .split("\n");
  const theirs = rows.slice(1).map((one) => one.replaceAll('"', ""));
  const sums = new Map<string, bigint>();
  for (const [account, currency, amount] of kept.flatMap(({ postings }) => postings)) {
    const key = `${account},${currency}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(amount));
  }
  const ours = [...sums]
    .filter(([, sum]) => sum !== 0n)
    .map(([key, amountMinor]) => {
      const [, currency = ""] = key.split(",");
      return `${key},${decimalOf({ amountMinor, currency })}`;
    });
  expect(theirs.filter((one) => !one.startsWith("total")).sort()).toEqual(ours.sort());
}

/** As bean-check does it, in one process for all. */
const beanCheck = `
import sys
from beancount import loader
from beancount.parser import printer
for name in sys.argv[1:]:
    _, errors, _ = loader.load_file(name)
    printer.print_errors(errors)
`;

function readByBeancount(files: readonly string[]): void {
  expect(run("/usr/bin/python3", "-c", beanCheck, ...files)).toBe("");
}
