/** Questions asked and answered in the terminal's room, through inbox and outbox as in Matrix. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { expect, test } from "vitest";
import { openApprovals } from "../../src/approvals/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import { openConsole, openTyped } from "../../src/chat/console.ts";
import { openInbox } from "../../src/chat/inbox.ts";
import { say } from "../../src/chat/message.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName } from "../../src/core/terms.ts";
import { openDb } from "../../src/db/index.ts";
import { openPeople } from "../../src/people/index.ts";
import { expectGolden } from "../golden.ts";

const room = "#ops:demo";
const ana = MatrixId.parse("@ana:demo");

function open(file = ":memory:") {
  const db = openDb(file);
  const clock = new FakeClock();
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  if (people.list().length === 0)
    for (const name of ["ana", "bo", "cy"]) {
      people.add("config", { name: MemberName.parse(name), matrixId: MatrixId.parse(`@${name}:demo`) });
      people.grant("config", MemberName.parse(name), "maintainer");
    }
  const inbox = openInbox({ db, clock });
  const outbox = openOutbox({ db, clock });
  let printed = "";
  const chat = openConsole({
    ...{ db, clock, inbox, outbox, rooms: [room], self: MatrixId.parse("@tandem:demo") },
    write: (text) => (printed += text),
  });
  const told: unknown[] = [];
  const approvals = openApprovals({
    ...{ db, clock, people, audit, outbox, defaultRoom: room, self: () => chat.self },
    settle: (_run, _topic, payload) => told.push(payload.status),
  });
  const stopPump = inbox.pump((event) => {
    if (event.kind === "reaction" || event.kind === "redaction") approvals.heard(event);
    return Promise.resolve();
  });
  const typed = openTyped({
    console: chat,
    persons: [ana, MatrixId.parse("@bo:demo"), MatrixId.parse("@cy:demo")],
  });
  const type = async (...lines: string[]): Promise<void> => {
    for (const line of lines) {
      typed.line(line);
      for (let turn = 0; turn < 6; turn++) await new Promise((next) => setImmediate(next));
    }
  };
  const ask = (): void =>
    approvals.open({
      ...{ id: "bakor/approval", run: "bakor", step: "approval", askedBy: "ana", place: { room } },
      ask: {
        ask: say("Deploy **notes.demo** at `1.0.0`?"),
        ...{
          from: "maintainer",
          weight: "ordinary",
          binds: "h",
          subject: "notes.demo",
          needed: 2,
          expires: "1h",
        },
      },
    });
  const close = async (): Promise<void> => {
    await stopPump();
    approvals.stop();
    await chat.stop();
    db.close();
  };
  return { chat, approvals, told, type, ask, close, printed: () => printed };
}

test("golden: asker, stranger and a copied prompt count for nothing; two maintainers do", async () => {
  const { chat, type, ask, told, approvals, close, printed } = open();
  await chat.start();
  approvals.start();
  ask();
  await type("", "/react ✅", "/as eve", "/react ✅");
  chat.say(MatrixId.parse("@mallory:demo"), "Deploy notes.demo at 1.0.0? To agree: react with ✅");
  await type("/as bo", `/react ✅ ${chat.board.all().length}`);
  expect(approvals.get("bakor/approval")?.voices).toEqual([]);
  await type("/react ✅", "/unreact", "/react 👍", "/as cy", "/react ✅");
  await close();
  expect(told).toEqual(["approved"]);
  expectGolden("messages/console-approval.txt", printed());
});

test("reactions that stand in the room are found again after a restart", async () => {
  const file = path.join(mkdtempSync(path.join(tmpdir(), "tandem-console-")), "tandem.db");
  const first = open(file);
  await first.chat.start();
  first.ask();
  await first.type("", "/as bo", "/react ✅");
  await first.close();
  const second = open(file);
  await second.chat.start();
  second.approvals.start();
  await second.approvals.reconcile((inRoom, eventId) => second.chat.reactionsOn(inRoom, eventId));
  expect(second.approvals.get("bakor/approval")?.voices).toMatchObject([{ member: "bo", withdrawn: false }]);
  await second.close();
});
