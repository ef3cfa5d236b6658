import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { Day } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

const RateNumber = z
  .string()
  .regex(/^[1-9]\d{0,8}$/, { error: "the number of a rate, such as 3" })
  .transform(Number);

export default command({
  summary: "End a rate: the day named is the last on which it holds.",
  example: "rate end 3 2026-12-31",
  role: "treasurer",
  args: { rate: RateNumber, day: Day },
  run: ({ args, by, work }) => {
    const rate = work.endRate(by.member.name, args.rate, work.day(args.day, by.member.name));
    return answer(
      say(`Rate ${rate.id} holds until ${rate.untilDay ?? ""}.`, {
        next: "What an hour is worth from then on: `rate add`",
      }),
      rate,
    );
  },
});
