/** What was handed to the bank is paid when the books find it there, and owed again when it comes back. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import type { Message } from "../../src/chat/message.ts";
import { booksFor, type HouseBooks } from "../../src/house/books.ts";
import { openBank } from "../../src/work/bank.ts";
import { openBankWords } from "../../src/work/index.ts";
import { line } from "../books/house.ts";
import { render } from "../../src/chat/render.ts";
import { expectGolden } from "../golden.ts";
import { openWorkHouse } from "./payouts-house.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-bank-word-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const toBo = "tomek-bo-EUR";
const toCleo = "tomek-cleo-EUR";

/** bo has earned EUR 20.00 and cleo 50.00 in October; tom has agreed to it. */
function openPaying({ asked = true } = {}) {
  const house = openWorkHouse();
  const { db, clock, audit, people, payouts } = house;
  const said: { to: string; key: string; message: Message }[] = [];
  const words = openBankWords({
    ...{ db, clock, audit, people, room: undefined },
    post: (to, key, message) =>
      said.push({ to: typeof to === "string" ? to : String(to.direct), key, message }),
  });
  const config = { dataDir: folder, collective: {}, books: { secondVoiceFrom: 50_000, closeVoices: 1 } };
  const books: HouseBooks = booksFor({
    ...{ db, clock, audit, payouts, words, options: { config: config as never } },
  });
  house.log({ person: "bo", day: "2026-10-05", minutes: 60, amount: 2000 });
  house.log({ person: "cleo", day: "2026-10-06", minutes: 150, amount: 5000 });
  for (const member of ["bo", "cleo"]) house.paidThrough(member, "bank");
  payouts.publish("tomek", "2026-10", "tess");
  payouts.agree("tomek", payouts.lookAgain("tomek").hash ?? "", ["tom"]);
  const bank = openBank({ db, clock, audit, from: {} });
  if (asked) bank.markAsked("tess", "tomek");
  const imports = (...lines: object[]): void => {
    const bytes = () => [Buffer.from(JSON.stringify(lines))];
    books.importFile({ what: "bank", name: "b.json", account: "gls", bytes }, "tess");
  };
  return {
    ...{ house, books, bank, said, imports },
    stands: (): string[] => {
      books.reconcile();
      const rows = payouts.payables({}).map(({ member, state, bankLine }) => {
        return `${member} ${state}${bankLine === null ? "" : `: ${bankLine}`}`;
      });
      return [...rows, `batch ${payouts.get("tomek").state}`, ...Object.values(house.statesOf())];
    },
    postings: (ref: string): string[] => {
      books.reconcile();
      return [...books.entries()]
        .filter((entry) => entry.ref === ref || entry.ref.startsWith(`${ref}+`))
        .flatMap(({ date, postings }) =>
          postings.map(([account, , amountMinor]) => `${date} ${account} ${amountMinor}`),
        );
    },
    owed: (member: string): number => {
      books.reconcile();
      const all = [...books.entries()].flatMap(({ postings }) => postings);
      const mine = all.filter(([account]) => account === `liabilities:contributors:${member}`);
      return mine.reduce((sum, [, , amountMinor]) => sum + amountMinor, 0);
    },
    tells: (): string[] => said.map(({ to, key }) => `${to.slice(1, -13)} ${key}`).sort(),
  };
}

const out = (id: string, date: string, amount: number, text: string) =>
  line(id, date, -amount, `SEPA transfer ${text}`);
const back = (id: string, date: string, amount: number, text: string) =>
  line(id, date, amount, `RETURN ${text} account closed`);

