/** Approvals and the real engine together: a run asks, waits, and goes on or ends by what people say. */
import { expect, test } from "vitest";
import { z } from "zod";
import { openApprovals } from "../../src/approvals/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openPeople } from "../../src/people/index.ts";
import { workflow } from "../../src/workflow/define.ts";
import { openEngine, type Engine } from "../../src/workflow/index.ts";
import { ask, bot, day, idOf, room } from "./bench.ts";

const deploy = workflow({
  input: z.object({ subject: z.string() }),
  async run({ approval }, { subject }) {
    const { voices } = await approval(ask({ subject }));
    return voices.map((voice) => voice.member);
  },
});

function open() {
  const db = openDb(":memory:");
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  for (const name of ["ana", "bo"].map((typed) => MemberName.parse(typed))) {
    people.add("config", { name, matrixId: MatrixId.parse(`@${name}:example.coop`) });
    people.grant("config", name, "maintainer");
  }
  const outbox = openOutbox({ db, clock });
  const engine: Engine = openEngine({
    ...{ db, clock, trades: {} as never },
    approvals: { open: (row) => approvals.open(row), withdraw: (id, why) => approvals.withdraw(id, why) },
  });
  engine.register("deploy", deploy);
  const approvals = openApprovals({
    ...{ db, clock, people, audit, outbox, defaultRoom: room, self: () => bot },
    settle: (run, topic, payload, dedupe) => engine.signal(run, topic, payload, dedupe),
  });
  approvals.start();
  const quiet = async (): Promise<void> => {
    for (let turn = 0; turn < 20; turn++) await new Promise((next) => setImmediate(next));
  };
  const start = async (subject = "cloud.example.coop"): Promise<string> => {
    const { runId } = engine.start(deploy, { subject }, { askedBy: "ana", place: { room } });
    await quiet();
    return runId;
  };
  const speak = (run: string, says: "yes" | "no", why = ""): void =>
    void approvals.speak({
      ...{ run, says, why, member: "bo", matrixId: idOf("bo") },
      ...{ via: "command", trust: "verified" },
    });
  return { engine, approvals, clock, quiet, start, speak };
}

test("approved: the run goes on and knows who agreed", async () => {
  const { engine, start, speak, approvals } = open();
  const run = await start();
  expect(approvals.ofRun(run)).toMatchObject([{ id: `${run}/approval`, status: "open", binds: "hash-1" }]);
  speak(run, "yes");
  expect(await engine.result(run)).toMatchObject({ status: "done", output: ["bo"] });
});

test("declined: the run ends with who and why; expired: it says so; cancelled: the question is withdrawn", async () => {
  const { engine, start, speak, approvals, clock, quiet } = open();
  const declined = await start();
  speak(declined, "no", "not today");
  const { status, problem } = await engine.result(declined);
  expect([status, problem?.code]).toEqual(["failed", "approval-declined"]);
  expect(problem?.happened).toBe("bo declined it for cloud.example.coop: not today.");

  const cancelled = await start();
  engine.cancel(cancelled, "ana", "changed my mind");
  await quiet();
  expect(approvals.ofRun(cancelled)).toMatchObject([
    { status: "withdrawn", why: expect.stringContaining("changed my mind") as unknown },
  ]);
  expect((await engine.result(cancelled)).status).toBe("cancelled");

  const expired = await start();
  await clock.turn(day + 5000);
  expect((await engine.result(expired)).problem?.code).toBe("approval-expired");
});

test("a room full of questions ends the run at once with the reason, and strands nothing", async () => {
  const { engine, start } = open();
  for (let n = 0; n < 20; n++) await start(`app${n}.example.coop`);
  const { status, problem } = await engine.result(await start());
  expect([status, problem?.code]).toEqual(["failed", "approval-declined"]);
  expect(problem?.happened).toContain("20 questions are open in the room already");
  expect(engine.stats()).toMatchObject({ open: 20, stranded: 0 });
});
