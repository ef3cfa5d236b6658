/** A small house behind the contracts: real database, people, audit and door; the engine and the approvals are fakes. */
import { openAudit, type Audit } from "../../src/audit/index.ts";
import { maySeeApproval, maySeeRun } from "../../src/approvals/index.ts";
import type { ApprovalView, Approvals, SpokenVoice } from "../../src/approvals/types.ts";
import { say } from "../../src/chat/message.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { Problem } from "../../src/core/problem.ts";
import { MatrixId, MemberName, Role } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openPeople, type Member, type People } from "../../src/people/index.ts";
import { startedOtherwise } from "../../src/house/scheduled.ts";
import type { Speaker } from "../../src/router/define.ts";
import {
  discover,
  openHelp,
  openRouter,
  openTokens,
  type Command,
  type Outcome,
  type Router,
  type RouterHouse,
  type TokenSpending,
  type Topic,
  type Tokens,
} from "../../src/router/index.ts";
import type { Place, Trades } from "../../src/workflow/define.ts";
import type { RunDetail, RunSummary } from "../../src/workflow/types.ts";

export const room: Place = { room: "!ops:a.coop", eventId: "$said" };
/** One person per role, and bo who is only a member. */
export const roster = { ana: "operator", bo: "member", mia: "maintainer", tom: "treasurer" } as const;

export interface TestHouse {
  db: Db;
  clock: FakeClock;
  audit: Audit;
  people: People;
  tokens: Tokens & TokenSpending;
  router: Router;
  started: { input: unknown; options: object }[];
  spoken: SpokenVoice[];
  cancelled: { run: string; by: string; why: string }[];
  logged: object[];
  speaker(name: string | null, more?: Partial<Speaker>): Speaker;
  /** What came of a line said by this person in a verified chat. */
  says(name: string | null, line: string, more?: Partial<Speaker>): Promise<Outcome>;
}

export const run: RunDetail = {
  id: "bakor",
  workflow: "deploy",
  version: 1,
  status: "waiting",
  askedBy: "bo",
  place: room,
  lock: "app notes.example.coop",
  waitsFor: "1 maintainer",
  parent: null,
  createdAt: Date.parse("2026-10-01T07:00:00Z"),
  finishedAt: null,
  input: {},
  output: null,
  problem: null,
  outline: ["plan", "approval", "deploy"],
  steps: [
    {
      key: "plan",
      kind: "step",
      status: "done",
      attempt: 2,
      dueAt: null,
      problem: null,
      startedAt: 0,
      finishedAt: 0,
      undo: null,
    },
  ],
};

export const view: ApprovalView = {
  id: "bakor/approval",
  run: "bakor",
  question: say("Deploy notes.example.coop?"),
  subject: "notes.example.coop",
  from: "maintainer",
  only: null,
  quiet: false,
  needed: 2,
  weight: "ordinary",
  binds: "hash",
  asker: "bo",
  room: room.room,
  status: "open",
  why: null,
  openedAt: 0,
  expiresAt: Date.parse("2026-10-02T07:00:00Z"),
  settledAt: null,
  voices: [{ member: "mia", says: "yes", why: null, via: "command", at: 0, withdrawn: false }],
};

export const topics: Topic[] = [
  { name: "problems", title: "Problems", markdown: "# Problems\n\nWhat they mean.\n\n- one\n- two\n" },
];

let shipped: ReadonlyMap<string, Command> | undefined;
/** The commands as they are shipped. */
export async function shippedCommands(): Promise<ReadonlyMap<string, Command>> {
  shipped ??= (await discover({ commands: ["commands"], workflows: ["workflows"], startedOtherwise }))
    .commands;
  return shipped;
}

