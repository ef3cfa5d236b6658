import type { Approvals } from "../approvals/index.ts";
import type { Apps, Parcels, SecretForms } from "../apps/index.ts";
import type { Audit } from "../audit/index.ts";
import type { BackupCare, Backups, Turns } from "../backups/index.ts";
import type { DurableInbox } from "../chat/inbox.ts";
import type { OutboxQueue } from "../chat/outbox.ts";
import { sayProblem } from "../chat/message.ts";
import type { Incoming, Transport } from "../chat/transport.ts";
import type { Clock } from "../core/clock.ts";
import { eventSetAside } from "../core/problems/house.ts";
import type { Db } from "../db/index.ts";
import type { Docs } from "../docs/index.ts";
import type { People } from "../people/index.ts";
import type { Recipes } from "../recipes/index.ts";
import type { Router, Tokens, TokenSpending } from "../router/index.ts";
import type { Servers } from "../servers/index.ts";
import type { Work } from "../work/index.ts";
import { openWeb, type Health, type Web } from "../web/index.ts";
import type { Payouts } from "../work/index.ts";
import type { Engine } from "../workflow/index.ts";
import { admitScheduled, type Admission } from "./admit.ts";
import { postAuditHead } from "./audit-head.ts";
import type { BankForms } from "./bank.ts";
import type { HouseBooks } from "./books.ts";
import type { HouseBilling } from "./billing.ts";
import type { HouseCollective } from "./collective.ts";
import { converse } from "./converse.ts";
import { healthOf, sharedLook } from "./health.ts";
import { keepHouse } from "./housekeeping.ts";
import { inTurn } from "./in-turn.ts";
import type { LateWatch } from "./late-watch.ts";
import { openLocalDoor } from "./local-door.ts";
import { openLogFollow } from "./log-follow.ts";
import { openMetrics } from "./metrics.ts";
import { openQuickLog } from "./quick-log.ts";
import { setSchedules } from "./scheduled.ts";
import { usualPrefix, type House, type HouseOptions } from "./open-house.ts";
import { versionOf } from "./version.ts";

export interface Rooms {
  options: HouseOptions;
  db: Db;
  clock: Clock;
  audit: Audit;
  people: People;
  recipes: Recipes;
  servers: Servers;
  apps: Apps;
  backups: Backups;
  turns: Turns;
  care: BackupCare;
  work: Work;
  collective: HouseCollective;
  billing: HouseBilling;
  bank: BankForms;
  books: HouseBooks;
  secretForms: SecretForms;
  parcels: Parcels;
  payouts: Payouts;
  tokens: Tokens & TokenSpending;
  docs: Docs;
  approvals: Approvals;
  engine: Engine;
  router: Router;
  lateWatch: LateWatch;
  admission: Admission;
  inbox: DurableInbox;
  outbox: OutboxQueue;
  transport: Transport | null;
}

type Stop = () => unknown;

const firstReconcileMs = 1000;
const lastReconcileMs = 60_000;

/**
 * Opens the doors, takes up the journal, and answers how to stop it all. When a part fails, all others are stopped: a
 * start that cannot succeed has begun no step, or those who try it again and again would wear the steps out.
 */
export async function startHouse(rooms: Rooms): Promise<House> {
  const doors: Stop[] = [];
  const stops: Stop[] = [];
  let stopped: Promise<void> | undefined;
  const stop = (): Promise<void> => (stopped ??= stopAll(rooms, doors, stops));
  try {
    const port = await openDoors(rooms, doors);
    // Events wait in the inbox, and the event loop comes to no request before the turn of the last door is over.
    takeUp(rooms, stops);
    const { db, people, engine, router, outbox, transport } = rooms;
    return { db, people, engine, router, outbox, transport, port, stop };
  } catch (thrown) {
    await stop();
    throw thrown;
  }
}

/**
 * Everything that can refuse a start. The homeserver first, as it is waited for; from the first listener on only what
 * the same turn of the event loop brings about.
 */
async function openDoors(rooms: Rooms, doors: Stop[]): Promise<number> {
  const { options, engine, transport } = rooms;
  const health = sharedLook(() => healthOf({ ...rooms, reserveMb: options.config.diskFreeMb }), rooms.clock);
  const web = webOf(rooms, health);
  doors.push(() => web.stop());
  await transport?.start();
  const { port } = await web.start();
  const { dataDir } = options.config;
  doors.push(await openLocalDoor({ ...rooms, dataDir, runs: engine, health }));
  return port;
}

