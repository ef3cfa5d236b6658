import { describe, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openBooks, type Books } from "../../src/books/index.ts";
import type { Money } from "../../src/core/money.ts";
import { playLedger } from "../contract/opencollective/ledger.ts";
import { coopSlug, coopToken, type Fault } from "../contract/opencollective/state.ts";
import { house, type House } from "./house.ts";

const day = 86_400_000;

interface Reading extends House {
  books: Books;
  play: ReturnType<typeof playLedger>;
  /** What the budgets were told. */
  balances: Money[];
}

function reading(): Reading {
  const balances: Money[] = [];
  const one = house({ onBalance: (money) => void balances.push(money) });
  const books = openBooks({
    ...{ db: one.db, clock: one.clock, audit: openAudit(one.db, one.clock) },
    ...{ collectiveSlug: coopSlug, secondVoiceFrom: 50_000 },
    ...{ accruals: () => [], payables: () => [], member: () => undefined },
  });
  const again: House["again"] = (more) => one.again({ books, ...more });
  return { ...one, again, collective: again(), books, balances, play: playLedger(one.state, coopSlug) };
}

/** Σ by account, in the books. */
function booked(books: Books): Record<string, number> {
  books.reconcile();
  const sums: Record<string, number> = {};
  for (const { postings } of books.entries())
    for (const [account, currency, amount] of postings)
      sums[`${account} ${currency}`] = (sums[`${account} ${currency}`] ?? 0) + amount;
  return sums;
}

const proofOf = (books: Books) =>
  books
    .reconcile()
    .proofs.filter(({ proof }) => proof === "assets:opencollective")
    .map(({ currency, saidMinor, differenceMinor, ok }) => [currency, saidMinor, differenceMinor, ok]);

const asked = ({ state }: House, operation: string): number =>
  state.requests.filter((name) => name === operation).length;

describe.each(["together", "apart"] as const)("with fees %s", (layout) => {
  test("both sides of every group come into the books, and what it holds proves to the cent", async () => {
    const { collective, books, play, balances } = reading();
    play.give({ cents: 10_000, on: "2026-10-05", hostFee: 1000, processorFee: 300, layout });
    play.give({ cents: 2500, on: "2026-11-02", hostFee: 250, layout });
    expect(await collective.fetchForBooks()).toMatchObject({ kind: "fetched", balance: "EUR 109.50" });
    expect(booked(books)).toEqual({
      "assets:opencollective EUR": 10_950,
      "expenses:fees:host EUR": 1250,
      "expenses:fees:processor EUR": 300,
      "income:dues EUR": -12_500,
    });
    expect(books.reconcile().queue).toEqual([]);
    expect(proofOf(books)).toEqual([["EUR", 10_950n, 0n, true]]);
    expect(balances).toEqual([{ amountMinor: 10_950n, currency: "EUR" }]);
    expect(collective.lastFetched()).toBe("2026-11-26T09:00:00.000Z");
  });
});

test("told again it adds nothing, and an unchanged balance is no new fact", async () => {
  const { collective, books, play, db, clock } = reading();
  play.give({ cents: 10_000, on: "2026-10-05" });
  await collective.fetchForBooks();
  const before = booked(books);
  const facts = db.sqlite.prepare("select count(*) from book_fact").pluck();
  const count = facts.get();
  await clock.turn(3_600_000);
  await collective.fetchForBooks();
  expect([facts.get(), booked(books)]).toEqual([count, before]);
});

test("more than fit into one page, at one moment and in between", async () => {
  const one = reading();
  for (let n = 0; n < 430; n++)
    one.play.give({
      cents: 100 + n,
      on: n < 250 ? "2026-10-05" : `2026-10-${String(6 + (n % 20)).padStart(2, "0")}`,
    });
  const fetched = one.collective.fetchForBooks();
  await one.clock.turn(61_000);
  expect(await fetched).toMatchObject({ kind: "fetched", balance: "EUR 1352.35" });
  expect(proofOf(one.books)).toEqual([["EUR", 135_235n, 0n, true]]);
  expect(asked(one, "OwnTransactions")).toBe(3);
});

test("what is entered late under an earlier day is found: within 45 days each time, older ones once a week", async () => {
  const one = reading();
  const { collective, clock, play, books } = one;
  play.give({ cents: 10_000, on: "2026-08-05" });
  await collective.fetchForBooks();
  play.give({ cents: 700, on: "2026-10-20" });
  play.give({ cents: 5, on: "2026-08-06" });
  await clock.turn(3_600_000);
  await collective.fetchForBooks();
  expect(proofOf(books)).toEqual([["EUR", 10_705n, -5n, false]]);
  await clock.turn(7 * day);
  await collective.fetchForBooks();
  expect(proofOf(books)).toEqual([["EUR", 10_705n, 0n, true]]);
});

