import path from "node:path";
import type { Clock } from "../../core/clock.ts";
import type { Problem } from "../../core/problem.ts";
import type { Secret } from "../../core/secret.ts";
import type { MatrixId } from "../../core/terms.ts";
import type { Db } from "../../db/index.ts";
import type { DurableInbox } from "../inbox.ts";
import type { OutboxQueue } from "../outbox.ts";
import type { TellOperators, Transport } from "../transport.ts";
import { openApi } from "./api.ts";
import { openCrypto, type IdentitySettings, type KeysFor } from "./crypto/index.ts";
import { openDeaf } from "./deaf.ts";
import { openDirectRooms } from "./direct-rooms.ts";
import { openHearing, type Hearing } from "./hearing.ts";
import type { ChatLog } from "./log.ts";
import { openPatience } from "./patience.ts";
import { reactionsOn } from "./reactions.ts";
import { openRooms } from "./rooms.ts";
import { openSender } from "./sender.ts";
import { sentFile } from "./sent-file.ts";
import { openChatState } from "./state.ts";
import { whoAmI } from "./who-am-i.ts";

export interface MatrixSettings extends IdentitySettings {
  /** Such as `https://matrix.example.coop`. */
  homeserver: string;
  /** Made once by `tandem login`; must belong to a device. */
  accessToken: Secret;
  /** Where the device's keys are kept; one folder per device inside. */
  dataDir: string;
  /** Encrypts the keys at rest. Must stay the same. */
  storePassphrase?: Secret | undefined;
  /** Which devices may read in encrypted rooms: `signed-devices` unless said otherwise. */
  keysFor?: KeysFor | undefined;
  /** Whether this person may ask the bot into a room. Asked at each invite. */
  mayInvite: (matrixId: MatrixId) => boolean;
}

export interface MatrixParts {
  db: Db;
  inbox: DurableInbox;
  outbox: OutboxQueue;
  clock: Clock;
  log: ChatLog;
  settings: MatrixSettings;
  /** The bytes of a file that is kept beside its message. */
  parcel?: ((id: string) => Buffer | undefined) | undefined;
  /** Without it, what becomes of rooms is only logged. */
  tell?: TellOperators | undefined;
  /**
   * The transport cannot go on: the token is dead, the identity needs its recovery key, or (then the process must
   * end at once) the keys cannot be written. Without it, the last ends the process and the others are logged.
   */
  onEnd?: (problem: Problem) => void;
}

/** The Matrix transport; beyond the common interface it knows its device. */
export interface MatrixTransport extends Transport {
  /** The device and its public fingerprint, for people who compare it. */
  readonly device: { id: string; fingerprint: string };
}

/** How long `stop` lets waiting messages leave, ms. */
const drainMs = 5_000;

/**
 * Opens the transport: who the bot is, its keys, its queues. Only the first start with a token needs the homeserver.
 * Problems: homeserver-unreachable, token-refused, database-locked, crypto-store-unreadable, store-passphrase-wrong.
 */
export async function openMatrix(parts: MatrixParts): Promise<MatrixTransport> {
  const { db, outbox, settings, log } = parts;
  const api = openApi(settings.homeserver, settings.accessToken);
  const state = openChatState(db);
  const { userId: self, deviceId } = await whoAmI(api, settings.accessToken, state);
  const deaf = openDeaf(log);
  const crypto = await openCrypto(
    {
      userId: self,
      deviceId,
      file: path.join(settings.dataDir, Buffer.from(deviceId).toString("hex"), "olm.db"),
      passphrase: settings.storePassphrase,
      keysFor: settings.keysFor ?? "signed-devices",
      stop: parts.onEnd ?? endProcess,
      onDeaf: (room, users) => deaf.note(room, users),
    },
    api,
  );
  const rooms = openRooms(api);
  const shared = { self, api, crypto, rooms, state };
  const hearing: Hearing = openHearing({
    ...parts,
    ...shared,
    patience: openPatience(parts.clock),
    onOnline: (online) => sender.setOnline(online),
  });
  const sender = openSender({
    ...parts,
    ...shared,
    directRoom: openDirectRooms(shared),
    onDeadToken: (thrown) => hearing.end(thrown),
  });
  let closed = false;
  return {
    self,
    device: { id: deviceId, fingerprint: crypto.fingerprint },
    start: () => hearing.start(),
    async stop() {
      if (closed) return;
      closed = true;
      await hearing.stop();
      await sender.stop(drainMs);
      crypto.close();
      log.info("left Matrix");
    },
    health() {
      const health = hearing.health();
      return { ...health, details: health.details + deaf.words(), outboxDepth: outbox.depth() };
    },
    reactionsOn: (room, eventId) => reactionsOn(api, self, room, eventId),
    fileOf: (room, eventId, options) => sentFile(shared, room, eventId, options),
    exportIdentity: () => crypto.exportIdentity(),
    isIn: (room, matrixId) => rooms.isIn(room, matrixId),
    identityOf: (matrixId) => crypto.identityOf(matrixId),
    acceptIdentity: (matrixId, key) => crypto.acceptIdentity(matrixId, key),
  };
}

/** The careful end when nobody took it over: out of every promise, so that nothing can catch it and go on. */
function endProcess(problem: Problem): void {
  process.nextTick(() => {
    throw problem;
  });
}
