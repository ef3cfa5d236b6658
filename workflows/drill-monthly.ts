import { z } from "zod";
import { say, sayProblem, type Message } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";
import drill from "./drill.ts";
import { howItWent } from "./parts/one-by-one.ts";

/**
 * Every morning: the restore of those apps is tried out whose day of the month it is, one after the other. The room for
 * notices is told of each, and rung where one did not work. One that somebody cancelled is no bad news: the next
 * morning has it again.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "drills of the month",

  async run({ step, tx, child, run, backups }) {
    for (const { app, backup } of await step("look whose turn it is", () => backups.drillsDue())) {
      const went = await howItWent(child(`drill ${app}`, drill, { app, backup }));
      const isCancelled = !went.ok && went.isCancelled;
      const message = went.ok
        ? went.message
        : isCancelled
          ? cancelled(app, backup)
          : sayProblem(went.problem);
      await tx(`tell of ${app}`, () =>
        backups.tellRoom(`${run.id}/drill/${app}`, message, { rings: !went.ok && !isCancelled }),
      );
    }
    return null;
  },
});

function cancelled(app: string, backup: string): Message {
  return say(`The drill of ${app} with the backup \`${backup}\` was cancelled, so it shows nothing.`, {
    next: `It has its turn again tomorrow morning; or now: \`backup drill ${app}\``,
  });
}
