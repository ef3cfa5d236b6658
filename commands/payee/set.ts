import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { CollectiveSlug, EmailAddress, PayoutMethodId } from "../../src/core/pay-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { payeeInWords } from "../parts/payee.ts";

export default command({
  summary: "Say how you are paid: by Open Collective or by bank. Never say bank details here.",
  example: "payee set --slug bo-b",
  role: "member",
  verified: true,
  args: {
    slug: CollectiveSlug.optional(),
    method: PayoutMethodId.optional(),
    email: EmailAddress.optional(),
    bank: z.boolean().default(false),
  },
  flags: ["slug", "method", "email", "bank"],
  run: ({ args, by, collective }) => {
    const payee = collective.setPayee(by.member.name, args);
    collective.nudge({ member: by.member.name });
    return answer(
      say(`You are paid ${payeeInWords(payee)}.`, {
        ...(payee.how === "bank" && {
          notes:
            "The treasurer has your account number from you, on paper or by a signed mail; it is not kept here.",
        }),
        next: "How you are paid: `payee show`",
      }),
    );
  },
});
