/**
 * What the judge is told: facts of one moment, without any of the engine's own shapes, so that timelines
 * can be written by hand.
 */

/** One service at one moment. */
export interface Sight {
  /** When it was looked at, in ms since 1970 by our own clock. */
  atMs: number;
  /**
   * Whose spec is live: the plan's, the one from before (so it was rolled back), somebody else's, or none
   * at all.
   */
  live: "ours" | "before" | "other" | "gone";
  update?: { state: string; startedAt: string; message?: string };
  /** Tasks that should run; for `global` the nodes that may run it. */
  wanted: number;
  /** All tasks of the service that the engine remembers. */
  tasks: TaskSight[];
}

export interface TaskSight {
  id: string;
  /** Slot of a replicated service, node of a global one: what takes its place has the same. */
  slot: string;
  state: string;
  desired: string;
  /** Made from the spec that is live now. */
  isCurrent: boolean;
  /** The engine's own error text. */
  err?: string;
  exitCode?: number;
  /** Told by the container itself, on the node that we ask. */
  health?: "starting" | "healthy" | "unhealthy";
}

/** What does not change while a service is watched. */
export interface Rules {
  service: string;
  /** It did not exist before: nothing to go back to, so the first hopeless sign decides. */
  isNew: boolean;
  /** The engine found nothing to restart: running as wanted is all there is to see. */
  isUnchanged: boolean;
  /** Tasks from before the deploy: their failures are old news (facts: swarm §5.1). */
  oldTasks: string[];
  /** StartedAt of the UpdateStatus from before: the same one is old news too. */
  oldUpdate?: string;
  failureAction: "rollback" | "pause" | "continue";
  /** Runs to the end instead of for ever. */
  isJob: boolean;
  restarts: "any" | "on-failure" | "none";
  /** How many failures in one place are a loop. */
  failuresOfALoop: number;
  /** The spec brings one; that of an image is not known. */
  hasHealthcheck: boolean;
  /** How long it must run as wanted before that counts, in ms. */
  settleMs: number;
}

export interface ServiceVerdict {
  outcome: "converged" | "failed" | "rolled back";
  code?: string;
  reason?: string;
  /** The task that shows it best, for its logs. */
  task?: string;
}
