/** The journal in a git repository: real git, a real remote that is away for a while. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { openJournalRepository } from "../../src/house/journal-repository.ts";
import { gitWith } from "../../src/recipes/git.ts";
import { line, openBooksHouse, plainPayouts, type BooksHouse } from "../books/house.ts";

const root = mkdtempSync(path.join(tmpdir(), "tandem-journal-"));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const git = (folder: string, ...args: string[]): string =>
  execFileSync("git", ["-C", folder, ...args], { encoding: "utf8" }).trim();
const subjects = (folder: string, ref = "HEAD"): string[] =>
  git(folder, "log", "--format=%s", ref).split("\n");
const repositoryOf = (house: BooksHouse, folder: string, format: "hledger" | "beancount" = "hledger") =>
  openJournalRepository({ books: house.books, settings: { path: folder, format }, root, git: gitWith() });

function busyHouse(): BooksHouse {
  const house = openBooksHouse();
  house.stripe(plainPayouts(["po_1", "2026-09-07", 5000], ["po_2", "2026-10-07", 3000]));
  house.bank([line("l1", "2026-09-08", 5000), line("l2", "2026-10-08", 3000)]);
  return house;
}

function close({ books }: BooksHouse, month: string): void {
  expect(books.close(month, books.monthReport(month).hash, ["tom"], "bakor")).toBe(true);
}

async function codeOf(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (thrown) {
    if (thrown instanceof Problem) return `${thrown.code}: ${thrown.text.happened}`;
    throw thrown;
  }
  return "nothing";
}

test("each closed month is one commit, however often; what stands open is kept when it is wanted", async () => {
  const house = busyHouse();
  const repository = repositoryOf(house, "first");
  const folder = path.join(root, "first");
  expect(await repository.commit()).toEqual({ commits: 0 });
  close(house, "2026-09");
  expect(await repository.commit()).toEqual({ commits: 1 });
  expect(await repository.commit()).toEqual({ commits: 0 });
  expect(await repositoryOf(house, "first").commit({ now: true })).toEqual({ commits: 0 });
  const [hash = ""] = house.books.closed().map((one) => one.hash);
  expect(git(folder, "log", "-1", "--format=%B")).toBe(
    `The books of 2026-09 are closed\n\nTandem-Closed: 2026-09 ${hash}`,
  );
  house.bank([line("l3", "2026-11-02", -100, "fee")]);
  expect(await repository.commit()).toEqual({ commits: 0 });
  expect(await repository.commit({ now: true })).toEqual({ commits: 1 });
  close(house, "2026-10");
  expect(await repository.commit()).toEqual({ commits: 1 });
  expect(subjects(folder)).toEqual([
    ...["The books of 2026-10 are closed", "The books as they stand", "The books of 2026-09 are closed"],
  ]);
  const journal = [...house.books.journal("hledger")].join("");
  expect(readFileSync(path.join(folder, "books.journal"), "utf8")).toBe(journal);
  expect(git(folder, "show", "HEAD:books.journal")).toBe(journal.trim());
  expect(git(folder, "status", "--porcelain")).toBe("");
  expect(await repository.push()).toEqual({ isPushed: false });
});

test("months that were closed meanwhile have their commits later; only the journal goes in", async () => {
  const house = busyHouse();
  close(house, "2026-09");
  close(house, "2026-10");
  const folder = path.join(root, "second");
  mkdirSync(folder);
  git(folder, "init", "--quiet");
  writeFileSync(path.join(folder, "notes.txt"), "of a person");
  git(folder, "add", "notes.txt");
  expect(await repositoryOf(house, "second", "beancount").commit()).toEqual({ commits: 2 });
  expect(subjects(folder)).toEqual(["The books of 2026-10 are closed", "The books of 2026-09 are closed"]);
  expect(git(folder, "ls-tree", "--name-only", "HEAD")).toBe("books.beancount");
  expect(git(folder, "status", "--porcelain")).toBe("A  notes.txt");
});

test("a remote that is away is said in words, and has everything after the next push", async () => {
  const house = busyHouse();
  const [folder, remote] = [path.join(root, "third"), path.join(root, "remote.git")];
  execFileSync("git", ["init", "--quiet", "--bare", remote]);
  const repository = repositoryOf(house, folder);
  close(house, "2026-09");
  await repository.commit();
  git(folder, "remote", "add", "origin", remote);
  renameSync(remote, `${remote}.away`);
  expect(await codeOf(repository.push())).toMatch(
    /^journal-not-pushed: The journal in .*third could not be pushed: /,
  );
  close(house, "2026-10");
  await repository.commit();
  renameSync(`${remote}.away`, remote);
  expect(await repository.push()).toEqual({ isPushed: true });
  expect(await repository.push()).toEqual({ isPushed: true });
  expect(subjects(remote, "main")).toEqual([
    "The books of 2026-10 are closed",
    "The books of 2026-09 are closed",
  ]);
});

test("a folder of something else is left alone, also inside another repository", async () => {
  const house = busyHouse();
  close(house, "2026-09");
  const folder = path.join(root, "fourth");
  mkdirSync(folder);
  writeFileSync(path.join(folder, "thesis.txt"), "mine");
  expect(await codeOf(repositoryOf(house, folder).commit())).toContain("journal-not-kept: ");
  expect(existsSync(path.join(folder, ".git"))).toBe(false);
  const inner = path.join(root, "second", "inner");
  mkdirSync(inner);
  writeFileSync(path.join(inner, "thesis.txt"), "mine");
  expect(await codeOf(repositoryOf(house, inner).commit())).toContain(
    "it is no git repository, and not empty either",
  );
  expect(git(path.join(root, "second"), "log", "--format=%s", "-1")).toBe("The books of 2026-10 are closed");
});
