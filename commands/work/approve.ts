import { z } from "zod";
import { say } from "../../src/chat/message.ts";
import { reviewChanged } from "../../src/core/problems/work.ts";
import { Problem } from "../../src/core/problem.ts";
import { CircleName } from "../../src/core/work-terms.ts";
import { answer, command, type CommandContext } from "../../src/router/define.ts";
import { entryLine } from "../../workflows/parts/entry-words.ts";

const Code = z
  .string()
  .regex(/^[0-9a-z]{5}$/i, { error: "the code of five characters that `work review` shows" });

export default command({
  summary:
    "Agree at once to all entries of a list that you have read: its code stands for exactly that list.",
  example: "work approve recipes k3f9x",
  role: "member",
  args: {
    circle: CircleName.describe("a circle's name, or all"),
    code: Code,
  },
  run: (context) => {
    const { args, by, work } = context;
    const circle = args.circle === "all" ? undefined : args.circle;
    const review = work.review(by.member.name, circle);
    if (review.code !== args.code.toLowerCase() || review.entries.length === 0)
      throw reviewChanged({
        typed: args.code,
        list: review.entries.map(entryLine),
        again: `work approve ${args.circle} ${review.code}`,
      });
    const byId = new Map(review.entries.map((entry) => [entry.id, entry.approvalId]));
    const results = work.fits(review.entries).map(({ entry, problem }) => ({
      id: entry.id,
      problem: problem ?? speak(context, byId.get(entry.id) ?? ""),
    }));
    const counted = results.filter((one) => one.problem === null).map((one) => one.id);
    const left = results.filter((one) => one.problem !== null);
    return answer(
      say(counted.length === 0 ? "No voice was given." : `Your voice counts for ${listed(counted)}.`, {
        list: left.map(({ id, problem }) => `Not for entry ${id}: ${problem ?? ""}`),
        ...(left.length > 0 && { next: "They still wait: `work review`" }),
      }),
      results,
    );
  },
});

/** Null: the voice was taken. */
function speak({ by, approvals }: CommandContext<object>, run: string): string | null {
  const { place, matrixId, trust, via, member } = by;
  try {
    approvals.speak({
      ...{ run, says: "yes", member: member.name, matrixId, trust },
      via: via === "matrix" || via === "console" ? "command" : via,
      ...(place?.eventId !== undefined && { eventId: place.eventId }),
    });
    return null;
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown.text.happened;
    throw thrown;
  }
}

function listed(ids: readonly number[]): string {
  return ids.length === 1 ? `entry ${ids[0] ?? ""}` : `${ids.length} entries: ${ids.join(", ")}`;
}
