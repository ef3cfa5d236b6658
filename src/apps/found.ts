/**
 * Apps that run somewhere, by their labels alone (facts: co-op-cloud §9): a service `…_app` with labels
 * `coop-cloud.<stack>.…`, its address from the rule that it gives to traefik.
 */
import { AppDomain, RecipeName, RecipeVersion, type ServerName } from "../core/terms.ts";
import type { StackSight } from "../swarm/types.ts";
import { variable } from "./exposing.ts";
import type { FoundApp } from "./types.ts";

/** What a stack says of itself as an app; undefined when it has no service `app`. */
export function foundApp(server: ServerName, sight: StackSight): FoundApp | undefined {
  const { stack, services } = sight;
  const labels = services.find(({ service }) => service === "app")?.labels;
  if (labels === undefined) return undefined;
  const said = (name: string): string | null => labels[`coop-cloud.${stack}.${name}`] ?? null;
  const written = said("version");
  const version = RecipeVersion.safeParse(written);
  const recipe = RecipeName.safeParse(said("recipe") ?? recipeSetting(sight));
  return {
    server,
    stack,
    domain: domainOf(sight),
    recipe: recipe.success ? recipe.data : null,
    version: version.success ? version.data : null,
    versionLabel: written,
    // abra adds `+U` for changes that were never committed.
    chaos: said("chaos") === "true" ? said("chaos-version") : null,
    services: services.map(({ service }) => service).sort(),
  };
}

/** Whether the service `app` is shown its settings: without that they cannot be read back. */
export function showsSettings(sight: StackSight): boolean {
  return variable(sight, "STACK_NAME") === sight.stack;
}

function recipeSetting(sight: StackSight): string | undefined {
  const written = variable(sight, "RECIPE") ?? variable(sight, "TYPE");
  return written?.split(":")[0];
}

/** The host whose name became the stack's; else what DOMAIN says; else the first host of a rule. */
function domainOf(sight: StackSight): AppDomain | null {
  const setting = variable(sight, "DOMAIN");
  const candidates = [...(setting === undefined ? [] : [setting]), ...hostsOf(sight)].flatMap((text) => {
    const parsed = AppDomain.safeParse(text);
    return parsed.success ? [parsed.data] : [];
  });
  // abra cuts names of stacks off at 45 letters.
  const own = candidates.find((domain) => domain.replaceAll(".", "_").startsWith(sight.stack));
  return own ?? candidates[0] ?? null;
}

function hostsOf({ services }: StackSight): string[] {
  const rule = /^traefik\.http\.routers\..+\.rule$/;
  const rules = services.flatMap(({ labels }) =>
    Object.entries(labels).flatMap(([key, value]) => (rule.test(key) ? [value] : [])),
  );
  return rules.flatMap((text) =>
    [...text.matchAll(/[`'"]([a-z0-9.-]+\.[a-z0-9-]+)[`'"]/gi)].map((m) => m[1] ?? ""),
  );
}