test("a line that names a payable pays it, and the debt is gone", () => {
  const { imports, stands, postings, owed, tells, said } = openPaying();
  expect(owed("bo")).toBe(-2000);
  imports(out("l1", "2026-11-12", 2000, `Work in 2026-10 ${toBo}`));
  expect(stands()).toEqual([
    ...["bo paid: bank:gls/l1 2026-11-12", "cleo asked", "batch approved"],
    ...["paid", "batched"],
  ]);
  expect(postings("l1")).toEqual([
    "2026-11-12 assets:bank:gls -2000",
    "2026-11-12 liabilities:contributors:bo 2000",
  ]);
  expect([owed("bo"), owed("cleo")]).toEqual([0, -5000]);
  imports(out("l2", "2026-11-13", 5000, toCleo));
  expect(stands().slice(2)).toEqual(["batch paid", "paid", "paid"]);
  expect(tells()).toEqual([
    "bo payable/paid/tomek/bo/EUR/bank:gls/l1/bo",
    "cleo payable/paid/tomek/cleo/EUR/bank:gls/l2/cleo",
  ]);
  expect(JSON.stringify(said[0]?.message)).toContain(
    "EUR 20.00 for your work (payout of 2026-10) has left the co-op's bank on 2026-11-12.",
  );
});

test("the bank's word counts also where nobody said that the file was sent", () => {
  const { imports, stands, bank } = openPaying({ asked: false });
  imports(out("l1", "2026-11-12", 2000, toBo));
  expect(stands()[0]).toBe("bo paid: bank:gls/l1 2026-11-12");
  expect(bank.batch("tomek").payables.map(({ id, state }) => `${id} ${state}`)).toEqual([
    "tomek/cleo/EUR ready",
  ]);
});

test("what people read of it is that of the golden file", () => {
  const { imports, said, books } = openPaying();
  imports(out("l1", "2026-11-12", 2000, toBo), out("l2", "2026-11-12", 5000, "cleo"));
  books.reconcile();
  imports(back("l3", "2026-11-16", 2000, toBo));
  books.reconcile();
  const match = { kind: "match" as const, subject: "l2", what: { claims: [toCleo] }, why: "hers" };
  const { id } = books.decide(match, "tess", null);
  books.undo(id, "tess");
  const texts = said.map(({ to, message }) => `To ${to}:\n${render(message).body.trimEnd()}\n`);
  expectGolden("messages/paid-by-bank.txt", texts.join("\n---\n\n"));
});

test.each([
  ["another amount", out("l1", "2026-11-12", 1999, toBo)],
  ["another currency", line("l1", "2026-11-12", -2000, toBo, "GBP")],
  ["money that comes in", back("l1", "2026-11-12", 2000, toBo)],
  ["a longer reference", out("l1", "2026-11-12", 2000, `${toBo}2`)],
  ["no reference", out("l1", "2026-11-12", 2000, "thank you")],
])("%s pays nothing and waits in the queue", (_, other) => {
  const { imports, stands, books, owed, tells } = openPaying();
  imports(other);
  expect(stands()).toEqual(["bo asked", "cleo asked", "batch approved", "batched", "batched"]);
  expect(books.reconcile().queue.map(({ id }) => id)).toEqual(["l1"]);
  expect([owed("bo"), tells()]).toEqual([-2000, []]);
});

test("what comes back is owed again, goes into the next file, and is paid anew under the same reference", () => {
  const { imports, stands, postings, owed, bank, tells, books } = openPaying();
  imports(out("l1", "2026-11-12", 2000, toBo));
  stands();
  imports(back("l2", "2026-11-16", 2000, toBo));
  expect(stands()).toEqual([
    ...["bo ready: bank:gls/l1 2026-11-12, bank:gls/l2 2026-11-16", "cleo asked", "batch approved"],
    ...["batched", "batched"],
  ]);
  expect(postings("l2")).toEqual([
    "2026-11-16 assets:bank:gls 2000",
    "2026-11-16 liabilities:contributors:bo -2000",
  ]);
  expect(owed("bo")).toBe(-2000);
  expect(books.reconcile().queue).toEqual([]);
  expect(books.reconcile().states).toEqual({
    ...{ l1: "failed_reversed", l2: "failed_reversed", [toBo]: "failed_reversed" },
  });
  expect(tells().filter((one) => one.includes("/ready/"))).toEqual([
    "bo payable/ready/tomek/bo/EUR/bank:gls/l2/bo",
    "tess payable/ready/tomek/bo/EUR/bank:gls/l2/@tess:example.coop",
    "tom payable/ready/tomek/bo/EUR/bank:gls/l2/@tom:example.coop",
  ]);
  expect(bank.markAsked("tess", "tomek")).toEqual(["tomek/bo/EUR"]);
  // The books run again and find nothing new: it stays with the bank.
  expect(stands()[0]).toBe("bo asked: bank:gls/l1 2026-11-12, bank:gls/l2 2026-11-16");
  imports(out("l3", "2026-11-20", 2000, toBo));
  expect(stands()[0]).toBe("bo paid: bank:gls/l1 2026-11-12, bank:gls/l2 2026-11-16, bank:gls/l3 2026-11-20");
  expect(owed("bo")).toBe(0);
  expect(books.reconcile().groups).toEqual([[[toBo], ["l1", "l2", "l3"]]]);
});

