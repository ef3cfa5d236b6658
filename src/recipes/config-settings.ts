import { Problem } from "../core/problem.ts";
import { fillIn } from "./image.ts";
import { readYaml, record, text } from "./yaml.ts";

/**
 * By the name of a config in the swarm: the setting (`NGINX_CONF_VERSION`) that its version comes from. A file that
 * cannot be read has none: whoever deploys it is told so elsewhere.
 */
export function configSettings(
  files: readonly { path: string; text: string }[],
  env: Readonly<Record<string, string>>,
): Record<string, string> {
  const known = new Map(Object.entries(env));
  const found = files.flatMap((file) =>
    Object.values(configsIn(file)).flatMap((config) => {
      const name = text(record(config)["name"]);
      const setting = /\$\{?([A-Za-z_]\w*_VERSION)\b/.exec(name)?.[1];
      return setting === undefined ? [] : [[fillIn(name, known), setting] as const];
    }),
  );
  return Object.fromEntries(found);
}

function configsIn(file: { path: string; text: string }): Record<string, unknown> {
  try {
    return record(readYaml(file.text, file.path).content["configs"]);
  } catch (thrown) {
    if (thrown instanceof Problem) return {};
    throw thrown;
  }
}
