import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { FakeClock } from "../../src/core/clock.ts";
import { MemberName } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { bench, day, hour, idOf } from "./bench.ts";

const file = (): string => path.join(mkdtempSync(path.join(tmpdir(), "tandem-approvals-")), "tandem.db");

describe("reminder and end", () => {
  test("one reminder at half time, as a reply, rings those who may still answer", async () => {
    const { approvals, open, react, clock, sent, deliver } = bench();
    approvals.start();
    open({ needed: 2 });
    react("bo", "✅");
    const reminders = () => {
      deliver();
      return sent.filter(({ out }) => out.key.endsWith("/reminder")).map(({ out }) => out);
    };
    await clock.turn(day / 2 - 1);
    expect(reminders()).toHaveLength(0);
    await clock.turn(1);
    await clock.turn(hour);
    expect(reminders()).toEqual([
      expect.objectContaining({
        replyTo: "$own1",
        message: expect.objectContaining({ mentions: [idOf("cy"), idOf("di")] }) as unknown,
      }),
    ]);
  });

  test("a reaction on the reminder is told where it belongs", async () => {
    const { approvals, open, react, clock, outbox, deliver, said, status } = bench();
    approvals.start();
    open();
    await clock.turn(day / 2);
    deliver();
    react("bo", "✅", { target: outbox.eventIdOf("bakor/approval/reminder") ?? "" });
    expect(status()).toBe("open");
    expect(said("not-counted/on the reminder/bo")).toHaveLength(1);
    react("bo", "✅");
    expect(status()).toBe("approved");
  });

  test("no reminder for what is settled, and none when nobody is left who may answer", async () => {
    const { approvals, open, react, clock, sent, deliver, people } = bench();
    approvals.start();
    open();
    react("bo", "✅");
    open({}, { run: "dimut" });
    for (const name of ["bo", "cy", "di"]) people.revoke("config", MemberName.parse(name), "maintainer");
    await clock.turn(day / 2 + hour);
    deliver();
    expect(sent.filter(({ out }) => out.key.endsWith("/reminder"))).toEqual([]);
  });

  test("a voice given in time counts also when it waits behind something slow; no longer than two minutes", async () => {
    const unheard: { since?: number } = {};
    const { approvals, open, react, clock, status } = bench({ unheardSince: () => unheard.since });
    approvals.start();
    open();
    open({}, { run: "dimut" });
    const opened = clock.now();
    await clock.turn(day - 1000);
    unheard.since = clock.now();
    await clock.turn(30_000);
    expect(status()).toBe("open");
    react("bo", "✅", { at: opened + day - 500 });
    expect(status()).toBe("approved");
    await clock.turn(120_000);
    expect(status("dimut/approval")).toBe("expired");
  });

  test("what waits to be heard and came after the end keeps nothing open", async () => {
    const { approvals, open, clock, status } = bench({ unheardSince: () => clock.now() });
    approvals.start();
    open();
    await clock.turn(day + 6000);
    expect(status()).toBe("expired");
  });

  test("it expires after 24 h, or as the workflow says, and the run is told", async () => {
    const { approvals, open, clock, status, settled, shown, deliver } = bench();
    approvals.start();
    open();
    open({ expires: "2h" }, { run: "dimut" });
    await clock.turn(2 * hour + 5000);
    expect(status("dimut/approval")).toBe("expired");
    expect(status()).toBe("open");
    await clock.turn(22 * hour);
    expect(status()).toBe("expired");
    expect(settled.map(({ run, payload }) => [run, payload.status])).toEqual([
      ["dimut", "expired"],
      ["bakor", "expired"],
    ]);
    deliver();
    expect(shown()).toMatch(
      /^Expired on Friday 2 October, 08:00 UTC: nobody had agreed\. Nothing was carried out\./,
    );
  });

  test("after stop nothing wakes", async () => {
    const { approvals, open, clock, status } = bench();
    approvals.start();
    open();
    approvals.stop();
    await clock.turn(2 * day);
    expect(status()).toBe("open");
  });

  test("what the database refuses is reported and tried again", async () => {
    const reported: unknown[] = [];
    let refuse = true;
    const { approvals, open, clock, status } = bench({
      report: (thrown) => reported.push(thrown),
      settle: () => {
        if (refuse) throw new Error("database or disk is full");
      },
    });
    approvals.start();
    open();
    await clock.turn(day + 5000);
    expect(status()).toBe("open");
    expect(reported).toHaveLength(1);
    refuse = false;
    await clock.turn(30_000);
    expect(status()).toBe("expired");
  });
});

