import { say } from "../../src/chat/message.ts";
import { Person } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Take every role and account of a member who leaves.",
  example: "member remove bo",
  role: "operator",
  verified: true,
  args: { name: Person },
  run: ({ args, by, people }) => {
    const { name, displayName } = people.get(args.name);
    people.remove(by.member.name, name);
    return answer(
      say(`${displayName} (\`${name}\`) is no member any more: no role, no account, no token.`, {
        next: "The name stays in the records and is not given to anybody else.",
      }),
      { name },
    );
  },
});
