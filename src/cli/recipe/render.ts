/** `tandem recipe render`: what a recipe comes to, without a server. */
import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import type { Json } from "../../core/canonical.ts";
import { cliWordsUnfit } from "../../core/problems/house.ts";
import { envValues, readExports } from "../../recipes/index.ts";
import {
  loadStack,
  mergeFiles,
  printCompose,
  yamlText,
  type LoadedStack,
  type StackFiles,
} from "../../swarm/compose/index.ts";
import { readInside } from "../../swarm/plan/render.ts";

const usage = "Such as: tandem recipe render . --env notes.env -c compose.yml --stack notes --as compose";

interface Asked {
  dir: string;
  env: string | undefined;
  files: string[];
  stack: string | undefined;
  as: "compose" | "spec";
}

/**
 * Prints the merged compose files as `docker stack config` does (`--as compose`), or what would be sent to the Docker
 * Engine as JSON (`--as spec`). Answers 0; throws the Problem of files that cannot be deployed.
 */
export function render(words: string[], print: (text: string) => void): Promise<number> {
  const asked = askedFor(words);
  const input = inputOf(asked);
  if (asked.as === "compose") {
    print(yamlText(printCompose(mergeFiles(input))).trimEnd());
    return Promise.resolve(0);
  }
  const loaded = loadStack(input);
  for (const warning of loaded.warnings) process.stderr.write(`Mind: ${warning}\n`);
  print(JSON.stringify(payloadsOf(loaded), null, 2));
  return Promise.resolve(0);
}

function askedFor(words: string[]): Asked {
  const { values, positionals } = readWords(words);
  const [dir, ...more] = positionals;
  if (dir === undefined || more.length > 0) throw unfit("it needs the folder of one recipe");
  if (!existsSync(dir)) throw unfit(`there is no folder ${dir}`);
  const { as = "compose", env, stack, file: files = [] } = values;
  if (as !== "compose" && as !== "spec") throw unfit(`--as is compose or spec, and not ${as}`);
  return { dir: path.resolve(dir), env, stack, files, as };
}

function readWords(words: string[]) {
  try {
    return parseArgs({
      args: words,
      allowPositionals: true,
      options: {
        env: { type: "string" },
        file: { type: "string", short: "c", multiple: true },
        stack: { type: "string" },
        as: { type: "string" },
      },
    });
  } catch (thrown) {
    if (!(thrown instanceof TypeError)) throw thrown;
    throw unfit(`it does not understand ${/'([^' ]+)/.exec(thrown.message)?.[1] ?? "a word"}`);
  }
}

function unfit(what: string): Error {
  return cliWordsUnfit({ what: `tandem recipe render: ${what}`, usage });
}

/** The environment as a deploy has it: settings, exports of `abra.sh`, STACK_NAME. */
function inputOf({ dir, env: file, files, stack: name }: Asked): StackFiles {
  const text = textOf(file ?? path.join(dir, ".env.sample"), file !== undefined);
  const domain = envValues(text)["DOMAIN"] ?? "";
  const stack = name ?? (domain === "" ? path.basename(dir) : domain).replaceAll(".", "_");
  const settings = envValues(text, { STACK_NAME: stack });
  const exports = readExports(textOf(path.join(dir, "abra.sh"), false), settings);
  const env = { ...settings, ...exports, STACK_NAME: stack };
  const named =
    files.length > 0 ? files : (settings["COMPOSE_FILE"] ?? "").split(":").filter((one) => one !== "");
  return {
    stack,
    dir,
    env,
    files: (named.length > 0 ? named : ["compose.yml"]).map((one) => ({
      path: one,
      text: textOf(path.resolve(dir, one), true),
    })),
    readFile: readInside(dir),
  };
}

function textOf(file: string, isNeeded: boolean): string {
  if (existsSync(file)) return readFileSync(file, "utf8");
  if (isNeeded) throw unfit(`there is no file ${file}`);
  return "";
}

/** By kind, as they are sent; what is secret in them is left out. */
function payloadsOf({ networks, secrets, configs, services }: LoadedStack): Record<string, Json> {
  const payloads = {
    networks,
    secrets: secrets.map((secret) => ("Data" in secret ? { ...secret, Data: "•••" } : secret)),
    configs,
    services: services.map(({ spec }) => spec),
  };
  return payloads as unknown as Record<string, Json>;
}
