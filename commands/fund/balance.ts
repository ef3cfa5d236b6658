import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { amountTooLarge } from "../../src/core/problems/work.ts";
import { Amount } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

const mostMinor = 100_000_000_000_000n;

export default command({
  summary: "Say what the fund holds; new budgets look at it. Without an amount: what was said last.",
  example: "fund balance EUR6507.14",
  role: "treasurer",
  args: { amount: Amount.optional() },
  run: ({ args: { amount }, by, work }) => {
    if (amount !== undefined) {
      const positive = amount.amountMinor < 0n ? -amount.amountMinor : amount.amountMinor;
      if (positive > mostMinor) throw amountTooLarge({ amount: formatMoney(amount) });
      work.setBalance(by.member.name, amount);
    }
    const last = work.balance(amount?.currency ?? work.usualCurrency);
    if (last === undefined)
      return answer(
        say("Nobody has said what the fund holds.", { next: "To say it: `fund balance EUR6507.14`" }),
        null,
      );
    const { amountMinor, currency, source, at } = last;
    const sum = formatMoney({ amountMinor: BigInt(amountMinor), currency });
    if (source !== "opencollective")
      return answer(say(`The fund held ${sum} on ${at.slice(0, 10)}, as ${source} said.`), last);
    const time = `${at.slice(0, 10)} at ${at.slice(11, 16)} UTC`;
    return answer(
      say(`The fund held ${sum} on ${time}, as Open Collective said.`, {
        next: "It is asked again each hour; what is said here by hand counts until then.",
      }),
      last,
    );
  },
});
