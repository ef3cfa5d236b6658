/** How tellings may end, as scenarios give it. */
import type { Expected, Variant } from "./harness.ts";

/** Nothing was done to it, or what was done is tried again by itself: it has to end well. */
export const isCalm = ({ kind }: Variant): boolean => kind === "calm" || kind === "stumbles";

export const done = (world: unknown): Expected => ({ status: "done", world });

/** It failed for this: when left out, for what the harness has thrown. */
export const failed = (world: unknown, problem = "injected"): Expected => ({
  ...{ status: "failed", problem, world },
});

/** Cancelled, with any of these worlds. */
export const cancelled = (...worlds: unknown[]): Expected[] =>
  worlds.map((world) => ({ status: "cancelled", problem: "run-cancelled", world }));
