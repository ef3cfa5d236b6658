import { problem } from "../problem.ts";

export const workflowUnknown = problem(
  "workflow-unknown",
  ({ workflow }: { workflow: string }) => ({
    happened: `There is no workflow named ${workflow}.`,
    means: "Nothing was started.",
    remedy: "An operator checks that its file is in the folder workflows/ and starts Tandem again.",
  }),
  { workflow: "upgrade" },
);

export const workflowInputUnfit = problem(
  "workflow-input-unfit",
  ({ workflow, field, expected }: { workflow: string; field: string; expected: string }) => ({
    happened: `The workflow ${workflow} cannot begin: ${field === "" ? "its input" : field} does not fit.`,
    means: `It expected ${expected}. Nothing was started.`,
    remedy: "Say the command again with that value changed.",
  }),
  { workflow: "deploy", field: "app", expected: "an app's domain, such as cloud.example.coop" },
);

export const lockHeldByAncestor = problem(
  "lock-held-by-ancestor",
  ({ workflow, lock, holder }: { workflow: string; lock: string; holder: string }) => ({
    happened: `${workflow} needs the lock "${lock}", which the run ${holder} holds that started it.`,
    means: "Each would wait for the other for ever, so it was not started.",
    remedy: "Whoever wrote the workflow gives the child run another lock, or none.",
  }),
  { workflow: "backup", lock: "app cloud.example.coop", holder: "bakor" },
);

export const runUnknown = problem(
  "run-unknown",
  ({ run }: { run: string }) => ({
    happened: `There is no run ${run}.`,
    means: "Nothing was changed.",
    remedy: "See the runs with: runs",
  }),
  { run: "bakor" },
);

export const runAlreadyOver = problem(
  "run-already-over",
  ({ run, status }: { run: string; status: string }) => ({
    happened: `The run ${run} is already ${status}.`,
    means: "There is nothing left to cancel.",
    remedy: `See how it ended with: run show ${run}`,
  }),
  { run: "bakor", status: "done" },
);

export const runCancelled = problem(
  "run-cancelled",
  ({ by, why }: { by: string; why: string }) => ({
    happened: `${by} cancelled the run: ${why === "" ? "no reason given" : why}.`,
    means: "No further step was begun, and the steps that can be taken back were taken back.",
    remedy: "Say the command again when the reason is gone.",
  }),
  { by: "bo", why: "wrong version" },
);

export const cancelledWithoutStory = problem(
  "cancelled-without-story",
  (p: { by: string; why: string; workflow: string; version: number; done: string }) => ({
    happened: `${p.by} cancelled the run: ${p.why === "" ? "no reason given" : p.why}.`,
    means:
      `Version ${p.version} of ${p.workflow} is not here any more, so nothing was taken back. ` +
      `Done before: ${p.done}.`,
    remedy: "A maintainer checks what those steps left behind.",
  }),
  { by: "bo", why: "stuck", workflow: "deploy", version: 1, done: "plan, apply" },
);

export const childCancelled = problem(
  "child-cancelled",
  ({ child, workflow }: { child: string; workflow: string }) => ({
    happened: `The run ${child} (${workflow}) was cancelled.`,
    means: "This run needs what that one would have brought, so it cannot go on.",
    remedy: `See why with: run show ${child}`,
  }),
  { child: "dimut", workflow: "backup" },
);

export const stepFailed = problem(
  "step-failed",
  ({ step, message, tries }: { step: string; message: string; tries: number }) => ({
    happened: `The step "${step}" did not work: ${message}.`,
    means: `It was tried ${tries === 1 ? "once" : `${tries} times`}, then the run went no further.`,
    remedy:
      "See what was done and taken back with: run show, and say the command again when the cause is gone.",
  }),
  { step: "pull images", message: "connect ECONNREFUSED 10.0.0.7:443", tries: 4 },
);

export const stepCutOff = problem(
  "step-cut-off",
  ({ step, cuts }: { step: string; cuts: number }) => ({
    happened: `Tandem stopped ${cuts} times in the middle of the step "${step}".`,
    means: "The step itself may be what stops it, so it is not begun again.",
    remedy: "An operator reads the log around those times; then say the command again.",
  }),
  { step: "restore", cuts: 14 },
);

