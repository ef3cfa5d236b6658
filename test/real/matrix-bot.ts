/** The transport under test in this process, with a listener of the test's choosing and everything heard on record. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import pino from "pino";
import { openInbox, type DurableInbox } from "../../src/chat/inbox.ts";
import { openMatrix, type MatrixSettings, type MatrixTransport } from "../../src/chat/matrix/index.ts";
import { say } from "../../src/chat/message.ts";
import { openOutbox, type OutboxQueue } from "../../src/chat/outbox.ts";
import type { Incoming } from "../../src/chat/transport.ts";
import { systemClock } from "../../src/core/clock.ts";
import type { Problem } from "../../src/core/problem.ts";
import { Secret } from "../../src/core/secret.ts";
import { openDb, type Db } from "../../src/db/index.ts";
import type { TestUser } from "./synapse/index.ts";

export interface TestBot {
  db: Db;
  inbox: DurableInbox;
  outbox: OutboxQueue;
  matrix: MatrixTransport;
  heard: Incoming[];
  problems: Problem[];
  /** What the operators were told: about which room, and what. */
  told: { room: unknown; key: string; problem: Problem }[];
  stop(): Promise<void>;
}

export interface BotOptions {
  folder?: string;
  settings?: Partial<MatrixSettings>;
  /** Beside the echo: answers `!echo x` with x. */
  listener?: (event: Incoming, outbox: OutboxQueue) => void;
  /** Opens without starting. */
  idle?: boolean;
}

export function botFolder(): string {
  return mkdtempSync(path.join(tmpdir(), "tandem-bot-"));
}

export async function startBot(url: string, user: TestUser, options: BotOptions = {}): Promise<TestBot> {
  const folder = options.folder ?? botFolder();
  const db = openDb(path.join(folder, "tandem.db"));
  const inbox = openInbox({ db, clock: systemClock });
  const outbox = openOutbox({ db, clock: systemClock });
  const heard: Incoming[] = [];
  const problems: Problem[] = [];
  const told: TestBot["told"] = [];
  try {
    const matrix = await openMatrix({
      db,
      inbox,
      outbox,
      clock: systemClock,
      log: pino({ level: process.env["TEST_LOG"] ?? "silent" }),
      settings: {
        homeserver: url,
        accessToken: new Secret(user.accessToken),
        dataDir: path.join(folder, "matrix"),
        mayInvite: () => true,
        ...options.settings,
      },
      tell: (room, key, problem) => told.push({ room, key, problem }),
      onEnd: (problem) => problems.push(problem),
    });
    const stopPump = inbox.pump((event) => {
      heard.push(event);
      echo(event, outbox);
      options.listener?.(event, outbox);
      return Promise.resolve();
    });
    const stop = async (): Promise<void> => {
      await matrix.stop();
      await stopPump();
      db.close();
    };
    if (options.idle !== true)
      try {
        await matrix.start();
      } catch (thrown) {
        await stop();
        throw thrown;
      }
    return { db, inbox, outbox, matrix, heard, problems, told, stop };
  } catch (thrown) {
    if (db.sqlite.open) db.close();
    throw thrown;
  }
}

function echo(event: Incoming, outbox: OutboxQueue): void {
  if (event.kind !== "message" || !event.text.startsWith("!echo ")) return;
  outbox.post({
    kind: "message",
    key: `${event.eventId}/reply`,
    room: event.room,
    message: say(event.text.slice("!echo ".length)),
    ...(event.threadRoot !== undefined && { threadRoot: event.threadRoot }),
  });
}
