import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { answer, command } from "../src/router/define.ts";

export default command({
  summary: "Refuse what a run asks, and say why.",
  example: "decline bakor the backup of last night failed",
  role: "member",
  args: {
    run: z.string().min(1).describe("the five letters of a run, such as bakor"),
    why: z.string().min(1).max(1000).describe("the reason, in your words"),
  },
  rest: true,
  // Refusing is the careful side: it counts as long as the question is open.
  maxAgeMinutes: 24 * 60,
  run: ({ args: { run, why }, by, saidAt, approvals }) => {
    const { place, matrixId, trust, via } = by;
    const view = approvals.speak({
      run,
      says: "no",
      why,
      member: by.member.name,
      matrixId,
      trust,
      saidAt,
      via: via === "matrix" || via === "console" ? "command" : via,
      ...(place?.eventId !== undefined && { eventId: place.eventId }),
    });
    return answer(
      say(`You declined ${view.subject} (run \`${view.run}\`): ${why}`, {
        ...(view.status === "declined" && { next: "The run ends and takes back what it had begun." }),
      }),
      view,
    );
  },
});
