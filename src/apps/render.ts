/** From an app and a checked-out recipe to what the swarm room needs: files, environment, labels, secrets. */
import { existsSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { hashOf } from "../core/canonical.ts";
import { composeFileUnfit, secretNameTooLong } from "../core/problems/apps.ts";
import {
  configSettings,
  envValues,
  wantedSecrets,
  type Checkout,
  type WantedSecret,
} from "../recipes/index.ts";
import type { StackInput } from "../swarm/types.ts";
import type { App } from "./types.ts";

/** Docker's limit for names of secrets and configs. */
const longestSecretName = 64;

export interface RenderedApp {
  input: StackInput;
  secrets: WantedSecret[];
  /** Over everything that goes in: the recipe's commit, the settings, the app's names. */
  inputHash: string;
}

/**
 * The environment is the app's settings, then the exports of abra.sh, then STACK_NAME (facts: the order in
 * which abra merges them), and the service `app` is shown all of it, as by abra. COMPOSE_FILE
 * names the files, split on `:`; only files inside the recipe are read.
 */
export function renderApp(
  app: Pick<App, "domain" | "recipe" | "stack">,
  envText: string,
  checkout: Checkout<string>,
  chaos: string | null = null,
): RenderedApp {
  const { stack } = app;
  const settings = envValues(envText, { STACK_NAME: stack });
  const env: Record<string, string> = { ...settings, ...checkout.exports, STACK_NAME: stack };
  const names = (settings["COMPOSE_FILE"] ?? "compose.yml").split(":").filter((name) => name !== "");
  const files = (names.length === 0 ? ["compose.yml"] : names).map((name) =>
    composeFile(app, checkout.dir, name),
  );
  const timeout = env["TIMEOUT"];
  const timeoutSeconds = Number(timeout);
  const prefix = `coop-cloud.${stack}`;
  const secrets = wantedSecrets(files, env, envText);
  for (const { name } of secrets) {
    if (name.length > longestSecretName) throw secretNameTooLong({ name, limit: longestSecretName });
  }
  return {
    input: {
      stack,
      files,
      dir: checkout.dir,
      env,
      appLabels: {
        [`${prefix}.recipe`]: app.recipe,
        // Of a commit that is no release the version stays what its compose file says, as with abra.
        ...(chaos === null
          ? { [`${prefix}.version`]: checkout.version, [`${prefix}.chaos`]: "false" }
          : { [`${prefix}.chaos`]: "true", [`${prefix}.chaos-version`]: chaos }),
        ...(timeout !== undefined && { [`${prefix}.timeout`]: timeout }),
      },
      appEnv: env,
      configSettings: configSettings(files, env),
      ...(timeoutSeconds > 0 && Number.isFinite(timeoutSeconds) && { timeoutSeconds }),
    },
    secrets,
    inputHash: hashOf({ stack, recipe: app.recipe, commit: checkout.commit, envText }),
  };
}

function composeFile(app: Pick<App, "domain">, dir: string, name: string): { path: string; text: string } {
  const file = path.resolve(dir, name);
  const inside = file.startsWith(dir + path.sep);
  if (!inside || !existsSync(file) || !statSync(file).isFile()) {
    throw composeFileUnfit({ app: app.domain, file: name });
  }
  return { path: name, text: readFileSync(file, "utf8") };
}
