import { say } from "../../src/chat/message.ts";
import { EntryNumber } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { entryWords } from "../../workflows/parts/entry-words.ts";
import { stopAsking } from "../parts/work.ts";

export default command({
  summary: "Take an entry of yours back, as long as it is in no batch.",
  example: "work withdraw 17",
  role: "member",
  args: { entry: EntryNumber },
  run: ({ args, by: { member }, work, runs }) => {
    const { entry, cancels } = work.withdraw(member.name, args.entry);
    stopAsking(runs, cancels, member.name, `entry ${entry.id} was withdrawn`);
    return answer(say(`Entry ${entry.id} is withdrawn and counts nowhere: ${entryWords(entry)}.`), entry);
  },
});