test("an interrupted first reading goes on where it was, and nothing of it counts as read that was not handed over", async () => {
  const one = reading();
  for (let n = 0; n < 300; n++) {
    const on = new Date(Date.parse("2024-01-01T09:00:00Z") + n * day).toISOString();
    one.play.give({ cents: 100, on });
  }
  one.faults.next = (operation) =>
    operation === "OwnTransactions" && asked(one, operation) === 2 ? "page" : undefined;
  expect(await one.collective.fetchForBooks()).toMatchObject({ problem: { code: "collective-page" } });
  expect(one.collective.lastFetched()).toBeNull();
  expect(Object.values(booked(one.books))).toEqual([20_000, -20_000]);
  one.faults.next = () => undefined;
  one.state.requests.length = 0;
  await one.clock.turn(61_000);
  expect(await one.again().fetchForBooks()).toMatchObject({ kind: "fetched", balance: "EUR 300.00" });
  expect(proofOf(one.books)).toEqual([["EUR", 30_000n, 0n, true]]);
  expect(asked(one, "OwnTransactions")).toBe(1);
});

test("money that moves while it is read: that is read too, and only a balance that stood still is believed", async () => {
  const one = reading();
  one.play.give({ cents: 1000, on: "2026-11-01" });
  let more = 0;
  one.faults.next = (operation) => {
    const moves = operation === "TransactionGroups" && more++ < 2;
    if (moves) one.play.give({ cents: 10, on: new Date(one.clock.now()).toISOString() });
    return undefined;
  };
  expect(await one.collective.fetchForBooks()).toMatchObject({ balance: "EUR 10.20" });
  expect(proofOf(one.books)).toEqual([["EUR", 1020n, 0n, true]]);
  one.faults.next = (operation) => {
    if (operation === "TransactionGroups") one.play.give({ cents: 10, on: "2026-11-26" });
    return undefined;
  };
  expect(await one.collective.fetchForBooks()).toMatchObject({ kind: "fetched", balance: null });
  expect(one.balances).toHaveLength(1);
});

test("yen: a hundred of theirs are one, in rows and in the balance", async () => {
  const { collective, books, play, balances } = reading();
  play.give({ cents: 120_000, on: "2026-10-05", currency: "JPY" });
  await collective.fetchForBooks();
  expect(proofOf(books)).toEqual([["JPY", 1200n, 0n, true]]);
  expect(balances).toEqual([{ amountMinor: 1200n, currency: "JPY" }]);
  play.give({ cents: 50, on: "2026-10-06", currency: "JPY" });
  expect(await collective.fetchForBooks()).toMatchObject({
    problem: {
      code: "collective-changed",
      happened: expect.stringContaining("120050 hundredths are no amount of JPY") as string,
    },
  });
});

test("another balance than the books come to is named, by how much", async () => {
  const { collective, books, play } = reading();
  play.give({ cents: 10_000, on: "2026-10-05" });
  // Moved there by somebody, with a group that does not add up: it is not booked.
  play.put("broken", "2026-10-06", { cents: 1250 });
  await collective.fetchForBooks();
  expect(proofOf(books)).toEqual([["EUR", 11_250n, -1250n, false]]);
  expect(books.reconcile().queue.map(({ kind }) => kind)).toEqual(["refused"]);
  const [proof] = books.reconcile().proofs.filter(({ proof: name }) => name === "assets:opencollective");
  expect(proof?.note).toBe("as Open Collective has said since 2026-11-26 09:00 UTC");
});

test("an old row without a kind waits for a person, as others that the books do not know", async () => {
  const { collective, books, play } = reading();
  const group = play.give({ cents: 900, on: "2019-10-05" });
  play.put(group, "2019-10-05", { kind: null, cents: 1 });
  play.put(group, "2019-10-05", { kind: null, cents: -1, account: "the-host", opposite: coopSlug });
  await collective.fetchForBooks();
  expect(books.reconcile().queue).toMatchObject([
    { kind: "unknown", why: "the books do not know the kind UNKNOWN" },
  ]);
  expect(proofOf(books)).toEqual([["EUR", 901n, 0n, true]]);
});

