/** Words for maintainers of recipes: `recipe new|lint|sync|release` at their own working copy, without a server. */
import path from "node:path";
import { parseArgs, type ParseArgsConfig } from "node:util";
import { diffText } from "../../core/diff.ts";
import { cliWordsUnfit } from "../../core/problems/house.ts";
import { RecipeName } from "../../core/terms.ts";
import { lintRecipe, type LintReport } from "../../recipes/index.ts";
import {
  carryOut,
  newRecipe,
  openWorkingCopy,
  planRelease,
  planSync,
  subjectOf,
  writeCompose,
  type Step,
} from "../../recipes/maintain/index.ts";
import { tryCompose } from "../../swarm/index.ts";
import { tellEnd } from "../tell-end.ts";

export interface RecipeWords {
  /** After `recipe`, such as `["lint", "./forum"]`. */
  words: string[];
  json: boolean;
  print: (text: string) => void;
  env?: NodeJS.ProcessEnv;
}

type Options = NonNullable<ParseArgsConfig["options"]>;
type Spoken = RecipeWords & { git: Record<string, string> };

const stepFlags = {
  major: { type: "boolean" },
  minor: { type: "boolean" },
  patch: { type: "boolean" },
} as const;
const usages = {
  new: "npx tandem recipe new <name>",
  lint: "npx tandem recipe lint <folder> [--json]",
  sync: "npx tandem recipe sync <folder> [--major|--minor|--patch] [--dry-run]",
  release: "npx tandem recipe release <folder> [--major|--minor|--patch] [--dry-run] [--push]",
};

/** Does what was said and gives back the exit code. */
export async function recipeWords(said: RecipeWords): Promise<number> {
  const spoken = { ...said, git: definedIn(said.env ?? process.env) };
  switch (said.words[0]) {
    case "new":
      return makeNew(spoken);
    case "lint":
      return lint(spoken);
    case "sync":
      return sync(spoken);
    default:
      return release(spoken);
  }
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(
    Object.entries(env).flatMap(([key, value]) => (value === undefined ? [] : [[key, value] as const])),
  );
}

async function makeNew({ words, print, git }: Spoken): Promise<number> {
  const { target } = read("new", words, {});
  const name = RecipeName.safeParse(path.basename(target));
  if (!name.success) {
    const what = `"${target}" is not ${name.error.issues[0]?.message ?? "a recipe's name"}`;
    throw cliWordsUnfit({ what, usage: `Such as: ${usages.new.replace("<name>", "forum")}` });
  }
  const files = await newRecipe(name.data, target, git);
  print(`The recipe ${name.data} lies in ${target}: ${files.join(", ")}.`);
  print(`Change it, commit it, then: npx tandem recipe release ${asPath(target)} --minor`);
  return 0;
}

/** 0: nothing broken; 1: a rule of severity error is not kept; 2: it could not be looked at. */
async function lint({ words, json, print, git }: Spoken): Promise<number> {
  try {
    const { target } = read("lint", words, {});
    const report = lintRecipe(await subjectOf(await openWorkingCopy(target, git), tryCompose));
    print(json ? JSON.stringify(report, null, 2) : told(report));
    return report.ok ? 0 : 1;
  } catch (thrown) {
    tellEnd(thrown);
    return 2;
  }
}

async function sync({ words, json, print, git }: Spoken): Promise<number> {
  const { target, values } = read("sync", words, { ...stepFlags, "dry-run": { type: "boolean" } });
  const copy = await openWorkingCopy(target, git);
  const { version, before, text } = planSync(copy, stepOf(values));
  const isDry = values["dry-run"] === true;
  const old = copy.files.get("compose.yml") ?? "";
  if (!isDry && text !== old) await writeCompose(copy, text);
  if (json)
    print(
      JSON.stringify({ version, before, changed: text !== old, written: !isDry && text !== old }, null, 2),
    );
  else if (text === old) print(`compose.yml says ${version} already.`);
  else
    print(
      `compose.yml ${isDry ? "would say" : "says"} ${version}${wasBefore(before)}.\n${diffText(old, text, 0)}`,
    );
  return 0;
}

