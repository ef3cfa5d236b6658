/**
 * How fast compose files are read, merged and printed beside `docker stack config`: the same files in the same run, our
 * own corpus and, where they lie beside the checkout, recipes of others. Case by case one after the other, so
 * that a busy machine is as busy for both; the CLI is a program that starts each time, as for whoever uses it.
 */
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import path from "node:path";
import { Problem } from "../src/core/problem.ts";
import { mergeFiles, printCompose, yamlText } from "../src/swarm/compose/index.ts";
import { corpusCases, readFile, type Case } from "../test/swarm/compose/oracle/cases.ts";
import { recipeCases, recipesFolder } from "../test/swarm/compose/oracle/recipes.ts";
import { median, tableText, type BenchRow, type BenchTable } from "./table.ts";

const leastRatio = 20;
/** Per case and side, after one of ours over all cases that is not counted: a server is warm. The median counts. */
const rounds = 3;

/** Reads the files from disk, as the CLI does. */
function ours({ dir, env, files }: Case): void {
  const read = files.map((file) => ({ path: file, text: readFileSync(path.join(dir, file), "utf8") }));
  try {
    yamlText(printCompose(mergeFiles({ dir, env, files: read, readFile })));
  } catch (thrown) {
    if (!(thrown instanceof Problem)) throw thrown;
  }
}

function theirs({ dir, env, files }: Case): void {
  spawnSync("docker", ["stack", "config", ...files.flatMap((file) => ["-c", file])], {
    cwd: dir,
    env: { PATH: process.env["PATH"] ?? "", ...env },
    stdio: "ignore",
  });
}

/** Seconds that the work usually takes. */
function usual(work: () => void): number {
  const took = Array.from({ length: rounds }, () => {
    const from = performance.now();
    work();
    return (performance.now() - from) / 1000;
  });
  return median(took);
}

function row(measure: string, cases: Case[], hasCli: boolean): BenchRow {
  const files = cases.reduce((sum, one) => sum + one.files.length, 0);
  let [own, peer] = [0, hasCli ? 0 : undefined];
  for (const one of cases) ours(one);
  for (const one of cases) {
    own += usual(() => ours(one));
    if (peer !== undefined) peer += usual(() => theirs(one));
  }
  const rate = (took: number): string => `${Math.round(files / took)} files/s`;
  const ratio = peer === undefined ? undefined : peer / own;
  return {
    measure: `${measure}: ${cases.length} cases, ${files} files`,
    ours: rate(own),
    peer: peer === undefined ? "not measured" : `${rate(peer)} (docker stack config)`,
    ratio: ratio === undefined ? "–" : `${ratio.toFixed(0)} ×`,
    budget: `≥ ${leastRatio} ×`,
    ok: ratio === undefined ? null : ratio >= leastRatio,
  };
}

export function benchCompose(): BenchTable {
  const hasCli = spawnSync("docker", ["--version"], { stdio: "ignore" }).status === 0;
  const recipes = recipeCases();
  const rows = [row("our own corpus", corpusCases(), hasCli)];
  if (recipes.length > 0) rows.push(row("recipes of others", recipes, hasCli));
  const notes = [
    ...(hasCli ? [] : ["docker stack config: the docker command is not in PATH"]),
    ...(recipes.length > 0 ? [] : [`recipes of others: ${recipesFolder} does not exist`]),
  ];
  return { title: "Compose files read, merged and printed", rows, notes };
}

if (import.meta.main) {
  const table = benchCompose();
  process.stdout.write(`${tableText(table)}\n`);
  process.exitCode = table.rows.every((one) => one.ok !== false) ? 0 : 1;
}
