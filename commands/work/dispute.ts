import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { EntryNumber } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Hold one entry of a proposed payout, and say why. The others are paid as planned.",
  example: "work dispute 17 this was agreed to be volunteer work",
  role: "member",
  args: { entry: EntryNumber, why: z.string().min(1).max(1000).describe("the reason, in your words") },
  rest: true,
  run: ({ args: { entry, why }, by, work }) => {
    const { id } = work.hold(by.member.name, entry, why);
    return answer(
      say(`Entry ${id} is held: ${why}`, {
        list: [
          "It is left out of its payout, and nothing else is. Treasurers who were asked already are asked anew.",
          "It can come into the next one when it is released.",
        ],
        next: `To release it: \`work release ${id} <why>\``,
      }),
      { entry: id, why },
    );
  },
});
