/**
 * Decisions about much money, and the closing of a month: whatever fails, wherever the power goes, what was decided is
 * decided once and by those who agreed, and a month is closed once or not at all.
 */
import { execFileSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { openAudit } from "../../src/audit/index.ts";
import { openBooks, type Wanted } from "../../src/books/index.ts";
import { hashOf } from "../../src/core/canonical.ts";
import { FakeClock } from "../../src/core/clock.ts";
import type { Db } from "../../src/db/index.ts";
import type { SentFile } from "../../src/chat/transport.ts";
import { MatrixId } from "../../src/core/terms.ts";
import { booksFor, type HouseBooks } from "../../src/house/books.ts";
import { openJournalRepository } from "../../src/house/journal-repository.ts";
import { openSentFiles } from "../../src/house/sent-files.ts";
import type { Git } from "../../src/recipes/git.ts";
import closeMonth from "../../workflows/close-month.ts";
import decide from "../../workflows/decide.ts";
import importSent from "../../workflows/import-sent.ts";
import keepJournal from "../../workflows/keep-journal.ts";
import { line, plainPayouts } from "../books/house.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";

const folder = mkdtempSync(path.join(tmpdir(), "tandem-crash-books-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Seen {
  /** `kind subject by seconded`. */
  decisions: string[];
  closed: string[];
  /** How many entries are closed. */
  fixed: number;
}

/** Empty tables: facts and closed months may not be deleted, so their guards are set aside for a moment. */
function emptied({ sqlite }: Db): void {
  const guards = sqlite
    .prepare<[], { name: string; sql: string }>(
      "select name, sql from sqlite_master where type = 'trigger' and name like 'book_%'",
    )
    .all();
  for (const { name } of guards) sqlite.exec(`drop trigger ${name}`);
  for (const table of ["fact", "member", "alarm", "file", "entry", "decision", "period", "state"])
    sqlite.exec(`delete from book_${table}`);
  for (const { sql } of guards) sqlite.exec(sql);
}

function worldOf(db: Db, lines: object[]): HouseBooks {
  emptied(db);
  const clock = new FakeClock(Date.parse("2026-11-10T09:00:00Z"));
  const books = openBooks({
    ...{ db, clock, audit: openAudit(db, clock), collectiveSlug: undefined, secondVoiceFrom: 50_000 },
    ...{ accruals: () => [], payables: () => [], member: () => undefined },
  });
  books.importStripe(plainPayouts(["po_1", "2026-10-07", 60_000]));
  const bytes = () => [Buffer.from(JSON.stringify(lines))];
  books.importFile({ what: "bank", name: "b.json", account: "gls", bytes }, "tom");
  books.reconcile();
  return { ...books, closeVoices: 1, hashOf, repository: null } as unknown as HouseBooks;
}

function see(books: HouseBooks, db: Db): Seen {
  return {
    decisions: books
      .decisions()
      .map(({ kind, subject, by, secondedBy }) => `${kind} ${subject} ${by} ${secondedBy ?? "alone"}`),
    closed: books.closed().map(({ month, closedBy }) => `${month} ${closedBy.join()}`),
    fixed: db.sqlite.prepare("select count(*) from book_entry where is_closed = 1").pluck().get() as number,
  };
}

const nothing: Seen = { decisions: [], closed: [], fixed: 0 };

function expecting(done: Seen): (variant: Variant) => Expected | Expected[] {
  return (variant) => {
    switch (variant.kind) {
      case "calm":
      case "stumbles":
        return { status: "done", world: done };
      case "declined":
        return { status: "failed", problem: "approval-declined", world: nothing };
      case "cancelled":
        return [
          { status: "cancelled", problem: "run-cancelled", world: nothing },
          { status: "cancelled", problem: "run-cancelled", world: done },
          { status: "done", world: done },
        ];
      case "fails":
        return { status: "failed", problem: "injected", world: nothing };
    }
  };
}

async function survives<W>(scenario: Scenario<W>, cutsAtLeast = 20): Promise<void> {
  const report = await crashEverywhere(scenario);
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(cutsAtLeast);
}

const wanted: Wanted = {
  ...{ kind: "split", subject: "l2", why: "the house was sold" },
  what: { parts: [{ account: "income:dues", currency: "EUR", amountMinor: -70_000 }] },
};

test("a decision survives a power cut at every point", async () => {
  await survives<HouseBooks>({
    ...{ name: "decide", workflow: decide, input: { wanted, by: "ana" }, see },
    world: (db) => worldOf(db, [line("l1", "2026-10-07", 60_000), line("l2", "2026-10-09", 70_000)]),
    trades: (books) => ({ books }),
    answer: ({ from, weight, subject }) =>
      from === "treasurer" && weight === "ordinary" && subject === "l2" ? "approve" : "decline",
    expect: expecting({ ...nothing, decisions: ["split l2 ana bo"] }),
    thin: 3,
  });
});

test("closing a month survives a power cut at every point", async () => {
  await survives<HouseBooks>({
    ...{ name: "close-month", workflow: closeMonth, input: { month: "2026-10" }, see },
    world: (db) => worldOf(db, [line("l1", "2026-10-07", 60_000)]),
    trades: (books) => ({ books }),
    answer: ({ from, weight, subject, needed }) =>
      from === "treasurer" && weight === "grave" && subject === "2026-10" && needed === 1
        ? "approve"
        : "decline",
    expect: expecting({ ...nothing, closed: ["2026-10 bo"], fixed: 3 }),
    thin: 3,
  });
});

const shelves = mkdtempSync(path.join(tmpdir(), "tandem-shelves-"));
afterAll(() => rmSync(shelves, { recursive: true, force: true }));

/** Real git, waited for on the spot: the harness's clock jumps while a step waits for another process. */
const git: Git = (args, { cwd } = {}) =>
  new Promise((done) =>
    done(execFileSync("git", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] })),
  );

