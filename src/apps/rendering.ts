/** The files of a version or a commit while something works with them. */
import type { RecipeVersion } from "../core/terms.ts";
import type { Recipes, RecipeCommit } from "../recipes/index.ts";
import { renderApp, type RenderedApp } from "./render.ts";
import type { App } from "./types.ts";

/** What is deployed: a release, or a commit that is none. */
export interface Target {
  /** The version; of a commit the one that its files say, or that was there before. */
  to: RecipeVersion;
  chaos: RecipeCommit | null;
}

export type Rendered = RenderedApp & { notes: Record<string, string>; envSample: string };

export interface ToRender {
  app: Pick<App, "domain" | "recipe" | "stack">;
  envText: string;
  target: Target;
  /** Names the run: its folder of files. */
  key: string;
}

/** The words of a target as labels and TYPE have them. */
export function targetWords({ to, chaos }: Target): { version: string; chaos: string | null } {
  return { version: to, chaos: chaos?.short ?? null };
}

/** The files are there only while `use` works: afterwards everything is in what it gave back. */
export function openRendering(
  recipes: Recipes,
): <T>(what: ToRender, use: (rendered: Rendered) => T | Promise<T>) => Promise<T> {
  return async ({ app, envText, target, key }, use) => {
    try {
      const { chaos, to } = target;
      const checkout =
        chaos === null
          ? await recipes.checkout(app.recipe, to, key)
          : await recipes.checkoutCommit(app.recipe, chaos.commit, key);
      const made = renderApp(app, envText, checkout, chaos?.short ?? null);
      return await use({ ...made, notes: checkout.notes, envSample: checkout.envSample });
    } finally {
      await recipes.release(key);
    }
  };
}
