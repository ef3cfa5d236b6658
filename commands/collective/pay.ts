import { say } from "../../src/chat/message.ts";
import { PayableId } from "../../src/core/pay-terms.ts";
import { answer, command, start } from "../../src/router/define.ts";
import pay from "../../workflows/pay.ts";

export default command({
  summary: "Take up the payment of one person again, after what stood in the way was put right.",
  example: "collective pay bakor/bo/EUR",
  role: "treasurer",
  args: { payable: PayableId },
  run: ({ args: { payable }, collective }) => {
    collective.wayOf(payable);
    if (collective.nudge({ payable }) > 0)
      return answer(say(`${payable} is under way and is looked at now.`));
    return start(pay, { payable });
  },
});
