import { Month } from "../../src/core/work-terms.ts";
import { command, start } from "../../src/router/define.ts";
import payout from "../../workflows/payout.ts";

export default command({
  summary: "Propose to pay the approved work of a month. Treasurers whom it does not pay agree.",
  example: "payout propose 2026-10",
  role: "treasurer",
  args: { period: Month },
  run: ({ args, payouts }) => {
    payouts.beforeProposing(args.period);
    return start(payout, args);
  },
});
