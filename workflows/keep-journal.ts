import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { workflow } from "../src/workflow/define.ts";
import { keptJournal } from "./parts/keep-journal.ts";

/**
 * Commits and pushes the journal of the books: what an earlier time could not, and with `now` also how they stand.
 * Comes by itself every morning, and whenever a treasurer asks.
 */
export default workflow({
  input: z.strictObject({ now: z.boolean().default(false) }),
  lock: () => "books journal",

  async run(tools, { now }) {
    const { commits, isPushed } = await keptJournal(tools, { now });
    if (!now) return null;
    const made = commits === 0 ? "The journal has not changed" : "The journal is committed";
    return say(`${made}${isPushed ? ", and it is pushed" : ""}.`);
  },
});
