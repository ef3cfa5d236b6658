import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { formatMoney } from "../src/core/money.ts";
import { monthKeepsChanging } from "../src/core/problems/books.ts";
import { Month } from "../src/core/work-terms.ts";
import { workflow } from "../src/workflow/define.ts";

const mostTimesAsked = 3;

/** Treasurers agree to a month as it stands; from then on nothing in it changes. */
export default workflow({
  input: z.strictObject({ month: Month }),
  lock: () => "books close",
  outline: ["look", "approval", "close"],

  async run({ tx, approval, books, run }, { month }) {
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
      if (await tx("close", () => books.close(month, hash, names, run.id)))
        return say(`${month} is closed; ${names.join(", ")} agreed.`, {
          next: "What is heard of it later is booked in the first open month.",
        });
    }
    throw monthKeepsChanging({ month });
  },
});

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
      ...places.map(
        ({ account, currency, opening, moved, closing }) =>
          `${account}: ${money(opening, currency)} and ${money(moved, currency)} are ${money(closing, currency)}`,
      ),
    ],
    next: "A closed month is never changed.",
  });
}
