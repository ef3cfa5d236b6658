/**
 * Where agreed payables leave for whoever pays them. The story of a payout knows nothing of fiscal hosts and banks: it
 * hands on what is ready, and hears how many are on their way.
 */
import type { Tools, Trades } from "../../src/workflow/define.ts";

type Ready = ReturnType<Trades["payouts"]["ready"]>;

export interface HandedOn {
  /** Paid, or asked for outside, by this run. */
  asked: Ready;
  /** They wait: for a way to be paid, or for a treasurer who writes the bank's file. */
  waiting: Ready;
  /** What stood in the way, by person. */
  troubles: string[];
}

/** Hands each payable on that can be asked for; the others wait in `ready`. */
export function handOn(_tools: Tools & Trades, ready: Ready): Promise<HandedOn> {
  return Promise.resolve({ asked: [], waiting: ready, troubles: [] });
}
