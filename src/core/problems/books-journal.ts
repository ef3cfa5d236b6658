/** The journal of the books in its git repository. */
import { problem } from "../problem.ts";

const again = "It is tried again every morning. At once, when the cause is mended: `money keep`";

export const journalNotKept = problem(
  "journal-not-kept",
  ({ path, reason }: { path: string; reason: string }) => ({
    happened: `The journal could not be committed in ${path}: ${reason}.`,
    means: "The books themselves are complete; only their copy in git is behind.",
    remedy: again,
  }),
  { path: "/var/lib/tandem/books", reason: "it is no git repository, and not empty either" },
);

export const journalNotPushed = problem(
  "journal-not-pushed",
  ({ path, reason }: { path: string; reason: string }) => ({
    happened: `The journal in ${path} could not be pushed: ${reason}.`,
    means: "It is committed there; the others do not see it yet, and nothing of it is lost.",
    remedy: again,
  }),
  { path: "/var/lib/tandem/books", reason: "could not read from remote repository" },
);

export const journalNowhere = problem(
  "journal-nowhere",
  (_: object) => ({
    happened: "The settings name no git repository for the journal of the books.",
    means: "Nothing was committed.",
    remedy: "Set `books.git.path`, or take the journal along: `money export hledger`",
  }),
  {},
);
