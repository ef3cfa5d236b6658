import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { Person } from "../../src/core/terms.ts";
import { BudgetName } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Name who may enter work on a budget, or who agrees to it; with --remove no longer.",
  example: "budget person 010 bo steward",
  role: "treasurer",
  args: {
    budget: BudgetName,
    person: Person,
    as: z.enum(["eligible", "steward"], { error: "eligible or steward" }),
    remove: z.boolean().default(false).describe("no longer"),
  },
  flags: ["remove"],
  run: ({ args: { as, remove, ...args }, by, work, people }) => {
    const { name: member } = people.get(args.person);
    const { name } = work.budget(args.budget);
    const budget = work.setBudgetPerson(by.member.name, name, { member, as, is: !remove });
    const what = as === "steward" ? "agrees to work on" : "may enter work on";
    const eligible = budget.eligible.length === 0 ? "every member" : budget.eligible.join(", ");
    return answer(
      say(
        remove
          ? `${member} is not named as ${as} of budget ${name} any more.`
          : `${member} ${what} budget ${name}.`,
        {
          list: [`May enter work: ${eligible}`, `Stewards: ${budget.stewards.join(", ") || "none"}`],
        },
      ),
      budget,
    );
  },
});
