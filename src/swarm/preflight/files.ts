import { configChanged, networkMissing, networkTaken, secretMissing } from "../../core/problems/swarm.ts";
import type { Live } from "../plan/live.ts";
import { namespaceLabel, type Rendered } from "../plan/rendered.ts";

/** Networks that the engine makes itself, on every node. */
const builtIn = new Set(["host", "none", "bridge"]);

/** External networks must exist for the whole Swarm; own ones must not collide with somebody else's. */
export function checkNetworks(rendered: Rendered, live: Live): void {
  const own = new Set(rendered.networks.map((network) => network.Name));
  const wanted = new Set(rendered.services.flatMap(({ spec }) => networksOf(spec.TaskTemplate.Networks)));
  for (const network of wanted) {
    if (own.has(network) || builtIn.has(network)) continue;
    const found = live.networks.filter((one) => one.Name === network || one.Id === network);
    if (found.length === 0) throw networkMissing({ network });
    if (!found.some((one) => one.Scope === "swarm")) {
      throw networkMissing({ network, scope: found[0]?.Scope ?? "local" });
    }
  }
  for (const network of own) {
    const found = live.networks.find((one) => one.Name === network);
    const owner = found?.Labels?.[namespaceLabel];
    if (found === undefined || owner === rendered.stack) continue;
    throw networkTaken({ network, owner: owner === undefined ? "no stack" : `the stack ${owner}` });
  }
}

/**
 * Every secret and config that a service names must exist, come with the stack, or be promised by the caller
 * (`willExist`). A config that exists must have the content that the files have: the engine never changes it.
 */
export function checkFiles(
  rendered: Rendered,
  live: Live,
  willExist: string[],
  configSettings: Readonly<Record<string, string>> = {},
): void {
  const containers = rendered.services.map(({ spec }) => spec.TaskTemplate.ContainerSpec);
  const namesOf = (files: { Spec: { Name: string } }[]): string[] => files.map((file) => file.Spec.Name);
  const missing = (wanted: string[], ...known: string[][]): string[] => {
    const have = new Set([...known.flat(), ...willExist]);
    return [...new Set(wanted)].filter((name) => !have.has(name));
  };
  const secrets = missing(
    containers.flatMap((container) => (container.Secrets ?? []).map((one) => one.SecretName)),
    namesOf(live.secrets),
    rendered.secrets.map((one) => one.Name),
  );
  if (secrets.length > 0) throw secretMissing({ kind: "secret", names: secrets });
  const configs = missing(
    containers.flatMap((container) => (container.Configs ?? []).map((one) => one.ConfigName)),
    namesOf(live.configs),
    rendered.configs.map((one) => one.Name),
  );
  if (configs.length > 0) throw secretMissing({ kind: "config", names: configs });
  for (const config of rendered.configs) {
    const found = live.configs.find((one) => one.Spec.Name === config.Name);
    if (found === undefined) continue;
    // A template is stored as it was written, so that the same comparison holds for it.
    const isSame =
      sameBytes(found.Spec.Data, config.Data) && templatingOf(found.Spec) === templatingOf(config);
    if (!isSame) throw configChanged({ config: config.Name, setting: configSettings[config.Name] });
  }
}

/** Who fills it in at the start of a task: `golang`, or nobody. */
function templatingOf({ Templating }: { Templating?: { Name?: string } | null | undefined }): string {
  return Templating?.Name ?? "";
}

function networksOf(networks: { Target: string }[] | undefined): string[] {
  return (networks ?? []).map((network) => network.Target);
}

/** Base64 is compared by what it means: the engine writes its own padding. */
function sameBytes(a = "", b = ""): boolean {
  return Buffer.from(a, "base64").equals(Buffer.from(b, "base64"));
}
