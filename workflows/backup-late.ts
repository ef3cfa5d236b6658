import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";

/**
 * When the night's time is over and its backups go on: what has failed so far and what holds up the others is said now,
 * in one message, and not only when the last of them has ended.
 */
export default workflow({
  input: z.strictObject({}),

  async run({ step, tx, run, backups }) {
    const late = await step("look at the night", () => backups.lateNight());
    if (late === null) return null;
    const [longest] = late.underWay;
    const message = say("The backups of this night are not done, though their time is over.", {
      list: [
        ...late.underWay.map(
          ({ app, since, age }) =>
            `**${app}**: its backup has been under way since ${since.slice(11, 16)} UTC (${age}). ` +
            "Those of its server and of its repository wait for it.",
        ),
        ...late.failed.map(({ app, reason }) => `**${app}** could not be backed up: ${reason}`),
      ],
      next:
        longest === undefined
          ? "How all stand: `backup status`"
          : `What it is doing: \`run show ${longest.run}\`. How all stand: \`backup status\``,
    });
    await tx("tell", () => backups.tellRoom(`${run.id}/late`, message, { rings: true }));
    return null;
  },
});
