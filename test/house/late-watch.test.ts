import { beforeEach, expect, test } from "vitest";
import type { App, DeployRecord } from "../../src/apps/index.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { AppDomain, MatrixId, MemberName, ServerName } from "../../src/core/terms.ts";
import { stackUnknown } from "../../src/core/problems/swarm.ts";
import { openLateWatch } from "../../src/house/late-watch.ts";
import { probationMs, type LateProblem, type StackPlan, type Verdict } from "../../src/swarm/index.ts";
import type { RunEvent } from "../../src/workflow/index.ts";
import type { RunDetail } from "../../src/workflow/types.ts";

const domain = AppDomain.parse("notes.example.coop");
const ana = MatrixId.parse("@ana:example.coop");
const app = { domain, stack: "notes_example_coop" } as App;
let posted: Outgoing[];
let listening: {
  server: string;
  stack: string;
  forMs: number;
  tell: (problem: LateProblem) => void;
  ended: boolean;
}[];
let history: Partial<DeployRecord>[];
/** How what stands there does, when it is watched; null: nothing stands there. */
let standing: (Partial<Verdict> & Pick<Verdict, "outcome">) | null;
let watched: AbortSignal[];
let warned: unknown[];
let clock: FakeClock;
/** When the run ended, as the engine knows it. */
let endedAt: number | null;
const rested = (): Promise<void> => new Promise((done) => void setImmediate(done));

beforeEach(() => {
  posted = [];
  listening = [];
  history = [];
  standing = { outcome: "converged" };
  watched = [];
  warned = [];
  clock = new FakeClock();
  endedAt = null;
});

function open() {
  return openLateWatch({
    clock,
    log: { warn: (said: unknown) => void warned.push(said) } as never,
    db: { afterCommit: (then) => then() },
    servers: {
      swarmOf: (server) => ({
        probation: (stack, tell, forMs = 0) => {
          const one = { server, stack, forMs, tell, ended: false };
          listening.push(one);
          return () => void (one.ended = true);
        },
        planLive: (stack, change) => {
          expect(change).toEqual({ nothing: true });
          return standing === null
            ? Promise.reject(stackUnknown({ stack }))
            : Promise.resolve({ stack } as StackPlan);
        },
        watch: (_, { signal, isFresh } = {}) => {
          // That it runs at this moment proves nothing of what was only just put back.
          expect(isFresh).toBe(true);
          if (signal !== undefined) watched.push(signal);
          return Promise.resolve({ seconds: 1, ...standing } as Verdict);
        },
      }),
    },
    apps: {
      find: (name) => (name === domain ? app : undefined),
      list: () => [app],
      history: () => history as DeployRecord[],
    },
    people: {
      byName: () => ({
        name: MemberName.parse("ana"),
        displayName: "Ana",
        seat: null,
        matrixIds: [ana],
        roles: [],
      }),
    },
    engine: {
      show: () =>
        ({ place: { room: "!r", eventId: "$1" }, askedBy: "ana", finishedAt: endedAt }) as RunDetail,
    },
    outbox: { post: (out) => void posted.push(out) },
    defaultRoom: undefined,
  });
}

function event(kind: RunEvent["kind"], more: Partial<RunEvent> = {}, workflow = "deploy"): RunEvent {
  const run = { id: "bakor", version: 1, askedBy: "ana", place: null, parent: null, lock: `app ${domain}` };
  return { kind, at: 0, run: { ...run, workflow }, ...more };
}

test("a deploy that ended well is listened to, and its late crash rings the asker once per service", () => {
  open().heard(event("run finished", { status: "done" }));
  expect(listening.map(({ stack, forMs }) => [stack, forMs])).toEqual([["notes_example_coop", probationMs]]);
  listening[0]?.tell({ service: "app", kind: "died", exitCode: 137, atMs: 1 });
  expect(posted).toMatchObject([
    { key: "bakor/late/app", room: "!r", replyTo: "$1", message: { mentions: [ana] } },
  ]);
  expect(JSON.stringify(posted)).toContain("ended with code 137");
});

test("an app that has moved is listened to where it is now", () => {
  app.server = ServerName.parse("swarm-2");
  open().heard(event("run finished", { status: "done" }, "move"));
  expect(listening.map(({ server }) => server)).toEqual(["swarm-2"]);
});

test("a deploy that was declined and another workflow are not; a new run on the app ends the listening", () => {
  const watch = open();
  history = [{ run: "fudol", outcome: "converged" }];
  watch.heard(event("run finished", { status: "failed" }));
  watch.heard(event("run finished", { status: "done" }, "undeploy"));
  expect(listening).toEqual([]);
  expect(watched).toEqual([]);
  watch.heard(event("run finished", { status: "done" }));
  watch.heard(event("run started", {}, "undeploy"));
  expect(listening.map((one) => one.ended)).toEqual([true]);
});

test("after a restart it goes on for what is left of the time", () => {
  const minute = 60_000;
  const finishedAt = new Date(clock.now() - minute).toISOString();
  history = [{ run: "bakor", outcome: "converged", finishedAt }];
  open().resume();
  expect(listening.map((one) => one.forMs)).toEqual([probationMs - minute]);
  history = [
    { run: "bakor", outcome: "converged", finishedAt: new Date(clock.now() - probationMs).toISOString() },
  ];
  open().resume();
  expect(listening).toHaveLength(1);
});

test("what was put back after a bad deploy is watched, and the room hears when it does not run", async () => {
  history = [{ run: "bakor", outcome: "failed", finishedAt: new Date(clock.now()).toISOString() }];
  standing = {
    outcome: "failed",
    reason: "app ended with exit code 1 twice.",
    lastLines: ["schema is newer"],
  };
  open().heard(event("run finished", { status: "undone" }));
  await rested();
  expect(posted).toMatchObject([{ key: "bakor/late/put back", room: "!r", message: { mentions: [ana] } }]);
  const text = JSON.stringify(posted);
  expect(text).toContain("does not run well: app ended with exit code 1 twice.");
  expect(text).toContain("schema is newer");
});

test("what runs again, and what was taken down because nothing was there before, is no news", async () => {
  history = [{ run: "bakor", outcome: "failed", finishedAt: new Date(clock.now()).toISOString() }];
  open().heard(event("run finished", { status: "undone" }));
  await rested();
  standing = null;
  open().heard(event("run finished", { status: "undone" }));
  await rested();
  expect([watched.length, posted, warned]).toEqual([1, [], []]);
});

test("after a restart what was put back is watched again, once its run has ended, and no longer than that", async () => {
  history = [{ run: "bakor", outcome: "failed", finishedAt: new Date(clock.now()).toISOString() }];
  open().resume();
  expect(watched).toEqual([]);
  endedAt = clock.now();
  const watch = open();
  watch.resume();
  await rested();
  expect(watched.map(({ aborted }) => aborted)).toEqual([false]);
  watch.heard(event("run started"));
  expect(watched.map(({ aborted }) => aborted)).toEqual([true]);
  await clock.turn(probationMs);
  open().resume();
  await rested();
  expect(watched).toHaveLength(1);
});
