/** What the specs of services say about an app: the version that runs, and where it can be opened. */
import type { Json } from "../core/canonical.ts";
import { RecipeVersion, type AppDomain } from "../core/terms.ts";
import type { StackSnapshot, StackSpecs } from "../swarm/types.ts";

/**
 * The version on the running service `app`; null when nothing runs or the label is no version (facts: many
 * are malformed).
 */
export function runningVersion(stack: string, before: StackSnapshot): RecipeVersion | null {
  return versionOf(stack, before.services["app"]?.spec);
}

/** The version that specs say of themselves, with the same failings. */
export function versionIn(stack: string, specs: StackSpecs): RecipeVersion | null {
  return versionOf(stack, specs.services["app"]);
}

function versionOf(stack: string, spec: Json | undefined): RecipeVersion | null {
  const parsed = RecipeVersion.safeParse(member(member(spec, "Labels"), `coop-cloud.${stack}.version`));
  return parsed.success ? parsed.data : null;
}

/** The domain when a proxy is told about the app, else a port that it publishes on its server, else null. */
export function opensAt(domain: AppDomain, specs: StackSpecs, host = "localhost"): string | null {
  const services = Object.values(specs.services);
  const proxied = services.some((spec) => member(member(spec, "Labels"), "traefik.enable") === "true");
  if (proxied) return `https://${domain}`;
  const ports = services.flatMap((spec) => {
    const listed = member(member(spec, "EndpointSpec"), "Ports");
    return Array.isArray(listed) ? listed.map((port) => member(port, "PublishedPort")) : [];
  });
  const port = ports.find((one) => typeof one === "number");
  return port === undefined ? null : `http://${host}:${port}`;
}

function member(value: Json | undefined, key: string): Json | undefined {
  const isMap = typeof value === "object" && value !== null && !Array.isArray(value);
  return isMap && Object.hasOwn(value, key) ? value[key] : undefined;
}
