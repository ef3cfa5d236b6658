/** Upgrades, asked for, proposed, by policy and many at once: whatever fails, wherever the power goes. */
import { expect, test } from "vitest";
import proposeUpgrade from "../../workflows/propose-upgrade.ts";
import rollback from "../../workflows/rollback.ts";
import upgradeAgreed from "../../workflows/upgrade-agreed.ts";
import upgradeAll from "../../workflows/upgrade-all.ts";
import upgradeByPolicy from "../../workflows/upgrade-by-policy.ts";
import upgrade from "../../workflows/upgrade.ts";
import watchImages from "../../workflows/watch-images.ts";
import watchVersions from "../../workflows/watch-versions.ts";
import { cancelled, isCalm } from "./endings.ts";
import {
  crashEverywhere,
  lineOf,
  patienceMs,
  type Expected,
  type Scenario,
  type Variant,
} from "./harness.ts";
import {
  after,
  before,
  done,
  failed,
  first,
  saw,
  second,
  see,
  takenBack,
  tradesOf,
  untouched,
  upgraded,
  worldOf,
  type Seen,
  type SeenApp,
  type World,
} from "./upgrades-world.ts";

type Story = Pick<Scenario<World>, "name" | "workflow" | "input" | "expect"> &
  Partial<Pick<Scenario<World>, "others" | "world" | "thin">>;

const scenario = (story: Story): Scenario<World> => ({
  world: (db) => worldOf(db),
  trades: tradesOf,
  see,
  ...story,
});
const undone = (world: Seen): Expected => ({ status: "undone", problem: "injected", world });
const injected = (world: Seen): Expected => ({ status: "failed", problem: "injected", world });
const unasked: Expected = { status: "failed", problem: "approval-declined", world: saw(untouched) };

/** One app to another version, in the steps of a deploy. */
function single({ ended, back = takenBack }: { ended: Expected; back?: SeenApp }) {
  const none = saw(untouched);
  return (variant: Variant): Expected | Expected[] => {
    if (isCalm(variant)) return ended;
    if (variant.kind === "declined") return unasked;
    if (variant.kind !== "fails") return [...cancelled(none, saw(back), ended.world), ended];
    if (!carriedOut.includes(variant.step)) return injected(none);
    return undone(variant.step === "record" && variant.when === "before" ? none : saw(back));
  };
}

/** Written out, not taken from the program: a step that is lost there must be noticed here. */
const carriedOut = ["record", "deploy", "watch", "look from outside", "write down how it went"];

const badly: Expected = { status: "undone", problem: "deploy-failed", world: saw(failed) };
const older: SeenApp = {
  runs: before,
  pinned: before,
  history: [`${before} converged`, `${after} converged`],
};
const newer: SeenApp = { runs: after, pinned: after, history: [`${after} converged`] };

function atNewer(db: Parameters<typeof worldOf>[0]): World {
  const world = worldOf(db);
  const { apps } = tradesOf(world, db);
  const { stack } = apps.get(first);
  const label = `coop-cloud.${stack}.version`;
  world.swarm.running.set(stack, new Map([["app", { Name: `${stack}_app`, Labels: { [label]: after } }]]));
  const plan = {
    domain: first,
    to: after,
    specs: { services: {}, networks: {}, secrets: [], configs: {} },
    before: {},
  };
  apps.beginRecord(plan as never, "bakor", "ana");
  apps.endRecord(first, "bakor", { outcome: "converged", reason: null });
  return world;
}

const backAgain = (variant: Variant): Expected | Expected[] => {
  const way = single({
    ended: done(saw(older)),
    back: { ...newer, history: [`${before} restored`, ...newer.history] },
  });
  const expected = way(variant);
  // Where nothing was done, the newer version still runs.
  return (Array.isArray(expected) ? expected : [expected]).map((one) =>
    one.world !== undefined && (one.world as Seen).a === untouched ? { ...one, world: saw(newer) } : one,
  );
};

const proposed = [first, second].map((app) => `${app} ${after} run of proposal ${app} ${after}`);
const told = ["notes 1.1 -", ...[first, second].map((app) => `${app} docker.io/library/notes:1.1 -`)].slice(
  1,
);

