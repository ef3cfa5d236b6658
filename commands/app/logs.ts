import { z } from "zod";
import { say } from "../../src/chat/message.ts";
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

export default command({
  summary: "Show the last lines that an app has written.",
  example: "app logs notes.example.coop app --lines 30",
  role: "member",
  args: { app: AppDomain, service: ServiceName.optional(), lines: Lines.default(linesInRoom) },
  flags: ["lines"],
  reads: true,
  run: async ({ args: { app, service, lines }, apps }) => {
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
