/** The engine's limits, each with its name. Lengths in ms unless the name says otherwise. */
import type { Duration } from "../core/clock.ts";

/**
 * Steps, waits and transactions in one run: far more than a story should tell, few enough to replay in a
 * blink.
 */
export const mostStepsPerRun = 2000;
/** Characters of JSON in an input, a step's result, a signal or an outcome. */
export const mostJsonLength = 1_048_576;
export const defaultRetries = 3;
export const defaultBackoff: Duration = "1s";
export const defaultMaxBackoff: Duration = "1m";
/** A step that names no timeout of its own. */
export const defaultStepTimeout: Duration = "1h";
/** How long work may take to let go after its signal was aborted, before the run goes on without it. */
export const graceAfterAbortMs = 30_000;
/** How often one step may be cut off by the process ending before it counts as the culprit. */
export const mostCutsPerStep = 10;
/** How often it may be cut off before it is begun only while no other such step is. */
export const suspectAfterCuts = 3;
/** How long such a step keeps the others waiting. */
export const suspectTurnMs = 30_000;
/** Parked runs kept in memory; the longest parked above this are dropped and replayed when they are woken. */
export const mostParkedInMemory = 200;
/** Characters of a foreign failure's message that people see. */
export const mostMessageLength = 300;
/**
 * The wait before a journal write that the disk refused is tried again: it doubles from the first to the
 * last.
 */
export const firstDiskRetryMs = 1000;
export const lastDiskRetryMs = 60_000;
/** How long `stop` waits for steps in flight. */
export const stopGraceMs = 5000;
/** Runs pruned in one transaction. */
export const pruneBatch = 200;
