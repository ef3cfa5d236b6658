import { z } from "zod";
import { sayProblem } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";
import drill from "./drill.ts";
import { howItWent } from "./parts/one-by-one.ts";

/**
 * Every morning: the restore of those apps is tried out whose day of the month it is, one after the other. The room for
 * notices is told of each, and rung where one did not work.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "drills of the month",

  async run({ step, tx, child, run, backups }) {
    for (const { app, backup } of await step("look whose turn it is", () => backups.drillsDue())) {
      const went = await howItWent(child(`drill ${app}`, drill, { app, backup }));
      const message = went.ok ? went.message : sayProblem(went.problem);
      await tx(`tell of ${app}`, () =>
        backups.tellRoom(`${run.id}/drill/${app}`, message, { rings: !went.ok }),
      );
    }
    return null;
  },
});
