/**
 * The journal of the books as a file in a git repository of the co-op's own: a commit for each closed month, once, and
 * whatever else treasurers want to keep. Pushed where the repository has a remote; what could not be pushed goes with
 * the next push.
 */
import { mkdirSync, readdirSync, realpathSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Books } from "../books/index.ts";
import type { BookSettings } from "../config/books.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { journalNotKept, journalNotPushed } from "../core/problems/books-journal.ts";
import { fetchTimeoutMs, type Git } from "../recipes/git.ts";

export interface JournalRepository {
  /**
   * Commits the journal for each closed month that has no commit yet; with `now`, also as it stands today if it has
   * changed. Answers how many commits were made. Throws `journal-not-kept`. Safe twice and half-way.
   */
  commit(options?: { now?: boolean }): Promise<{ commits: number }>;
  /** Pushes what is committed; false: there is no remote. Throws `journal-not-pushed`. */
  push(): Promise<{ isPushed: boolean }>;
}

interface Ground {
  books: Pick<Books, "closed" | "reconcile" | "journal">;
  settings: NonNullable<BookSettings["git"]>;
  /** Where relative paths start. */
  root: string;
  git: Git;
}

const author = ["-c", "user.name=Tandem", "-c", "user.email=tandem@localhost", "-c", "commit.gpgSign=false"];
const endings = { hledger: "journal", beancount: "beancount" };

export function openJournalRepository({ books, settings, root, git: bare }: Ground): JournalRepository {
  const folder = path.resolve(root, settings.path);
  const { format } = settings;
  const name = `books.${endings[format]}`;
  const git: Git = (args, options) => bare(args, { ...options, cwd: folder });
  const write = (): void => {
    // Whole or not at all: a reader never sees half of it.
    const file = path.join(folder, name);
    writeFileSync(`${file}.new`, [...books.journal(format)].join(""));
    renameSync(`${file}.new`, file);
  };
  const commitFile = async (...said: string[]): Promise<void> => {
    await git(["add", "--", name]);
    const words = said.flatMap((part) => ["-m", part]);
    // A month that changed nothing in the file is closed as well: it has its commit. Nothing else of the index goes in.
    await git([...author, "commit", "--quiet", "--allow-empty", ...words, "--only", "--", name]);
  };
  return {
    async commit({ now = false } = {}) {
      try {
        await prepare(git, folder);
        books.reconcile();
        write();
        let commits = 0;
        for (const { month, hash } of books.closed().toReversed()) {
          const trailer = `Tandem-Closed: ${month} ${hash}`;
          if (await isCommitted(git, trailer)) continue;
          await commitFile(`The books of ${month} are closed`, trailer);
          commits += 1;
        }
        if (now && (await git(["status", "--porcelain", "--", name])) !== "") {
          await commitFile("The books as they stand");
          commits += 1;
        }
        return { commits };
      } catch (thrown) {
        if (thrown instanceof Problem) throw thrown;
        throw journalNotKept({ path: folder, reason: messageOf(thrown).replace(/\.$/, "") }, thrown);
      }
    },
    async push() {
      try {
        const remotes = (await git(["remote"])).split("\n").filter((one) => one !== "");
        const remote = remotes.includes("origin") ? "origin" : remotes[0];
        if (remote === undefined) return { isPushed: false };
        const branch = (await git(["symbolic-ref", "HEAD"])).trim();
        await git(["push", "--quiet", remote, `HEAD:${branch}`], { timeoutMs: fetchTimeoutMs });
        return { isPushed: true };
      } catch (thrown) {
        if (thrown instanceof Problem) throw thrown;
        throw journalNotPushed({ path: folder, reason: messageOf(thrown).replace(/\.$/, "") }, thrown);
      }
    },
  };
}

/** A new folder becomes a repository; one with other things in it does not. */
async function prepare(git: Git, folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const top = await git(["rev-parse", "--show-toplevel"]).catch(() => "");
  if (top.trim() === realpathSync(folder)) return;
  if (readdirSync(folder).length > 0) throw new Error("it is no git repository, and not empty either");
  await git(["init", "--quiet", "--initial-branch=main"]);
}

/** Whether the branch has a commit that says so. */
async function isCommitted(git: Git, trailer: string): Promise<boolean> {
  // A branch without a commit has no log.
  if ((await git(["rev-parse", "--verify", "--quiet", "HEAD"]).catch(() => "")) === "") return false;
  return (await git(["log", "-n", "1", "--format=%H", "--fixed-strings", `--grep=${trailer}`])) !== "";
}
