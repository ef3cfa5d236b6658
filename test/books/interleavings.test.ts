/**
 * Two imports, two runs of the books, two closes, decisions and restarts at once, in any order of their steps, on a
 * database on disk: what is in the files is booked once, and a month that was closed stays byte by byte as it was.
 */
import { copyFileSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { openDb } from "../../src/db/index.ts";
import { anyMonth, take } from "./any-month.ts";
import { line, openBooksHouse, plainPayouts, row, txn, type BooksHouse } from "./house.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-interleavings-"));
const empty = path.join(folder, "empty.db");
beforeAll(() => openDb(empty).close());
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const first = ["po_1", "2026-09-07", 5000] as const;
const second = ["po_2", "2026-09-21", 3000] as const;
const third = ["po_3", "2026-10-05", 2000] as const;
const lines = {
  l1: line("l1", "2026-09-08", 5000),
  l2: line("l2", "2026-09-22", 3000),
  l3: line("l3", "2026-10-06", 2000),
  fee: line("fee", "2026-09-30", -250, "account fee"),
};
const given = { account: { slug: "three-rivers" }, createdAt: "2026-09-15T09:00:00.000Z" };
const giver = { account: { slug: "ana" }, createdAt: "2026-09-15T09:00:00.000Z" };

/** What all of it is booked as in the end, whoever came first and whenever September was closed. */
const everything = {
  balances: [
    "assets:bank:gls 9750 EUR",
    "assets:opencollective 1000 EUR",
    "assets:stripe -300 EUR",
    "expenses:fees:transfer 250 EUR",
    "income:dues -1000 EUR",
    "income:hosting -10000 EUR",
    "income:hosting:refunds 300 EUR",
  ],
  byRef: {
    fee: "assets:bank:gls -250, expenses:fees:transfer 250",
    l1: "assets:bank:gls 5000, assets:transit:stripe -5000",
    l2: "assets:bank:gls 3000, assets:transit:stripe -3000",
    l3: "assets:bank:gls 2000, assets:transit:stripe -2000",
    t1: "assets:opencollective 1000, income:dues -1000",
    txn_ch_po_1: "assets:stripe 5000, income:hosting -5000",
    txn_ch_po_2: "assets:stripe 3000, income:hosting -3000",
    txn_ch_po_3: "assets:stripe 2000, income:hosting -2000",
    txn_late: "assets:stripe -300, income:hosting:refunds 300",
    txn_po_1: "assets:stripe -5000, assets:transit:stripe 5000",
    txn_po_2: "assets:stripe -3000, assets:transit:stripe 3000",
    txn_po_3: "assets:stripe -2000, assets:transit:stripe 2000",
  },
};

