import type { OutboxQueue } from "../chat/outbox.ts";
import type { Transport } from "../chat/transport.ts";
import { durationMs, type Clock } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import type { ServerName } from "../core/terms.ts";
import { local, type Server } from "../servers/index.ts";
import type { Swarm } from "../swarm/types.ts";
import type { Health } from "../web/index.ts";
import type { Engine } from "../workflow/index.ts";
import type { Admission } from "./admit.ts";

export interface HealthParts {
  transport: Transport | null;
  outbox: Pick<OutboxQueue, "refusedSince">;
  servers: { list(): Pick<Server, "name">[]; swarmOf(name: ServerName): Pick<Swarm, "check"> };
  clock: Clock;
  engine: Pick<Engine, "stats">;
  admission: Admission;
  reserveMb: number;
}

const patienceMs = 5_000;
/** How long chat may hear nothing. The homeserver holds an answer back for 30 seconds at most. */
const mostSilenceMs = durationMs("2m");

/** How long an answer stands, ms: everybody may ask, as often as they like, and each look asks every server. */
const standsMs = 2000;

/** `look`, for whoever asks while it is under way and for 2 s after it: one that fails does not stand. */
export function sharedLook(look: () => Promise<Health>, clock: Pick<Clock, "after">): () => Promise<Health> {
  let shared: Promise<Health> | undefined;
  const forget = (): void => {
    shared = undefined;
  };
  return () => {
    if (shared !== undefined) return shared;
    shared = look();
    shared.then(() => clock.after(standsMs, forget), forget);
    return shared;
  };
}

/** How each part is, for /healthz and doctor. A server that is away is told, and does not make Tandem ill. */
export async function healthOf({
  transport,
  outbox,
  servers,
  clock,
  engine,
  admission,
  reserveMb,
}: HealthParts): Promise<Health> {
  const freeMb = admission.freeMb();
  const { stranded, open } = engine.stats();
  const each = await Promise.all(
    servers.list().map(async ({ name }): Promise<[string, Health[string]]> => {
      const part = name === local ? "docker" : `server ${name}`;
      return [part, await serverHealth(servers.swarmOf(name), clock)];
    }),
  );
  return {
    database: { ok: freeMb >= reserveMb, says: `${freeMb} MB free` },
    runs: { ok: stranded === 0, says: `${open} open, ${stranded} cannot go on` },
    ...Object.fromEntries(each),
    ...(transport && { chat: chatHealth(transport, outbox, clock) }),
  };
}

/** A server that is away must not keep those waiting who ask how Tandem itself is. */
async function serverHealth(swarm: Pick<Swarm, "check">, clock: Clock): Promise<Health[string]> {
  let stop = (): void => undefined;
  const silent = new Promise<never>((_done, tooLate) => {
    stop = clock.after(patienceMs, () =>
      tooLate(new Error(`it has not answered for ${patienceMs / 1000} s`)),
    );
  });
  try {
    const { engine, node } = await Promise.race([swarm.check(), silent]);
    return { ok: true, optional: true, says: `engine ${engine} on ${node}` };
  } catch (thrown) {
    return { ok: false, optional: true, says: messageOf(thrown) };
  } finally {
    stop();
  }
}

/** A connection over which nothing comes is none: a homeserver answers twice a minute, also when nobody says a word. */
function chatHealth(transport: Transport, outbox: HealthParts["outbox"], clock: Clock): Health[string] {
  const { connected, lastSyncAt, outboxDepth, details } = transport.health();
  const silentMs = lastSyncAt === null ? 0 : clock.now() - lastSyncAt;
  const isDeaf = silentMs > mostSilenceMs;
  const refused = outbox.refusedSince(clock.now() - durationMs("1d"));
  const says = [
    details,
    ...(isDeaf ? [`nothing was heard for ${Math.floor(silentMs / durationMs("1m"))} minutes`] : []),
    `${outboxDepth} messages wait to be sent`,
    ...(refused > 0 ? [`${refused} of the last day were refused`] : []),
  ];
  return { ok: connected && !isDeaf, says: says.join("; ") };
}
