/** The page for people who know abra: every line of its command tree is there, and what is said for it can be said. */
import path from "node:path";
import { expect, test } from "vitest";
import { ownRecipeWords } from "../../src/cli/recipe.ts";
import { openDocs } from "../../src/docs/index.ts";
import { startedOtherwise } from "../../src/house/scheduled.ts";
import { discover } from "../../src/router/index.ts";

const root = path.join(import.meta.dirname, "../..");
const text = openDocs().read("coming-from-abra") ?? "";
const { commands } = await discover({
  commands: [path.join(root, "commands")],
  workflows: [path.join(root, "workflows")],
  startedOtherwise,
});

/** abra's command tree: its own words, without options. */
const abra = [
  "app new, app config, app deploy, app upgrade, app rollback, app undeploy, app remove, app list, app ls, app ps",
  "app logs, app restart, app run, app command, app cmd, app cmd list, app cp, app env check, app env list",
  "app env pull, app labels, app services, app move, app secret generate, app secret insert, app secret rm",
  "app secret ls, app volume ls, app volume rm, app backup create, app backup list, app backup snapshots",
  "app backup download, app restore, recipe fetch, recipe list, recipe versions, recipe lint, recipe new",
  "recipe sync, recipe release, recipe upgrade, recipe diff, recipe reset, catalogue generate, catalogue sync",
  "server add, server list, server remove, server prune, autocomplete, man, upgrade, config, server new",
  "record new, record list, record remove, app errors",
].flatMap((line) => line.split(", "));

const rows = [...text.matchAll(/^\| (`abra .*)$/gm)].map(([, row = ""]) =>
  row.split(" | ").map((cell) => cell.trim()),
);
const named = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, words = ""]) => words);

test("every line of abra's command tree is there, once, and nothing else is", () => {
  const told = rows.flatMap(([first = ""]) => named(first).map((words) => words.replace(/^abra /, "")));
  expect(told.toSorted()).toEqual(abra.toSorted());
});

test("every line has a command of ours or a reason why there is none", () => {
  const silent = rows.filter(
    ([, ours = "", mind = ""]) => named(ours).length === 0 && mind.replace(/\|$/, "").trim() === "",
  );
  expect(silent).toEqual([]);
});

const families = new Set(["app", "recipe", "server", "help", "tandem"]);
const ours = [
  ...new Set(
    named(text.replace(/`abra [^`]*`/g, ""))
      .filter((words) => families.has(words.split(" ")[0] ?? ""))
      .map((words) => words.replace(/ (?:--|<).*$/, "")),
  ),
];
const ownWords = [
  ...ownRecipeWords.map((words) => `tandem ${words}`),
  "tandem doctor",
  "tandem export-abra",
  "tandem",
];
const canBeSaid = (words: string): boolean =>
  ownWords.includes(words) || commands.has(words.replace(/^tandem /, "")) || commands.has(words);

test("every command that the page names can be said", () => {
  expect(ours.length).toBeGreaterThan(40);
  expect(ours.filter((words) => !canBeSaid(words))).toEqual([]);
});