describe("over a restart", () => {
  test("alarms are armed again; what ended meanwhile waits until the server has been asked", async () => {
    const clock = new FakeClock();
    const name = file();
    const before = bench({ db: openDb(name), clock });
    before.approvals.start();
    before.open();
    before.open({ expires: "72h" }, { run: "dimut" });
    before.approvals.stop();
    before.db.close();

    await clock.turn(day + hour);
    const after = bench({ db: openDb(name), clock });
    after.approvals.start();
    await clock.turn(60_000);
    expect(after.status()).toBe("open");
    await after.approvals.reconcile(() => Promise.resolve([]));
    await clock.turn(0);
    expect(after.status()).toBe("expired");
    await clock.turn(2 * day);
    expect(after.status("dimut/approval")).toBe("expired");
    after.db.close();
  });

  test("without an answer from the server it waits ten minutes, not for ever", async () => {
    const clock = new FakeClock();
    const name = file();
    const before = bench({ db: openDb(name), clock });
    before.open();
    before.db.close();
    await clock.turn(2 * day);
    const after = bench({ db: openDb(name), clock });
    after.approvals.start();
    await after.approvals
      .reconcile(() => Promise.reject(new Error("no route to host")))
      .then(
        () => expect.fail("the failure must be seen"),
        (thrown: unknown) => expect(thrown).toBeInstanceOf(AggregateError),
      );
    await clock.turn(10 * 60_000 - 1);
    expect(after.status()).toBe("open");
    await clock.turn(1);
    expect(after.status()).toBe("expired");
    after.db.close();
  });

  test("a reaction of before the restart is judged with what the database remembers", () => {
    const clock = new FakeClock();
    const name = file();
    const before = bench({ db: openDb(name), clock });
    before.open({ needed: 2 });
    before.react("bo", "✅");
    before.db.close();
    const after = bench({ db: openDb(name), clock });
    after.react("cy", "✅", { eventId: "$after" });
    expect(after.status()).toBe("approved");
    after.db.close();
  });
});

describe("reconcile", () => {
  const on = (name: string, symbol: string, eventId: string, at: number) => ({
    ...{ sender: idOf(name), symbol, eventId, at },
  });

  test("what was added while away counts, what was taken away is withdrawn", async () => {
    const { open, react, approvals, voices, status, clock, audited } = bench();
    open({ needed: 3 });
    const gone = react("bo", "✅");
    const kept = react("cy", "✅");
    await approvals.reconcile((inRoom, target) => {
      expect([inRoom, target]).toEqual(["!ops:example.coop", "$own1"]);
      return Promise.resolve([
        on("di", "✅", "$away", clock.now()),
        on("cy", "✅", kept, clock.now()),
        on("ana", "✅", "$asker", clock.now()),
      ]);
    });
    expect(voices().sort()).toEqual(["bo yes withdrawn", "cy yes", "di yes"]);
    expect(status()).toBe("open");
    expect(audited("approval.voice-withdrawn")).toEqual([
      expect.objectContaining({
        who: "tandem",
        details: expect.objectContaining({ redacts: gone }) as unknown,
      }),
    ]);
  });

  test("given in time while away, it counts although the end has passed; given after the end, it does not", async () => {
    const { open, approvals, status, clock } = bench();
    open();
    open({}, { run: "dimut" });
    const opened = clock.now();
    await clock.turn(2 * day);
    approvals.start();
    await approvals.reconcile((_room, target) =>
      Promise.resolve([
        target === "$own1"
          ? on("bo", "✅", "$in-time", opened + hour)
          : on("bo", "✅", "$late", opened + day),
      ]),
    );
    await clock.turn(0);
    expect(status()).toBe("approved");
    expect(status("dimut/approval")).toBe("expired");
  });

  test("a reaction that was replaced by a newer, withdrawn one does not come back to life", async () => {
    const { open, react, redact, approvals, voices, clock } = bench();
    open({ needed: 2 });
    const older = react("bo", "✅");
    redact("bo", react("bo", "👍"));
    expect(voices()).toEqual(["bo yes withdrawn"]);
    await approvals.reconcile(() => Promise.resolve([on("bo", "✅", older, clock.now())]));
    expect(voices()).toEqual(["bo yes withdrawn"]);
  });

  test("typed voices are not looked for among reactions", async () => {
    const { open, approvals, voices } = bench();
    open({ needed: 2 });
    approvals.speak({
      run: "bakor",
      says: "yes",
      member: "bo",
      matrixId: idOf("bo"),
      via: "matrix",
      trust: "verified",
      eventId: "$typed",
    });
    await approvals.reconcile(() => Promise.resolve([]));
    expect(voices()).toEqual(["bo yes"]);
  });

  test("a voice that arrives while the server answers is not taken for one that is gone", async () => {
    const { open, react, approvals, voices } = bench();
    open({ needed: 2 });
    await approvals.reconcile(() => {
      react("bo", "✅");
      return Promise.resolve([]);
    });
    expect(voices()).toEqual(["bo yes"]);
  });

  test("what was settled while the server was asked stays settled", async () => {
    const { open, react, redact, approvals, voices, status, audited } = bench();
    open({ needed: 2 });
    const given = react("bo", "✅");
    await approvals.reconcile(() => {
      react("cy", "✅");
      redact("bo", given);
      return Promise.resolve([]);
    });
    expect([status(), voices().sort()]).toEqual(["approved", ["bo yes", "cy yes"]]);
    expect(audited("approval.voice-withdrawn")).toEqual([]);
  });

  test("where the server will never say, voices stay as they are and nobody asks again", async () => {
    const { open, react, approvals, voices } = bench();
    open({ needed: 2 });
    react("bo", "✅");
    await approvals.reconcile(() => Promise.resolve(undefined));
    expect(voices()).toEqual(["bo yes"]);
  });

  test("one question that cannot be read does not keep the others from being read", async () => {
    const { open, approvals, voices, clock } = bench();
    open({ needed: 2 });
    open({ needed: 2 }, { run: "dimut" });
    await expect(
      approvals.reconcile((_room, target) =>
        target === "$own1"
          ? Promise.resolve([on("bo", "✅", "$away", clock.now())])
          : Promise.reject(new Error("403")),
      ),
    ).rejects.toThrow("could not be read");
    expect(voices()).toEqual(["bo yes"]);
  });
});