test("the order in which lines are heard leaves no trace", () => {
  const lines = [
    out("l1", "2026-11-12", 2000, toBo),
    back("l2", "2026-11-16", 2000, toBo),
    out("l3", "2026-11-20", 2000, toBo),
    // Both in one line, as some banks book a file.
    out("l4", "2026-11-21", 7000, `${toBo} ${toCleo}`),
    back("l5", "2026-11-24", 7000, `${toCleo} ${toBo}`),
  ];
  // Each tenth of the 120 orders: a house for each takes its time.
  const orders = permutations(lines).filter((_, n) => n % 10 === 3);
  const ends = orders.map((order) => {
    const { imports, stands, books } = openPaying();
    for (const one of order) {
      imports(one);
      books.reconcile();
    }
    return JSON.stringify([stands(), [...books.journal("hledger")]]);
  });
  expect(new Set(ends).size).toBe(1);
  expect(ends[0]).toContain(
    "bo paid: bank:gls/l1 2026-11-12, bank:gls/l2 2026-11-16, bank:gls/l3 2026-11-20",
  );
}, 180_000);

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length < 2) return [[...all]];
  return all.flatMap((one, n) => permutations(all.toSpliced(n, 1)).map((rest) => [one, ...rest]));
}

test("a file that the bank books as one line pays all that it names, and comes back as one", () => {
  const { imports, stands, postings, owed } = openPaying();
  imports(out("l1", "2026-11-12", 7000, `${toBo} ${toCleo}`));
  expect(stands().slice(0, 3)).toEqual([
    "bo paid: bank:gls/l1 2026-11-12",
    "cleo paid: bank:gls/l1 2026-11-12",
    "batch paid",
  ]);
  expect(postings("l1")).toEqual([
    "2026-11-12 assets:bank:gls -7000",
    "2026-11-12 liabilities:contributors:bo 2000",
    "2026-11-12 liabilities:contributors:cleo 5000",
  ]);
  imports(back("l2", "2026-11-13", 5000, toCleo));
  expect(stands().slice(0, 2)).toEqual([
    "bo paid: bank:gls/l1 2026-11-12",
    "cleo ready: bank:gls/l1 2026-11-12, bank:gls/l2 2026-11-13",
  ]);
  expect([owed("bo"), owed("cleo")]).toEqual([0, -5000]);
});

test("what is paid twice is paid once; the second line waits", () => {
  const { imports, stands, books, owed } = openPaying();
  imports(out("l1", "2026-11-12", 2000, toBo), out("l2", "2026-11-12", 2000, toBo));
  expect(stands()[0]).toBe("bo paid: bank:gls/l1 2026-11-12");
  expect(books.reconcile().queue.map(({ id, why, candidates }) => [id, why, candidates])).toEqual([
    ["l2", "what it names is paid already: the money has moved twice", [toBo]],
  ]);
  expect(owed("bo")).toBe(0);
});

