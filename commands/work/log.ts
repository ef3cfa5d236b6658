import { z } from "zod";
import {
  CircleName,
  BudgetName,
  Amount,
  Day,
  EntryKind,
  People,
  Shares,
  TimeOrAmount,
} from "../../src/core/work-terms.ts";
import { command } from "../../src/router/define.ts";
import { ask } from "../parts/work.ts";

export default command({
  summary: "Enter work that you did: how long, for which circle, what. Those who look after it agree.",
  example: 'work log 2h30 recipes "nextcloud 30 migration" #812 --date yesterday --budget 010',
  role: "member",
  args: {
    time: TimeOrAmount,
    circle: CircleName,
    what: z.array(z.string()).min(1).describe("what was done, and the ticket or address that shows it"),
    date: Day.optional(),
    budget: BudgetName.optional(),
    for: People.optional().describe("whose work it is, or who has a share in it: bo, or bo,cy"),
    share: Shares.optional(),
    kind: EntryKind.optional(),
    lump: Amount.optional().describe("a fixed amount beside the time, such as EUR100"),
    sure: z.boolean().default(false).describe("more than 16 hours on one day are meant"),
  },
  flags: ["date", "budget", "for", "share", "kind", "lump", "sure"],
  rest: "words",
  run: ({ args: { time, circle, what, lump, share, sure, date, budget, kind, ...args }, by, work }) => {
    const { entry, notes } = work.log(by.member.name, by.place, {
      ...{ minutes: time.minutes, lump: lump ?? time.lump, circle, words: what, sure },
      ...(date !== undefined && { date }),
      ...(budget !== undefined && { budget }),
      ...(kind !== undefined && { kind }),
      ...(args.for !== undefined && { for: args.for }),
      ...(share !== undefined && { shares: share }),
    });
    return ask(entry, notes, "is entered");
  },
});
