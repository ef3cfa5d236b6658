import type { Json } from "../../../core/canonical.ts";
import type { ServiceConfig } from "../config.ts";
import { toldOf } from "./compose.ts";

/** A service as `docker stack config` tells it: short forms written out, what is empty left out. */
export function printService(service: ServiceConfig): Record<string, Json> {
  const { networks, ulimits, extra_hosts: hosts, expose, ...rest } = service;
  const told = toldOf({
    ...rest,
    // The CLI loses it.
    oom_score_adj: undefined,
    volumes: rest.volumes?.map((volume) => ({ ...volume, relative: undefined })),
    expose: expose?.map(String),
    extra_hosts: hosts?.map(({ host, address }) => `${host}:${address}`),
  });
  return {
    ...(told as Record<string, Json> | undefined),
    ...(networks !== undefined && networks.size > 0 && { networks: usesOf(networks) }),
    ...(ulimits !== undefined && ulimits.size > 0 && { ulimits: limitsOf(ulimits) }),
  };
}

/** A network of which nothing more is said is told as nothing, another one as a mapping. */
function usesOf(networks: NonNullable<ServiceConfig["networks"]>): Json {
  return Object.fromEntries(
    [...networks].map(([name, use]) => [name, use === null ? null : (toldOf(use) ?? {})]),
  );
}

function limitsOf(ulimits: NonNullable<ServiceConfig["ulimits"]>): Json {
  return Object.fromEntries(
    [...ulimits].map(([name, { soft, hard, single }]) => {
      return [name, single === true && soft !== 0 ? soft : (toldOf({ soft, hard }) ?? {})];
    }),
  );
}
