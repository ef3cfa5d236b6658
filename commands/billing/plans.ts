import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { planInWords } from "../parts/billing.ts";

export default command({
  summary: "List the plans that can be paid for through Stripe.",
  example: "billing plans",
  role: "member",
  reads: true,
  args: {},
  run: async ({ billing }) => {
    const plans = await billing.plans();
    if (plans.length === 0) {
      return answer(say("There are no plans: at Stripe no recurring price has a lookup key."), []);
    }
    return answer(
      say("What can be paid for. Of plans for the same thing take the one that you can carry.", {
        list: plans.map(planInWords),
        next: "To take one for an app: `billing start <app> <plan>`",
      }),
      plans,
    );
  },
});
