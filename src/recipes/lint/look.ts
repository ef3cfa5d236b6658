/** Parses what rules ask for, once, and the small questions that many of them have. */
import { Problem } from "../../core/problem.ts";
import { readExports } from "../abra-exports.ts";
import { parseEnv, type EnvEntry } from "../env-file.ts";
import { fillIn } from "../image.ts";
import { list, readYaml, record, text, type YamlFile } from "../yaml.ts";
import type { Hit, LintSubject, LookedAt, ServicePart } from "./types.ts";

/** Stands for the stack's name where rules fill variables in. */
export const someStack = "some_stack";
const mostComposeFiles = 60;

export function lookAt(subject: LintSubject): LookedAt {
  const names = [...subject.files.keys()]
    .filter((path) => /^compose(\.[\w.-]+)?\.ya?ml$/.test(path))
    .sort((a, b) => Number(b === "compose.yml") - Number(a === "compose.yml") || (a < b ? -1 : 1))
    .slice(0, mostComposeFiles);
  const compose: YamlFile[] = [];
  const unreadable: { path: string; reason: string }[] = [];
  for (const path of names) {
    try {
      compose.push(readYaml(subject.files.get(path) ?? "", path));
    } catch (thrown) {
      unreadable.push({ path, reason: reasonOf(thrown) });
    }
  }
  const sample = readSample(subject, unreadable);
  const env = new Map(sample.map(({ key, value }) => [key, value]));
  const exports = readScript(subject, unreadable);
  for (const [key, value] of exports) env.set(key, value);
  env.set("STACK_NAME", someStack);
  const parts = compose.flatMap((file) =>
    Object.entries(record(file.content["services"])).map(([service, content]): ServicePart => ({
      service,
      file,
      content: record(content),
    })),
  );
  return { ...subject, compose, unreadable, parts, sample, exports, env };
}

function readSample(subject: LintSubject, unreadable: { path: string; reason: string }[]): EnvEntry[] {
  try {
    return parseEnv(subject.files.get(".env.sample") ?? "", { STACK_NAME: someStack });
  } catch (thrown) {
    unreadable.push({ path: ".env.sample", reason: reasonOf(thrown) });
    return [];
  }
}

function readScript(
  subject: LintSubject,
  unreadable: { path: string; reason: string }[],
): Map<string, string> {
  try {
    return new Map(Object.entries(readExports(subject.files.get("abra.sh") ?? "")));
  } catch (thrown) {
    unreadable.push({ path: "abra.sh", reason: reasonOf(thrown) });
    return new Map();
  }
}

function reasonOf(thrown: unknown): string {
  if (thrown instanceof Problem) return thrown.text.happened;
  throw thrown;
}

/** `compose.yml:12` for what stands at these keys. */
export function placeOf(file: YamlFile, keys: readonly (string | number)[]): string {
  return `${file.path}:${file.lineOf(keys)}`;
}

/** A hit at a key of a service. */
export function hitAt(part: ServicePart, keys: readonly (string | number)[], what: string): Hit {
  return { where: placeOf(part.file, ["services", part.service, ...keys]), what };
}

/** The services by name, each with its parts; overlays alone count as well. */
export function servicesOf(recipe: LookedAt): Map<string, ServicePart[]> {
  const found = new Map<string, ServicePart[]>();
  for (const part of recipe.parts) found.set(part.service, [...(found.get(part.service) ?? []), part]);
  return found;
}

export interface Label {
  key: string;
  value: string;
  /** Where it stands below its labels: an index or a key. */
  at: string | number;
}

/** Labels as a list of `key=value` or as a mapping, variables filled in. */
export function labelsIn(recipe: LookedAt, labels: unknown): Label[] {
  if (!Array.isArray(labels)) {
    return Object.entries(record(labels)).map(([key, value]) => ({
      key: fillIn(key, recipe.env),
      value: fillIn(text(value), recipe.env),
      at: key,
    }));
  }
  return labels.map((one, at) => {
    const [key = "", ...rest] = text(one).split("=");
    return { key: fillIn(key, recipe.env), value: fillIn(rest.join("="), recipe.env), at };
  });
}

/** The labels under `deploy.labels` of a part. */
export function deployLabels(recipe: LookedAt, part: ServicePart): Label[] {
  return labelsIn(recipe, record(part.content["deploy"])["labels"]);
}

/** Environment entries of a part as `key`, `value` and where they stand. */
export function environmentOf(part: ServicePart): Label[] {
  const written = part.content["environment"];
  if (!Array.isArray(written)) {
    return Object.entries(record(written)).map(([key, value]) => ({ key, value: text(value), at: key }));
  }
  return list(written).map((one, at) => {
    const [key = "", ...rest] = text(one).split("=");
    return { key, value: rest.join("="), at };
  });
}

/** A duration of a compose file (`1m30s`) in ms; undefined when it is none. */
export function durationMs(said: unknown): number | undefined {
  const units = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 } as const;
  const parts = [...text(said).matchAll(/(\d+(?:\.\d+)?)(ms|s|m|h)/g)];
  if (parts.length === 0) return undefined;
  return parts.reduce((sum, [, count, unit]) => sum + Number(count) * units[unit as keyof typeof units], 0);
}
