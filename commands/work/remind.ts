import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { timeZoneUnknown } from "../../src/core/problems/work.ts";
import { isTimeZone } from "../../src/core/work-day.ts";
import { answer, command } from "../../src/router/define.ts";

export default command({
  summary: "Say whether you want to be reminded of unlogged work at month's end, and where you live.",
  example: "work remind Europe/Berlin",
  role: "member",
  args: {
    wish: z.string().min(1).max(60).optional().describe("on, off, or a time zone such as Europe/Berlin"),
  },
  run: ({ args: { wish = "" }, by, work }) => {
    const word = wish.toLowerCase();
    const isSwitch = word === "on" || word === "off";
    if (wish !== "" && !isSwitch && !isTimeZone(wish)) throw timeZoneUnknown({ typed: wish });
    const now = work.setReminder(by.member.name, {
      ...(isSwitch && { isWanted: word === "on" }),
      ...(wish !== "" && !isSwitch && { timeZone: wish }),
    });
    const text = now.isWanted
      ? "You are reminded on the last day of each month at 9:00, and only when there is something to do."
      : "You are not reminded of work.";
    return answer(
      say(text, {
        list: [`Your time zone: ${now.timeZone}. Days of work are meant there.`],
        next: now.isWanted ? "To end it: `work remind off`" : "To begin again: `work remind on`",
      }),
      now,
    );
  },
});
