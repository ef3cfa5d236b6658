/**
 * How long hostile text of 64 KB keeps what reads it: command lines, `.env`, compose files, Markdown, logs. Everything
 * is read in the one thread that also answers rooms, so the budget is 50 ms each; beside it JSON.parse of as much text.
 */
import path from "node:path";
import { Problem } from "../src/core/problem.ts";
import { redact } from "../src/core/secret.ts";
import { parseCatalogue } from "../src/recipes/catalogue/parse.ts";
import { lintRecipe, parseEnv } from "../src/recipes/index.ts";
import { readReadme } from "../src/recipes/readme.ts";
import { startedOtherwise } from "../src/house/scheduled.ts";
import { discover, parse, pillsIn, type Command } from "../src/router/index.ts";
import { loadStack } from "../src/swarm/compose/index.ts";
import { tryCompose } from "../src/swarm/index.ts";
import { docsHref } from "../src/web/pages/docs.ts";
import { markdown } from "../src/web/parts/markdown.ts";
import { median, tableText, type BenchRow, type BenchTable } from "./table.ts";

const sizeBytes = 65_536;
const budgetMs = 50;
const rounds = 7;

const units = [
  "a",
  '"',
  "[",
  "{",
  "- ",
  "$",
  "${A:-",
  "**",
  "`a",
  "| a ",
  "&a ",
  "--x ",
  "A=$A$A\n",
  "\\\n",
  "<a href=",
  '<a href="matrix:u/x:y">a</a>',
  "\n",
  "%\n",
  "!a ",
  "a: b\r\n",
  "a:\t",
  "? ",
  "-----BEGIN PRIVATE KEY-----",
];

async function measureText(read: (text: string) => unknown, text: string): Promise<number> {
  const took: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const from = performance.now();
    try {
      await read(text);
    } catch (thrown) {
      if (!(thrown instanceof Problem)) throw thrown;
    }
    took.push(performance.now() - from);
  }
  return median(took);
}

async function worst(measure: string, read: (text: string) => unknown, peerMs: number): Promise<BenchRow> {
  let slowest = { unit: "", ms: 0 };
  for (const unit of units) {
    const ms = await measureText(read, unit.repeat(Math.floor(sizeBytes / unit.length)));
    if (ms > slowest.ms) slowest = { unit, ms };
  }
  return {
    measure: `${measure}, worst of ${units.length} (${JSON.stringify(slowest.unit)} …)`,
    ours: `${slowest.ms.toFixed(1)} ms`,
    peer: `${peerMs.toFixed(1)} ms`,
    ratio: `${(slowest.ms / peerMs).toFixed(0)} x`,
    budget: `${budgetMs} ms`,
    ok: slowest.ms <= budgetMs,
  };
}

function lintOf(text: string): unknown {
  const subject = { recipe: "x", version: null, tags: null, previous: null, catalogue: null, tryCompose };
  return lintRecipe({ ...subject, files: new Map([["compose.yml", text]]) });
}

export async function benchParsers(): Promise<BenchTable> {
  const root = path.join(import.meta.dirname, "..");
  const { commands } = await discover({
    commands: [path.join(root, "commands")],
    workflows: [path.join(root, "workflows")],
    startedOtherwise,
  });
  const known: ReadonlyMap<string, Command> = commands;
  const json = JSON.stringify(Array.from({ length: 6000 }, (_, n) => ({ n })));
  const peerMs = await measureText((text) => JSON.parse(text) as unknown, json.slice(0, json.length));
  const compose = (text: string): unknown =>
    loadStack({
      stack: "s",
      files: [{ path: "compose.yml", text }],
      dir: "/",
      env: { A: "x" },
      readFile: () => undefined,
    });
  return {
    title: "Hostile text of 64 KB (median of 7), beside JSON.parse of as much",
    rows: [
      await worst("command line", (text) => parse(text, known), peerMs),
      await worst("formatted body", (text) => parse("help", known, text), peerMs),
      await worst("mention", pillsIn, peerMs),
      await worst("names and mentions", (text) => parse(text.slice(0, 4096), known, text), peerMs),
      await worst(".env", parseEnv, peerMs),
      await worst("secrets removed", redact, peerMs),
      await worst("catalogue", (text) => parseCatalogue(text, "x", null), peerMs),
      await worst("README", readReadme, peerMs),
      await worst("compose file", compose, peerMs),
      await worst("recipe lint", lintOf, peerMs),
      await worst(
        "Markdown page",
        async (text) => String(await markdown(text, { below: 0, link: docsHref })),
        peerMs,
      ),
    ],
  };
}

if (import.meta.main) {
  const table = await benchParsers();
  process.stdout.write(`${tableText(table)}\n`);
  process.exitCode = table.rows.every((row) => row.ok !== false) ? 0 : 1;
}