const stories: Story[] = [
  {
    name: "an upgrade",
    workflow: upgrade,
    input: { app: first },
    expect: single({ ended: done(saw(upgraded)) }),
  },
  {
    name: "an upgrade that does not come up",
    workflow: upgrade,
    input: { app: first },
    world: (db) => worldOf(db, { fails: first }),
    expect: (variant) =>
      // A run whose verdict was bad may be cancelled while it is taken back.
      [single({ ended: badly })(variant)].flat().concat(cancelled(saw(failed))),
  },
  {
    name: "a rollback",
    workflow: rollback,
    input: { app: first, version: before },
    world: atNewer,
    expect: backAgain,
  },
  {
    name: "an upgrade by policy",
    workflow: upgradeAgreed,
    input: { app: first, to: after, because: { policy: "patch" } },
    expect: single({ ended: done(saw(upgraded)) }),
  },
  {
    name: "a proposal",
    thin: 7,
    workflow: proposeUpgrade,
    others: { "upgrade-agreed": upgradeAgreed },
    input: { app: first, from: before, to: after },
    expect: (variant) => {
      if (isCalm(variant)) return done(saw(upgraded));
      if (variant.kind === "declined") return unasked;
      if (variant.kind === "fails") {
        // A plan that cannot be made is told of; nothing is asked then.
        return variant.step === "plan"
          ? [injected(saw(untouched)), done(saw(untouched))]
          : injected(saw(untouched));
      }
      return [...cancelled(saw(untouched), saw(takenBack), saw(upgraded)), done(saw(upgraded))];
    },
  },
  {
    name: "the watch over versions",
    workflow: watchVersions,
    input: {},
    expect: (variant) => {
      const all = saw(untouched, untouched, { proposed });
      const one = saw(untouched, untouched, { proposed: proposed.slice(0, 1) });
      if (isCalm(variant)) return done(all);
      if (variant.kind === "fails")
        return injected(variant.step === `propose ${second}` ? one : saw(untouched));
      return [...cancelled(saw(untouched), one, all), done(all)];
    },
  },
  {
    name: "the watch over images",
    workflow: watchImages,
    input: {},
    expect: (variant) => {
      const all = saw(untouched, untouched, { proposed: told, said: ["newer-images"] });
      if (isCalm(variant)) return done(all);
      if (variant.kind === "fails") return injected(saw(untouched));
      return [...cancelled(saw(untouched), all), done(all)];
    },
  },
  {
    name: "the night's upgrades, the first of which fails",
    workflow: upgradeByPolicy,
    others: { "upgrade-agreed": upgradeAgreed },
    thin: 7,
    input: {},
    world: (db) => worldOf(db, { policy: "patch", fails: first }),
    expect: (variant) => {
      const both = saw(failed, upgraded, { said: [`by-policy/${first}`, `by-policy/${second}`] });
      const onlyFirst = (b: SeenApp, isTold = true) =>
        saw(failed, b, { said: isTold ? [`by-policy/${first}`] : [] });
      if (isCalm(variant)) return done(both);
      if (variant.kind === "fails") {
        if (variant.step === `tell of ${first}`) return injected(onlyFirst(untouched, false));
        if (["look at the clock#2", `look whether ${second} is free`].includes(variant.step))
          return injected(onlyFirst(untouched));
        return injected(variant.step === `tell of ${second}` ? onlyFirst(upgraded) : saw(untouched));
      }
      const ways = [
        onlyFirst(untouched, false),
        onlyFirst(untouched),
        onlyFirst(takenBack),
        onlyFirst(upgraded),
      ];
      return [...cancelled(saw(untouched), saw(takenBack), ...ways, both), done(both)];
    },
  },
  {
    name: "all apps, of which the second fails",
    workflow: upgradeAll,
    others: { "upgrade-agreed": upgradeAgreed },
    thin: 7,
    input: { policy: "patch" },
    world: (db) => worldOf(db, { fails: second }),
    expect: (variant) => {
      const world = saw(upgraded, failed);
      const ended: Expected = { status: "failed", problem: "upgrades-stopped", world };
      if (isCalm(variant)) return ended;
      if (variant.kind === "declined") return unasked;
      if (variant.kind === "fails") return injected(saw(untouched));
      const ways = [saw(untouched), saw(takenBack), saw(upgraded), saw(upgraded, takenBack)];
      return [...cancelled(...ways, world), ended];
    },
  },
];

test.for(stories)("$name survives a power cut at every point", { timeout: patienceMs }, async (story) => {
  const report = await crashEverywhere(scenario(story));
  console.log(lineOf(report));
  expect(report.violations).toEqual([]);
  expect(report.cuts).toBeGreaterThan(20);
});
