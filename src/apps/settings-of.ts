/** Where the settings of an app come from that is taken over. */
import { setEnv, type Recipes } from "../recipes/index.ts";
import { variablesInFiles, type StackSight } from "../swarm/index.ts";
import { Problem } from "../core/problem.ts";
import type { AppDomain, RecipeName } from "../core/terms.ts";
import { showsSettings } from "./found.ts";
import { recoverSettings } from "./recover.ts";
import { renderApp } from "./render.ts";
import type { Target } from "./rendering.ts";
import type { Adoption } from "./types.ts";

export interface SettingsWish {
  app: { domain: AppDomain; recipe: RecipeName; stack: string };
  target: Target;
  key: string;
  /** The text that was handed in. */
  file: string | undefined;
  /** What runs. */
  sight: StackSight | undefined;
}

interface Settings {
  envText: string;
  settingsFrom: Adoption["settingsFrom"];
  remarks: string[];
}

/** A file that was handed in is kept byte for byte; else what the service shows; else the recipe's sample. */
export async function settingsOf(recipes: Recipes, wish: SettingsWish): Promise<Settings> {
  const { file, sight } = wish;
  if (file !== undefined) return { envText: file, settingsFrom: "file", remarks: [] };
  const { app, target, key } = wish;
  try {
    const { chaos, to } = target;
    const checkout =
      chaos === null
        ? await recipes.checkout(app.recipe, to, key)
        : await recipes.checkoutCommit(app.recipe, chaos.commit, key);
    if (sight === undefined || !showsSettings(sight)) {
      return {
        envText: setEnv(checkout.envSample, "DOMAIN", app.domain),
        settingsFrom: "sample",
        remarks: [
          "Its service does not show its settings, so they are those of the recipe's sample: " +
            "compare them before a deploy.",
        ],
      };
    }
    const variables = sight.services.find(({ service }) => service === "app")?.env ?? [];
    const elsewhere = new Set(["STACK_NAME", ...Object.keys(checkout.exports)]);
    const first = recoverSettings(checkout.envSample, variables, elsewhere);
    const inFiles = namesInFiles(() => renderApp(app, first.text, checkout).input);
    const { text, added, absent } = recoverSettings(
      checkout.envSample,
      variables,
      new Set([...elsewhere, ...inFiles]),
    );
    return { envText: text, settingsFrom: "service", remarks: remarksOf(added, absent) };
  } finally {
    await recipes.release(key);
  }
}

/** Files that cannot be read are said by the plan; until then nothing is known to come from them. */
function namesInFiles(input: () => Parameters<typeof variablesInFiles>[0]): string[] {
  try {
    return variablesInFiles(input(), "app");
  } catch (thrown) {
    if (thrown instanceof Problem) return [];
    throw thrown;
  }
}

function remarksOf(added: string[], absent: string[]): string[] {
  const remarks: string[] = [];
  if (added.length > 0) remarks.push(`Settings that the recipe's sample does not have: ${added.join(", ")}.`);
  if (absent.length > 0)
    remarks.push(`Settings of the sample that do not run, commented out: ${absent.join(", ")}.`);
  return remarks;
}
