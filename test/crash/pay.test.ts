/** Paying through Open Collective: whatever fails, wherever the power goes, each payable has exactly one expense. */
import { expect, test } from "vitest";
import askCollective from "../../workflows/ask-collective.ts";
import pay from "../../workflows/pay.ts";
import { crashEverywhere, lineOf, type Expected, type Scenario, type Variant } from "./harness.ts";
import { collectiveOf, payable, see, worldOf, type Seen, type Setting, type World } from "./pay-world.ts";

type Story = Pick<Scenario<World>, "name" | "workflow" | "expect"> & {
  input?: unknown;
  setting?: Setting;
  thin?: number;
  spare?: string[];
};

const scenario = ({ setting, ...story }: Story): Scenario<World> => ({
  others: { "ask-collective": askCollective },
  input: { payable },
  world: (db) => worldOf(db, setting),
  trades: (world, db, clock) => ({ collective: collectiveOf(world, db, clock) }),
  see,
  ...story,
});

const paid: Seen = { expenses: ["PAID"], payable: "paid as ex-1", said: ["collective/paid/bakor/bo/EUR/bo"] };

/** `states`: how the one expense may stand when the story ends early, at whatever point. */
function early(states: string[], said: string[][] = [[]]): Seen[] {
  const none = said.map((heard) => ({ expenses: [], payable: "ready", said: heard }));
  const one = said.flatMap((heard) =>
    states.flatMap((status) => [
      { expenses: [status], payable: "ready", said: heard },
      { expenses: [status], payable: "asked as ex-1", said: heard },
    ]),
  );
  return [...none, ...one];
}

/**
 * `well`: how it may end when nothing was made to fail; what is early counts only for failures and cancels. After a cut
 * it looks once more, and each look moves the course on: what it waits for may be seen before the look that fails.
 */
const orEarly = (variant: Variant, worlds: Seen[], well: Seen[], isCut = false): Expected[] => {
  const done = well.map((world): Expected => ({ status: "done", world }));
  if (variant.kind === "calm" || variant.kind === "stumbles") return done;
  if (variant.kind === "fails") {
    const failed = worlds.map((world): Expected => ({ status: "failed", problem: "injected", world }));
    return isCut && variant.step.endsWith("#2") ? [...failed, ...done] : failed;
  }
  const cancelled = [...worlds, ...well].map((world): Expected => ({
    status: "cancelled",
    problem: "run-cancelled",
    world,
  }));
  return [...cancelled, ...done];
};

/** Asking alone, in which each step is made to fail: it ends with one expense, or with none. */
const askedWith = (status: string) => (variant: Variant) =>
  orEarly(variant, early([status]), [{ expenses: [status], payable: "asked as ex-1", said: [] }]);

/** `said`: what may have been told on the way. A cut may swallow the answer that would have been told of. */
const paidWith =
  (states: string[], said: string[][] = [[]]) =>
  (variant: Variant, cuts: readonly number[]) =>
    orEarly(
      variant,
      early(states, said),
      said.map((heard) => ({ ...paid, said: [...paid.said, ...heard].sort() })),
      cuts.length > 0,
    );

const course = ["PENDING", "PAID"];

const anew = { payable, anew: { expense: "ex-1", why: "the account was a wrong one", by: "tess" } };
const asBefore: Seen = { expenses: ["REJECTED"], payable: "rejected as ex-1", said: [] };
const paidAs = (expenses: string[], id: string): Seen => ({ ...paid, expenses, payable: `paid as ${id}` });

/** The refused one stays refused: exactly one other takes its place, or none yet. */
const besideRefused = (variant: Variant): Expected[] =>
  orEarly(
    variant,
    [
      asBefore,
      { ...asBefore, payable: "ready" },
      ...course.flatMap((status) =>
        ["ready", "asked as ex-2"].map((state) => ({
          ...{ expenses: ["REJECTED", status], payable: state, said: [] },
        })),
      ),
    ],
    [paidAs(["REJECTED", "PAID"], "ex-2")],
  );

/** The same by an invitation: until it is looked at, it is a draft. */
const besideRefusedDraft = (variant: Variant): Expected[] => {
  const ways = besideRefused(variant);
  const drafts = ways.filter(({ world }) => (world as Seen).expenses.includes("PENDING"));
  return [
    ...ways,
    ...drafts.map((way) => ({ ...way, world: { ...(way.world as Seen), expenses: ["REJECTED", "DRAFT"] } })),
  ];
};

/** It is open again when it is looked at: no other one is made, at no cut. */
const inItsPlace = (variant: Variant): Expected[] =>
  orEarly(
    variant,
    ["REJECTED", ...course].flatMap((status) =>
      ["rejected as ex-1", "ready", "asked as ex-1"].map((state) => ({
        ...{ expenses: [status], payable: state, said: [] },
      })),
    ),
    [paidAs(["PAID"], "ex-1")],
  );

const stories: Story[] = [
  { name: "ask with the person's own token", workflow: askCollective, thin: 4, expect: askedWith("PENDING") },
  {
    name: "ask by an invitation, whose answer gets lost",
    workflow: askCollective,
    setting: { own: false, faults: { "InviteToExpense 1": "lost" } },
    thin: 12,
    expect: askedWith("DRAFT"),
  },
  { name: "pay", workflow: pay, thin: 20, expect: paidWith([...course]) },
  {
    name: "pay while each kind of request goes wrong once",
    workflow: pay,
    thin: 60,
    setting: {
      faults: {
        "FindExpenses 1": "page",
        "CreateExpense 1": "lost",
        "LookAtExpense 1": "changed",
      },
    },
    expect: paidWith([...course], [[], ["collective/trouble/bakor/bo/EUR/collective-changed"]]),
  },
  {
    ...{ name: "ask anew for what was refused", workflow: pay, input: anew, thin: 40 },
    setting: { refused: "for good" },
    expect: besideRefused,
  },
  {
    ...{ name: "ask anew by an invitation, whose answer gets lost", workflow: pay, input: anew, thin: 60 },
    setting: { refused: "for good", own: false, faults: { "InviteToExpense 1": "lost at once" } },
    expect: besideRefusedDraft,
  },
  {
    ...{ name: "ask anew for what is open again there", workflow: pay, input: anew, thin: 30 },
    setting: { refused: "open again" },
    expect: inItsPlace,
  },
];

test.for(stories)("$name: exactly one expense, at every cut", async (story) => {
  const report = await crashEverywhere(scenario(story));
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
