/** Payouts as their own trade gives them: October agreed to and partly paid, November proposed. Played when first looked at. */
import type { WebParts } from "../../src/web/index.ts";
import type { Payouts } from "../../src/work/index.ts";
import { openWorkHouse } from "../work/payouts-house.ts";
import { playOctober, proposeNovember } from "../work/month.ts";
import type { Told } from "./told-runs.ts";

export function toldPayouts(told: Told): Pick<WebParts, "payouts"> {
  let played: Payouts | undefined;
  const payouts = (): Payouts => (played ??= play(told));
  return {
    payouts: {
      list: (filter) => payouts().list(filter),
      find: (batch) => payouts().find(batch),
      report: (filter) => payouts().report(filter),
      lines: (filter, member) => payouts().lines(filter, member),
      payables: (filter) => payouts().payables(filter),
    },
  };
}

function play({ empty, hostile }: Told): Payouts {
  const house = openWorkHouse();
  if (empty === true) return house.payouts;
  const stage = {
    ...house,
    log: (one: Parameters<typeof house.log>[0]) =>
      house.log(hostile === undefined ? one : { ...one, description: hostile, evidence: hostile }),
  };
  playOctober(stage);
  proposeNovember(stage);
  house.hold(11, "ana", hostile ?? "who ordered it?");
  return house.payouts;
}
