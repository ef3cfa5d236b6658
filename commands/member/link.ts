import { say } from "../../src/chat/message.ts";
import { MatrixId, Person } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Link another Matrix account to a member.",
  example: "member link bo @bo-phone:example.coop",
  role: "operator",
  verified: true,
  args: { name: Person, matrixId: MatrixId },
  run: ({ args, by, people }) => {
    const linked = people.link(by.member.name, people.get(args.name).name, args.matrixId);
    return answer(
      say(`${linked.displayName} (\`${linked.name}\`) speaks from these accounts now:`, {
        list: linked.matrixIds,
        next: "They count as one person and have one voice.",
      }),
      linked,
    );
  },
});
