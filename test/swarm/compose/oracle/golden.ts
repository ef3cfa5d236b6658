/** What the CLI said to a case of the corpus, as it is committed. Only the CLI's own answers are ever written. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { Json } from "../../../../src/core/canonical.ts";
import type { CliAnswer } from "./ask-cli.ts";
import { withoutPlace, type Case } from "./cases.ts";
import { canonicalSent } from "./compare.ts";

const folder = path.join(import.meta.dirname, "../../../golden/compose");

/** Payloads by kind and name, or why the CLI refused. */
export type Recorded = { accepted: unknown } | { refused: string };

export function recordingOf(one: Case, answer: CliAnswer): Recorded {
  if (answer.accepted)
    return parse(withoutPlace(JSON.stringify({ accepted: canonicalSent(answer.sent) }), one));
  return { refused: withoutPlace(answer.said.trim().split("\n").at(-1) ?? "", one) };
}

export function readRecording(one: Case): Recorded | undefined {
  const file = path.join(folder, `${one.name}.json`);
  return existsSync(file) ? parse(readFileSync(file, "utf8")) : undefined;
}

export function writeRecording(one: Case, recorded: Recorded): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(path.join(folder, `${one.name}.json`), `${JSON.stringify(recorded, null, 1)}\n`);
}

/** What the CLI took and refused of the snippets: `versions` or `kinds`. */
export function readMatrix(name: string): string {
  return readFileSync(path.join(folder, `matrix-${name}.txt`), "utf8");
}

export function writeMatrix(name: string, text: string): void {
  writeFileSync(path.join(folder, `matrix-${name}.txt`), text);
}

/** The merged files as the CLI printed them, by case; null where it refused. One file: they are short. */
export type Merged = Record<string, Json>;

export function readMerged(): Merged {
  return JSON.parse(readFileSync(path.join(folder, "merged.json"), "utf8")) as Merged;
}

export function writeMerged(all: Merged): void {
  const lines = Object.keys(all)
    .sort()
    .map((name) => `${JSON.stringify(name)}: ${JSON.stringify(all[name])}`);
  writeFileSync(path.join(folder, "merged.json"), `{\n${lines.join(",\n")}\n}\n`);
}

function parse(text: string): Recorded {
  return JSON.parse(text) as Recorded;
}
