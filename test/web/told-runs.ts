/** Runs and questions as a co-op has them on a busy morning. */
import type { ApprovalView } from "../../src/approvals/types.ts";
import { say } from "../../src/chat/message.ts";
import type { FakeClock } from "../../src/core/clock.ts";
import type { WebParts } from "../../src/web/index.ts";
import type { RunDetail } from "../../src/workflow/types.ts";

/** What a test tells otherwise: words that people type, or nothing at all. */
export interface Told {
  /** Values that were put into forms of secrets. */
  putIn?: string[];
  /** What was handed in as statements, and what of it was thrown away again. */
  keptStatements?: string[];
  forgotStatements?: string[];
  /** Stands wherever people's words stand. */
  hostile?: string;
  /** No runs, apps, recipes or questions. */
  empty?: boolean;
  /** The server does not answer. */
  silent?: boolean;
}

const minute = 60_000;

export function approvalsOf(now: number, told: Told): ApprovalView[] {
  if (told.empty === true) return [];
  const words = told.hostile ?? "Version 1.1.0 brings a darker footer.";
  const open = {
    run: "bakor",
    from: "maintainer",
    only: null,
    quiet: false,
    needed: 1,
    binds: "9f2c4e7d0b1a66d5",
    asker: "ana",
    room: "!room:example.coop",
    status: "open",
    why: null,
    settledAt: null,
    openedAt: now - 12 * minute,
    expiresAt: now + 24 * 60 * minute,
    voices: [],
  } as const;
  return [
    {
      ...open,
      id: "bakor/approval",
      question: say("Deploy **notes.example.coop** with recipe `custom-html` 1.1.0?", {
        list: ["from 1.0.0 to 1.1.0", "services: 1 updated, none removed", words],
        diff: "  app:\n-   image: custom-html:1.0.0\n+   image: custom-html:1.1.0\n    replicas: 1",
        next: "To agree, react with ✅ or say `approve bakor`; to refuse, `decline bakor <why>`.",
      }),
      subject: "notes.example.coop",
      weight: "ordinary",
      voices: [],
    },
    {
      ...open,
      id: "dufem/approval#2",
      run: "dufem",
      question: say("Undeploy **old.example.coop** and delete its volumes?", {
        list: ["volume old_example_coop_data", "volume old_example_coop_db"],
      }),
      subject: "old.example.coop",
      weight: "grave",
      needed: 2,
      voices: [
        { member: "cleo", says: "yes", why: null, via: "command", at: now - 3 * minute, withdrawn: false },
        { member: "otto", says: "no", why: words, via: "web", at: now - 2 * minute, withdrawn: true },
      ],
    },
    {
      ...open,
      id: "gomip/approval",
      run: "gomip",
      question: say("Deploy **wiki.example.coop** with recipe `dokuwiki` 2.0.0?"),
      subject: "wiki.example.coop",
      weight: "ordinary",
      status: "declined",
      why: words,
      settledAt: now - 25 * 60 * minute,
      openedAt: now - 26 * 60 * minute,
      expiresAt: now - 2 * 60 * minute,
      voices: [
        {
          member: "bo",
          says: "no",
          why: words,
          via: "reaction",
          at: now - 25 * 60 * minute,
          withdrawn: false,
        },
      ],
    },
    {
      ...open,
      id: "payot/approval",
      run: "payot",
      question: say("Pay October to 7 payees?"),
      voices: [],
      subject: "EUR 4200.00",
      from: "treasurer",
      asker: "tess",
      weight: "grave",
    },
  ];
}

export function toldApprovals(clock: FakeClock, told: Told): Pick<WebParts, "approvals"> {
  const all = (): ApprovalView[] => approvalsOf(clock.now(), told);
  const roles: Record<string, string> = {
    bo: "maintainer",
    cleo: "maintainer",
    tess: "treasurer",
    otto: "operator",
  };
  return {
    approvals: {
      get: (id) => all().find((approval) => approval.id === id),
      ofRun: (run) => all().filter((approval) => approval.run === run),
      list: ({ status, limit = 100 } = {}) =>
        all()
          .filter((approval) => status === undefined || approval.status === status)
          .slice(0, limit),
      waitingFor: (member) =>
        all().filter(
          (approval) =>
            approval.status === "open" &&
            approval.asker !== member &&
            approval.from === roles[member] &&
            !approval.voices.some((voice) => voice.member === member && !voice.withdrawn),
        ),
    },
  };
}

