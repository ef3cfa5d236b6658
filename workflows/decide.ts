import { z } from "zod";
import { say } from "../src/chat/message.ts";
import { formatMoney } from "../src/core/money.ts";
import { MemberName } from "../src/core/terms.ts";
import { workflow } from "../src/workflow/define.ts";

const Part = z.strictObject({ account: z.string(), currency: z.string(), amountMinor: z.int() });
const Wanted = z.strictObject({
  kind: z.enum(["match", "split", "writeoff", "ignore"]),
  subject: z.string(),
  what: z.strictObject({ claims: z.array(z.string()).optional(), parts: z.array(Part).optional() }),
  why: z.string(),
});

/** A decision about much money in the books: another treasurer agrees, then it is booked as it was asked. */
export default workflow({
  input: z.strictObject({ wanted: Wanted, by: MemberName }),
  lock: ({ wanted }) => `books ${wanted.subject}`,
  outline: ["weigh", "approval", "decide"],

  async run({ tx, approval, books }, { wanted, by }) {
    const { kind, subject, why } = wanted;
    const what = {
      ...(wanted.what.claims !== undefined && { claims: wanted.what.claims }),
      ...(wanted.what.parts !== undefined && { parts: wanted.what.parts }),
    };
    const decision = { kind, subject, what, why };
    const weighed = await tx("weigh", () => {
      const { currency, amountMinor } = books.weigh(decision);
      return { amount: formatMoney({ currency, amountMinor }), hash: books.hashOf({ ...decision, by }) };
    });
    const { voices } = await approval({
      ask: say(`${kind} \`${subject}\` (${weighed.amount})?`, {
        list: [
          ...(what.claims ?? []).map((claim) => `belongs to \`${claim}\``),
          ...(what.parts ?? []).map(
            ({ account, currency, amountMinor }) =>
              `${account}: ${formatMoney({ currency, amountMinor: BigInt(amountMinor) })}`,
          ),
          `${by} says: ${why}`,
        ],
      }),
      ...{ from: "treasurer", weight: "ordinary", binds: weighed.hash, subject, expires: "7d" },
    });
    const [seconded] = voices;
    const { id, left } = await tx("decide", () => books.decide(decision, by, seconded?.member ?? null));
    return say(`That is decided about \`${subject}\` (decision ${id}); ${left} left in the queue.`, {
      next: `To take it back, until its month is closed: \`money undo ${id}\``,
    });
  },
});
