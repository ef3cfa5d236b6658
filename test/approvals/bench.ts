/** A house of approvals on a real database, with people, an outbox that delivers at once, and a clock to turn. */
import { openApprovals } from "../../src/approvals/index.ts";
import type { ApprovalsParts, Settlement } from "../../src/approvals/index.ts";
import { openAudit } from "../../src/audit/index.ts";
import type { Message } from "../../src/chat/message.ts";
import { openOutbox } from "../../src/chat/outbox.ts";
import { render } from "../../src/chat/render.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName, type Role } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { openPeople } from "../../src/people/index.ts";
import type { ApprovalAsk } from "../../src/workflow/define.ts";

export const room = "!ops:example.coop";
export const bot = MatrixId.parse("@tandem:example.coop");
export const idOf = (name: string): MatrixId => MatrixId.parse(`@${name}:example.coop`);
export const day = 86_400_000;
export const hour = 3_600_000;

export const ask = (more: Partial<ApprovalAsk> = {}): ApprovalAsk => ({
  ask: {
    blocks: [
      { kind: "text", text: "Upgrade **cloud.example.coop** from `5.0.0` to `5.1.0`?" },
      { kind: "diff", text: "- image: a:1\n+ image: a:2" },
    ],
  },
  from: "maintainer",
  weight: "ordinary",
  binds: "hash-1",
  subject: "cloud.example.coop",
  ...more,
});

export interface Sent {
  out: Outgoing;
  eventId: string;
  /** The event that an edit, reaction or redaction was about. */
  target: string | undefined;
}

export type Bench = ReturnType<typeof bench>;

/** ana asks; bo, cy and di are maintainers; mo is only a member; eve is nobody. */
export function bench({ db = openDb(":memory:"), clock = new FakeClock(), ...more }: Options = {}) {
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  if (people.list().length === 0) {
    const add = (name: string, ...roles: Role[]): void => {
      people.add("config", { name: MemberName.parse(name), matrixId: idOf(name) });
      for (const role of roles) people.grant("config", MemberName.parse(name), role);
    };
    add("ana", "maintainer");
    for (const name of ["bo", "cy", "di"]) add(name, "maintainer");
    add("mo");
  }
  const outbox = openOutbox({ db, clock });
  const settled: { run: string; topic: string; payload: Settlement; inside: boolean }[] = [];
  const approvals = openApprovals({
    db,
    clock,
    people,
    audit,
    outbox,
    settle: (run, topic, payload) => settled.push({ run, topic, payload, inside: db.sqlite.inTransaction }),
    self: () => bot,
    defaultRoom: room,
    ...more,
  });
  const sent: Sent[] = [];
  let events = 0;

  /** Sends what waits, as a transport would. */
  const deliver = (): void => {
    for (;;) {
      const claimed = outbox.claimNext(clock.now() + day * 365);
      if (claimed === undefined) return;
      const eventId = `$own${sent.length + 1}`;
      outbox.sent(claimed.key, eventId, typeof claimed.out.room === "string" ? claimed.out.room : "!direct");
      sent.push({ out: claimed.out, eventId, target: claimed.target });
    }
  };
  const open = (more: Partial<ApprovalAsk> = {}, row: Partial<Parameters<typeof approvals.open>[0]> = {}) => {
    const { run = "bakor", step = "approval" } = row;
    const id = `${run}/${step}`;
    approvals.open({
      id,
      run,
      step,
      ask: ask(more),
      askedBy: "ana",
      place: { room, eventId: "$command" },
      ...row,
    });
    deliver();
    return id;
  };
  const questionOf = (id: string): string => outbox.eventIdOf(`${id}/question`) ?? "$none";
  const react = (
    name: string,
    symbol: string,
    { id = "bakor/approval", target = questionOf(id), at = clock.now(), inRoom = room, eventId = "" } = {},
  ): string => {
    const event = eventId === "" ? `$heard${++events}` : eventId;
    const sender = name.startsWith("@") ? MatrixId.parse(name) : idOf(name);
    approvals.heard({ kind: "reaction", eventId: event, room: inRoom, sender, at, target, symbol });
    deliver();
    return event;
  };
  const redact = (name: string, redacts: string, inRoom = room): void => {
    approvals.heard({
      kind: "redaction",
      eventId: `$heard${++events}`,
      room: inRoom,
      sender: idOf(name),
      at: clock.now(),
      redacts,
    });
    deliver();
  };
  const status = (id = "bakor/approval") => approvals.get(id)?.status;
  /** Texts of messages (not edits) sent so far, under keys that contain `about`. */
  const said = (about: string): string[] =>
    sent.flatMap(({ out }) =>
      out.kind === "message" && out.key.includes(about) ? [render(out.message).body] : [],
    );
  const messageOf = (key: string): Message | undefined => {
    const found = sent.findLast(({ out }) => out.kind === "message" && out.key === key)?.out;
    return found?.kind === "message" ? found.message : undefined;
  };
  /** The question as the room shows it now: its newest edit. */
  const shown = (id = "bakor/approval"): string => {
    const target = questionOf(id);
    const newest = sent.findLast((one) => one.out.kind === "edit" && one.target === target)?.out;
    const message = newest?.kind === "edit" ? newest.message : messageOf(`${id}/question`);
    return message === undefined ? "" : render(message).body;
  };
  const voices = (id = "bakor/approval"): string[] =>
    (approvals.get(id)?.voices ?? []).map(
      (voice) => `${voice.member} ${voice.says}${voice.withdrawn ? " withdrawn" : ""}`,
    );
  const audited = (what: string) =>
    audit
      .list({ limit: 1000 })
      .filter((row) => row.what === what)
      .toReversed();
  return {
    ...{ db, clock, audit, people, outbox, approvals, settled, sent, deliver, open, react, redact },
    ...{ status, said, shown, voices, audited, questionOf, messageOf },
  };
}

type Options = Partial<Omit<ApprovalsParts, "db" | "clock">> & { db?: Db; clock?: FakeClock };
