import { say } from "../../src/chat/message.ts";
import { EntryNumber } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { entryFacts, entryWords } from "../../workflows/parts/entry-words.ts";

export default command({
  summary: "Show an entry that you may see: what it says, who agreed, what it said before.",
  example: "work show 17",
  role: "member",
  args: { entry: EntryNumber },
  reads: true,
  run: ({ args, by, work }) => {
    const entry = work.entry(by.member.name, args.entry);
    const before = work.versions(by.member.name, entry.id).slice(0, -1);
    const { id, person, state, approvedBy, approvedAt, run } = entry;
    const agreed =
      approvedBy.length === 0
        ? []
        : [`Agreed to by ${approvedBy.join(", ")} on ${approvedAt?.slice(0, 10) ?? ""}`];
    return answer(
      say(`Entry ${id} is ${state}. ${person}: ${entryWords(entry)}.`, {
        list: [
          ...entryFacts(entry),
          ...agreed,
          ...(run === null ? [] : [`Asked in run \`${run}\``]),
          ...before.map((one) => `Until ${one.at.slice(0, 10)}, version ${one.version}: ${entryWords(one)}`),
        ],
      }),
      { ...entry, before },
    );
  },
});
