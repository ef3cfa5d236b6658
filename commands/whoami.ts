import { say } from "../src/chat/message.ts";
import { answer, command } from "../src/router/define.ts";

export default command({
  summary: "Say as whom Tandem knows you, and what you may do.",
  example: "whoami",
  role: "member",
  args: {},
  reads: true,
  run: ({ by: { member } }) =>
    answer(
      say(`You are ${member.displayName} (\`${member.name}\`).`, {
        list: [
          `Roles: ${member.roles.join(", ")}`,
          `Matrix accounts: ${member.matrixIds.join(", ")}`,
          `Member organisation: ${member.seat ?? "none"}`,
        ],
        next: "What you can say: `help`",
      }),
      member,
    ),
});