test("a month that is closed stays; what comes back is booked in the open one", () => {
  const { imports, stands, postings, books, owed, house } = openPaying();
  imports(out("l1", "2026-11-12", 2000, toBo), out("l2", "2026-11-13", 5000, toCleo));
  stands();
  house.clock.pass(25 * 86_400_000);
  expect(books.close("2026-10", books.monthReport("2026-10").hash, ["tom"], "run")).toBe(true);
  expect(books.close("2026-11", books.monthReport("2026-11").hash, ["tom"], "run")).toBe(true);
  imports(back("l3", "2026-11-28", 2000, toBo));
  expect(stands()[0]).toBe("bo ready: bank:gls/l1 2026-11-12, bank:gls/l3 2026-11-28");
  expect(postings("l1")).toEqual([
    "2026-11-12 assets:bank:gls -2000",
    "2026-11-12 liabilities:contributors:bo 2000",
  ]);
  expect(postings("l3")).toEqual([
    "2026-12-01 assets:bank:gls 2000",
    "2026-12-01 liabilities:contributors:bo -2000",
  ]);
  expect(owed("bo")).toBe(-2000);
});

test("a line of a closed month that was booked on something else is corrected in the open one", () => {
  const { imports, stands, postings, owed, books, house } = openPaying();
  imports(out("l1", "2026-10-30", 5000, toCleo));
  house.db.sqlite.exec("update payable set state = 'proposed' where member = 'cleo'");
  books.reconcile();
  const parts = [{ account: "expenses:rent", currency: "EUR", amountMinor: 5000 }];
  books.decide({ kind: "split", subject: "l1", what: { parts }, why: "rent, we thought" }, "tess", "tom");
  expect(books.close("2026-10", books.monthReport("2026-10").hash, ["tom"], "run")).toBe(true);
  house.db.sqlite.exec("update payable set state = 'asked' where member = 'cleo'");
  expect(stands()[1]).toBe("cleo paid: bank:gls/l1 2026-10-30");
  expect(postings("l1")).toEqual([
    "2026-10-30 assets:bank:gls -5000",
    "2026-10-30 expenses:rent 5000",
    "2026-11-01 liabilities:contributors:cleo 5000",
    "2026-11-01 expenses:rent -5000",
  ]);
  expect(owed("cleo")).toBe(0);
});

test("a treasurer gives a line without reference to a payable, and takes that back", () => {
  const { imports, stands, books, owed, tells } = openPaying();
  imports(out("l1", "2026-11-12", 2000, "thank you bo"));
  const [item] = books.reconcile().queue;
  expect([item?.id, item?.candidates]).toEqual(["l1", [toBo]]);
  const wanted = { kind: "match", subject: "l1", why: "he says so" } as const;
  expect(() => books.decide({ ...wanted, what: { claims: [toCleo] } }, "tess", null)).toThrow(/50\.00/);
  const { id } = books.decide({ ...wanted, what: { claims: [toBo] } }, "tess", null);
  expect([stands()[0], owed("bo")]).toEqual(["bo paid: bank:gls/l1 2026-11-12", 0]);
  books.undo(id, "tess");
  expect([stands()[0], owed("bo")]).toEqual(["bo asked", -2000]);
  expect(tells().filter((one) => one.startsWith("tess"))).toEqual([
    "tess payable/asked/tomek/bo/EUR/bank:gls/l1/@tess:example.coop",
  ]);
});

test("what comes back less a fee is given to its payable by a treasurer: all of it is owed again", () => {
  const { imports, stands, books, postings, owed } = openPaying();
  imports(out("l1", "2026-11-12", 2000, toBo), back("l2", "2026-11-16", 1750, toBo));
  expect(stands()[0]).toBe("bo paid: bank:gls/l1 2026-11-12");
  const wanted = { kind: "match" as const, subject: "l2", what: { claims: [toBo] }, why: "less their fee" };
  books.decide(wanted, "tess", null);
  expect(stands()[0]).toBe("bo ready: bank:gls/l1 2026-11-12, bank:gls/l2 2026-11-16");
  expect(postings("l2")).toEqual([
    "2026-11-16 assets:bank:gls 1750",
    "2026-11-16 liabilities:contributors:bo -2000",
    "2026-11-16 expenses:fees:transfer 250",
  ]);
  expect(owed("bo")).toBe(-2000);
  expect(books.reconcile().queue).toEqual([]);
});
