/**
 * Where agreed payables leave for whoever pays them: each in a run of its own, side by side, since one may take weeks
 * and another must not wait for it. The story of a payout only sees what became of them.
 */
import type { Tools, Trades } from "../../src/workflow/define.ts";
import pay from "../pay.ts";
import { howItWent } from "./one-by-one.ts";

type Ready = ReturnType<Trades["payouts"]["ready"]>;

export interface HandedOn {
  paid: Ready;
  /** They wait: for the bank's file, for the bank's word, or for a person to ask again. */
  waiting: Ready;
  /** What stood in the way, each in a sentence. */
  troubles: string[];
}

/** Pays what can be paid and follows it to its end. What fails for one is told, and holds up nobody else. */
export async function handOn(
  { all, child, tx, run, payouts }: Tools & Trades,
  ready: Ready,
): Promise<HandedOn> {
  const ends = await all(
    ready.map(
      ({ id }) =>
        () =>
          howItWent(child(`pay ${id}`, pay, { payable: id })),
    ),
  );
  const now = await tx("see what became of it", () => {
    const states = new Map(payouts.payables({ batch: run.id }).map(({ id, state }) => [id, state]));
    return ready.map(({ id }) => states.get(id) ?? "gone");
  });
  return {
    paid: ready.filter((_, index) => now[index] === "paid"),
    waiting: ready.filter((_, index) => now[index] === "ready" || now[index] === "asked"),
    troubles: ready.flatMap(({ member }, index) => {
      if (now[index] === "rejected") return [`Refused where it was asked for: that of ${member}`];
      const end = ends[index];
      return end?.ok === false ? [`${member}: ${end.problem.happened}`] : [];
    }),
  };
}
