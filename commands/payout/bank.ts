import { say } from "../../src/chat/message.ts";
import { formatMoney } from "../../src/core/money.ts";
import { RunId } from "../../src/core/terms.ts";
import { answer, command } from "../../src/router/define.ts";

/** How a payment by bank stands, in words. */
function standing(state: string, currency: string): string {
  if (state === "asked") return "with the bank already";
  return currency === "EUR" ? "goes into the next file" : "not in EUR: by hand, with the reference";
}

export default command({
  summary: "List what a batch pays by bank, for the file that `tandem bank-file` makes.",
  example: "payout bank bakor",
  role: "treasurer",
  reads: true,
  args: { batch: RunId },
  run: ({ args: { batch }, bank }) => {
    const found = bank.batch(batch);
    if (found.payables.length === 0)
      return answer(say(`The batch ${batch} has nothing to pay by bank.`), found);
    return answer(
      say(`The batch ${batch} of ${found.period} pays by bank:`, {
        list: found.payables.map(({ member, amountMinor, currency, state, reference }) => {
          const money = formatMoney({ amountMinor: BigInt(amountMinor), currency });
          return `${member}: ${money}, ${standing(state, currency)}, \`${reference}\``;
        }),
        next: `On your own machine: \`tandem bank-file ${batch} --payees FILE\`; then \`payout asked ${batch}\``,
      }),
      found,
    );
  },
});
