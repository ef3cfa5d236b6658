/**
 * One Docker Swarm and the stacks on it. It is a room of its own because a deploy has a verdict here:
 * everything that can be checked is checked before the first write, what runs is watched until it is known
 * how it went, a rollback is a failure, and the specs from before can be put back. Names, labels and specs
 * stay equal to `docker stack deploy`, so that abra, the docker CLI and Tandem can share one Swarm. It
 * knows stacks and services, nothing of apps.
 */
export { openAlarm } from "./alarm.ts";
export { planLabel } from "./apply.ts";
export { openSwarm, type SwarmOptions } from "./open-swarm.ts";
export { isCronjob, sameButTicks, withoutTicks } from "./cronjob.ts";
export { tryCompose } from "./compose/try-compose.ts";
export { bySocket, type Way } from "./engine/way.ts";
export { bySsh, type SshWay } from "./engine/ssh/way.ts";
export { hostAndPort, type SshAddress } from "./engine/ssh/address.ts";
export { probeHostKey } from "./engine/ssh/probe.ts";
export type { HostKey } from "./engine/ssh/host-key.ts";
export { probationMs, type LateProblem } from "./probation.ts";
export { variablesInFiles } from "./stacks.ts";
export { heldPlan, restartedPlan } from "./held.ts";
export { tarWith } from "./tar.ts";
export { imagesOf } from "./compose/images.ts";
export type { RunningService, ServiceAnatomy } from "./anatomy.ts";
export type { Helper, HelperCommand, HelperEnd, HelperMount, HelperWish } from "./own-container.ts";
export { mostFileBytes, type ContainerFile, type Replaced } from "./copy.ts";
export type { LiveChange } from "./live-plan.ts";
export type { Mounter } from "./mounters.ts";
export type { StackOverview } from "./overview.ts";
export type { SecretRow } from "./secret-rows.ts";
export type * from "./types.ts";
