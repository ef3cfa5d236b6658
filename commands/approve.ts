import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { answer, command } from "../src/router/define.ts";

export default command({
  summary: "Agree to what a run asks.",
  example: "approve bakor cloud.example.coop",
  role: "member",
  args: {
    run: z.string().min(1).describe("the five letters of a run, such as bakor"),
    subject: z.string().optional().describe("what the question is about, such as cloud.example.coop"),
  },
  rest: true,
  // A question runs out by itself and a voice counts only for the plan that was there when it was said: one that was
  // long on its way still counts.
  maxAgeMinutes: 24 * 60,
  run: ({ args: { run, subject }, by, saidAt, approvals }) => {
    const { place, matrixId, trust, via } = by;
    const view = approvals.speak({
      run,
      says: "yes",
      member: by.member.name,
      matrixId,
      trust,
      saidAt,
      via: via === "matrix" || via === "console" ? "command" : via,
      ...(subject !== undefined && { subject }),
      ...(place?.eventId !== undefined && { eventId: place.eventId }),
    });
    const given = view.voices.filter((voice) => voice.says === "yes" && !voice.withdrawn).length;
    const missing = view.needed - given;
    return answer(
      view.status === "approved"
        ? say(`Your voice counts. ${view.subject} is agreed to, and run \`${view.run}\` goes on.`)
        : say(`Your voice counts: ${given} of ${view.needed} for ${view.subject} (run \`${view.run}\`).`, {
            next: missing === 1 ? "One more is needed." : `${missing} more are needed.`,
          }),
      view,
    );
  },
});
