import { journalNowhere } from "../../src/core/problems/books-journal.ts";
import { command, start } from "../../src/router/define.ts";
import keepJournal from "../../workflows/keep-journal.ts";

export default command({
  summary: "Commit the journal as it stands in its git repository, and push it where there is a remote.",
  example: "money keep",
  role: "treasurer",
  args: {},
  run: ({ books }) => {
    if (books.repository === null) throw journalNowhere({});
    return start(keepJournal, { now: true });
  },
});
