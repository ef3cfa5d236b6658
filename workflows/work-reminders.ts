import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";

/**
 * At the month's end: one quiet message to each person who has something to do about work, at nine in the morning
 * where they live. It begins some days before, so that it is there before the first morning comes.
 */
export default workflow({
  input: z.strictObject({}),
  lock: () => "work reminders",

  async run({ tx, now, sleep, run, work }) {
    const month = await tx("look at the month", () => work.today().slice(0, 7));
    const people = await tx("look who is there", () => work.reminders(month));
    // A morning comes once for all who live in one time zone.
    for (const [at, members] of Map.groupBy(people, (one) => one.at)) {
      const wait = Math.max(0, at - (await now()));
      if (wait > 0) await sleep("until it is morning", `${wait}ms`);
      await tx("remind", () => {
        for (const { member } of members) {
          const reminder = work.reminderFor(member, month);
          if (reminder !== null) work.tell(member, `${run.id}/remind/${member}`, words(reminder, month));
        }
      });
    }
    return null;
  },
});

type Reminder = NonNullable<ReturnType<Trades["work"]["reminderFor"]>>;

function words({ lastDay, waiting, due }: Reminder, month: string): Message {
  const list = [
    ...(lastDay === null
      ? []
      : [`Your last entry is of ${lastDay}. If you have worked since: \`work log 2h <circle> <what>\``]),
    ...(waiting === 0
      ? []
      : [`${waiting === 1 ? "1 entry waits" : `${waiting} entries wait`} for your voice: \`work review\``]),
    ...(due === null
      ? []
      : [
          `The report of ${due.month} is due: ${due.entries === 1 ? "1 entry is" : `${due.entries} entries are`} ` +
            `agreed to and not paid. From tomorrow: \`payout propose ${due.month}\``,
        ]),
  ];
  return say(`${month} comes to its end.`, { list, next: "No more of these: `work remind off`" });
}
