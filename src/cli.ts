/**
 * The command line. Words of its own: demo, doctor, login, migrate, adopt, restore-self, export-abra, export,
 * bank-file, money import, verify-audit, and some about recipes; everything else is a command as it is typed in a
 * room, said to the running server through its local door.
 */
import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { ask, follow } from "./cli/ask.ts";
import { exportData } from "./cli/export.ts";
import { migrate, verifyAudit } from "./cli/database.ts";
import { fileFor } from "./cli/file-for.ts";
import { secretFor } from "./cli/secret-for.ts";
import { ownRecipeWord } from "./cli/recipe.ts";
import { ownOptions } from "./cli/own-options.ts";
import { tellEnd } from "./cli/tell-end.ts";
import { loadConfig } from "./config.ts";
import { cliWordsUnfit } from "./core/problems/house.ts";

const usage = `Usage: tandem [--as NAME] [--json] [--wait] <command …>

A command as in a room, for instance:
  tandem help
  tandem app list
  tandem app deploy notes.example.coop --wait
  tandem app secret insert notes.example.coop smtp_password < file

Words of the command line alone:
  demo           Tandem in this terminal, with people to speak as
  doctor         check the settings and everything that can be reached
  login          make an access token for the bot's Matrix account
  migrate        bring the database up to date without starting
  adopt          take over the apps of abra's folder: --from FOLDER, --map THEIRS=OURS, --dry-run
  export-abra    write all apps as abra's folder, a git repository: tandem export-abra FOLDER
  restore-self   Tandem itself from its backup: --from LOCATION --password-file FILE [--to FOLDER]
  export         write members, apps, runs, approvals and the audit trail as JSON
  bank-file      transfers for the bank: tandem bank-file BATCH --payees FILE > transfers.xml
  recipe         new, lint, sync, release at a maintainer's own working copy: help recipes
  recipe render  what a recipe's files come to: --env FILE -c FILE --stack NAME --as compose|spec
  money import   a file into the books: tandem money import stripe --from FILE
  verify-audit   walk the audit chain; --against FILE compares it with the heads posted in the room

  --as NAME      speak as this member (default: the first operator)
  --json         print the answer as JSON
  --wait         stay until the run that was started has ended
`;

const { values, tokens } = parseArgs({
  args: process.argv.slice(2),
  options: {
    as: { type: "string" },
    json: { type: "boolean" },
    wait: { type: "boolean" },
    help: { type: "boolean", short: "h" },
    version: { type: "boolean" },
  },
  allowPositionals: true,
  strict: false,
  tokens: true,
});

/** Our own options are taken out; every other word and flag belongs to the command and goes on as it was typed. */
function wordsOfCommand(): string[] {
  const own = new Set(["as", "json", "wait", "help", "version"]);
  const taken = new Set<number>();
  for (const token of tokens) {
    if (token.kind !== "option" || !own.has(token.name)) continue;
    taken.add(token.index);
    if (token.value !== undefined && !token.inlineValue) taken.add(token.index + 1);
  }
  return process.argv.slice(2).filter((_, index) => !taken.has(index));
}

function takesNoMore([word = "", ...rest]: string[]): void {
  ownOptions(word, rest, {}, `It takes nothing more: tandem ${word}`);
}

/** Who shall speak; without a name nobody is guessed. */
function speaker(): string | undefined {
  if (values.as === true || values.as === "")
    throw cliWordsUnfit({
      what: "--as needs the name of a member",
      usage: "Such as: tandem --as ana app list",
    });
  return typeof values.as === "string" ? values.as : undefined;
}

async function run(): Promise<number> {
  const words = wordsOfCommand();
  const print = (text: string): void => void process.stdout.write(`${text}\n`);
  if (values.version === true) {
    const file = path.join(import.meta.dirname, "../package.json");
    print((JSON.parse(readFileSync(file, "utf8")) as { version: string }).version);
    return 0;
  }
  if (values.help === true || words.length === 0) {
    print(usage);
    return values.help === true ? 0 : 2;
  }
  // Before our own options are taken out: `--as` means something else there.
  const recipe = await ownRecipeWord(process.argv.slice(2), print);
  if (recipe !== undefined) return recipe;
  // What only some words need is loaded there: a command shall answer at once.
  switch (words[0]) {
    case "demo":
      await import("./demo.ts");
      return Number(process.exitCode ?? 0);
    case "doctor":
      takesNoMore(words);
      return (await import("./doctor.ts")).doctor(print);
    case "login":
      return (await import("./cli/login.ts")).login(words.slice(1), print);
    case "migrate":
      takesNoMore(words);
      return migrate(loadConfig(), print);
    case "export":
      takesNoMore(words);
      return exportData(loadConfig(), print);
    case "adopt":
      return (await import("./cli/adopt.ts")).adopt(loadConfig(), words.slice(1), speaker(), print);
    case "restore-self":
      return (await import("./cli/restore-self.ts")).restoreSelfHere(words.slice(1), print);
    case "export-abra":
      return (await import("./cli/export-abra.ts")).exportAbra(loadConfig(), words.slice(1), print);
    case "bank-file":
      return (await import("./cli/bank-file.ts")).bankFileHere(words.slice(1), speaker());
    case "money": {
      const parts = { config: loadConfig(), as: speaker(), json: values.json === true, out: process.stdout };
      const done = await (await import("./cli/money.ts")).money(words, parts);
      return done ?? said(words, print);
    }
    case "verify-audit":
      return verifyAudit(loadConfig(), words.slice(1), print);
    default:
      return said(words, print);
  }
}

/** A command as in a room. */
async function said(words: string[], print: (text: string) => void): Promise<number> {
  const answer = await ask(loadConfig(), words, speaker(), {
    secret: await secretFor(words),
    file: fileFor(words),
  });
  print(values.json === true ? JSON.stringify(answer, null, 2) : answer.text);
  if (answer.run !== undefined && values.wait === true) return follow(loadConfig(), answer.run, print);
  return answer.ok ? 0 : 1;
}

try {
  process.exitCode = await run();
} catch (thrown) {
  tellEnd(thrown);
  process.exitCode = 1;
}
