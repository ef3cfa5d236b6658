import { z } from "zod";
import { say, sayFollowed } from "../../src/chat/message.ts";
import { AppDomain, ServiceName } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

const mostLines = 500;
/** More than this goes along as a file. */
const linesInRoom = 30;

const Lines = z.coerce
  .number({ error: `a number of lines from 1 to ${mostLines}` })
  .int({ error: "a whole number of lines" })
  .min(1, { error: "at least one line" })
  .max(mostLines, { error: `at most ${mostLines} lines` });

/** Lines of a message that is kept fresh: it is read on a phone, between other things. */
const linesFollowed = 15;

export default command({
  summary: "Show the last lines that an app has written, and with --follow what it writes for a minute.",
  example: "app logs notes.example.coop app --lines 30",
  role: "member",
  args: {
    app: AppDomain,
    service: ServiceName.optional(),
    lines: Lines.default(linesInRoom),
    follow: z.boolean().default(false).describe("keep the message fresh for a minute"),
  },
  flags: ["lines", "follow"],
  reads: true,
  run: async ({ args: { app, service, lines, follow }, by, apps }) => {
    if (follow && by.place !== null) {
      const about = {
        app: apps.get(app).domain,
        lines: linesFollowed,
        ...(service !== undefined && { service }),
      };
      const found = await apps.logs(app, about);
      return { kind: "answer", message: sayFollowed(about, found, false), follow: about };
    }
    const found = await apps.logs(app, { lines, ...(service !== undefined && { service }) });
    const whose = service === undefined ? app : `${service} of ${app}`;
    const count = found.length === 1 ? "The last line" : `The last ${found.length} lines`;
    const text = found.length === 0 ? `${whose} has written nothing yet.` : `${count} of ${whose}:`;
    return answer(
      say(text, {
        code: found.slice(-linesInRoom).join("\n"),
        ...(found.length > linesInRoom && { attachment: { name: `${app}.log`, text: found.join("\n") } }),
      }),
      { lines: found },
    );
  },
});
