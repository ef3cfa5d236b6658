import { BudgetName, CircleName, EntryState, Month } from "../../src/core/work-terms.ts";
import { Person } from "../../src/core/terms.ts";
import { say } from "../../src/chat/message.ts";
import { answer, command } from "../../src/router/define.ts";
import { entryLine } from "../../workflows/parts/entry-words.ts";

const most = 50;

export default command({
  summary: "List the entries that you may see: yours, those that wait for you; all for treasurers.",
  example: "work list 2026-10 --circle recipes",
  role: "member",
  args: {
    month: Month.optional(),
    circle: CircleName.optional(),
    budget: BudgetName.optional(),
    person: Person.optional(),
    state: EntryState.optional(),
  },
  flags: ["circle", "budget", "person", "state"],
  reads: true,
  run: ({ args: { month, circle, budget, person, state }, by, work, people }) => {
    const entries = work.entries(by.member.name, {
      ...(month !== undefined && { month }),
      ...(circle !== undefined && { circle: work.circle(circle).name }),
      ...(budget !== undefined && { budget: work.budget(budget).name }),
      ...(person !== undefined && { person: people.get(person).name }),
      ...(state !== undefined && { state }),
      limit: most,
    });
    if (entries.length === 0)
      return answer(
        say("There is no such entry that you can see.", {
          next: 'To enter work: `work log 2h recipes "what"`',
        }),
        [],
      );
    const count = entries.length === most ? `The newest ${most} entries:` : `Entries: ${entries.length}.`;
    return answer(say(count, { list: entries.map(entryLine) }), entries);
  },
});
