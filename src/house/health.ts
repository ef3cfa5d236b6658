import type { Transport } from "../chat/transport.ts";
import { messageOf } from "../core/problem.ts";
import type { Swarm } from "../swarm/types.ts";
import type { Health } from "../web/index.ts";
import type { Engine } from "../workflow/index.ts";
import type { Admission } from "./admit.ts";

export interface HealthParts {
  transport: Transport | null;
  swarm: Pick<Swarm, "check">;
  engine: Pick<Engine, "stats">;
  admission: Admission;
  reserveMb: number;
}

/** How each part is, for /healthz and doctor. A Docker Engine that is away is told, and does not make Tandem ill. */
export async function healthOf({
  transport,
  swarm,
  engine,
  admission,
  reserveMb,
}: HealthParts): Promise<Health> {
  const freeMb = admission.freeMb();
  const { stranded, open } = engine.stats();
  const docker = await swarm.check().then(
    ({ engine: version, node }) => ({ ok: true, optional: true, says: `engine ${version} on ${node}` }),
    (thrown: unknown) => ({ ok: false, optional: true, says: messageOf(thrown) }),
  );
  return {
    database: { ok: freeMb >= reserveMb, says: `${freeMb} MB free` },
    runs: { ok: stranded === 0, says: `${open} open, ${stranded} cannot go on` },
    docker,
    ...(transport && { chat: chatHealth(transport) }),
  };
}

function chatHealth(transport: Transport): Health[string] {
  const { connected, outboxDepth, details } = transport.health();
  return { ok: connected, says: `${details}; ${outboxDepth} messages wait to be sent` };
}
