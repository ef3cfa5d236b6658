/**
 * The docker CLI as the judge: what it sends for a compose file and what we would send are equal, and what it
 * refuses we refuse. Its binary is enough; it talks to an engine that only writes down what it is sent.
 * With GOLDEN=write its answers to our own files are kept in test/golden/compose, for machines without a CLI.
 */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Problem } from "../../src/core/problem.ts";
import { askCli, askConfig, cliVersion } from "../swarm/compose/oracle/ask-cli.ts";
import {
  corpusCases,
  corpusFolder,
  loadCase,
  printCase,
  stack,
  valuesIn,
  withoutPlace,
  type Case,
} from "../swarm/compose/oracle/cases.ts";
import { canonicalLoaded, canonicalSent } from "../swarm/compose/oracle/compare.ts";
import {
  recordingOf,
  writeMatrix,
  writeMerged,
  writeRecording,
  type Merged,
} from "../swarm/compose/oracle/golden.ts";
import { kindCases, matrixText, versionCases, type Snippet } from "../swarm/compose/oracle/snippets.ts";
import { recipeCases, recipesFolder } from "../swarm/compose/oracle/recipes.ts";

const cli = cliVersion();
if (cli === undefined && process.env["TANDEM_REAL"] === "require") {
  throw new Error("the docker command is needed to judge compose files, and it is not in PATH");
}
console.log(
  cli === undefined
    ? "docker CLI: not in PATH; left out: comparing compose files with what it sends"
    : `docker CLI: ${cli}, against an engine that only records`,
);
const recipes = recipeCases();
if (recipes.length === 0) console.log(`left out: recipes of others, as ${recipesFolder} does not exist`);

const sideBySide = 2;

describe.skipIf(cli === undefined)("compose files, judged by the docker CLI", () => {
  const own = openTally("our own files");
  test.each(corpusCases())("our own: $name", async (one) => {
    const answer = await askCli(stack, one.dir, one.files, one.env);
    if (process.env["GOLDEN"] === "write") writeRecording(one, recordingOf(one, answer));
    own.begin(answer.accepted);
    expect(ours(one)).toEqual(answer.accepted ? canonicalSent(answer.sent) : refused);
    own.agreed(answer.accepted);
  });
  test("our own are enough, and all agree", () => {
    expect(own.told().length).toBeGreaterThan(0);
    expect(own.agreedOn()).toBe(corpusCases().length);
    expect(own.agreedOn()).toBeGreaterThanOrEqual(leastOwnCases);
  });

  const others = openTally("recipes of others");
  test.each(recipes)("recipes of others: $name", async (one) => {
    const answer = await askCli(stack, one.dir, one.files, one.env);
    others.begin(answer.accepted);
    expect(ours(one)).toEqual(answer.accepted ? canonicalSent(answer.sent) : refused);
    others.agreed(answer.accepted);
  });
  test.skipIf(recipes.length === 0)("recipes of others all agree", () => {
    others.told();
    expect(others.agreedOn()).toBe(recipes.length);
  });

  const printed = openTally("merged, as docker stack config prints it");
  const merged: Merged = {};
  test.each([...corpusCases(), ...recipes])("merged: $name", async (one) => {
    const answer = await askConfig(one.dir, one.files, one.env);
    const values = answer === undefined ? null : valuesIn(withoutPlace(answer, one));
    if (one.dir === corpusFolder) merged[one.name] = values;
    printed.begin(answer !== undefined);
    expect(printedBy(one)).toEqual(values);
    printed.agreed(answer !== undefined);
  });
  test("all merged files agree", () => {
    printed.told();
    expect(printed.agreedOn()).toBe(corpusCases().length + recipes.length);
    if (process.env["GOLDEN"] === "write") writeMerged(merged);
  });

  test("each key exists from the same version on", { timeout: 900_000 }, () =>
    agree("versions", versionCases()),
  );
  test("each key takes the same kinds of values", { timeout: 900_000 }, () => agree("kinds", kindCases()));
});

const leastOwnCases = 150;

/** Counts what both took and what both refused. */
function openTally(what: string) {
  const [both, one] = [
    { taken: 0, refused: 0 },
    { taken: 0, refused: 0 },
  ];
  const key = (isTaken: boolean) => (isTaken ? "taken" : "refused");
  return {
    begin(isTaken: boolean): void {
      one[key(isTaken)]++;
    },
    agreed(isTaken: boolean): void {
      both[key(isTaken)]++;
    },
    agreedOn: () => both.taken + both.refused,
    /** Prints and answers `98/98 equal, 161/161 refused by both`. */
    told(): string {
      const words = `${both.taken}/${one.taken} equal, ${both.refused}/${one.refused} refused by both`;
      console.log(`${what}: ${words}`);
      return words;
    },
  };
}

const refused = "refused";
let folder = "";
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), "tandem-compose-"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function ours(one: Case): unknown {
  const loaded = loadCase(one);
  return loaded instanceof Problem ? refused : canonicalLoaded(loaded);
}

function printedBy(one: Case): unknown {
  const text = printCase(one);
  return text instanceof Problem ? null : valuesIn(withoutPlace(text, one));
}

/** Shows every snippet to both and gathers where they differ, a few at a time. */
async function agree(name: string, snippets: Snippet[]): Promise<void> {
  expect(snippets.length).toBeGreaterThan(500);
  const taken = new Set<Snippet>();
  writeFileSync(path.join(folder, "abc"), "DATA=1\n");
  const differences: string[] = [];
  const waiting = snippets.map((snippet, index) => ({ snippet, file: `${index}.yml` }));
  const work = async (): Promise<void> => {
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const { snippet, file } = next;
      writeFileSync(path.join(folder, file), snippet.text);
      const one: Case = { name: snippet.name, dir: folder, files: [file], env: { HOME: "/srv/bo" } };
      const answer = await askCli(stack, folder, one.files, one.env);
      if (answer.accepted) taken.add(snippet);
      const theirs = answer.accepted ? canonicalSent(answer.sent) : refused;
      if (JSON.stringify(ours(one)) !== JSON.stringify(theirs)) differences.push(snippet.name);
    }
  };
  await Promise.all(Array.from({ length: sideBySide }, work));
  if (process.env["GOLDEN"] === "write")
    writeMatrix(
      name,
      matrixText(snippets, (one) => taken.has(one)),
    );
  console.log(`${name}: ${snippets.length - differences.length}/${snippets.length} snippets judged alike`);
  expect(differences.sort()).toEqual([]);
}
