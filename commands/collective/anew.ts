import { z } from "zod";
import { PayableId } from "../../src/core/pay-terms.ts";
import { command, start } from "../../src/router/define.ts";
import pay from "../../workflows/pay.ts";

export default command({
  summary: "Ask for a payment a second time that was refused at Open Collective, after a correction here.",
  example: 'collective anew bakor/bo/EUR "the invoice went to the wrong account"',
  role: "treasurer",
  args: {
    payable: PayableId,
    why: z.string().min(3).max(300).describe("what was put right"),
  },
  run: ({ args: { payable, why }, by, collective }) => {
    const expense = collective.refusedExpense(payable, by.member.name);
    return start(pay, { payable, anew: { expense, why, by: by.member.name } });
  },
});