/** In one turn of the event loop: nothing is heard, asked or carried out before all of it is there. */
function takeUp(rooms: Rooms, stops: Stop[]): void {
  const { options, engine, approvals, transport, inbox, clock } = rooms;
  const { log, config, operatorsRoom } = options;
  setSchedules(engine, config, admitScheduled({ ...rooms, room: operatorsRoom, log }));
  log.info(engine.recover(), "the journal is taken up");
  approvals.start();
  stops.push(() => approvals.stop());
  rooms.lateWatch.resume();
  stops.push(() => rooms.lateWatch.stop());
  if (transport !== null) listen(rooms, transport, stops);
  if (operatorsRoom !== undefined) {
    stops.push(postAuditHead(rooms.audit, rooms.outbox, operatorsRoom, { clock, log }));
  }
  stops.push(keepHouse({ db: rooms.db, engine, inbox, clock, log, keepRunsDays: config.keepRunsDays }));
}

/** Has what was heard handled. */
function listen(rooms: Rooms, transport: Transport, stops: Stop[]): void {
  const { options, inbox } = rooms;
  const { log, threads = false, prefix = usualPrefix, via = "matrix" } = options;
  const follow = openLogFollow(rooms);
  stops.push(() => follow.stop());
  const listener = converse({
    ...{ ...rooms, self: transport.self, via, prefix, threads },
    follow: (key, room, about) => follow.begin(key, room, about),
    reacted: openQuickLog({ ...rooms, prefix }),
  });
  const turns = inTurn(listener, { ...rooms, threads, log });
  stops.push(() => turns.stop());
  const onSetAside = (event: Incoming, reason: unknown): void => tellSetAside(rooms, event, reason);
  stops.push(inbox.pump(turns.listener, { onSetAside }));
  stops.push(reconcileSoon(rooms, transport));
}

/**
 * Doors first, so that nothing new is begun; then the steps in flight; then what waits to be said; the
 * database last.
 */
async function stopAll(rooms: Rooms, doors: Stop[], stops: Stop[]): Promise<void> {
  for (const close of doors) await close();
  for (const stop of stops.reverse()) await stop();
  rooms.billing.stop();
  rooms.collective.stop();
  await rooms.engine.stop();
  await rooms.transport?.stop();
  rooms.servers.close();
  rooms.db.close();
}

function webOf(rooms: Rooms, health: () => Promise<Health>): Web {
  const { options, engine } = rooms;
  const { config, log } = options;
  return openWeb({
    ...rooms,
    backups: { ...rooms.care, drillWords: (app) => rooms.backups.drillWords(app) },
    log,
    runs: engine,
    downloads: rooms.backups,
    statements: rooms.books.forms,
    settings: {
      publicUrl: config.web.publicUrl,
      listen: addressOf(config.web.listen),
      trustedProxies: config.web.trustedProxies,
      coopName: config.coop.name,
      insecureCookies: config.web.insecureCookies,
      timeZone: config.web.timeZone,
      version: versionOf(),
      publicBooks: config.books.publicSummary,
    },
    health,
    metrics: openMetrics(rooms),
  });
}

/** What was said and could not be handled is not dropped in silence: whoever said it and the operators are told. */
function tellSetAside({ options, outbox }: Rooms, event: Incoming, reason: unknown): void {
  options.log.error({ err: reason, event: event.eventId }, "an event was set aside");
  const message = sayProblem(eventSetAside({ event: event.eventId }));
  const at = new Set([event.room, ...(options.operatorsRoom === undefined ? [] : [options.operatorsRoom])]);
  for (const room of at)
    outbox.post({ kind: "message", key: `${event.eventId}/aside/${room}`, room, message });
}

function addressOf(listen: string): { host: string; port: number } {
  const colon = listen.lastIndexOf(":");
  return { host: listen.slice(0, colon).replace(/^\[|\]$/g, ""), port: Number(listen.slice(colon + 1)) };
}

/** Reactions given or taken back while we were away count as if heard; tried until the homeserver has answered. */
function reconcileSoon({ approvals, clock, options }: Rooms, transport: Transport): () => void {
  let stopped = false;
  let cancel = (): void => undefined;
  const attempt = (waitMs: number): void => {
    approvals
      .reconcile((room, eventId) => transport.reactionsOn(room, eventId))
      .catch((thrown: unknown) => {
        options.log.warn({ err: thrown, waitMs }, "open questions are compared with the rooms later");
        if (!stopped) {
          cancel = clock.after(waitMs, () => attempt(Math.min(waitMs * 2, lastReconcileMs)));
        }
      });
  };
  attempt(firstReconcileMs);
  return () => {
    stopped = true;
    cancel();
  };
}
