import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { EntryNumber } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Let an entry go that was held: whoever held it may, or a treasurer who gains nothing by it.",
  example: "work release 17 we spoke about it, and it is fine",
  role: "member",
  args: { entry: EntryNumber, why: z.string().min(1).max(1000).describe("what was found, in your words") },
  rest: true,
  run: ({ args: { entry, why }, by, work }) => {
    const { id } = work.release(by.member.name, entry, why);
    return answer(say(`Entry ${id} is not held any more: ${why}`), { entry: id, why });
  },
});
