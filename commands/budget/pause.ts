import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { BudgetName } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Let nothing more come on a budget for a while, or with --resume let it go on.",
  example: "budget pause 014",
  role: "treasurer",
  args: { budget: BudgetName, resume: z.boolean().default(false).describe("let it go on") },
  flags: ["resume"],
  run: ({ args, by, work }) => {
    const { name } = work.budget(args.budget);
    const budget = work.setBudgetState(by.member.name, name, args.resume ? "open" : "paused");
    const text = args.resume
      ? `Budget ${name} is open again.`
      : `Budget ${name} is paused: no work is entered on it, and what waits cannot be agreed to.`;
    return answer(
      say(text, {
        next: args.resume ? `See it: \`budget show ${name}\`` : `To go on: \`budget pause ${name} --resume\``,
      }),
      budget,
    );
  },
});
