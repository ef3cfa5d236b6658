import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { isoOf } from "../src/core/clock.ts";
import { answer, command } from "../src/router/define.ts";

/** Those of others are passed over. */
const mostLookedAt = 500;

export default command({
  summary: "List the questions that wait for your voice, or all open ones.",
  example: "approvals --all",
  role: "member",
  args: { all: z.boolean().default(false).describe("those that wait for others as well") },
  flags: ["all"],
  reads: true,
  run: ({ args: { all }, by, approvals }) => {
    const waiting = all
      ? approvals
          .list({ status: "open", limit: mostLookedAt })
          .filter((one) => approvals.maySee(by.member, one))
      : approvals.waitingFor(by.member.name);
    // Entries of work are many, and have a list of their own.
    const open = waiting.filter(({ quiet }) => !quiet);
    const entries = all ? 0 : waiting.length - open.length;
    const whom = all ? "" : " for your voice";
    const text =
      open.length === 0
        ? `Nothing waits${whom}.`
        : open.length === 1
          ? `1 question waits${whom}.`
          : `${open.length} questions wait${whom}.`;
    return answer(
      say(text, {
        list: open.map(({ run, subject, question, from, needed, voices, asker, expiresAt }) => {
          const [first] = question.blocks;
          const asked = first?.kind === "text" ? (first.text.split("\n")[0] ?? "") : subject;
          const yes = voices.filter((voice) => voice.says === "yes" && !voice.withdrawn).length;
          const until = `${isoOf(expiresAt).slice(0, 16).replace("T", " ")} UTC`;
          const who = `asked by ${asker ?? "a schedule"}`;
          return [`\`${run}\` ${asked}`, `${yes} of ${needed} ${from}`, who, `until ${until}`].join(" · ");
        }),
        ...(open.length > 0 && {
          next: "To agree: `approve <run> <subject>`. To refuse: `decline <run> <why>`.",
        }),
        ...(entries > 0 && {
          notes: `Entries of work that wait for you: ${entries}. See them: \`work review\``,
        }),
        ...(open.length === 0 && !all && { next: "Those that wait for others: `approvals --all`" }),
      }),
      open,
    );
  },
});
