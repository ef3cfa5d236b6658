/**
 * Everything that can be known to fail before the first write. docker stack deploy finds most of this out
 * half-way and leaves networks and services behind (facts: swarm §2.1); here a failing check is a Problem
 * and nothing was touched. Images are looked at in plan/images.ts, because looking them up also pins them.
 */
import type { Engine } from "../engine/connect.ts";
import type { Live } from "../plan/live.ts";
import type { Rendered } from "../plan/rendered.ts";
import type { StackInput } from "../types.ts";
import { checkFiles, checkNetworks } from "./files.ts";
import { checkLimits } from "./limits.ts";
import { checkPlacement } from "./placement.ts";
import { checkPorts } from "./ports.ts";

export { checkPlacement, nodesFor } from "./placement.ts";

/**
 * Throws the Problem of the first check that fails. `willExist`: secrets that the caller makes before it
 * applies; `configSettings`: where the versions of configs come from.
 */
export async function preflight(
  engine: Engine,
  rendered: Rendered,
  live: Live,
  input: Pick<StackInput, "willExist" | "configSettings">,
): Promise<void> {
  checkLimits(rendered);
  checkNetworks(rendered, live);
  checkFiles(rendered, live, input.willExist ?? [], input.configSettings);
  const publishes = rendered.services.some(({ spec }) => (spec.EndpointSpec?.Ports ?? []).length > 0);
  const reserves = rendered.services.some(
    ({ spec }) => spec.TaskTemplate.Resources?.Reservations !== undefined,
  );
  const [containers, tasks] = await Promise.all([
    publishes && live.nodes.length === 1 ? engine.containers() : [],
    reserves ? engine.tasks({ "desired-state": ["running"] }) : [],
  ]);
  checkPorts(rendered, live, containers);
  checkPlacement(rendered, live, tasks);
}