interface Shelf {
  books: HouseBooks;
  folder: string;
  remote: string;
}

const blank = path.join(shelves, "blank");

/** Books with a closed month, a repository without a commit, and a remote: real ones, new for each telling. */
function shelfOf(db: Db): Shelf {
  const books = worldOf(db, [line("l1", "2026-10-07", 60_000)]);
  books.close("2026-10", books.monthReport("2026-10").hash, ["bo"], "bakor");
  const root = mkdtempSync(path.join(shelves, "shelf-"));
  if (!existsSync(blank)) {
    execFileSync("git", ["init", "--quiet", "--bare", path.join(blank, "remote.git")]);
    execFileSync("git", ["init", "--quiet", "--initial-branch=main", path.join(blank, "books")]);
    execFileSync("git", ["-C", path.join(blank, "books"), "remote", "add", "origin", "../remote.git"]);
  }
  cpSync(blank, root, { recursive: true });
  const [folder, remote] = [path.join(root, "books"), path.join(root, "remote.git")];
  const settings = { path: folder, format: "hledger" } as const;
  return {
    books: { ...books, repository: openJournalRepository({ books, settings, root, git }) },
    ...{ folder, remote },
  };
}

/** Subjects of all commits; nothing where there is none yet. */
function commitsIn(folder: string): string[] {
  const args = ["-C", folder, "rev-list", "--no-commit-header", "--format=%s", "--all"];
  return execFileSync("git", args, { encoding: "utf8" })
    .split("\n")
    .filter((one) => one !== "");
}

test(
  "a closed month is one commit, here and at the remote, wherever the power goes",
  { timeout: patienceMs },
  async () => {
    const closed = ["The books of 2026-10 are closed"];
    await survives<Shelf>(
      {
        ...{ name: "keep-journal", workflow: keepJournal, input: { now: false } },
        world: shelfOf,
        trades: ({ books }) => ({ books }),
        see: ({ folder, remote }) => ({ here: commitsIn(folder), there: commitsIn(remote) }),
        expect(variant) {
          const [here, both] = [
            { here: closed, there: [] },
            { here: closed, there: closed },
          ];
          const nowhere = { here: [], there: [] };
          switch (variant.kind) {
            case "fails": {
              const isHalf = variant.when === "half-way";
              const world =
                variant.step === "push the journal" ? (isHalf ? both : here) : isHalf ? here : nowhere;
              return { status: "failed", problem: "injected", world };
            }
            case "cancelled":
              return [
                ...[nowhere, here, both].map(
                  (world) => ({ status: "cancelled", problem: "run-cancelled", world }) as const,
                ),
                { status: "done", world: both },
              ];
            default:
              return { status: "done", world: both };
          }
        },
        thin: 4,
      },
      10,
    );
  },
);
/** A statement that tess has sent into the room; whatever else is replied to is no file. */
const statement: SentFile = {
  name: "october.json",
  bytes: Buffer.from(JSON.stringify([line("l1", "2026-10-07", 60_000), line("l2", "2026-10-09", -800)])),
  ...{ sender: MatrixId.parse("@tess:example.coop"), trust: "verified" },
};

interface Taking {
  books: HouseBooks;
  parcels: Map<string, Buffer>;
}

/** How many files and lines are in the books. */
const taken = (db: Db): [files: number, lines: number] => [
  db.sqlite.prepare("select count(*) from book_file").pluck().get() as number,
  db.sqlite.prepare("select count(*) from book_fact where kind = 'line'").pluck().get() as number,
];

test("a statement that was sent into the room comes into the books once", async () => {
  const report = await crashEverywhere<Taking>({
    ...{ name: "import-sent", workflow: importSent, see: (_, db) => taken(db) },
    input: { what: "bank", account: "gls", sent: { room: "!room", eventId: "$file" }, by: "ana" },
    world(db) {
      emptied(db);
      const parcels = new Map<string, Buffer>();
      const clock = new FakeClock(Date.parse("2026-11-10T09:00:00Z"));
      const config = { dataDir: folder, collective: {}, books: { accounts: {} } };
      const books = booksFor({
        ...{ db, clock, audit: openAudit(db, clock), options: { config: config as never } },
        payouts: { report: () => ({ lines: [], batches: [] }) } as never,
        words: { paidByBank: () => [], heed: () => undefined },
        parcels: { read: (id) => parcels.get(id) },
      });
      return { books, parcels };
    },
    trades: ({ books, parcels }) => ({
      books,
      sentFiles: openSentFiles({
        parcels: {
          keep(key, bytes) {
            parcels.set(key, bytes);
            return key;
          },
        },
        transport: {
          fileOf: (_, eventId) => Promise.resolve(eventId === "$file" ? statement : undefined),
        },
      }),
    }),
    expect: (variant) => {
      if (variant.kind === "calm" || variant.kind === "stumbles") return { status: "done", world: [1, 2] };
      if (variant.kind === "cancelled")
        return [
          { status: "cancelled", problem: "run-cancelled", world: [0, 0] },
          { status: "cancelled", problem: "run-cancelled", world: [1, 2] },
          { status: "done", world: [1, 2] },
        ];
      return { status: "failed", problem: "injected", world: [0, 0] };
    },
  });
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(10);
});
