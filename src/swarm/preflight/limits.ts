import { stackRefused } from "../../core/problems/swarm.ts";
import type { FileSpec } from "../compose/index.ts";
import type { ServiceSpec } from "../engine/types.ts";
import type { Rendered } from "../plan/rendered.ts";

// What the engine answers with a refusal, found by asking a Docker Engine 20.10; the numbers are swarmkit's.
const longestServiceName = 63;
const longestFileName = 64;
const fileName = /^[a-zA-Z0-9](?:[a-zA-Z0-9._-]*[a-zA-Z0-9])?$/;
const mostSecretBytes = 500 * 1024;
const mostConfigBytes = 1000 * 1024;

/**
 * What the engine would refuse whatever runs: too long names, files of no or too many bytes, clashing
 * settings.
 */
export function checkLimits(rendered: Rendered): void {
  for (const { spec } of rendered.services) {
    const what = `the service ${spec.Name}`;
    if (spec.Name.length > longestServiceName) {
      throw stackRefused({ what, why: `its name is longer than ${longestServiceName} characters` });
    }
    const why = clashOf(spec);
    if (why !== undefined) throw stackRefused({ what, why });
  }
  for (const secret of rendered.secrets) checkFile("secret", secret, mostSecretBytes);
  for (const config of rendered.configs) checkFile("config", config, mostConfigBytes);
}

function clashOf(spec: ServiceSpec): string | undefined {
  const ports = spec.EndpointSpec?.Ports ?? [];
  if (spec.EndpointSpec?.Mode === "dnsrr" && ports.some((port) => port.PublishMode !== "host")) {
    return "endpoint_mode dnsrr needs ports in mode host";
  }
  const targets = (spec.TaskTemplate.ContainerSpec.Mounts ?? []).map((mount) => mount.Target);
  const twice = targets.find((target, i) => targets.indexOf(target) !== i);
  return twice === undefined ? undefined : `two volumes are mounted at ${twice}`;
}

function checkFile(kind: "secret" | "config", { Name, Data, Driver }: FileSpec, mostBytes: number): void {
  const what = `the ${kind} ${Name}`;
  if (Name.length > longestFileName || !fileName.test(Name)) {
    throw stackRefused({ what, why: `a name has at most ${longestFileName} letters, digits, dots, - and _` });
  }
  if (Driver !== undefined) return;
  const bytes = Buffer.byteLength(Data ?? "", "base64");
  if (bytes > 0 && bytes < mostBytes) return;
  throw stackRefused({ what, why: `it has ${bytes} bytes, and must have between 1 and ${mostBytes - 1}` });
}
