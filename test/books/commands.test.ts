/** The words of treasurers, through the door. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { booksFor, type HouseBooks } from "../../src/house/books.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Payouts } from "../../src/work/index.ts";
import type { Trades } from "../../src/workflow/define.ts";
import { codeOf, openHouse, shippedCommands, textOf, type TestHouse } from "../router/house.ts";
import { line, plainPayouts } from "./house.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-books-"));
let house: TestHouse;
let books: HouseBooks;

beforeAll(async () => {
  const trades = {} as Trades;
  house = openHouse(await shippedCommands(), { trades });
  const nobody = { report: () => ({ lines: [], batches: [] }), payables: () => [] } as unknown as Payouts;
  const config = {
    dataDir: folder,
    collective: {},
    books: { accounts: {}, secondVoiceFrom: 50_000, closeVoices: 2 },
  };
  books = booksFor({
    ...{ db: house.db, clock: new FakeClock(Date.parse("2026-11-10T09:00:00Z")), audit: house.audit },
    ...{ options: { config: config as never }, payouts: nobody },
  });
  Object.assign(trades, { books });
});
afterAll(() => {
  house.db.close();
  rmSync(folder, { recursive: true, force: true });
});

async function says(words: string): Promise<string> {
  return textOf(await house.says("tom", words));
}

async function imports(what: string, content: unknown, flags = ""): Promise<string> {
  const { token, file } = books.spool();
  writeFileSync(file, JSON.stringify(content));
  return says(`money import ${what} --from=${token} ${flags}`);
}

test("a month from its files to a closed book", async () => {
  expect(await says("money status")).toContain("Nothing has been reconciled yet.");
  expect(
    await imports("stripe", { ...plainPayouts(["po_1", "2026-10-07", 5000]), customers: [{}] }),
  ).toContain("not read: customers");
  const lines = [line("l1", "2026-10-08", 5000, "STRIPE"), line("l2", "2026-10-09", -800, "a secret name")];
  await imports("bank", [...lines, line("l3", "2026-10-10", 60_000)], "--account=gls --format=json");
  expect(
    await imports("bank", [...lines, line("l3", "2026-10-10", 60_000)], "--account=gls --format=json"),
  ).toContain("taken before");
  expect(await says("money reconcile")).toContain("2 in the queue");
  const queue = await says("money queue");
  expect(queue).toContain("`l2` · 2026-10-09 · -8.00 EUR · unmatched: nothing fits it");
  expect(queue).not.toContain("secret");
  expect(codeOf(await house.says("tom", "money close 2026-10"))).toBe("month-not-clean");
  expect(codeOf(await house.says("tom", 'money split l2 expenses:work:servers=EUR7.99 "a bill"'))).toBe(
    "book-amounts-differ",
  );
  expect(
    await says(
      'money split l2 expenses:work:servers=EUR7.50,expenses:fees:transfer=EUR0.50 "the bill of October"',
    ),
  ).toContain("1 left in the queue");
  expect(await says("money decisions")).toContain(
    "**1** · 2026-11-10 · split `l2` · tom: the bill of October",
  );
  expect(await says("money undo 1")).toContain("2 in the queue");
  expect(await says("money writeoff l2 expenses:work:servers the bill of October")).toContain("1 left");
  // Much money: another treasurer is asked.
  expect((await house.says("tom", 'money ignore l3 "asked the bank"')).kind).toBe("started");
  books.decide({ kind: "ignore", subject: "l3", what: {}, why: "asked" }, "tom", "eva");
  expect(await says("money status")).toContain("Every cent is accounted for.");
  expect((await house.says("tom", "money close 2026-10")).kind).toBe("started");
  expect((await house.says("tom", "money export hledger 2026-10")).kind).toBe("private");
});

test("what cannot be imported says why, and a word from elsewhere names no file", async () => {
  expect(await imports("paypal", {})).toContain("Nothing of the kind paypal can be imported.");
  expect(await imports("bank", [], "--account=gls --format=xls")).toContain("in the format xls are not read");
  expect(codeOf(await house.says("tom", "money import stripe"))).toBe("import-file-gone");
  expect(codeOf(await house.says("tom", "money import stripe --from=../../etc/passwd"))).toBe(
    "import-file-gone",
  );
  expect(codeOf(await house.says("tom", "money import stripe --from=aaaaaaaaaaaaaaaaaaaa"))).toBe(
    "import-file-gone",
  );
});