export function runsOf(now: number, told: Told): RunDetail[] {
  if (told.empty === true) return [];
  const common = {
    workflow: "deploy",
    version: 1,
    askedBy: "ana",
    place: { room: "!room:example.coop" },
    waitsFor: null,
    parent: null,
    output: null,
    problem: null,
    outline: ["plan", "approval", "deploy", "watch"],
    input: { app: "notes.example.coop", note: told.hostile ?? "for the meeting" },
  };
  const step = (key: string, at: number, more: Partial<RunDetail["steps"][number]> = {}) => ({
    key,
    kind: "step",
    status: "done" as const,
    attempt: 1,
    dueAt: null,
    problem: null,
    startedAt: at,
    finishedAt: at + 1400,
    undo: null,
    ...more,
  });
  const failure = {
    code: "deploy-failed",
    happened: "The new tasks of wiki.example.coop crashed 3 times.",
    means: "The old version runs on: nobody noticed.",
    remedy: "Look at the last lines, then deploy again: `app logs wiki.example.coop`.",
  };
  return [
    {
      ...common,
      id: "bakor",
      status: "waiting",
      lock: "app notes.example.coop",
      waitsFor: "a maintainer to agree",
      createdAt: now - 12 * minute,
      finishedAt: null,
      steps: [
        step("plan", now - 12 * minute),
        step("approval", now - 12 * minute, {
          kind: "approval",
          status: "waiting",
          finishedAt: null,
          dueAt: now + 24 * 60 * minute,
        }),
      ],
    },
    {
      ...common,
      id: "gomip",
      status: "undone",
      lock: "app wiki.example.coop",
      createdAt: now - 26 * 60 * minute,
      finishedAt: now - 25 * 60 * minute,
      problem: failure,
      steps: [
        step("plan", now - 26 * 60 * minute),
        step("deploy", now - 25.5 * 60 * minute, { undo: "done" }),
        step("watch", now - 25.2 * 60 * minute, { status: "failed", attempt: 2, problem: failure }),
      ],
    },
    {
      ...common,
      id: "dufem",
      workflow: "undeploy",
      askedBy: null,
      status: "running",
      lock: null,
      outline: [],
      createdAt: now - 5 * minute,
      finishedAt: null,
      steps: [],
    },
    {
      ...common,
      id: "lekab",
      status: "done",
      lock: "app notes.example.coop",
      createdAt: now - 50 * 60 * minute,
      finishedAt: now - 50 * 60 * minute + 41_000,
      output: say("**notes.example.coop** runs 1.0.0, healthy after 12 s.", {
        next: "To go back: `app undeploy notes.example.coop`",
      }),
      steps: [step("plan", now - 50 * 60 * minute), step("deploy", now - 50 * 60 * minute + 2000)],
    },
    {
      ...common,
      id: "payot",
      workflow: "payout",
      askedBy: "tess",
      status: "waiting",
      lock: "pay 2026-10",
      input: { period: "2026-10" },
      createdAt: now - minute,
      finishedAt: null,
      steps: [],
    },
  ];
}

export function toldRuns(clock: FakeClock, told: Told): Pick<WebParts, "runs"> {
  const all = (): RunDetail[] => runsOf(clock.now(), told);
  return {
    runs: {
      show: (id) => all().find((run) => run.id === id),
      list: ({ open, limit = 50, lock } = {}) =>
        all()
          .filter((run) => open !== true || run.finishedAt === null)
          .filter((run) => lock === undefined || run.lock === lock)
          .slice(0, limit),
    },
  };
}