export const stepResultUnfit = problem(
  "step-result-unfit",
  ({ step, reason }: { step: string; reason: string }) => ({
    happened: `What the step "${step}" returned cannot be kept in the journal: ${reason}.`,
    means: "The step did its work, but the run could not go on from its result after a restart.",
    remedy: "Whoever wrote the workflow returns plain JSON, smaller than 1 MB.",
  }),
  { step: "count", reason: "Do not know how to serialize a BigInt" },
);

export const stepNameTwice = problem(
  "step-name-twice",
  ({ step }: { step: string }) => ({
    happened: `Two branches that run side by side both have a step named "${step}".`,
    means: "After a restart the journal could not tell them apart.",
    remedy: "Whoever wrote the workflow gives them different names.",
  }),
  { step: "back up" },
);

export const tooManySteps = problem(
  "too-many-steps",
  ({ most }: { most: number }) => ({
    happened: `The run has more than ${most} steps.`,
    means: "It was stopped before its journal grew out of hand.",
    remedy: "Whoever wrote the workflow splits it into child runs.",
  }),
  { most: 2000 },
);

export const storyBroke = problem(
  "story-broke",
  ({ workflow, message }: { workflow: string; message: string }) => ({
    happened: `The workflow ${workflow} broke between two steps: ${message}.`,
    means: "This is a mistake in the workflow itself; trying again would break at the same place.",
    remedy: "An operator passes the run's letters to whoever wrote the workflow; the log has the details.",
  }),
  { workflow: "deploy", message: "Cannot read properties of undefined (reading 'hash')" },
);

export const undoFailed = problem(
  "undo-failed",
  ({ first, steps, message }: { first: string; steps: string; message: string }) => ({
    happened: first,
    means: `What was done could not be taken back: ${steps} (${message}).`,
    remedy: "A maintainer looks at what those steps left behind and puts it right by hand.",
  }),
  { first: `The step "watch" did not work: unhealthy.`, steps: `"apply"`, message: "no such service" },
);

export const approvalDeclined = problem(
  "approval-declined",
  ({ subject, by, why }: { subject: string; by: string; why: string }) => ({
    happened: `${by} declined it for ${subject}: ${why === "" ? "no reason given" : why}.`,
    means: "Nothing beyond the question was carried out.",
    remedy: "Talk it over; then say the command again.",
  }),
  { subject: "cloud.example.coop", by: "bo", why: "not before the assembly" },
);

export const approvalExpired = problem(
  "approval-expired",
  ({ subject }: { subject: string }) => ({
    happened: `Not enough people agreed in time about ${subject}.`,
    means: "Nothing beyond the question was carried out.",
    remedy: "Say the command again when those who may agree are there.",
  }),
  { subject: "cloud.example.coop" },
);

export const storyGone = problem(
  "story-gone",
  ({ run, workflow, version }: { run: string; workflow: string; version: number }) => ({
    happened: `The run ${run} began with version ${version} of ${workflow}, which is not here any more.`,
    means: "It waits where it was; nothing of it was changed.",
    remedy: "Bring that version back under `older` and start Tandem again, or cancel the run.",
  }),
  { run: "bakor", workflow: "deploy", version: 1 },
);

export const storyChanged = problem(
  "story-changed",
  (p: { run: string; workflow: string; version: number; step: string; was: string; is: string }) => ({
    happened: `The run ${p.run} has a ${p.was} named "${p.step}" in its journal where ${p.workflow} now has a ${p.is}.`,
    means: `Version ${p.version} was changed while a run was telling it. The run waits where it was.`,
    remedy: "Put the old story back under `older`, raise the version of the new one and start Tandem again.",
  }),
  { run: "bakor", workflow: "deploy", version: 1, step: "agree", was: "wait", is: "step" },
);

export const journalRefused = problem(
  "journal-refused",
  ({ run, reason }: { run: string; reason: string }) => ({
    happened: `The journal could not be written for the run ${run}: ${reason}.`,
    means: "The run waits where it was, so that nothing happens that is not written down.",
    remedy: "An operator reads the log, puts it right and starts Tandem again.",
  }),
  { run: "bakor", reason: "NOT NULL constraint failed: outbox.room" },
);

export const scheduleUnreadable = problem(
  "schedule-unreadable",
  ({ name, cron, reason }: { name: string; cron: string; reason: string }) => ({
    happened: `The schedule ${name} has times that cannot be read: ${cron} (${reason}).`,
    means: "Tandem has not started, because what is due would silently not happen.",
    remedy: "An operator writes it as five cron fields, such as 0 3 * * 1 for Mondays at three.",
  }),
  { name: "backup", cron: "0 3 * *", reason: "expected five fields" },
);
