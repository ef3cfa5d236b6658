import { say } from "../../src/chat/message.ts";
import { BudgetName } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Close a budget for good: what was agreed to is paid, and nothing more comes.",
  example: "budget close 014",
  role: "treasurer",
  args: { budget: BudgetName },
  run: ({ args, by, work }) => {
    const { name } = work.budget(args.budget);
    const budget = work.setBudgetState(by.member.name, name, "closed");
    return answer(
      say(`Budget ${name} is closed. What was agreed to is paid; what still waits cannot be agreed to.`, {
        next: `How it ended: \`budget show ${name}\``,
      }),
      budget,
    );
  },
});
