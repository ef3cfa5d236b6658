import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { importFileGone } from "../../src/core/problems/books.ts";
import { answer, command } from "../../src/router/define.ts";

const mostNamed = 8;
const word = z.string().regex(/^[\w-]{1,100}$/, { error: "a word of letters, digits and hyphens" });

export default command({
  summary:
    "Take a file into the books: Stripe's objects, Open Collective's transactions, a bank's statement.",
  example: "money import bank --account gls --format json --from a-file",
  role: ["treasurer", "operator"],
  args: {
    what: z.string().describe("stripe, opencollective or bank"),
    account: word.optional().describe("the bank account's name in the books; the name at Open Collective"),
    format: word.optional().describe("of a bank's statement"),
    from: z.string().max(1000).optional().describe("the file, on the command line only"),
  },
  flags: ["account", "format", "from"],
  run: ({ args: { what, account, format, from }, by, books }) => {
    if (from === undefined) throw importFileGone({});
    const outcome = books.importSpooled(from, { what, account, format }, by.member.name);
    const { added, known, updated, alarms, leftAside, isKnownFile } = outcome;
    if (isKnownFile) return answer(say("This file was taken before: there is nothing new in it."), outcome);
    const list = [
      `${added} new, ${known} known already, ${updated} that have come further`,
      ...(leftAside.length === 0 ? [] : [`not read: ${leftAside.slice(0, mostNamed).join(", ")}`]),
      ...(alarms.length === 0
        ? []
        : [
            `**told with other content than before, and kept as they were: ${alarms.slice(0, mostNamed).join(", ")}**`,
          ]),
    ];
    return answer(say(`The file for ${what} is taken.`, { list, next: "Next: `money reconcile`" }), outcome);
  },
});
