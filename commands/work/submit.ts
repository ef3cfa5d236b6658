import { EntryNumber } from "../../src/core/work-terms.ts";
import { command } from "../../src/router/define.ts";
import { ask, stopAsking } from "../parts/work.ts";

export default command({
  summary: "Ask anew about an entry of yours: it was declined, had no room, or others look after it now.",
  example: "work submit 17",
  role: "member",
  args: { entry: EntryNumber },
  run: ({ args, by, work, runs }) => {
    const { entry, notes, cancels } = work.resubmit(by.member.name, args.entry);
    stopAsking(runs, cancels, by.member.name, `entry ${entry.id} is asked about anew`);
    return ask(entry, notes, "is asked about anew");
  },
});
