/** What the service `app` is shown of the app's settings: all of them, as abra does it. */
import type { StackInput, StackSight, Swarm } from "../swarm/types.ts";
import type { App } from "./types.ts";

/** The setting that names the recipe; `RECIPE` is the newer word. */
const recipeSettings = ["TYPE", "RECIPE"];

/**
 * The input of a plan with TYPE as abra would show it: `recipe:version`. abra writes the version into the file
 * only after a deploy, so what it deployed says the version before; as long as the version stays, so does that
 * line, because a changed variable restarts the app.
 */
export async function exposeSettings(
  swarm: Pick<Swarm, "stacks">,
  app: Pick<App, "stack">,
  input: StackInput,
  to: { version: string; chaos: string | null },
): Promise<StackInput> {
  const settings = input.appEnv ?? {};
  const named = recipeSettings.filter((key) => (settings[key] ?? "") !== "");
  if (named.length === 0) return input;
  const [running] = await swarm.stacks(app.stack);
  const stays = running !== undefined && runsThat(running, to);
  const shown = named.map((key) => {
    const recipe = (settings[key] ?? "").split(":")[0] ?? "";
    const now = stays ? variable(running, key) : undefined;
    return [key, now?.split(":")[0] === recipe ? now : `${recipe}:${to.chaos ?? to.version}`] as const;
  });
  return { ...input, appEnv: { ...settings, ...Object.fromEntries(shown) } };
}

function runsThat({ stack, services }: StackSight, to: { version: string; chaos: string | null }): boolean {
  const labels = services.find(({ service }) => service === "app")?.labels ?? {};
  const chaos = labels[`coop-cloud.${stack}.chaos`] === "true";
  return to.chaos === null
    ? !chaos && labels[`coop-cloud.${stack}.version`] === to.version
    : chaos && labels[`coop-cloud.${stack}.chaos-version`] === to.chaos;
}

/** A variable of the running service `app`; undefined when it has none of that name. */
export function variable({ services }: StackSight, name: string): string | undefined {
  const lines = services.find(({ service }) => service === "app")?.env ?? [];
  return lines.find((line) => line.startsWith(`${name}=`))?.slice(name.length + 1);
}