async function release({ words, json, print, git }: Spoken): Promise<number> {
  const flags = { ...stepFlags, "dry-run": { type: "boolean" }, push: { type: "boolean" } } as const;
  const { target, values } = read("release", words, flags);
  const copy = await openWorkingCopy(target, git);
  const plan = await planRelease(copy, stepOf(values), tryCompose);
  const { version, changesLabel, hasNotes } = plan;
  const isDry = values["dry-run"] === true;
  const push = values.push === true;
  if (!isDry) await carryOut(copy, plan, { push });
  if (json) {
    print(
      JSON.stringify({ version, changesLabel, hasNotes, released: !isDry, pushed: !isDry && push }, null, 2),
    );
    return 0;
  }
  const did = [
    ...(changesLabel ? ["write the version into compose.yml"] : []),
    ...(hasNotes ? [`rename release/next to release/${version}`] : []),
    ...(changesLabel || hasNotes ? [`commit "chore: publish ${version} release"`] : []),
    `make the annotated tag ${version}`,
    ...(push ? ["push both"] : []),
  ];
  print(isDry ? `${version} can be released. It would` : `${version} is released. What was done:`);
  print(did.map((one) => `- ${one}`).join("\n"));
  if (!hasNotes) print("There is no release/next, so this version has no notes.");
  if (!isDry && !push) print(`To publish it: git -C ${asPath(target)} push --atomic origin HEAD ${version}`);
  return 0;
}

function wasBefore(before: string | null): string {
  return before === null ? " (it said none before)" : ` (before: ${before === "" ? "empty" : before})`;
}

/** The one folder or name behind the word, and the options; everything else is refused. */
function read(word: keyof typeof usages, words: string[], options: Options) {
  const usage = `It is said so: ${usages[word]}`;
  try {
    const { values, positionals } = parseArgs({ args: words.slice(1), options, allowPositionals: true });
    const [target = word === "lint" ? "." : undefined, more] = positionals;
    if (target === undefined || target === "")
      throw cliWordsUnfit({
        what: `tandem recipe ${word} needs ${word === "new" ? "a name" : "a folder"}`,
        usage,
      });
    if (more !== undefined)
      throw cliWordsUnfit({ what: `tandem recipe ${word}: it does not know ${more}`, usage });
    return { target, values };
  } catch (thrown) {
    const { code = "", message } = thrown as NodeJS.ErrnoException;
    if (!code.startsWith("ERR_PARSE_ARGS_")) throw thrown;
    const what = /'([^' ]+)/.exec(message)?.[1] ?? "a word";
    throw cliWordsUnfit({ what: `tandem recipe ${word}: it does not know ${what}`, usage }, thrown);
  }
}

function stepOf(values: Record<string, unknown>): Step | undefined {
  const said = (["major", "minor", "patch"] as const).filter((step) => values[step] === true);
  if (said.length > 1) {
    const what = `--${said.join(" and --")} cannot both be meant`;
    throw cliWordsUnfit({ what, usage: "Say one of --major, --minor, --patch." });
  }
  return said[0];
}

function told({ findings, skipped, counts, recipe }: LintReport): string {
  const lines = findings.flatMap(({ severity, rule, where, what, fix }) => [
    `${severity.padEnd(5)} ${rule} ${where === "" ? "" : `${where}: `}${what}`,
    `           ${fix}`,
  ]);
  const left = skipped.map(({ rule, why }) => `${rule} (${why})`).join(", ");
  const { error, warn, info } = counts;
  return [
    ...lines,
    ...(left === "" ? [] : [`not looked at: ${left}`]),
    error + warn + info === 0
      ? `${recipe ?? "The recipe"} keeps every rule that was looked at.`
      : `${error} to mend, ${warn} to look at, ${info} to know.`,
  ].join("\n");
}

function asPath(target: string): string {
  return /^[\w./-]+$/.test(target) ? target : `'${target.replaceAll("'", "'\\''")}'`;
}
