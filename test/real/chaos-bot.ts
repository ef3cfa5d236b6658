/**
 * A whole transport in a process of its own, to be killed at any moment. Reads its settings as JSON from the first
 * argument; the optional `listener` is a module whose default export makes a Listener from `{ db, outbox }`. Writes
 * one line of JSON when it is up.
 */
import path from "node:path";
import pino from "pino";
import { openInbox } from "../../src/chat/inbox.ts";
import { openMatrix } from "../../src/chat/matrix/index.ts";
import { say } from "../../src/chat/message.ts";
import { openOutbox, type OutboxQueue } from "../../src/chat/outbox.ts";
import type { Listener } from "../../src/chat/transport.ts";
import { systemClock } from "../../src/core/clock.ts";
import { Secret } from "../../src/core/secret.ts";
import { openDb, type Db } from "../../src/db/index.ts";

export interface ChaosSettings {
  url: string;
  accessToken: string;
  folder: string;
  /** Path of the module that listens; without it, `!echo x` is answered with x. */
  listener?: string;
}

export type MakeListener = (parts: { db: Db; outbox: OutboxQueue }) => Listener;

const echo: MakeListener =
  ({ outbox }) =>
  (event) => {
    if (event.kind === "message" && event.text.startsWith("!echo ")) {
      const message = say(event.text.slice("!echo ".length));
      outbox.post({ kind: "message", key: `${event.eventId}/reply`, room: event.room, message });
    }
    return Promise.resolve();
  };

const began = performance.now();
const settings = JSON.parse(process.argv[2] ?? "{}") as ChaosSettings;
const db = openDb(path.join(settings.folder, "tandem.db"));
const clock = systemClock;
const inbox = openInbox({ db, clock });
const outbox = openOutbox({ db, clock });
const log = pino({ level: process.env["TEST_LOG"] ?? "silent" }, pino.destination({ dest: 2, sync: true }));
const matrix = await openMatrix({
  db,
  inbox,
  outbox,
  clock,
  log,
  settings: {
    homeserver: settings.url,
    accessToken: new Secret(settings.accessToken),
    dataDir: path.join(settings.folder, "matrix"),
    mayInvite: () => true,
  },
});
const make =
  settings.listener === undefined
    ? echo
    : ((await import(settings.listener)) as { default: MakeListener }).default;
inbox.pump(make({ db, outbox }));
await matrix.start();
const upAfterMs = Math.round(performance.now() - began);
const residentMb = Math.round(process.memoryUsage.rss() / 2 ** 20);
process.stdout.write(`${JSON.stringify({ ...matrix.device, upAfterMs, residentMb })}\n`);
process.on("SIGTERM", () => {
  void matrix.stop().then(() => process.exit(0));
});
