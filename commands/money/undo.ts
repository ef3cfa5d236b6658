import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Take a decision about the books back, as long as its month is open.",
  example: "money undo 4",
  role: "treasurer",
  args: { decision: z.coerce.number().int().min(1) },
  run: ({ args: { decision }, by, books }) => {
    const { left } = books.undo(decision, by.member.name);
    return answer(say(`Decision ${decision} is taken back; ${left} in the queue.`), { left });
  },
});
