import { Month } from "../../src/core/work-terms.ts";
import { command, start } from "../../src/router/define.ts";
import closeMonth from "../../workflows/close-month.ts";

export default command({
  summary: "Close a month of the books, when treasurers agree to it. What is closed is never changed.",
  example: "money close 2026-10",
  role: "treasurer",
  args: { month: Month },
  run: ({ args, books }) => {
    // What is in the way is said at once, and not by a run that ends.
    books.monthReport(args.month);
    return start(closeMonth, args);
  },
});
