import { say } from "../../src/chat/message.ts";
import { BudgetName, Month } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { both, capWords, leftWords } from "../parts/budget.ts";

export default command({
  summary: "Show how a budget burns down: spent, left, a week's average, and where it will be at the end.",
  example: "budget show 010 2026-10",
  role: "member",
  args: { budget: BudgetName, month: Month.optional() },
  reads: true,
  run: ({ args, by, work }) => {
    const { name } = work.budget(args.budget);
    const today = work.today(by.member.name);
    const isOther = args.month !== undefined && !today.startsWith(args.month);
    const standing = work.standing(name, isOther ? `${args.month ?? ""}-01` : today);
    const { budget, waitingMinor, waitingMinutes, weekMinor, weekMinutes, endMinor, endMinutes, emptyOn } =
      standing;
    const { currency, untilDay } = budget;
    const end = budget.per === "month" ? "the month's end" : (untilDay ?? "its end");
    const eligible = budget.eligible.length === 0 ? "every member" : budget.eligible.join(", ");
    return answer(
      say(
        `Budget ${name}, ${budget.title}, is ${budget.state}: ${capWords(budget)}, by resolution ${budget.resolution}.`,
        {
          list: [
            `Spent: ${leftWords(standing)}`,
            ...(waitingMinor === 0 && waitingMinutes === 0
              ? []
              : [`Waits for voices: ${both(waitingMinor, waitingMinutes, currency)}`]),
            `A week on average: ${both(weekMinor, weekMinutes, currency)}`,
            ...(endMinor === null && endMinutes === null
              ? []
              : [`If it goes on like this, by ${end}: ${both(endMinor, endMinutes, currency)}`]),
            ...(emptyOn === null ? [] : [`If it goes on like this, nothing is left on ${emptyOn}`]),
            `Days of work: ${budget.fromDay} to ${untilDay ?? "further notice"}`,
            `May enter work: ${eligible}`,
            `Stewards: ${budget.stewards.join(", ") || "none; the circle's maintainers agree"}`,
          ],
        },
      ),
      standing,
    );
  },
});