describe("what stands in the way is told in words, and nothing in the books changes", () => {
  const faults: [Fault, string][] = [
    ["away", "collective-unreachable"],
    ["page", "collective-page"],
    ["busy", "collective-busy"],
    ["changed", "collective-changed"],
  ];
  test.for(
    faults.flatMap(([fault, code]) =>
      ["Balance", "OwnTransactions", "TransactionGroups"].map((at) => [fault, at, code] as const),
    ),
  )("%s, at %s", async ([fault, at, code]) => {
    const one = reading();
    one.play.give({ cents: 1000, on: "2026-11-01" });
    one.faults.next = (operation) => (operation === at ? fault : undefined);
    const met = await one.collective.fetchForBooks();
    // What is said instead of a balance fits nothing that is asked for there.
    if (fault === "changed" && at === "Balance") expect(met.kind).toBe("trouble");
    else expect(met).toMatchObject({ kind: "trouble", problem: { code } });
    expect(booked(one.books)).toEqual({});
  });

  test("a token that was revoked: treasurers hear of it at once, once a day, and it is not used again", async () => {
    const one = reading();
    one.state.tokens.delete(coopToken);
    for (const run of ["bakor", "lekab"]) {
      const met = await one.collective.fetchForBooks();
      if (met.kind !== "trouble") throw new Error("no trouble");
      expect(met.problem.code).toBe("collective-token-refused");
      one.collective.tellLasting(met, run);
    }
    expect(one.state.requests).toHaveLength(1);
    expect(one.said).toMatchObject([{ to: "@tess:example.coop" }]);
    expect(one.said[0]?.text).toContain("The books have never heard of Open Collective.");
    expect(one.said[0]?.text).toContain("An operator puts a new one into the file of `collective.tokenFile`");
  });

  test("a token without the scope, and an account that is not there", async () => {
    const one = reading();
    one.state.scopes.set(coopToken, ["account", "expenses"]);
    const met = await one.collective.fetchForBooks();
    expect(met).toMatchObject({
      problem: {
        code: "collective-unreadable",
        happened:
          'Open Collective does not let the transactions of three-rivers be read: The User Token is not allowed for operations in scope "transactions".',
      },
    });
    one.state.scopes.clear();
    one.state.accounts.delete(coopSlug);
    expect(await one.collective.fetchForBooks()).toMatchObject({
      problem: {
        code: "collective-unreadable",
        happened: expect.stringContaining("Account Not Found") as string,
      },
    });
  });

  test("an outage is told when it has lasted six hours, once a day", async () => {
    const one = reading();
    await one.collective.fetchForBooks();
    one.faults.next = () => "page";
    for (let hour = 1; hour <= 30; hour++) {
      await one.clock.turn(3_600_000);
      const met = await one.collective.fetchForBooks();
      if (met.kind !== "trouble") throw new Error("no trouble");
      one.collective.tellLasting(met, "bakor");
      expect(one.said).toHaveLength(hour < 6 ? 0 : hour < 15 ? 1 : 2);
    }
    expect(one.said[0]?.text).toContain(
      "The books have heard nothing of Open Collective since 2026-11-26 09:00 UTC.",
    );
  });

  test("rows that are nonsense: the page is refused whole, with the row's name", async () => {
    const one = reading();
    one.play.give({ cents: 1000, on: "2026-11-01" });
    one.play.give({ cents: 0.5, on: "2026-11-02" });
    one.play.give({ cents: -0.5, on: "2026-11-02" });
    const met = await one.collective.fetchForBooks();
    expect(met).toMatchObject({ kind: "trouble", problem: { code: "import-object-unfit" } });
    expect(met).toMatchObject({ problem: { happened: expect.stringContaining("tx-3") as string } });
    expect(booked(one.books)).toEqual({});
  });

  test("groups that nobody asked for, and pages that leave something out", async () => {
    const one = reading();
    one.play.give({ cents: 1000, on: "2026-11-01" });
    const answer = (transactions: object) => async (url: unknown, init?: RequestInit) => {
      const { query } = JSON.parse(init?.body as string) as { query: string };
      const real = await one.serve(url as string, init);
      if (!query.includes("TransactionGroups")) return real;
      const headers = { "content-type": "application/json" };
      return new Response(JSON.stringify({ data: { transactions } }), { headers });
    };
    const odd = (transactions: object) => one.again({ fetch: answer(transactions) }).fetchForBooks();
    const node = { id: "tx-9", group: "of-others" };
    expect(await odd({ totalCount: 1, nodes: [node] })).toMatchObject({
      problem: { code: "collective-changed" },
    });
    expect(await odd({ totalCount: 9, nodes: [] })).toMatchObject({
      problem: { happened: expect.stringContaining("it counts 9 transactions and shows 0") as string },
    });
    expect(await odd({ totalCount: 0, nodes: [] })).toMatchObject({
      problem: { happened: expect.stringContaining("the transaction tx-1 is not in its group") as string },
    });
    expect(booked(one.books)).toEqual({});
  });
});

test("without an account, a token or books nothing is asked", async () => {
  const one = reading();
  expect(await one.again({ token: undefined }).fetchForBooks()).toEqual({ kind: "off" });
  expect(await one.again({ books: undefined as never }).fetchForBooks()).toEqual({ kind: "off" });
  expect(
    await one.again({ settings: { apiUrl: "https://api.opencollective.test" } }).fetchForBooks(),
  ).toEqual({ kind: "off" });
  expect(one.state.requests).toEqual([]);
});
