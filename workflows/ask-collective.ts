import { z } from "zod";
import { PayableId } from "../src/core/pay-terms.ts";
import { workflow, type Trades } from "../src/workflow/define.ts";

type Asked = Awaited<ReturnType<Trades["collective"]["submit"]>>;
export type AskedFor = { kind: "asked" } | Extract<Asked, { kind: "trouble" }> | { kind: "unsure" };

/** A request that nobody answered may still be carried out over there; then it is seen. */
const untilSeen = "1m";
const mostRounds = 3;

/**
 * Asks Open Collective for one payable, one at a time for the whole house. It is made only right after a look that
 * found none with our key, and only once for each look: whatever leaves a doubt (no answer, a restart in the middle)
 * is followed by a pause and another look.
 */
export default workflow({
  input: z.strictObject({ payable: PayableId }),
  lock: () => "collective",

  async run({ step, tx, sleep, collective }, { payable }): Promise<AskedFor> {
    for (let round = 0; round < mostRounds; round++) {
      const found = await step("look for it", ({ signal }) => collective.find(payable, signal));
      if (found.kind === "trouble") return found;
      if (found.kind === "expense") {
        await tx("write it down", () => collective.asked(payable, found.expense));
        return { kind: "asked" };
      }
      const turn = await tx("take a turn", () => collective.takeTurn(payable));
      if (turn.kind === "trouble") return turn;
      if (turn.waitMs > 0) await sleep("until its turn", `${turn.waitMs}ms`);
      const made = await step("ask", ({ signal, attempt }): Asked | Promise<Asked> =>
        attempt === 1 ? collective.submit(payable, turn.way, signal) : { kind: "unsure" },
      );
      if (made.kind === "trouble") return made;
      if (made.kind === "expense") {
        await tx("write it down", () => collective.asked(payable, made.expense));
        return { kind: "asked" };
      }
      await sleep("before looking again", untilSeen);
    }
    return { kind: "unsure" };
  },
});
