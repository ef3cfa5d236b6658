import type { Engine } from "../engine/connect.ts";
import type { EngineFile, EngineNetwork, EngineNode, EngineService } from "../engine/types.ts";
import { namespaceLabel } from "./rendered.ts";

/** What the Swarm holds at one moment, as far as a plan looks at it. */
export interface Live {
  services: EngineService[];
  networks: EngineNetwork[];
  secrets: EngineFile[];
  configs: EngineFile[];
  nodes: EngineNode[];
}

/** Reads everything at once: five calls, in parallel. */
export async function readLive(engine: Engine): Promise<Live> {
  const [services, networks, secrets, configs, nodes] = await Promise.all([
    engine.services(),
    engine.networks(),
    engine.secrets(),
    engine.configs(),
    engine.nodes(),
  ]);
  return { services, networks, secrets, configs, nodes };
}

/** The services of one stack. */
export function servicesOf(live: Pick<Live, "services">, stack: string): EngineService[] {
  return live.services.filter((service) => service.Spec.Labels?.[namespaceLabel] === stack);
}

export type { EngineFile, EngineNetwork, EngineNode, EngineService };
