import { randomBytes } from "node:crypto";
import type { Audit } from "../audit/index.ts";
import { say } from "../chat/message.ts";
import type { Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { diskFull } from "../core/problems/db.ts";
import {
  commandTooOld,
  notAllowed,
  notByToken,
  notKnown,
  notVerified,
  notYourRun,
  tooManyCommands,
  unexpected,
} from "../core/problems/router.ts";
import { isDiskFull, type Db } from "../db/index.ts";
import type { Member, People } from "../people/index.ts";
import type { Place, Trades, Workflow } from "../workflow/define.ts";
import { openAnswered, type Answered, type Outcome } from "./answered.ts";
import type { CommandContext, Reply, Speaker } from "./define.ts";
import { shown } from "./excerpt.ts";
import { openLimits, type Limits, type Rates, type TooMany } from "./limit.ts";
import type { Commands } from "./match.ts";
import { assertMay, unknownSpeaker } from "./may.ts";
import { parse, type Heard, type Said } from "./parse.ts";

/** Commands said longer ago than this are asked about instead of run, unless the command says otherwise. */
const usualMaxAgeMinutes = 10;

/** Refusals that are written down. */
const denials = new Set([notKnown.code, notAllowed.code, notByToken.code, notVerified.code, notYourRun.code]);
/** Refusals of a moment: the same command may be carried out the next time. */
const passing = new Set([tooManyCommands.code, diskFull.code]);

/** What the door needs of the engine. */
export interface Starter {
  start(
    workflow: Workflow<never>,
    input: unknown,
    options: { key?: string; askedBy: string | null; place: Place | null },
  ): { runId: string; fresh: boolean };
}

export interface RouterHouse {
  db: Db;
  clock: Clock;
  people: People;
  audit: Audit;
  engine: Starter;
  trades: Trades;
  commands: Commands;
  /** Where the technical cause of an `unexpected` problem goes; pino fits. */
  log: { error(facts: object, text: string): void };
  /** Throws a Problem when no new runs are taken (disk full). */
  admit?: () => void;
  rates?: Rates;
}

export interface DispatchOptions {
  /**
   * Names this saying for ever (a Matrix event id, an Idempotency-Key): the same key twice is answered the same
   * and changes nothing.
   */
  key?: string;
  /** A chat message's formatted body: pills are read from it. */
  html?: string;
  /** When it was said, ms since 1970. */
  at?: number;
  /**
   * Takes the outcome, inside the transaction of what the command changed: what it posts to the outbox is
   * committed with the change. Not called when the key comes again, because then that has been committed.
   */
  deliver?: (outcome: Outcome) => void;
}

export interface Router {
  readonly commands: Commands;
  /** The one door. Never throws a Problem: it is an outcome. Throws only when not even that can be recorded. */
  dispatch(said: Said, by: Speaker, options?: DispatchOptions): Promise<Outcome>;
}

/** One saying on its way through the door. */
interface Turn {
  said: Said;
  by: Speaker;
  options: DispatchOptions;
  /** The key, told apart by speaker: nobody gets another's answer by guessing a key. */
  key: string | undefined;
}
type Known = Speaker & { member: Member };

/** Opens the door: parse, may, limit, age, then run with its audit row in one transaction. */
export function openRouter(house: RouterHouse): Router {
  const { db, clock, commands, people } = house;
  const door = new Door(house, openLimits(clock, house.rates), openAnswered(db, clock));
  return {
    commands,
    async dispatch(said, speaker, options = {}) {
      if (db.sqlite.inTransaction) throw new Error("dispatch opens its own transaction");
      const by = { ...speaker, member: freshMember(people, speaker) };
      const who = by.member?.name ?? by.matrixId ?? "nobody";
      const key = options.key === undefined ? undefined : `${who} ${options.key}`;
      return door.take({ said, by, options, key });
    },
  };
}

/** As the database knows the member now: faces may have remembered one who has lost roles or accounts since. */
function freshMember(people: People, { member, matrixId }: Speaker): Member | null {
  const now = member === null ? undefined : people.byName(member.name);
  if (now === undefined || (matrixId !== null && !now.matrixIds.includes(matrixId))) return null;
  return now;
}

class Door {
  readonly #house: RouterHouse;
  readonly #limits: Limits;
  readonly #answered: Answered;

  constructor(house: RouterHouse, limits: Limits, answered: Answered) {
    this.#house = house;
    this.#limits = limits;
    this.#answered = answered;
  }

  async take(turn: Turn): Promise<Outcome> {
    const before = turn.key === undefined ? undefined : this.#answered.find(turn.key);
    if (before !== undefined) return before;
    const heard = this.#hear(turn);
    const tooMany = this.#limits.take(turn.by.member?.name ?? null, turn.by.place?.room ?? null);
    if (tooMany !== undefined) return this.#tooMany(turn, heard, tooMany);
    try {
      const by = this.#speakerOf(turn);
      if (heard instanceof Problem) throw heard;
      this.#allow(turn, by, heard);
      return heard.command.reads === true ? await this.#read(turn, by, heard) : this.#change(turn, by, heard);
    } catch (thrown) {
      return this.#refuse(turn, heard, thrown);
    }
  }

  /** What was said, or why it cannot be understood: a stranger is turned away in either case. */
  #hear({ said, options }: Turn): Heard | Problem {
    try {
      return parse(said, this.#house.commands, options.html);
    } catch (thrown) {
      return this.#problemOf(thrown, undefined);
    }
  }

  #speakerOf({ by }: Turn): Known {
    if (by.member !== null) return { ...by, member: by.member };
    throw unknownSpeaker(this.#house.people, by);
  }

  /** Whoever waits for the answer itself gets it each time. In a room it is one message; the others leave no trace. */
  #tooMany(turn: Turn, heard: Heard | Problem, { problem, tell }: TooMany): Outcome {
    const isSilent = turn.options.deliver !== undefined && !tell();
    return isSilent ? { kind: "problem", problem } : this.#refuse(turn, heard, problem);
  }

  #allow(turn: Turn, by: Known, heard: Heard): void {
    const { clock, people } = this.#house;
    assertMay(people, by, heard.name, heard.command);
    const ageMinutes = turn.options.at === undefined ? 0 : (clock.now() - turn.options.at) / 60_000;
    if (ageMinutes > (heard.command.maxAgeMinutes ?? usualMaxAgeMinutes))
      throw commandTooOld({ typed: shown(heard.line), minutes: Math.floor(ageMinutes) });
  }

  #context({ options }: Turn, by: Known, { args }: Heard): CommandContext<Heard["args"]> {
    const { trades, clock } = this.#house;
    return { ...trades, args, by, saidAt: options.at ?? clock.now() };
  }

  async #read(turn: Turn, by: Known, heard: Heard): Promise<Outcome> {
    const reply = await heard.command.run(this.#context(turn, by, heard));
    if (reply.kind === "start") throw new Error(`${heard.name} reads and yet starts a workflow`);
    turn.options.deliver?.(reply);
    return reply;
  }

  #change(turn: Turn, by: Known, heard: Heard): Outcome {
    return this.#house.db.tx(() => {
      const reply = heard.command.run(this.#context(turn, by, heard));
      if (reply instanceof Promise) throw new Error(`${heard.name} changes and yet answers later`);
      const outcome = reply.kind === "start" ? this.#start(turn, by, reply) : reply;
      this.#audit(turn, by, heard, outcome);
      return this.#settle(turn, outcome);
    });
  }

  #start({ key }: Turn, by: Known, reply: Reply & { kind: "start" }): Outcome {
    this.#house.admit?.();
    const { runId, fresh } = this.#house.engine.start(reply.workflow, reply.input, {
      ...(key !== undefined && { key }),
      askedBy: by.member.name,
      place: by.place,
    });
    const message =
      reply.message ?? say(`Run \`${runId}\` has begun.`, { next: `To follow it: run show ${runId}` });
    return { kind: "started", runId, fresh, message };
  }

  #audit({ options }: Turn, by: Known, { name, args }: Heard, outcome: Outcome): void {
    const [first] = Object.values(args);
    this.#house.audit.append({
      who: by.member.name,
      what: "command.said",
      subject: typeof first === "string" ? first : name,
      details: {
        command: name,
        args,
        via: by.via,
        trust: by.trust,
        matrixId: by.matrixId,
        room: by.place?.room,
        key: options.key,
        ...(outcome.kind === "started" && { run: outcome.runId }),
      },
    });
  }

  #refuse(turn: Turn, heard: Heard | Problem, thrown: unknown): Outcome {
    const name = heard instanceof Problem ? undefined : heard.name;
    const problem = this.#problemOf(thrown, name);
    const outcome: Outcome = { kind: "problem", problem };
    const denied = denials.has(problem.code);
    // What reads, and what was not understood, may be tried again at will; anything else was decided for good.
    const repeatable = heard instanceof Problem || heard.command.reads === true;
    // So may, by a program, what it is told to say again; in a room that would be said twice.
    const mayPass = passing.has(problem.code) && turn.options.deliver === undefined;
    if ((repeatable || mayPass) && !denied) {
      turn.options.deliver?.(outcome);
      return outcome;
    }
    try {
      return this.#house.db.tx(() => {
        if (denied) this.#auditDenied(turn, name ?? "no command", problem);
        return this.#settle(turn, outcome);
      });
    } catch (failed) {
      // Whoever waits for the answer itself can be told without a row; what must be posted is tried again later.
      if (!isDiskFull(failed) || turn.options.deliver !== undefined) throw failed;
      return { kind: "problem", problem: diskFull({ freeMb: 0 }, failed) };
    }
  }

  #auditDenied({ by, options }: Turn, command: string, { code }: Problem): void {
    this.#house.audit.append({
      who: by.member?.name ?? by.matrixId ?? "nobody",
      what: "command.denied",
      subject: command,
      details: { code, via: by.via, trust: by.trust, room: by.place?.room, key: options.key },
    });
  }

  #settle({ key, options }: Turn, outcome: Outcome): Outcome {
    if (key !== undefined) this.#answered.keep(key, outcome);
    options.deliver?.(outcome);
    return outcome;
  }

  #problemOf(thrown: unknown, command: string | undefined): Problem {
    if (thrown instanceof Problem) return thrown;
    if (isDiskFull(thrown)) return diskFull({ freeMb: 0 }, thrown);
    const reference = randomBytes(4).toString("hex");
    this.#house.log.error({ err: thrown, reference, command }, "a command failed unexpectedly");
    return unexpected({ reference }, thrown);
  }
}
