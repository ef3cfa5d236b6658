import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { CircleName } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Add a circle: a group of people that looks after something and agrees to the work on it.",
  example: "circle add recipes Recipes and their tests",
  role: ["operator", "treasurer"],
  args: { name: CircleName, title: z.string().min(1).max(120).describe("its full name") },
  rest: true,
  run: ({ args: { name, title }, by, work }) => {
    const circle = work.addCircle(by.member.name, { name, title });
    return answer(
      say(`${title} is a circle now, as \`${name}\`.`, {
        next: `Nobody agrees to its work yet: \`circle maintainer ${name} <name>\``,
      }),
      circle,
    );
  },
});