export function openHouse(
  commands: ReadonlyMap<string, Command>,
  more: Partial<RouterHouse> = {},
): TestHouse {
  const db = openDb(":memory:");
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  for (const [name, role] of Object.entries(roster)) {
    people.add("config", { name: MemberName.parse(name), matrixId: MatrixId.parse(`@${name}:a.coop`) });
    people.grant("config", MemberName.parse(name), Role.parse(role));
  }
  const publicUrl = "https://tandem.example.coop";
  const tokens = openTokens({ db, clock, audit, people, log: { warn: () => undefined }, publicUrl });
  const [started, spoken, cancelled, logged] = [[], [], [], []] as [
    TestHouse["started"],
    TestHouse["spoken"],
    TestHouse["cancelled"],
    TestHouse["logged"],
  ];
  const router = openRouter({
    db,
    clock,
    people,
    audit,
    commands,
    log: { error: (facts) => void logged.push(facts) },
    engine: {
      start: (_workflow, input, options) => {
        started.push({ input, options });
        return { runId: "bakor", fresh: true };
      },
    },
    trades: fakeTrades({ people, audit, tokens, commands, spoken, cancelled }),
    ...more,
  });
  const speaker = (name: string | null, about: Partial<Speaker> = {}): Speaker => ({
    member: name === null ? null : (people.byName(name) ?? ({ name } as Member)),
    matrixId: MatrixId.parse(name === null ? "@eve:elsewhere.net" : `@${name}:a.coop`),
    via: "matrix",
    trust: "verified",
    place: room,
    ...about,
  });
  return {
    ...{ db, clock, audit, people, tokens, router, started, spoken, cancelled, logged, speaker },
    says: (name, line, about) => router.dispatch(line, speaker(name, about)),
  };
}

function fakeTrades(parts: {
  people: People;
  audit: Audit;
  tokens: Tokens;
  commands: ReadonlyMap<string, Command>;
  spoken: SpokenVoice[];
  cancelled: TestHouse["cancelled"];
}): Trades {
  const { people, audit, tokens, commands, spoken, cancelled } = parts;
  /** Of the treasurers alone: no app's, and asked of nobody else. */
  const pay: RunDetail = {
    ...run,
    id: "payot",
    workflow: "pay",
    lock: null,
    askedBy: "tess",
    waitsFor: null,
  };
  const runs: RunSummary[] = [run, pay];
  const all = [run, pay];
  return {
    people,
    audit,
    tokens,
    help: openHelp({ commands, people, topics: () => topics }),
    runs: {
      list: ({ open } = {}) => (open === true ? runs : []),
      show: (id) => all.find((one) => one.id === id),
      cancel: (id, by, why) => void cancelled.push({ run: id, by, why }),
    },
    approvals: {
      speak: (voice) => {
        spoken.push(voice);
        return voice.says === "yes" ? view : { ...view, status: "declined" as const };
      },
      maySee: maySeeApproval,
      maySeeRun: (member, one) =>
        maySeeRun(member, one, { approvals: { ofRun: (id) => (id === run.id ? [view] : []) } }),
      waitingFor: (member) => (member === "mia" ? [view] : []),
      list: () => [view],
    } as Partial<Approvals> as Approvals,
    // Neither apps nor recipes answer here: commands about them have tests of their own.
    servers: absent("servers"),
    apps: absent("apps"),
    secretForms: absent("secretForms"),
    sentFiles: absent("sentFiles"),
    identities: absent("identities"),
    recipes: absent("recipes"),
    upgrades: absent("upgrades"),
    backups: absent("backups"),
    work: absent("work"),
    payouts: absent("payouts"),
    collective: absent("collective"),
    bank: absent("bank"),
    books: absent("books"),
    billing: absent("billing"),
  };
}

function absent(room: string): never {
  return new Proxy(
    {},
    {
      get: (_, member) => () => {
        throw new Problem("absent", {
          happened: `${room}.${String(member)} is absent.`,
          means: "-",
          remedy: "-",
        });
      },
    },
  ) as never;
}

/** The words of an outcome, as a terminal shows them. */
export function textOf(outcome: Outcome): string {
  if (outcome.kind === "problem") {
    const { happened, means, remedy } = outcome.problem.text;
    return [happened, means, remedy].join("\n");
  }
  return wordsOf(outcome.message.blocks);
}

export function wordsOf(blocks: { kind: string; text?: string; items?: string[] }[]): string {
  return blocks
    .map((block) =>
      block.items === undefined ? (block.text ?? "") : block.items.map((i) => `- ${i}`).join("\n"),
    )
    .join("\n");
}

/** The code of the problem that came of it; fails the test on any other outcome. */
export function codeOf(outcome: Outcome): string {
  if (outcome.kind !== "problem") throw new Error(`no problem but ${outcome.kind}: ${textOf(outcome)}`);
  return outcome.problem.code;
}
