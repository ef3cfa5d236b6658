import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { MatrixId, MemberName, SeatName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Add a person to the co-op.",
  example: 'member add bo @bo:example.coop --display "Bo Berg"',
  role: "operator",
  verified: true,
  args: {
    name: MemberName,
    matrixId: MatrixId,
    display: z.string().min(1).max(80).optional().describe("the name to show"),
    seat: SeatName.optional(),
  },
  flags: ["display", "seat"],
  run: ({ args: { name, matrixId, display, seat }, by, people }) => {
    const added = people.add(by.member.name, {
      name,
      matrixId,
      ...(display !== undefined && { displayName: display }),
      ...(seat !== undefined && { seat }),
    });
    return answer(
      say(`${added.displayName} is a member now, as \`${name}\`, and speaks from ${matrixId}.`, {
        next: `To give a role: \`member role ${name} maintainer\``,
      }),
      added,
    );
  },
});
