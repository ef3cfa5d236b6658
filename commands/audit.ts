import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { answer, command } from "../src/router/define.ts";

export default command({
  summary: "Show the newest entries of the audit trail, of one member, app or run if you name it.",
  example: "audit cloud.example.coop",
  role: ["maintainer", "treasurer", "operator"],
  args: {
    subject: z.string().optional().describe("a member, an app, a run or a command"),
    limit: z.coerce.number().int().min(1).max(100).default(20).describe("how many entries, from 1 to 100"),
  },
  flags: ["limit"],
  reads: true,
  run: ({ args: { subject, limit }, audit }) => {
    const rows = audit.list({ limit, ...(subject !== undefined && { subject }) });
    const about = subject === undefined ? "" : ` about ${subject}`;
    return answer(
      say(
        rows.length === 0
          ? `The audit trail says nothing${about}.`
          : `The newest of the audit trail${about}:`,
        {
          list: rows.map(({ n, at, who, what, subject: on, details }) => {
            const said = (details as { command?: string }).command;
            const time = `${at.slice(0, 16).replace("T", " ")} UTC`;
            return `${n} · ${time} · ${who} · ${what}${said === undefined ? "" : ` ${said}`} · ${on}`;
          }),
          next: "Whether the chain is whole says: `tandem verify-audit`",
        },
      ),
      rows,
    );
  },
});
