import { z } from "zod";
import { say, type Message } from "../src/chat/message.ts";
import { Problem } from "../src/core/problem.ts";
import { approvalDeclined } from "../src/core/problems/workflow.ts";
import { voicesKeepChanging } from "../src/core/problems/work.ts";
import {
  workflow,
  type Agreement,
  type ApprovalAsk,
  type Tools,
  type Trades,
} from "../src/workflow/define.ts";
import { entryFacts, entryWords, type Entry } from "./parts/entry-words.ts";

const mostTimesAsked = 3;

/** The question itself shows how it ended. */
const nothingToSay: Message = { blocks: [] };

/**
 * Asks those who look after the circle or the budget whether they agree to an entry of work. Whoever changes the entry
 * begins another run, which waits for the end of this one.
 */
export default workflow({
  input: z.strictObject({ entry: z.number().int(), version: z.number().int() }),
  lock: ({ entry }) => `entry ${entry}`,

  async run(tools, { entry, version }) {
    const { tx, work } = tools;
    try {
      return await askUntilCounted(tools, entry, version);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
      const end = thrown.code === approvalDeclined.code ? "declined" : "unanswered";
      const isStillThis = await tx("end", () => work.endAsking(entry, version, end, thrown.text.happened));
      // Withdrawn or corrected meanwhile: whoever did so has been answered.
      if (!isStillThis) return nothingToSay;
      throw thrown;
    }
  },
});

async function askUntilCounted(tools: Tools & Trades, id: number, version: number): Promise<Message> {
  const { tx, approval, run, work } = tools;
  for (let asked = 1; asked <= mostTimesAsked; asked++) {
    const asking = await tx("begin", () => work.beginAsking(id, version, run.id));
    if (asking.kind === "overtaken") return nothingToSay;
    const { entry } = asking;
    const { voices } = await approval(questionAbout(asking, asked > 1));
    const verdict = await tx("agree", () =>
      work.agree(id, {
        ...{ version, run: run.id, approval: `${run.id}/${asked === 1 ? "approval" : `approval#${asked}`}` },
        ...{ binds: entry.hash, voices: namesOf(voices) },
      }),
    );
    if (verdict.kind === "refused") return refused(entry, verdict.problem);
    if (verdict.kind === "voices lost") continue;
    return run.place?.direct === true && verdict.kind !== "overtaken" ? agreed(entry, voices) : nothingToSay;
  }
  throw voicesKeepChanging({ id, times: mostTimesAsked });
}

function questionAbout(
  asking: Extract<ReturnType<Trades["work"]["beginAsking"]>, { kind: "ask" }>,
  isAgain: boolean,
): ApprovalAsk {
  const { entry, notes, only, beneficiaries, needed } = asking;
  const again = isAgain ? "Some voices do not count any more, so it is asked once more. " : "";
  const list = [`Entry ${entry.id}`, ...entryFacts(entry), ...notes];
  return {
    ask: say(`${again}${entry.person}: ${entryWords(entry)}.`, { list }),
    ...{ from: "member", only, beneficiaries, needed },
    ...{ weight: "light", quiet: true, binds: entry.hash, subject: `entry ${entry.id}`, expires: "90d" },
  };
}

function namesOf(voices: Agreement["voices"]): string[] {
  return voices.map(({ member }) => member);
}

function agreed(entry: Entry, voices: Agreement["voices"]): Message {
  return say(`Entry ${entry.id} is agreed to by ${namesOf(voices).join(" and ")}: ${entryWords(entry)}.`);
}

function refused({ id }: Entry, { happened, remedy }: { happened: string; remedy: string }): Message {
  return say(`Entry ${id} was agreed to, but it does not count yet. ${happened}`, {
    next: `${remedy.replace(/\.?$/, ".")} When there is room, ask anew: \`work submit ${id}\``,
  });
}
