import path from "node:path";
import type { Logger } from "pino";
import { openApprovals, type ApprovalsParts } from "../approvals/index.ts";
import { openParcels, openSecretForms } from "../apps/index.ts";
import { openAudit } from "../audit/index.ts";
import { openInbox } from "../chat/inbox.ts";
import { openOutbox } from "../chat/outbox.ts";
import type { DurableInbox } from "../chat/inbox.ts";
import type { OutboxQueue } from "../chat/outbox.ts";
import type { TellOperators, Transport } from "../chat/transport.ts";
import type { Config } from "../config.ts";
import { systemClock, type Clock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { openDb, type Db } from "../db/index.ts";
import { openDocs, type Docs } from "../docs/index.ts";
import { assertMaintainer, openPeople, seedFromConfig, type People } from "../people/index.ts";
import { discover, openHelp, openRouter, openTokens, type Rates, type Router } from "../router/index.ts";
import { openEngine, type CutPoint, type Engine, type Trades } from "../workflow/index.ts";
import { openAdmission } from "./admit.ts";
import { careFor } from "./backups.ts";
import { bankFor } from "./bank.ts";
import { bankWordsFor } from "./bank-words.ts";
import { billingFor } from "./billing.ts";
import { booksFor } from "./books.ts";
import { collectiveFor } from "./collective.ts";
import { announce } from "./announce.ts";
import { openAwayWatch } from "./away-watch.ts";
import { openLateWatch } from "./late-watch.ts";
import { startedOtherwise } from "./scheduled.ts";
import { openTrades } from "./open-trades.ts";
import { openIdentities } from "./identities.ts";
import { openSentFiles } from "./sent-files.ts";
import { startHouse, type Rooms } from "./start-house.ts";
import { tellOperators } from "./tell-operators.ts";
import { tellStranded } from "./stranded.ts";
import { payoutsFor } from "./payouts.ts";
import { upgradesFor } from "./upgrades.ts";
import { workFor } from "./work.ts";

/** What a command begins with in rooms unless the settings say otherwise. */
export const usualPrefix = "!tandem";
const root = path.join(import.meta.dirname, "../..");

export interface ChatParts {
  db: Db;
  inbox: DurableInbox;
  outbox: OutboxQueue;
  clock: Clock;
  log: Logger;
  people: People;
  /** The bytes of a file that is kept beside its message. */
  parcel: (id: string) => Buffer | undefined;
  /** Says what became of a room where operators read it. */
  tell: TellOperators;
}

export interface HouseOptions {
  config: Config;
  log: Logger;
  /** Opens the transport; left out, Tandem runs with web and command line only. */
  chat?: (parts: ChatParts) => Promise<Transport>;
  via?: "matrix" | "console";
  /** Where runs and questions speak that come from no room. */
  defaultRoom?: string;
  operatorsRoom?: string;
  /** What a command begins with in rooms. */
  prefix?: string;
  threads?: boolean;
  /** Folders of the co-op's own commands and workflows; they come to those of the house. */
  own?: { commands: string; workflows: string };
  /** How much may be said; the usual rates of the door unless a measurement needs more. */
  rates?: Rates;
  clock?: Clock;
  /** Tests cut the power here. */
  probe?: (point: CutPoint, run: string, step: string | null) => void;
}

/** A Tandem that has been put together and runs. */
export interface House {
  db: Db;
  people: People;
  engine: Engine;
  router: Router;
  outbox: OutboxQueue;
  transport: Transport | null;
  /** Port of the pages. */
  port: number;
  /** Stops hearing, lets steps in flight end, sends what waits, closes the database. */
  stop(): Promise<void>;
}

/**
 * Puts the house together and starts it. Fails with a problem (and leaves nothing running) when the database is
 * held by another process, when there is no maintainer, or when a command or workflow is not in order.
 */
export async function openHouse(options: HouseOptions): Promise<House> {
  const { config, log, own, clock = systemClock } = options;
  const found = await discover({
    commands: [path.join(root, "commands"), ...(own ? [own.commands] : [])],
    workflows: [path.join(root, "workflows"), ...(own ? [own.workflows] : [])],
    startedOtherwise,
  });
  const db = openDb(path.join(config.dataDir, "tandem.db"));
  try {
    return await build(options, db, clock, found);
  } catch (thrown) {
    // A problem says all in its words; only what nobody foresaw needs its trace.
    const why = thrown instanceof Problem ? { code: thrown.code, ...thrown.text } : { err: thrown };
    log.error(why, "the house was not opened");
    db.close();
    throw thrown;
  }
}

type Found = Awaited<ReturnType<typeof discover>>;

async function build(options: HouseOptions, db: Db, clock: Clock, found: Found): Promise<House> {
  const { config, log } = options;
  const audit = openAudit(db, clock);
  const people = openPeople({ db, clock, audit });
  seedFromConfig(db, people, seedsOf(config));
  assertMaintainer(people);
  const inbox = openInbox({ db, clock });
  const parcels = openParcels(path.join(config.dataDir, "parcels"), clock);
  const outbox = openOutbox({ db, clock });
  const tell = tellOperators({ ...options, outbox });
  const chat = { db, inbox, outbox, clock, log, people, tell, parcel: (id: string) => parcels.read(id) };
  const transport = options.chat === undefined ? null : await options.chat(chat);
  const base = { config, db, clock, audit, log, parcels };
  const trades = openTrades(base, (...told) => tellAway(...told));
  const { publicUrl } = config.web;
  const secretForms = openSecretForms({ db, clock, audit, people, apps: trades.apps, publicUrl });
  const tokens = openTokens({ db, clock, audit, people, log, publicUrl });
  const docs = openDocs();
  const admission = openAdmission(config.dataDir, config.diskFreeMb);
  const ground = {
    options,
    db,
    clock,
    audit,
    people,
    inbox,
    outbox,
    transport,
    ...trades,
    secretForms,
    parcels,
    tokens,
    ...paidAndBooked({ options, db, clock, audit, people, outbox, parcels }),
  };
  const rooms = { ...ground, docs, admission };
  const wired = wire(rooms, found);
  const tellAway = openAwayWatch({ ...rooms, ...wired, defaultRoom: options.defaultRoom });
  return startHouse({ ...rooms, ...wired });
}

function paidAndBooked(
  ground: Parameters<typeof payoutsFor>[0] & Pick<Rooms, "parcels">,
): Pick<Rooms, "payouts" | "books"> {
  const payouts = payoutsFor(ground);
  return { payouts, books: booksFor({ ...ground, payouts, words: bankWordsFor(ground) }) };
}

type Paying = "collective" | "bank" | "billing";
type Wired = "engine" | "approvals" | "router" | "lateWatch" | "care" | "work" | Paying;
type Ground = Omit<Rooms, Wired>;

/**
 * The three that know each other: the engine asks through approvals, they answer through it, the door starts
 * runs.
 */
function wire(ground: Ground, found: Found): Pick<Rooms, Wired> {
  const { options, db, clock, audit, people, outbox, recipes, servers, apps, tokens, docs } = ground;
  const { admission, secretForms } = ground;
  const { log, probe, defaultRoom } = options;
  const engine: Engine = openEngine({
    db,
    clock,
    log,
    approvals: { open: (row) => approvals.open(row), withdraw: (id, why) => approvals.withdraw(id, why) },
    get trades(): Trades {
      return trades;
    },
    record: (event) => {
      tellRoom(event);
      lateWatch.heard(event);
    },
    onStrandedRun: tellStranded({ ...ground, log, defaultRoom, engine: { show: (run) => engine.show(run) } }),
    ...(probe && { probe }),
  });
  const tellRoom = announce({ outbox, audit, people, show: (run) => engine.show(run), defaultRoom });
  const lateWatch = openLateWatch({ ...ground, engine, log, defaultRoom });
  const approvals = openApprovals(approvalsParts(ground, engine));
  for (const [name, workflow] of found.workflows) engine.register(name, workflow);
  const help = openHelp({ commands: found.commands, people, topics: () => topicsOf(docs) });
  const care = careFor(ground, engine);
  const work = workFor(ground, approvals);
  const paying = {
    collective: collectiveFor({ ...ground, work }, engine),
    bank: bankFor(ground),
    billing: billingFor(ground),
  };
  // Heard once per change, in the transaction that writes it down: a run for each.
  ground.books.hearInvoices((owed) => {
    for (const invoice of paying.billing.heedBank(owed))
      engine.start("billing-transfer", { invoice }, { askedBy: null, place: null });
  });
  const trades: Trades = {
    ...{ people, servers, apps, secretForms, recipes, approvals, help, tokens, audit, work },
    ...{ sentFiles: openSentFiles(ground), identities: openIdentities(ground) },
    runs: engine,
    upgrades: upgradesFor(ground, engine, approvals, care),
    backups: { ...ground.backups, ...care },
    payouts: ground.payouts,
    books: ground.books,
    ...paying,
  };
  const router = openRouter({
    ...{ db, clock, people, audit, log, trades, engine },
    commands: found.commands,
    admit: () => admission.admit(),
    ...(options.rates && { rates: options.rates }),
  });
  return { engine, approvals, router, lateWatch, care, work, ...paying };
}

function approvalsParts(ground: Ground, engine: Engine): ApprovalsParts {
  const { options, db, clock, people, audit, outbox, inbox, transport } = ground;
  return {
    db,
    clock,
    people,
    audit,
    outbox,
    settle: (run, topic, payload, dedupe) => engine.signal(run, topic, payload, dedupe),
    self: () => transport?.self ?? null,
    ...(transport?.isIn && { isIn: transport.isIn.bind(transport) }),
    unheardSince: () => inbox.waitingSince(),
    defaultRoom: options.defaultRoom ?? null,
    webUrl: options.config.web.publicUrl,
    prefix: `${options.prefix ?? usualPrefix} `,
    report: (thrown) => options.log.warn({ err: thrown }, "an approval that came due is tried again"),
  };
}

/** Pages of the manual as `help <topic>` shows them in rooms. */
function topicsOf(docs: Docs): { name: string; title: string; markdown: string }[] {
  return docs.list().map(({ name, title }) => ({ name, title, markdown: docs.read(name) ?? "" }));
}

function seedsOf({ people }: Config): Parameters<typeof seedFromConfig>[2] {
  return [
    ...people.operators.map((person) => ({ ...person, roles: ["operator"] as const })),
    ...people.maintainers.map((person) => ({ ...person, roles: ["maintainer"] as const })),
  ];
}