/** Σ of an entry and of all that amends it, by the id of its fact. */
function byRef(house: BooksHouse): Record<string, string> {
  const sums = new Map<string, Map<string, number>>();
  for (const { ref, postings } of house.shown().entries) {
    const of = sums.get(ref.replace(/\+\d+$/, "")) ?? new Map<string, number>();
    for (const { account, amount } of postings) of.set(account, (of.get(account) ?? 0) + amount);
    sums.set(ref.replace(/\+\d+$/, ""), of);
  }
  const words = (of: Map<string, number>): string =>
    [...of]
      .filter(([, sum]) => sum !== 0)
      .map(([account, sum]) => `${account} ${sum}`)
      .sort()
      .join(", ");
  const all = [...sums].map(([ref, of]) => [ref, words(of)] as const).filter(([, said]) => said !== "");
  return Object.fromEntries(all.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** Σ by currency straight from the table: nothing of the books' own reading is believed. */
function sums({ db }: BooksHouse): number[] {
  return db.sqlite
    .prepare<[], number>(
      `SELECT SUM(part.value ->> 2) FROM book_entry, json_each(postings) AS part GROUP BY part.value ->> 1`,
    )
    .pluck()
    .all();
}

/** Books on a file of their own, that can be closed and opened again in between. */
class Desk {
  readonly #file: string;
  house: BooksHouse;
  /** The journal of September as it was closed. */
  closed: string | undefined;
  #count = 0;

  constructor(file: string) {
    copyFileSync(empty, file);
    this.#file = file;
    this.house = openBooksHouse({ db: openDb(file) });
  }

  restart(): void {
    this.house.db.close();
    this.house = openBooksHouse({ db: openDb(this.#file) });
  }

  look(): void {
    expect(sums(this.house).filter((sum) => sum !== 0)).toEqual([]);
    if (this.closed !== undefined) expect(this.september()).toBe(this.closed);
  }

  september(): string {
    return [...this.house.books.journal("hledger", "2026-09")].join("");
  }

  /** Asks first and closes later, as treasurers do; what they agreed to may have changed meanwhile. */
  async close(turn: () => Promise<void>): Promise<void> {
    for (let asked = 0; asked < 4; asked++) {
      await turn();
      const hash = inWords(() => this.house.books.monthReport("2026-09").hash);
      if (hash === undefined) continue;
      await turn();
      const run = `run${(this.#count += 1)}`;
      if (inWords(() => this.house.books.close("2026-09", hash, ["tom", "eva"], run)) !== true) continue;
      expect(this.closed).toBeUndefined();
      this.closed = this.september();
    }
  }

  async decide(turn: () => Promise<void>): Promise<void> {
    const account = "expenses:fees:transfer";
    const what = { parts: [{ account, currency: "EUR", amountMinor: 250 }] };
    const wanted = { kind: "writeoff", subject: "fee", what, why: "a fee" } as const;
    for (let asked = 0; asked < 3; asked++) {
      await turn();
      if (inWords(() => this.house.books.weigh(wanted)) === undefined) continue;
      await turn();
      inWords(() => this.house.books.decide(wanted, "tom", null));
    }
  }

  async doubt(turn: () => Promise<void>): Promise<void> {
    await turn();
    const [last] = this.house.books.decisions();
    await turn();
    if (last !== undefined) inWords(() => this.house.books.undo(last.id, "eva"));
  }
}

/** What comes of it; undefined: it was refused in words. */
function inWords<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Problem) return undefined;
    throw thrown;
  }
}

let desks = 0;
let closes = 0;

test(
  "two imports, two runs, two closes and decisions at once book everything once",
  { timeout: 300_000 },
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.scheduler(), fc.boolean(), async (scheduler, isRestarted) => {
        const desk = new Desk(path.join(folder, `${(desks += 1)}.db`));
        const turn = async (): Promise<void> => scheduler.schedule(Promise.resolve());
        const steps = async (...works: ((house: BooksHouse) => unknown)[]): Promise<void> => {
          for (const work of works) {
            await turn();
            work(desk.house);
            desk.look();
          }
        };
        // Through the commit that writes share: one that is refused makes all of its turn run again.
        const shared = async (work: (house: BooksHouse) => unknown): Promise<void> => {
          await turn();
          await desk.house.db.write(() => work(desk.house));
          desk.look();
        };
        const run = ({ books }: BooksHouse): unknown => books.reconcile();
        const all = [
          steps(
            ({ stripe }) => stripe(plainPayouts(first, second)),
            ({ bank }) => bank([lines.l1, lines.l2, lines.fee]),
            run,
          ),
          steps(
            ({ stripe }) => stripe(plainPayouts(second, third)),
            ({ bank }) => bank([lines.fee, lines.l2, lines.l3]),
            ({ stripe }) => stripe(plainPayouts(first, second)),
          ),
          steps(
            ({ collective }) => collective([row("t1", "g1", "CONTRIBUTION", 1000, given)]),
            ({ collective }) => collective([row("t2", "g1", "CONTRIBUTION", -1000, giver)]),
            ({ stripe }) => stripe({ balance_transactions: [txn("txn_late", "2026-09-25", "refund", -300)] }),
          ),
          steps(run, run, run),
          ...(isRestarted
            ? [
                steps(
                  () => desk.restart(),
                  () => desk.restart(),
                ),
              ]
            : [
                shared(({ bank }) => bank([lines.l1, lines.l2])),
                shared(({ books }) => inWords(() => books.close("2026-09", "of nothing", ["tom"], "none"))),
                shared(({ stripe }) => stripe(plainPayouts(first))),
              ]),
          ...[desk.close(turn), desk.close(turn), desk.decide(turn), desk.decide(turn), desk.doubt(turn)],
        ];
        await scheduler.waitFor(Promise.all(all));
        await desk.decide(() => Promise.resolve());
        desk.look();
        const { house } = desk;
        const found = { balances: house.balances(), byRef: byRef(house) };
        const fee = house.books.decisions().filter(({ subject }) => subject === "fee").length;
        const [periods, audited] = [
          house.books.closed().length,
          house.db.sqlite.prepare("SELECT COUNT(*) FROM audit WHERE what = 'books.closed'").pluck().get(),
        ];
        closes += periods;
        house.db.close();
        expect(found).toEqual(everything);
        expect([fee, periods, audited]).toEqual([1, desk.closed === undefined ? 0 : 1, periods]);
      }),
      { numRuns: 60 },
    );
    // Else nothing was closed while the others were at work, and the test has looked at less than it says.
    expect(closes).toBeGreaterThan(5);
  },
);

