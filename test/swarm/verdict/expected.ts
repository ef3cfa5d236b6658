/**
 * What the verdict on each fixture has to be, written down from what the fixture does and not from what came out, and
 * what in its timeline decides it. The recorder listens until that has happened.
 */
import type { Verdict } from "../../../src/swarm/types.ts";
import type { stateAt } from "./timeline.ts";

export type State = ReturnType<typeof stateAt>;

export interface Expected {
  outcome: Verdict["outcome"];
  code?: string;
  reason?: RegExp;
  /** What decides, and how many seconds after it the verdict is due. */
  when: (state: State) => boolean;
  after: number;
  /** Told earlier by what the container says, on the node that is asked. */
  earlierByEvent?: boolean;
}

const failures = (state: State): number =>
  state.tasks.filter(({ ID, Status }) => /failed|rejected/.test(Status.State) && state.current.has(ID))
    .length;
const running = (state: State): number =>
  state.tasks.filter(({ ID, Status, DesiredState }) => {
    return Status.State === "running" && DesiredState === "running" && state.current.has(ID);
  }).length;
const done = (state: State): number =>
  state.tasks.filter(({ ID, Status }) => Status.State === "complete" && state.current.has(ID)).length;
const pendingFor = (why: RegExp) => (state: State) =>
  state.tasks.some(({ Status }) => why.test(Status.Err ?? ""));
const update = (wanted: string) => (state: State) =>
  state.services.some(({ UpdateStatus }) => UpdateStatus?.State === wanted);

const oneFailed = (state: State): boolean => failures(state) >= 1;
const twoFailed = (state: State): boolean => failures(state) >= 2;
const oneRuns = (state: State): boolean => running(state) >= 1;
const failed = (code: string, when: Expected["when"], after = 0): Expected => ({
  outcome: "failed",
  code,
  when,
  after,
});
const wentBack = (reason: RegExp): Expected => ({
  outcome: "rolled back",
  code: "rolled-back",
  reason,
  when: update("rollback_completed"),
  after: 0,
});
const well = (when: Expected["when"], after: number): Expected => ({ outcome: "converged", when, after });

/** The scheduler's complaint counts when it has lasted for three seconds. */
const pendingGrace = 3;
/** Without a healthcheck it has to run for ten seconds, with one for a second. */
const settle = 10;
const settleHealthy = 1;

export const expected: Record<string, Expected> = {
  // Those that fail. Two more of the eighteen never get as far as a task: a missing secret, a held ingress port.
  "bad-image": failed("image-not-found", oneFailed),
  "bad-image-attempts": failed("image-not-found", oneFailed),
  crash: failed("crash-loop", twoFailed),
  "crash-attempts": failed("crash-loop", twoFailed),
  "slow-crash": failed("crash-loop", twoFailed),
  unhealthy: { ...failed("unhealthy", oneFailed), earlierByEvent: true },
  // 120 s for the pull, ten minutes of start period, 3 × (2 + 2) s of probes, 5 s of monitor, 1 s to stop.
  "never-ready": { ...failed("not-ready", () => true, 738), reason: /0 of 1 running, starting/ },
  "no-node": failed("no-node", pendingFor(/constraints not satisfied/), pendingGrace),
  "no-room": failed("no-resources", pendingFor(/insufficient resources/), pendingGrace),
  "host-port": failed("port-in-use", pendingFor(/port already in use/), pendingGrace),
  "port-of-process": failed("port-in-use", oneFailed),
  "no-program": failed("cannot-exec", oneFailed),
  "no-folder": failed("bad-mount", oneFailed),
  "update-crash": wentBack(/non-zero exit \(1\)\. It runs no version, and 1\.1\.0\+2 was meant\.$/),
  "update-unhealthy": wentBack(/unhealthy|healthcheck/),
  "update-bad-image": wentBack(/No such image/),
  "update-paused": { ...failed("paused", update("paused")), reason: /side by side/ },
  // What the old version finds it cannot live with; that it is back proves nothing.
  "no-way-back": wentBack(/non-zero exit \(6\)/),
  "rollback-paused": {
    ...failed("rollback-paused", update("rollback_paused")),
    reason: /exit \(6\).*going back failed too|going back failed too.*exit \(6\)/,
  },
  "job-fails": { ...failed("crashed", oneFailed), reason: /exit \(4\)/ },
  // Those that do not.
  plain: well(oneRuns, settle),
  healthy: well(oneRuns, settleHealthy),
  "slow-start": well(oneRuns, settleHealthy),
  everywhere: well(oneRuns, settleHealthy),
  once: well((state) => done(state) === 1, 0),
  "once-again": well((state) => done(state) === 1, 0),
  job: well((state) => done(state) === 2, 0),
  "job-everywhere": well((state) => done(state) === 1, 0),
  "job-tries": well((state) => done(state) === 1, 0),
  "no-copies": well((state) => state.services.length === 1, 0),
  "update-good": well(update("completed"), settle),
  "same-after-rollback": well(() => true, 0),
  "late-crash": well(oneRuns, settle),
};
