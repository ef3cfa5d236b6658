/** Compose files in folders, as cases for the CLI and for us. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { Problem } from "../../../../src/core/problem.ts";
import { loadStack, type LoadedStack } from "../../../../src/swarm/compose/index.ts";

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

const corpus = path.join(import.meta.dirname, "../corpus");

/**
 * Our own files: `name.yml`, with `name.overlay.yml`, `name.overlay2.yml` and `elsewhere/name.yml` merged over it
 * where they exist. A `.env` lies beside them that nobody reads.
 */
export function corpusCases(): Case[] {
  const all = readdirSync(corpus).filter((file) => file.endsWith(".yml"));
  const bases = all.filter((file) => !/\.overlay\d?\.yml$/.test(file)).sort();
  return bases.map((file) => {
    const name = file.slice(0, -".yml".length);
    const overlays = [`${name}.overlay.yml`, `${name}.overlay2.yml`, `elsewhere/${name}.yml`].filter((over) =>
      existsSync(path.join(corpus, over)),
    );
    return { name, dir: corpus, files: [file, ...overlays], env: corpusEnv };
  });
}

/** What we make of a case; a Problem is an answer, anything else that is thrown is not. */
export function loadCase(one: Case): LoadedStack | Problem {
  try {
    return loadStack({
      stack,
      dir: one.dir,
      env: one.env,
      files: one.files.map((file) => ({ path: file, text: readFileSync(path.join(one.dir, file), "utf8") })),
      readFile,
    });
  } catch (thrown) {
    if (thrown instanceof Problem) return thrown;
    throw thrown;
  }
}

export function readFile(file: string): Buffer | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found?.isFile() === true ? readFileSync(file) : undefined;
}

/** Where the checkout stands is nobody's business: the case's folder is called /recipes/app. */
export function withoutPlace(text: string, one: Case): string {
  return text.replaceAll(one.dir, "/recipes/app").replaceAll(path.dirname(one.dir), "/recipes");
}
