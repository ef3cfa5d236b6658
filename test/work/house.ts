/** Work behind the real door: database, people, questions, engine and the shipped commands; only the rooms are missing. */
import { openApprovals, type Approvals } from "../../src/approvals/index.ts";
import { openAudit, type Audit } from "../../src/audit/index.ts";
import type { Message } from "../../src/chat/message.ts";
import { openOutbox, type OutboxQueue } from "../../src/chat/outbox.ts";
import { render } from "../../src/chat/render.ts";
import type { Outgoing } from "../../src/chat/transport.ts";
import { FakeClock } from "../../src/core/clock.ts";
import { MatrixId, MemberName, SeatName, type Role } from "../../src/core/terms.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import { announce } from "../../src/house/announce.ts";
import { openPeople, type People } from "../../src/people/index.ts";
import { discover, openRouter, type Outcome, type Router } from "../../src/router/index.ts";
import type { Speaker } from "../../src/router/define.ts";
import { startedOtherwise } from "../../src/house/scheduled.ts";
import { workFor } from "../../src/house/work.ts";
import { workSettings, type WorkSettings } from "../../src/config/work.ts";
import type { Trades } from "../../src/workflow/define.ts";
import { openEngine, type Engine } from "../../src/workflow/index.ts";
import type { Work } from "../../src/work/index.ts";
import { codeOf, textOf } from "../router/house.ts";

export const room = "!work:example.coop";
export const start = Date.parse("2026-11-26T10:00:00Z");
const found = discover({ commands: ["commands"], workflows: ["workflows"], startedOtherwise });

export interface WorkHouse {
  db: Db;
  clock: FakeClock;
  audit: Audit;
  people: People;
  work: Work;
  approvals: Approvals;
  engine: Engine;
  router: Router;
  outbox: OutboxQueue;
  /** What was sent so far, in order. */
  sent: { out: Outgoing; eventId: string }[];
  /** What came of a line said by this person; then everything that it set going has come to rest. */
  says(name: string, line: string, more?: Partial<Speaker>): Promise<Outcome>;
  /** The words that came of it. */
  reads(name: string, line: string): Promise<string>;
  /** The code of the problem that came of it. */
  refused(name: string, line: string): Promise<string>;
  /** Enters work and answers its number. */
  logs(name: string, line: string): Promise<number>;
  /** A reaction on the question about an entry, from any of the person's accounts. */
  reacts(account: string, entry: number, symbol: string): Promise<void>;
  state(entry: number): string;
  /** Texts of messages (not edits) under keys that contain `about`. */
  said(about: string): string[];
  rest(): Promise<void>;
}

/**
 * ana and bo do the work; mo and di maintain recipes; cy is steward of the budget 010; tom is treasurer; sam sits on one seat with bo,
 * and maintains recipes too. bo has a second account.
 */
export async function openWorkHouse(settings: Partial<WorkSettings> = {}): Promise<WorkHouse> {
  const db = openDb(":memory:");
  const clock = new FakeClock(start);
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  const outbox = openOutbox({ db, clock });
  addPeople(people);
  const { commands, workflows } = await found;
  const trades = {} as Trades;
  const engine: Engine = openEngine({
    ...{ db, clock, trades },
    approvals: { open: (row) => approvals.open(row), withdraw: (id, why) => approvals.withdraw(id, why) },
    record: (event) => tell(event),
  });
  const approvals = openApprovals({
    ...{ db, clock, people, audit, outbox, defaultRoom: room, self: () => null },
    settle: (run, topic, payload, dedupe) => engine.signal(run, topic, payload, dedupe),
  });
  const tell = announce({ outbox, audit, people, show: (run) => engine.show(run), defaultRoom: room });
  const options = { config: { work: { ...workSettings.parse({}), ...settings }, web: { timeZone: "UTC" } } };
  const work = workFor({ options: options as never, db, clock, audit, people, outbox }, engine, approvals);
  Object.assign(trades, { people, approvals, runs: engine, audit, work });
  for (const [name, workflow] of workflows) engine.register(name, workflow);
  engine.recover();
  approvals.start();
  const router = openRouter({
    ...{ db, clock, people, audit, engine, trades, commands },
    log: { error: (facts) => console.error(facts) },
    rates: {
      member: { burst: 10_000, perMinute: 10_000 },
      room: { burst: 10_000, perMinute: 10_000 },
    } as never,
  });
  return talking({ db, clock, audit, people, work, approvals, engine, router, outbox });
}

