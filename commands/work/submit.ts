import { EntryNumber } from "../../src/core/work-terms.ts";
import { command } from "../../src/router/define.ts";
import { ask } from "../parts/work.ts";

export default command({
  summary: "Ask anew about an entry of yours that was declined, or for which there was no room.",
  example: "work submit 17",
  role: "member",
  args: { entry: EntryNumber },
  run: ({ args, by, work }) => {
    const { entry, notes } = work.resubmit(by.member.name, args.entry);
    return ask(entry, notes, "is asked about anew");
  },
});
