import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { notYourRun } from "../src/core/problems/router.ts";
import { runUnknown } from "../src/core/problems/workflow.ts";
import { RunId } from "../src/core/terms.ts";
import { answer, command } from "../src/router/define.ts";

export default command({
  summary: "Stop a run: it takes back what it has begun.",
  example: "cancel bakor wrong version",
  role: "member",
  args: {
    run: RunId,
    why: z.string().max(1000).default("").describe("the reason, in your words"),
  },
  rest: true,
  // Stopping is the careful side: it is not asked about again.
  maxAgeMinutes: 24 * 60,
  run: ({ args: { run, why }, by: { member }, runs, people }) => {
    const found = runs.show(run);
    if (found === undefined) throw runUnknown({ run });
    const trusted = member.roles.includes("maintainer") || member.roles.includes("operator");
    if (found.askedBy !== member.name && !trusted) {
      const holders = [...people.withRole("maintainer"), ...people.withRole("operator")];
      const names = [...new Set([found.askedBy ?? "", ...holders.map((one) => one.name)])];
      throw notYourRun({
        run,
        asker: found.askedBy ?? "a schedule",
        holders: names.filter((name) => name !== "").join(", "),
      });
    }
    runs.cancel(run, member.name, why);
    return answer(
      say(
        `Run \`${run}\` is told to stop. The step that is under way may end first; then it is taken back.`,
        {
          next: `To follow it: \`run show ${run}\``,
        },
      ),
      { run },
    );
  },
});
