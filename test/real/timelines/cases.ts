/** The fixtures whose timelines are recorded: those that fail, and those that do not. */
import type { ServiceSpec } from "../../../src/swarm/engine/types.ts";
import type { StackPlan } from "../../../src/swarm/types.ts";

export interface Case {
  name: string;
  fixture: string;
  /** For how many seconds it is listened to after what decides, where the verdict alone is not enough. */
  lasts?: number;
  env?: Record<string, string>;
  /** Deployed and judged before, in this order. */
  before?: { fixture: string; env: Record<string, string> }[];
  /** PORT is held by a process or, after planning, by another stack. */
  port?: "process" | "held";
  /** What the checks before the first write would not let pass: put in afterwards. */
  change?: (plan: StackPlan) => void;
}

const serve = "exec /bin/sh /start.sh";
const old = { TAG: "1.0.0", STEP: serve };

export const cases: Case[] = [
  { name: "bad-image", fixture: "plain", change: takeImageAway },
  {
    name: "bad-image-attempts",
    fixture: "plain",
    change: (plan) => tryTwice(takeImageAway(plan)),
  },
  { name: "crash", fixture: "crash" },
  { name: "crash-attempts", fixture: "crash-attempts" },
  { name: "slow-crash", fixture: "slow-crash" },
  { name: "unhealthy", fixture: "unhealthy" },
  { name: "never-ready", fixture: "never-ready" },
  {
    name: "no-node",
    fixture: "plain",
    change: (plan) => place(plan, { Constraints: ["node.labels.gpu == yes"] }),
  },
  { name: "no-room", fixture: "plain", change: reserveTooMuch },
  { name: "host-port", fixture: "host-port", port: "held" },
  { name: "port-of-process", fixture: "host-port", port: "process" },
  { name: "no-program", fixture: "no-program" },
  { name: "no-folder", fixture: "no-folder" },
  {
    name: "update-crash",
    fixture: "update",
    env: { TAG: "crash" },
    before: [{ fixture: "update", env: old }],
  },
  {
    name: "update-unhealthy",
    fixture: "update-unhealthy",
    env: { TAG: "1.0.1" },
    before: [{ fixture: "update", env: old }],
  },
  {
    name: "update-bad-image",
    fixture: "update",
    env: { TAG: "1.0.1" },
    before: [{ fixture: "update", env: old }],
    change: takeImageAway,
  },
  {
    name: "update-paused",
    fixture: "update-paused",
    env: { TAG: "crash" },
    before: [{ fixture: "update-paused", env: old }],
  },
  {
    name: "no-way-back",
    fixture: "no-way-back",
    env: { STEP: "echo x > /data/migrated; exit 6" },
    before: [{ fixture: "no-way-back", env: old }],
  },
  {
    name: "rollback-paused",
    fixture: "rollback-paused",
    // What the new version does to the data, the old one cannot live with: the way back fails, too.
    env: { STEP: `echo x > /data/migrated; test $SLOT = 2 || { busybox sleep 2; exit 6; }; ${serve}` },
    before: [{ fixture: "rollback-paused", env: { STEP: `test ! -e /data/migrated || exit 5; ${serve}` } }],
  },
  { name: "job-fails", fixture: "job-fails" },
  { name: "plain", fixture: "plain" },
  { name: "healthy", fixture: "healthy" },
  { name: "slow-start", fixture: "slow-start" },
  { name: "everywhere", fixture: "everywhere" },
  { name: "once", fixture: "once" },
  { name: "once-again", fixture: "once-again" },
  { name: "job", fixture: "job" },
  { name: "job-everywhere", fixture: "job-everywhere" },
  { name: "job-tries", fixture: "job-tries" },
  { name: "no-copies", fixture: "no-copies" },
  {
    name: "update-good",
    fixture: "update",
    env: { TAG: "1.0.1" },
    before: [{ fixture: "update", env: old }],
  },
  {
    name: "same-after-rollback",
    fixture: "update",
    env: old,
    before: [
      { fixture: "update", env: old },
      { fixture: "update", env: { TAG: "crash" } },
    ],
  },
  { name: "late-crash", fixture: "late-crash", lasts: 20 },
];

function specIn(plan: StackPlan): ServiceSpec {
  return plan.specs.services["app"] as unknown as ServiceSpec;
}

/** As if the registry had lost the image between plan and apply. */
function takeImageAway(plan: StackPlan): StackPlan {
  const container = specIn(plan).TaskTemplate.ContainerSpec;
  container.Image = `${container.Image.split(/:[^/]*$/)[0] ?? ""}:2.9.9`;
  return plan;
}

function tryTwice(plan: StackPlan): void {
  specIn(plan).TaskTemplate.RestartPolicy = { Condition: "any", MaxAttempts: 2, Delay: 1e9 };
}

function place(plan: StackPlan, placement: ServiceSpec["TaskTemplate"]["Placement"] & object): void {
  specIn(plan).TaskTemplate.Placement = placement;
}

function reserveTooMuch(plan: StackPlan): void {
  specIn(plan).TaskTemplate.Resources = { Reservations: { MemoryBytes: 900 * 2 ** 30 } };
}
