import { problemFromJson } from "../../src/core/problem.ts";
import type { Tools, Trades } from "../../src/workflow/define.ts";

type House = Tools & Trades;
type Made = Extract<Awaited<ReturnType<Trades["billing"]["carry"]>>, { kind: "made" }>["object"];
type Wait = `${number}${"s" | "m" | "h"}`;

/** The waits between two tries; the last goes on. */
const waits: Wait[] = ["10s", "1m", "5m", "30m", "2h", "6h"];
/** A week of them. */
const mostTries = 34;
/** What passes by itself is told only when it has lasted. */
const toldFrom = 3;

/**
 * Makes one thing at Stripe, once: the key is written down in a transaction of its own, then it is asked for under that
 * key until there is an answer. `want` answers null when there is nothing to make. What cannot be had in a week, and
 * whatever Stripe refuses, ends the story with its problem.
 */
export async function atStripe(
  tools: House,
  name: string,
  want: (step: string) => string | null,
  { takesBack = false }: { takesBack?: boolean } = {},
): Promise<Made | null> {
  const { step, tx, sleep, run, billing } = tools;
  const key = await tx(`a key to ${name}`, () => want(`${run.id}/${name}`));
  if (key === null) return null;
  const undo = takesBack ? { undo: () => billing.takeBack(key) } : {};
  for (let times = 1; ; times++) {
    const met = await step(name, ({ signal }) => billing.carry(key, signal), undo);
    if (met.kind === "made") return met.object;
    if (times >= mostTries) throw problemFromJson(met.problem);
    if (times === toldFrom) await tx("tell what stands in the way", () => billing.tellTrouble(met, run.id));
    await sleep("a while", waits[Math.min(times, waits.length) - 1] ?? "6h");
  }
}

/** Takes an object as it is at Stripe now, as often as it takes. What cannot be had in a week ends the story. */
export async function seenAtStripe(tools: House, name: string, kind: string, id: string): Promise<void> {
  const { step, tx, sleep, run, billing } = tools;
  for (let times = 1; ; times++) {
    const met = await step(name, ({ signal }) => billing.refresh(kind, id, signal));
    if (met.kind === "seen") return;
    if (times >= mostTries) throw problemFromJson(met.problem);
    if (times === toldFrom) await tx("tell what stands in the way", () => billing.tellTrouble(met, run.id));
    await sleep("a while", waits[Math.min(times, waits.length) - 1] ?? "6h");
  }
}