function addPeople(people: People): void {
  people.addSeat("config", SeatName.parse("autonomic"), "Autonomic");
  const add = (name: string, roles: Role[] = [], seat?: string): void => {
    people.add("config", {
      name: MemberName.parse(name),
      matrixId: idOf(name),
      ...(seat !== undefined && { seat: SeatName.parse(seat) }),
    });
    for (const role of roles) people.grant("config", MemberName.parse(name), role);
  };
  add("ana");
  add("bo", [], "autonomic");
  add("sam", [], "autonomic");
  for (const name of ["mo", "di", "cy", "zoe"]) add(name);
  add("tom", ["treasurer"]);
  people.link("config", MemberName.parse("bo"), idOf("bo-phone"));
}

export function idOf(name: string): MatrixId {
  return MatrixId.parse(`@${name}:example.coop`);
}

/** Circles, a rate and budgets as most tests want them. */
export async function furnish(house: WorkHouse): Promise<void> {
  for (const line of [
    "circle add recipes Recipes",
    "circle maintainer recipes mo",
    "circle maintainer recipes di",
    "circle maintainer recipes sam",
    "rate add EUR20 --from 2026-01-01 --resolution R003",
    "budget add 010 Critical fixes --hours 10h --cap EUR1000 --per month --from 2026-01-01 --resolution 010",
    "budget person 010 cy steward",
  ])
    if ((await house.says("tom", line)).kind === "problem") throw new Error(await house.reads("tom", line));
}

type Parts = Omit<
  WorkHouse,
  "sent" | "says" | "reads" | "refused" | "logs" | "reacts" | "state" | "said" | "rest"
>;

function talking(parts: Parts): WorkHouse {
  const { clock, people, approvals, router, outbox, work, engine } = parts;
  const sent: WorkHouse["sent"] = [];
  let events = 0;
  const deliver = (): void => {
    for (;;) {
      const claimed = outbox.claimNext(clock.now() + 1e12);
      if (claimed === undefined) return;
      const eventId = `$own${sent.length + 1}`;
      outbox.sent(claimed.key, eventId, typeof claimed.out.room === "string" ? claimed.out.room : "!direct");
      sent.push({ out: claimed.out, eventId });
    }
  };
  const rest = async (): Promise<void> => {
    for (let quiet = 0; quiet < 6; quiet++) await new Promise((next) => setImmediate(next));
    deliver();
  };
  const speaker = (name: string, more: Partial<Speaker> = {}): Speaker => ({
    ...{ member: people.byName(name) ?? null, matrixId: idOf(name), via: "matrix", trust: "verified" },
    place: { room, eventId: `$said${++events}` },
    ...more,
  });
  const says: WorkHouse["says"] = async (name, line, more) => {
    const outcome = await router.dispatch(line, speaker(name, more));
    await rest();
    return outcome;
  };
  const questionOf = (entry: number): string => {
    const run = work.entry("tom", entry).run ?? "none";
    const id = approvals.ofRun(run)[0]?.id ?? "none";
    return outbox.eventIdOf(`${id}/question`) ?? "$none";
  };
  return {
    ...parts,
    ...{ sent, says, rest },
    reads: async (name, line) => textOf(await says(name, line)),
    refused: async (name, line) => codeOf(await says(name, line)),
    logs: async (name, line) => {
      const outcome = await says(name, line);
      if (outcome.kind !== "started") throw new Error(`${line}: ${textOf(outcome)}`);
      return (engine.show(outcome.runId)?.input as { entry: number }).entry;
    },
    reacts: async (account, entry, symbol) => {
      const event = { eventId: `$reaction${++events}`, room, sender: idOf(account), at: clock.now() };
      approvals.heard({ kind: "reaction", ...event, target: questionOf(entry), symbol });
      await rest();
    },
    state: (entry) => work.entry("tom", entry).state,
    said: (about) =>
      sent.flatMap(({ out }) =>
        out.kind === "message" && out.key.includes(about) ? [bodyOf(out.message)] : [],
      ),
  };
}

export function bodyOf(message: Message): string {
  return render(message).body;
}
