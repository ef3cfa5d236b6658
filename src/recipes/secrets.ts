/**
 * The secrets a recipe asks for: external ones in its compose files, their lengths in the comments of `.env`.
 */
import { parseDocument } from "yaml";
import {
  recipeFileUnreadable,
  secretCharsetUnknown,
  secretLengthUnfit,
  secretVersionMissing,
} from "../core/problems/recipes.ts";
import { messageOf } from "../core/problem.ts";
import { scanValue } from "./env-value.ts";
import { parseEnv } from "./env-file.ts";
import { alphabetOf, defaultLength, lengthLimits } from "./generate-secret.ts";

/** Real recipes have a handful. */
const mostAliases = 1000;

export interface WantedSecret {
  /** Its name in the compose file, such as `db_password`. */
  key: string;
  /** Its name in the swarm, such as `cloud_example_coop_db_password_v1`. */
  name: string;
  /** The setting that holds its version, such as `SECRET_DB_PASSWORD_VERSION`. */
  setting: string;
  length: number;
  /** The letters it is made of. */
  alphabet: string;
  /** False for `generate=false`: somebody inserts it by hand. */
  generate: boolean;
}

/**
 * Every external secret of the compose files whose name carries a `SECRET_…_VERSION` setting, without
 * doubles. `env` is the whole environment of the deploy, `envText` the settings with their comments (of which
 * `# length=64 charset=hex` counts). Throws a problem that names the setting which is missing or cannot be
 * used.
 */
export function wantedSecrets(
  files: readonly { path: string; text: string }[],
  env: Record<string, string>,
  envText: string,
): WantedSecret[] {
  const comments = new Map(parseEnv(envText).map(({ key, comment }) => [key, comment ?? ""]));
  const known = new Map(Object.entries(env));
  const wanted = new Map<string, WantedSecret>();
  for (const [key, rawName] of files.flatMap((file) => externalSecrets(file))) {
    const setting = /\$\{?(SECRET_\w+?_VERSION)\b/.exec(rawName)?.[1];
    if (setting === undefined) continue;
    if ((known.get(setting) ?? "") === "") throw secretVersionMissing({ secret: key, setting });
    const { value: name } = scanValue(`"${rawName}"`, 0, known, 1000);
    wanted.set(name, { key, name, setting, ...modifiers(setting, comments.get(setting) ?? "") });
  }
  return [...wanted.values()];
}

function modifiers(setting: string, comment: string): Pick<WantedSecret, "length" | "alphabet" | "generate"> {
  const read = (name: string): string | undefined => new RegExp(`\\b${name}=(\\S+)`).exec(comment)?.[1];
  const length = Number(read("length") ?? defaultLength);
  if (!Number.isInteger(length) || length < lengthLimits.least || length > lengthLimits.most) {
    throw secretLengthUnfit({ setting, length: read("length") ?? "", ...lengthLimits });
  }
  const charset = read("charset") ?? "default";
  const alphabet = alphabetOf(charset);
  if (alphabet === undefined) throw secretCharsetUnknown({ setting, charset });
  return { length, alphabet, generate: read("generate") !== "false" };
}

function externalSecrets({ path, text }: { path: string; text: string }): [key: string, name: string][] {
  let content: unknown;
  try {
    const parsed = parseDocument(text, { version: "1.1", merge: true, logLevel: "silent" });
    if (parsed.errors[0] !== undefined) throw parsed.errors[0];
    // Aliases that double each other are refused by this count.
    content = parsed.toJS({ maxAliasCount: mostAliases });
  } catch (thrown) {
    throw recipeFileUnreadable({ file: path, reason: messageOf(thrown).split(":\n")[0] ?? "" }, thrown);
  }
  return Object.entries(record(record(content)["secrets"])).flatMap(([key, value]) => {
    const { external, name } = record(value);
    const externalName = record(external)["name"] ?? name;
    const isExternal = external === true || typeof external === "object";
    return isExternal && typeof externalName === "string" ? [[key, externalName]] : [];
  });
}

function record(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}
