import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { SeatName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Add a member organisation, which holds one vote.",
  example: "seat add autonomic Autonomic Cooperative",
  role: "operator",
  args: { name: SeatName, title: z.string().min(1).max(120).describe("its full name") },
  rest: true,
  run: ({ args: { name, title }, by, people }) => {
    people.addSeat(by.member.name, name, title);
    return answer(
      say(`${title} is a member organisation now, as \`${name}\`.`, {
        next: `To add a person of it: \`member add <name> <matrix-id> --seat ${name}\``,
      }),
      { name, title },
    );
  },
});