test("another process is refused while one has the books", () => {
  const file = path.join(folder, "held.db");
  const db = openDb(file);
  expect(() => openDb(file)).toThrow(/holds|another/i);
  db.close();
});

const calm = openBooksHouse();
const late = openBooksHouse();
afterAll(() => [calm, late].forEach(({ db }) => db.close()));

function inEmptyBooks<T>(house: BooksHouse, play: (house: BooksHouse) => T): T {
  house.db.sqlite.exec("BEGIN");
  try {
    return play(house);
  } finally {
    house.db.sqlite.exec("ROLLBACK");
  }
}

/** Everything that waits in October is ignored with a reason, and October is closed if it proves. */
function closeOctober({ books }: BooksHouse): boolean {
  const waiting = books.reconcile().queue.filter(({ date }) => date <= "2026-10-31");
  for (const id of new Set(waiting.map((item) => item.id)))
    books.decide({ kind: "ignore", subject: id, what: {}, why: "asked" }, "tom", null);
  const hash = inWords(() => books.monthReport("2026-10").hash);
  return hash !== undefined && books.close("2026-10", hash, ["tom"], "bakor");
}

test("a month closed at any moment never changes, and what comes later makes up the same sums", () => {
  let closed = 0;
  fc.assert(
    fc.property(anyMonth, fc.infiniteStream(fc.nat()), fc.nat({ max: 60 }), (parts, random, after) => {
      const sum = inEmptyBooks(calm, (house) => {
        for (const part of parts) take(house, part);
        return { balances: house.balances(), byRef: byRef(house) };
      });
      const next = random[Symbol.iterator]();
      const shuffled = [...parts, ...parts.slice(0, 3)]
        .map((part) => ({ part, place: next.next().value as number }))
        .sort((a, b) => a.place - b.place);
      const wild = inEmptyBooks(late, (house) => {
        const october = (): string => [...house.books.journal("hledger", "2026-10")].join("");
        let before: string | undefined;
        for (const [n, { part }] of shuffled.entries()) {
          take(house, part);
          if (before === undefined && n >= after % shuffled.length && closeOctober(house)) before = october();
          house.books.reconcile();
          if (before !== undefined) expect(october()).toBe(before);
          expect(sums(house).filter((one) => one !== 0)).toEqual([]);
        }
        if (before !== undefined) closed += 1;
        return { balances: house.balances(), byRef: byRef(house) };
      });
      expect(wild).toEqual(sum);
    }),
    { numRuns: 60 },
  );
  expect(closed).toBeGreaterThan(20);
});

test("a closed entry that another row names now is taken back, so that nothing is booked twice", () => {
  const house = openBooksHouse();
  const pair = (n: number): object[] => [
    row(`t${n}`, "g1", "CONTRIBUTION", 100 * n, given),
    row(`u${n}`, "g1", "CONTRIBUTION", -100 * n, giver),
  ];
  house.collective(pair(5), "three-rivers");
  const { hash } = house.books.monthReport("2026-09");
  expect(house.books.close("2026-09", hash, ["tom"], "bakor")).toBe(true);
  // More of the same group, with an id that comes first: the whole group is now an entry of that name.
  house.collective(pair(1), "three-rivers");
  expect(house.shown().entries.map(({ ref, date }) => [ref, date])).toEqual([
    ["t5", "2026-09-15"],
    ["t1", "2026-10-01"],
    ["t5+1", "2026-10-01"],
  ]);
  expect(house.postings("t5+1")).toEqual(["assets:opencollective -500 EUR", "income:dues 500 EUR"]);
  expect(house.balances()).toEqual(["assets:opencollective 600 EUR", "income:dues -600 EUR"]);
});
