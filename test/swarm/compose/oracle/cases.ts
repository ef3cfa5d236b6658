/** Compose files in folders, as cases for the CLI and for us. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Problem } from "../../../../src/core/problem.ts";
import { canonicalJson, type Json } from "../../../../src/core/canonical.ts";
import {
  loadStack,
  mergeFiles,
  parseCompose,
  printCompose,
  yamlText,
  type LoadedStack,
} from "../../../../src/swarm/compose/index.ts";
import { plainOf } from "../../../../src/swarm/compose/print/extensions.ts";

export interface Case {
  name: string;
  dir: string;
  /** Names in `dir`, in the order in which they are merged. */
  files: string[];
  env: Record<string, string>;
}

export const stack = "notes_example_coop";

export const corpusEnv: Record<string, string> = {
  HOME: "/srv/bo",
  ONE: "one",
  TWO: "two",
  EMPTY: "",
  lower_case: "low",
  YES: "Yes",
  ON: "on",
  NO: "n",
  OFF: "OFF",
  NUMBER: "5",
  PORT: "80",
  RATIO: "0.25",
  DOMAIN: "notes.example.coop",
  EXTRA_DOMAINS: ", `www.notes.example.coop`",
  STACK_NAME: stack,
  VERSION: "v1",
};

export const corpusFolder = path.join(import.meta.dirname, "../corpus");

/**
 * Our own files: `name.yml`, with `name.overlay.yml`, `name.overlay2.yml` and `elsewhere/name.yml` merged over it
 * where they exist. A `.env` lies beside them that nobody reads.
 */
export function corpusCases(): Case[] {
  const all = readdirSync(corpusFolder).filter((file) => file.endsWith(".yml"));
  const bases = all.filter((file) => !/\.overlay\d?\.yml$/.test(file)).sort();
  return bases.map((file) => {
    const name = file.slice(0, -".yml".length);
    const overlays = [`${name}.overlay.yml`, `${name}.overlay2.yml`, `elsewhere/${name}.yml`].filter((over) =>
      existsSync(path.join(corpusFolder, over)),
    );
    return { name, dir: corpusFolder, files: [file, ...overlays], env: corpusEnv };
  });
}

/** What we make of a case; a Problem is an answer, anything else that is thrown is not. */
export function loadCase(one: Case): LoadedStack | Problem {
  return orProblem(() => loadStack({ stack, ...filesOf(one) }));
}

/** The merged files as we print them: YAML. */
export function printCase(one: Case): string | Problem {
  return orProblem(() => yamlText(printCompose(mergeFiles(filesOf(one)))));
}

function filesOf({ dir, env, files }: Case) {
  const read = (file: string) => ({ path: file, text: readFileSync(path.join(dir, file), "utf8") });
  return { dir, env, files: files.map(read), readFile };
}

function orProblem<T>(work: () => T): T | Problem {
  try {
    return work();
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}

/** YAML as plain values with sorted keys, read as the CLI reads it. */
export function valuesIn(yaml: string): Json {
  return JSON.parse(canonicalJson(plainOf(parseCompose(yaml, "printed.yml").root))) as Json;
}

export function readFile(file: string): Buffer | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? readFileSync(file) : undefined;
}

/** Where the checkout stands is nobody's business: the case's folder is called /recipes/app. */
export function withoutPlace(text: string, one: Case): string {
  return text.replaceAll(one.dir, "/recipes/app").replaceAll(path.dirname(one.dir), "/recipes");
}
