import { z } from "zod";
import { importWithoutFile } from "../../src/core/problems/books.ts";
import { answer, command, start } from "../../src/router/define.ts";
import importSent from "../../workflows/import-sent.ts";
import { tookFile } from "../../workflows/parts/taken.ts";

const word = z.string().regex(/^[\w-]{1,100}$/, { error: "a word of letters, digits and hyphens" });

export default command({
  summary:
    "Take a file into the books: a bank's statement, Stripe's objects, Open Collective's transactions, or the " +
    "balances they begin with. Said as a reply to a file, it is that one.",
  example: "money import bank --account gls",
  role: ["treasurer", "operator"],
  args: {
    what: z.string().describe("stripe, opencollective, bank or opening"),
    account: word.optional().describe("the bank account's name in the books; the name at Open Collective"),
    format: word.optional().describe("of a bank's statement, where the file does not say it"),
    from: z.string().max(1000).optional().describe("the file, on the command line only"),
  },
  flags: ["account", "format", "from"],
  run: ({ args: { what, account, format, from }, by, books }) => {
    const as = {
      what,
      ...(account !== undefined && { account }),
      ...(format !== undefined && { format }),
    };
    if (from !== undefined) {
      const outcome = books.importSpooled(from, as, by.member.name);
      return answer(tookFile(outcome, as), outcome);
    }
    const { room, repliesTo } = by.place ?? {};
    if (room === undefined || repliesTo === undefined) throw importWithoutFile({});
    return start(importSent, { ...as, sent: { room, eventId: repliesTo }, by: by.member.name });
  },
});
