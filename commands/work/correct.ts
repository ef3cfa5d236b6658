import { z } from "zod";
import {
  Amount,
  BudgetName,
  CircleName,
  Day,
  EntryKind,
  EntryNumber,
  People,
  RightTime,
  Shares,
} from "../../src/core/work-terms.ts";
import { command } from "../../src/router/define.ts";
import { ask, stopAsking } from "../parts/work.ts";

export default command({
  summary:
    "Say what an entry should be. The agreement to what it was is void; in a batch or paid, the difference counts.",
  example: `work correct 17 --time 2h --what "nextcloud 30 migration, without the theme"`,
  role: "member",
  args: {
    entry: EntryNumber,
    what: z.string().min(1).max(500).optional().describe("what was done"),
    time: RightTime.optional(),
    lump: Amount.optional(),
    circle: CircleName.optional(),
    budget: BudgetName.optional(),
    date: Day.optional(),
    for: People.optional(),
    share: Shares.optional(),
    kind: EntryKind.optional(),
    evidence: z.string().min(1).max(500).optional().describe("a ticket or an address"),
    sure: z.boolean().default(false).describe("more than 16 hours on one day are meant"),
  },
  flags: ["what", "time", "lump", "circle", "budget", "date", "for", "share", "kind", "evidence", "sure"],
  run: ({ args: { entry: id, what, time, share, sure, ...args }, by: { member, place }, work, runs }) => {
    const said = Object.fromEntries(Object.entries(args).filter(([, value]) => value !== undefined));
    const { entry, notes, cancels } = work.correct(member.name, place, id, {
      ...said,
      ...(what !== undefined && { words: what.split(/\s+/) }),
      ...(time !== undefined && { minutes: time }),
      ...(share !== undefined && { shares: share }),
      ...(sure && { sure }),
    });
    stopAsking(runs, cancels, member.name, `entry ${id} was corrected`);
    return ask(entry, notes, entry.id === id ? "is corrected" : `corrects entry ${id}`);
  },
});
