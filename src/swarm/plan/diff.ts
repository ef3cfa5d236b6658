import { canonicalJson, type Json } from "../../core/canonical.ts";
import { redact } from "../../core/secret.ts";
import { isCronjob, withoutTicks } from "../cronjob.ts";
import type { ServiceSpec } from "../engine/types.ts";
import type { ServiceChange } from "../types.ts";
import type { EngineNetwork } from "./live.ts";
import { normalSpec } from "./normal.ts";
import { wordsOfSpec, type Word } from "./words.ts";

/** Lines of a difference that are kept; a message shows fewer and links to the rest (facts: style §9.6). */
const mostLines = 200;

export interface Compared extends ServiceChange {
  before?: ServiceSpec;
  after?: ServiceSpec;
}

/**
 * What a deploy would change, as text for people: `+` new, `-` gone, `~` changed without its value being
 * said.
 */
export function diffOf(compared: Compared[], made: string[], networks: EngineNetwork[]): string {
  const lines = made.map((line) => `+ ${line}`);
  for (const one of compared) {
    if (one.change === "same") continue;
    const { before, after } = one;
    if (after === undefined) lines.push(`- ${one.service}: removed, its volumes stay`);
    else if (before === undefined)
      lines.push(`+ ${one.service}: new`, ...newLines(after, networks).map((l) => `  ${l}`));
    else lines.push(`~ ${one.service}`, ...changedLines(before, after, networks).map((l) => `  ${l}`));
  }
  const clean = redact(lines.join("\n")).split("\n");
  if (clean.length <= mostLines) return clean.join("\n");
  return [...clean.slice(0, mostLines - 1), `… and ${clean.length - mostLines + 1} lines more`].join("\n");
}

function newLines(after: ServiceSpec, networks: EngineNetwork[]): string[] {
  return [...wordsOfSpec(after, networks)].map(([key, word]) => {
    if (word.hidden === true) return `+ ${key}=•••`;
    return `+ ${key === "image" ? tagOf(word.text) : word.text.trim()}`;
  });
}

function changedLines(from: ServiceSpec, to: ServiceSpec, networks: EngineNetwork[]): string[] {
  // That the last tick has left its replicas there is nothing that the deploy is about.
  const [before, after] =
    isCronjob(from) && isCronjob(to) ? [withoutTicks(from), withoutTicks(to)] : [from, to];
  const old = wordsOfSpec(before, networks);
  const now = wordsOfSpec(after, networks);
  const lines: string[] = [];
  const said: string[] = [];
  for (const key of new Set([...old.keys(), ...now.keys()])) {
    const more = oneSetting(key, old.get(key), now.get(key));
    if (more.length > 0) said.push(key);
    lines.push(...more);
  }
  const rest = otherSettings(normalSpec(before, networks), normalSpec(after, networks));
  return [...lines, ...rest.filter((path) => !isSaid(path, said)).map((path) => `~ ${path} changed`)];
}

/** Which settings in words speak for which part of a spec. */
const speaksFor: [RegExp, RegExp][] = [
  [/^(ContainerSpec\.Image|Placement\.Platforms)/, /^image$/],
  [/^Mode/, /^replicas$/],
  [/^ContainerSpec\.(Command|Args)/, /^command$/],
  [/^ContainerSpec\.User/, /^user$/],
  [/^ContainerSpec\.Healthcheck/, /^healthcheck$/],
  [/^ContainerSpec\.Env/, /^env /],
  [/^ContainerSpec\.Labels/, /^container label /],
  [/^ContainerSpec\.Mounts/, /^mount /],
  [/^ContainerSpec\.Secrets/, /^secret /],
  [/^ContainerSpec\.Configs/, /^config /],
  [/^ContainerSpec\.CapabilityAdd/, /^capability /],
  [/^Labels\.com\.docker\.stack\.image/, /^image$/],
  [/^Labels/, /^label /],
  [/^EndpointSpec\.Ports/, /^port /],
  [/^Networks/, /^network /],
  [/^Placement\.Constraints/, /^placed /],
  [/^Resources\.Limits\.MemoryBytes/, /^memory at most$/],
  [/^Resources\.Reservations\.MemoryBytes/, /^memory reserved$/],
  [/^RestartPolicy/, /^restart$/],
  [/^UpdateConfig/, /^update$/],
];

function isSaid(path: string, said: string[]): boolean {
  return speaksFor.some(([part, word]) => part.test(path) && said.some((key) => word.test(key)));
}

function oneSetting(key: string, old: Word | undefined, now: Word | undefined): string[] {
  if (old?.text === now?.text) return [];
  if (old !== undefined && now !== undefined) {
    if (old.hidden === true || now.hidden === true) return [`~ ${key} changed`];
    if (key === "image") return imageLines(old.text, now.text);
  }
  const line = (sign: string, word: Word | undefined): string[] =>
    word === undefined ? [] : [word.hidden === true ? `${sign} ${key}=•••` : `${sign} ${word.text.trim()}`];
  return [...line("-", old), ...line("+", now)];
}

function tagOf(image: string): string {
  return image.split("@")[0] ?? image;
}

/** People read tags; the digest is said only where the same tag now means another image. */
function imageLines(old: string, now: string): string[] {
  const [oldTag, nowTag] = [tagOf(old), tagOf(now)];
  if (oldTag !== nowTag) return [`- ${oldTag}`, `+ ${nowTag}`];
  return [`~ ${nowTag}: the same tag, another build`];
}

/**
 * Everything that differs, by its path in the spec: what has no words of its own must not go unsaid either.
 */
function otherSettings(before: Json, after: Json): string[] {
  const paths = new Set<string>();
  const walk = (a: Json | undefined, b: Json | undefined, path: string): void => {
    if (canonicalJson(a ?? null) === canonicalJson(b ?? null)) return;
    if (isRecord(a ?? {}) && isRecord(b ?? {}) && path.split(".").length < 4) {
      const [left, right] = [(a ?? {}) as Record<string, Json>, (b ?? {}) as Record<string, Json>];
      for (const key of new Set([...Object.keys(left), ...Object.keys(right)])) {
        walk(left[key], right[key], path === "" ? key : `${path}.${key}`);
      }
    } else paths.add(path.replace(/^TaskTemplate\./, ""));
  };
  walk(before, after, "");
  return [...paths];
}

function isRecord(value: Json | undefined): value is Record<string, Json> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
