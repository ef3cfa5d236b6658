import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { formatMoney } from "../src/core/money.ts";
import { monthKeepsChanging } from "../src/core/problems/books.ts";
import { Month } from "../src/core/work-terms.ts";
import { Problem } from "../src/core/problem.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import { keptJournal } from "./parts/keep-journal.ts";

const mostTimesAsked = 3;

/** Treasurers agree to a month as it stands; from then on nothing in it changes. */
export default workflow({
  input: z.strictObject({ month: Month }),
  lock: () => "books close",
  outline: ["look", "approval", "close"],

  async run(tools, { month }) {
    const { tx, approval, books, run } = tools;
    for (let asked = 1; asked <= mostTimesAsked; asked++) {
      const { hash, places, entries, needed } = await tx("look", () => {
        const { report, hash: now } = books.monthReport(month);
        return { hash: now, places: report.places, entries: report.entries, needed: books.closeVoices };
      });
      const { voices } = await approval({
        ask: question(month, places, entries, asked > 1),
        ...{ from: "treasurer", needed, weight: "grave", binds: hash, subject: month, expires: "14d" },
      });
      const names = voices.map(({ member }) => member);
      if (await tx("close", () => books.close(month, hash, names, run.id))) {
        const trouble = await inGit(tools);
        return say(`${month} is closed; ${names.join(", ")} agreed.`, {
          ...(trouble !== undefined && { list: [trouble] }),
          next: "What is heard of it later is booked in the first open month.",
        });
      }
    }
    throw monthKeepsChanging({ month });
  },
});

/**
 * A month is closed whether or not its journal could be kept elsewhere, also when the run is cancelled here: what
 * stands in the way is said, and tried anew every morning.
 */
async function inGit(tools: Pick<Tools & Trades, "step" | "books">): Promise<string | undefined> {
  try {
    await keptJournal(tools, { now: false });
    return undefined;
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
    return `${thrown.text.happened} ${thrown.text.means} ${thrown.text.remedy}`;
  }
}

interface Place {
  account: string;
  currency: string;
  opening: number;
  moved: number;
  closing: number;
}

function question(month: string, places: readonly Place[], entries: number, isAnew: boolean): Message {
  const money = (amount: number, currency: string): string =>
    formatMoney({ amountMinor: BigInt(amount), currency });
  return say(`Close the books of **${month}**${isAnew ? ", which have changed since you were asked" : ""}?`, {
    list: [
      `${entries} entries; nothing waits in the queue, and every balance proves`,
      ...places.map(({ account, currency, opening, moved, closing }) => {
        const [began, by, end] = [opening, moved, closing].map((amount) => money(amount, currency));
        return `${account}: began with ${began}, moved by ${by}, ends with ${end}`;
      }),
    ],
    next: "A closed month is never changed.",
  });
}
