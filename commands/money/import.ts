import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { importFileGone } from "../../src/core/problems/books.ts";
import { answer, command } from "../../src/router/define.ts";
import { takenWords } from "../parts/money.ts";

const word = z.string().regex(/^[\w-]{1,100}$/, { error: "a word of letters, digits and hyphens" });

export default command({
  summary:
    "Take a file into the books: of Stripe, Open Collective or a bank, or the balances they begin with.",
  example: "money import bank --account gls --format json --from a-file",
  role: ["treasurer", "operator"],
  args: {
    what: z.string().describe("stripe, opencollective, bank or opening"),
    account: word.optional().describe("the bank account's name in the books; the name at Open Collective"),
    format: word.optional().describe("of a bank's statement"),
    from: z.string().max(1000).optional().describe("the file, on the command line only"),
  },
  flags: ["account", "format", "from"],
  run: ({ args: { what, account, format, from }, by, books }) => {
    if (from === undefined) throw importFileGone({});
    const outcome = books.importSpooled(from, { what, account, format }, by.member.name);
    if (outcome.isKnownFile)
      return answer(say("This file was taken before: there is nothing new in it."), outcome);
    const { counts, leftAside, alarms } = takenWords(outcome);
    const list = [counts, ...leftAside, ...alarms.map((line) => `**${line}**`)];
    return answer(say(`The file for ${what} is taken.`, { list, next: "Next: `money reconcile`" }), outcome);
  },
});
