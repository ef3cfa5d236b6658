import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { isoOf } from "../src/core/clock.ts";
import { answer, command } from "../src/router/define.ts";

const mostShown = 20;
/** Those of others are passed over. */
const mostLookedAt = 200;

export default command({
  summary: "List the runs that are under way, or the newest of all.",
  example: "runs --all",
  role: "member",
  args: { all: z.boolean().default(false).describe("the finished ones as well") },
  flags: ["all"],
  reads: true,
  run: ({ args: { all }, by, runs, approvals }) => {
    const found = runs
      .list({ open: !all, limit: mostLookedAt })
      .filter((run) => approvals.maySeeRun(by.member, run))
      .slice(0, mostShown);
    const text =
      found.length === 0
        ? all
          ? "There has been no run yet."
          : "No run is under way."
        : all
          ? "The newest runs:"
          : "Under way:";
    return answer(
      say(text, {
        list: found.map(({ id, workflow, lock, status, waitsFor, askedBy, createdAt }) =>
          [
            `\`${id}\` ${lock === null ? workflow : `${workflow} of ${lock}`}`,
            waitsFor === null ? status : `${status} for ${waitsFor}`,
            `asked by ${askedBy ?? "a schedule"}`,
            `${isoOf(createdAt).slice(0, 16).replace("T", " ")} UTC`,
          ].join(" · "),
        ),
        next:
          found.length > 0
            ? "More about one: `run show <run>`"
            : all
              ? "To begin something: `help`"
              : "The finished ones: `runs --all`",
      }),
      found,
    );
  },
});
