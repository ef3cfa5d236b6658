import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { Month } from "../../src/core/work-terms.ts";
import { command } from "../../src/router/define.ts";

const endings = { hledger: "journal", beancount: "beancount", csv: "csv" };

export default command({
  summary: "The ledger as a journal of hledger or beancount, or as CSV: of one month, or whole.",
  example: "money export hledger 2026-10",
  role: "treasurer",
  reads: true,
  args: { format: z.enum(["hledger", "beancount", "csv"]), month: Month.optional() },
  run: ({ args: { format, month }, books }) => {
    const text = [...books.journal(format, month)].join("");
    const name = `${["books", ...(month === undefined ? [] : [month])].join("-")}.${endings[format]}`;
    return {
      kind: "private",
      message: say(`The ledger as ${name}.`, {
        attachment: { name, text },
        next: `On the server: \`tandem money export ${format}\``,
      }),
      public: say("The journal is on its way to you alone."),
    };
  },
});
