import { say } from "../../src/chat/message.ts";
import { CircleName } from "../../src/core/work-terms.ts";
import { answer, command } from "../../src/router/define.ts";
import { entryLine } from "../../workflows/parts/entry-words.ts";

export default command({
  summary: "List the entries that wait for your voice, with a code to agree to all of them at once.",
  example: "work review recipes",
  role: "member",
  args: { circle: CircleName.optional() },
  reads: true,
  run: ({ args: { circle }, by, work }) => {
    const { entries, code } = work.review(by.member.name, circle);
    if (entries.length === 0) return answer(say("No entry waits for your voice."), { entries });
    const list = work
      .fits(entries)
      .map(({ entry, problem }) => entryLine(entry) + (problem === null ? "" : ` · ${problem}`));
    const whom = circle ?? "all";
    return answer(
      say(
        entries.length === 1
          ? "1 entry waits for your voice:"
          : `${entries.length} entries wait for your voice:`,
        {
          list,
          next:
            `To agree to all of them: \`work approve ${whom} ${code}\`. To one: react to it. ` +
            "To decline one: `decline <run> <why>`",
        },
      ),
      { entries, code },
    );
  },
});
