import { formatMoney } from "../../src/core/money.ts";
import { answer, command } from "../../src/router/define.ts";
import { listOr } from "../parts/work.ts";

export default command({
  summary: "List what an hour is worth, for whom, from when, and by which resolution.",
  example: "rate list",
  role: "member",
  args: {},
  reads: true,
  run: ({ work }) => {
    const rates = work.rates();
    const list = rates.map(
      ({ id, scope, subject, perHourMinor, currency, fromDay, untilDay, resolution }) => {
        const whose = scope === "all" ? "everybody" : `${scope} ${subject}`;
        const hour = formatMoney({ amountMinor: BigInt(perHourMinor), currency });
        return `\`${id}\` ${hour} an hour · ${whose} · ${fromDay} to ${untilDay ?? "further notice"} · ${resolution}`;
      },
    );
    const next =
      "Of several that fit, the one for the person counts, then the circle's, the role's, everybody's.";
    return answer(listOr("There is no rate yet.", `Rates: ${list.length}.`, list, next), rates);
  },
});
