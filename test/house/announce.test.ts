import { beforeEach, expect, test } from "vitest";
import { say } from "../../src/chat/message.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { announce } from "../../src/house/announce.ts";
import type { RunEvent } from "../../src/workflow/index.ts";
import type { RunDetail } from "../../src/workflow/types.ts";

const ana = MatrixId.parse("@ana:example.coop");
let posted: Outgoing[];
let audited: { what: string; subject: string; who: string }[];
let outline: string[];

beforeEach(() => {
  posted = [];
  audited = [];
  outline = ["plan", "deploy"];
});

function teller(defaultRoom?: string) {
  return announce({
    outbox: {
      post: (out) => void posted.push(out),
      eventIdOf: () => undefined,
      keyOf: () => undefined,
      depth: () => 0,
    },
    audit: { append: (row) => void audited.push(row) },
    people: {
      byName: (name) =>
        name === "ana"
          ? { name: MemberName.parse("ana"), displayName: "Ana", seat: null, matrixIds: [ana], roles: [] }
          : undefined,
    },
    show: () => detail(),
    defaultRoom,
  });
}

function detail(): RunDetail {
  const base = { id: "bakor", workflow: "deploy", version: 1, askedBy: "ana", place: null, lock: "app a.b" };
  const rest = {
    waitsFor: null,
    createdAt: 0,
    finishedAt: null,
    input: {},
    output: null,
    problem: null,
    steps: [],
  };
  return { ...base, ...rest, status: "running", outline } as unknown as RunDetail;
}

function event(
  kind: RunEvent["kind"],
  more: Partial<RunEvent> = {},
  place: RunEvent["run"]["place"] = { room: "!r", eventId: "$1" },
): RunEvent {
  return {
    kind,
    at: 5,
    run: {
      id: "bakor",
      workflow: "deploy",
      version: 1,
      askedBy: "ana",
      place,
      parent: null,
      lock: "app a.b",
    },
    ...more,
  };
}

test("one progress message, edited; the end is a new message that rings the asker", () => {
  const tell = teller();
  tell(event("run started"));
  tell(event("step started"));
  tell(event("run finished", { status: "done", output: say("It runs.") }));
  expect(posted.map(({ kind, key }) => [kind, key.replace(/\d+-\d+$/, "n")])).toEqual([
    ["message", "bakor/progress"],
    ["edit", "bakor/progress/n"],
    ["edit", "bakor/progress/n"],
    ["message", "bakor/outcome"],
  ]);
  expect(posted[0]).toMatchObject({ replyTo: "$1", room: "!r" });
  expect(posted[3]).toMatchObject({ message: { mentions: [ana] }, replyTo: "$1" });
  expect(audited).toEqual([
    { who: "ana", what: "run.done", subject: "bakor", details: { workflow: "deploy", lock: "app a.b" } },
  ]);
});

test("a short workflow tells only its end", () => {
  outline = [];
  const tell = teller();
  tell(event("run started"));
  tell(event("run finished", { status: "done", output: say("Made.") }));
  expect(posted.map((out) => out.key)).toEqual(["bakor/outcome"]);
});

test("a failure is told as a problem with the run's letters, and kept in the trail", () => {
  const problem = {
    code: "deploy-failed",
    happened: "It fell over.",
    means: "Nothing runs.",
    remedy: "Look.",
  };
  teller()(event("run finished", { status: "undone", problem }));
  const text = JSON.stringify(posted.at(-1));
  for (const part of ["It fell over.", "Nothing runs.", "Look.", "bakor"]) expect(text).toContain(part);
  expect(audited[0]).toMatchObject({ what: "run.undone", details: { problem: "deploy-failed" } });
});

test("a run from no room speaks in the default room; without one it is only written down; a child stays silent", () => {
  outline = [];
  teller("!default")(event("run finished", { status: "done" }, null));
  expect(posted.map((out) => out.room)).toEqual(["!default"]);
  posted = [];
  teller()(event("run finished", { status: "done" }, null));
  expect(posted).toEqual([]);
  expect(audited).toHaveLength(2);
  const child = event("run finished", { status: "done" });
  teller("!default")({ ...child, run: { ...child.run, parent: "dabon" } });
  expect(posted).toEqual([]);
  expect(audited).toHaveLength(2);
});

test("a run that a schedule began and that found nothing to do says nothing; one that failed does", () => {
  outline = [];
  const scheduled = event("run finished", { status: "done", output: null }, null);
  const nobody = { ...scheduled, run: { ...scheduled.run, askedBy: null } };
  teller("!default")(nobody);
  expect(posted).toEqual([]);
  expect(audited).toHaveLength(1);
  const problem = { code: "x", happened: "It fell over.", means: "-", remedy: "-" };
  teller("!default")({ ...nobody, status: "failed", problem });
  expect(posted).toHaveLength(1);
});
