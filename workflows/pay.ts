import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { PayableId } from "../src/core/pay-terms.ts";
import { workflow, type Tools, type Trades } from "../src/workflow/define.ts";
import askCollective from "./ask-collective.ts";

type House = Tools & Trades;
type Wait = `${number}${"m" | "h"}`;

/** The waits between two looks; the last goes on. An expense is often decided soon, or then after days. */
const lookWaits: Wait[] = ["5m", "15m", "1h", "3h", "6h", "12h"];
/** The waits after something stood in the way. */
const troubleWaits: Wait[] = ["1m", "5m", "30m", "2h", "6h"];
/** Half a year of looks; a run has room for 2,000 steps. */
const mostLooks = 370;
const mostTroubles = 200;

/** The refused expense in whose place another is asked for, and who says why. */
const Anew = z.strictObject({ expense: z.string(), why: z.string(), by: z.string() });

/**
 * Pays one person what a batch owes them in one currency: asks for it at Open Collective, exactly once, and follows it
 * until it is paid or refused there. What stands in the way is told and waited out; nothing is given up by itself.
 * Who is paid by bank waits for the bank's own word. What was refused there is asked for anew under another key, and
 * only while the refused one is refused.
 */
export default workflow({
  input: z.strictObject({ payable: PayableId, anew: Anew.optional() }),
  lock: ({ payable }) => `payable ${payable}`,

  async run(tools, { payable, anew }) {
    const { step, tx, child, collective } = tools;
    if (anew !== undefined) await tx("ask anew", () => collective.askAnew(payable, anew));
    for (let times = 1; times <= mostTroubles; times++) {
      const way = await step("look how it is paid", () => collective.wayOf(payable), { record: false });
      if (way === "bank") {
        return say(`${payable} is paid by bank: it goes into the next file.`, {
          next: `To make it: \`tandem bank-file ${payable.slice(0, 5)} --payees FILE\``,
        });
      }
      const asked = await child("ask for it", askCollective, { payable });
      if (asked.kind === "asked") return follow(tools, payable);
      await waitOut(tools, payable, asked.kind === "trouble" ? asked : null, times);
    }
    return say(`${payable} could not be asked for in a long time.`, { next: again(payable) });
  },
});

async function follow(tools: House, payable: PayableId) {
  const { step, tx, waitFor, collective } = tools;
  let troubles = 0;
  for (let looks = 0; looks < mostLooks; looks++) {
    const seen = await step("look at it", ({ signal }) => collective.look(payable, signal));
    if (seen.kind === "trouble") {
      await waitOut(tools, payable, seen, ++troubles);
      continue;
    }
    troubles = 0;
    const { state, said } = await tx("write down how it stands", () => collective.note(payable, seen));
    if (state !== "asked") return say(`${payable} ${said}.`);
    await waitFor("look", { timeout: nth(lookWaits, looks) });
  }
  return say(`${payable} was followed for half a year and is not decided.`, { next: again(payable) });
}

/** Never at once, whatever somebody says: what was sent without an answer must have time to be seen. */
async function waitOut(
  { tx, sleep, waitFor, run, collective }: House,
  payable: PayableId,
  met: Parameters<House["collective"]["tellTrouble"]>[1] | null,
  times: number,
): Promise<void> {
  if (met !== null) {
    await tx("tell what stands in the way", () =>
      collective.tellTrouble(payable, met, { run: run.id, times }),
    );
  }
  await sleep("a minute", "1m");
  await waitFor("look", { timeout: nth(troubleWaits, times - 1) });
}

function nth(waits: Wait[], n: number): Wait {
  return waits[Math.min(n, waits.length - 1)] ?? "12h";
}

const again = (payable: string): string => `To go on: \`collective pay ${payable}\``;
