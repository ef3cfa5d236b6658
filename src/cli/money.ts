/**
 * `tandem money import … --from FILE` and `tandem money reconcile --json`: said to the running server through its local
 * door or, where none runs, done on its database here.
 */
import { createReadStream, existsSync, statSync } from "node:fs";
import { request } from "node:http";
import { pipeline } from "node:stream/promises";
import { Writable } from "node:stream";
import { takenWords } from "../../workflows/parts/taken.ts";
import { openAudit } from "../audit/index.ts";
import { journalFormats, reconciledJson, type ImportOutcome } from "../books/index.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { cliWordsUnfit, fileUnreadable, serverNotRunning } from "../core/problems/house.ts";
import { openDb } from "../db/index.ts";
import { openOutbox } from "../chat/outbox.ts";
import { bankWordsFor } from "../house/bank-words.ts";
import { booksFor, type HouseBooks } from "../house/books.ts";
import { importPath } from "../house/books-files.ts";
import { doorPath } from "../house/local-door.ts";
import { openPeople } from "../people/index.ts";
import { openPayouts } from "../work/index.ts";
import { ask, throughDoor } from "./ask.ts";
import { databaseFile } from "./database.ts";

const usage = `Usage: tandem money import stripe --from FILE
       tandem money import opencollective --from FILE [--account NAME]
       tandem money import bank --account NAME [--format camt053|mt940|ofx|csv|json] --from FILE
       tandem money import opening --from FILE
       tandem money reconcile [--json]
       tandem money export hledger|beancount|csv [MONTH]`;

export interface MoneyParts {
  config: Config;
  as: string | undefined;
  json: boolean;
  out: NodeJS.WritableStream;
}

/** Undefined: the words are none of these, and go to the server as they are. */
export async function money(words: string[], parts: MoneyParts): Promise<number | undefined> {
  const [, verb] = words;
  if (verb === "import") return importing(words.slice(2), parts);
  if (verb === "reconcile" && words.length === 2) return reconciling(parts);
  if (verb === "export") return exporting(words.slice(2), parts);
  return undefined;
}

interface Wanted {
  what: string;
  from: string;
  account?: string;
  format?: string;
}

function wantedBy(words: readonly string[]): Wanted {
  const [what, ...rest] = words;
  const flags: Record<string, string> = {};
  for (let i = 0; i < rest.length; i++) {
    const [, name = "", inline] = /^--([a-z]+)(?:=(.*))?$/s.exec(rest[i] ?? "") ?? [];
    if (!["from", "account", "format"].includes(name))
      throw cliWordsUnfit({ what: `tandem money import: it does not know ${rest[i] ?? ""}`, usage });
    const value = inline ?? rest[(i += 1)];
    if (value === undefined || value === "")
      throw cliWordsUnfit({ what: `tandem money import: --${name} needs a value`, usage });
    flags[name] = value;
  }
  const { from, account, format } = flags;
  if (what === undefined || what.startsWith("-") || from === undefined)
    throw cliWordsUnfit({ what: "tandem money import: it needs what to import, and --from FILE", usage });
  return { what, from, ...(account !== undefined && { account }), ...(format !== undefined && { format }) };
}

async function importing(words: readonly string[], parts: MoneyParts): Promise<number> {
  const wanted = wantedBy(words);
  try {
    if (!existsSync(wanted.from) || statSync(wanted.from).isDirectory())
      throw new RangeError("there is no such file");
  } catch (thrown) {
    throw fileUnreadable({ file: wanted.from, reason: messageOf(thrown) }, thrown);
  }
  const { config, json, out, as } = parts;
  if (!(await isRunning(config))) {
    const outcome = here(config, (books) =>
      importPath({ books, accounts: config.books.accounts }, wanted.from, wanted, as ?? "command line"),
    );
    out.write(`${json ? JSON.stringify(outcome, null, 2) : wordsOf(outcome)}\n`);
    return 0;
  }
  const { token } = (await spooled(config, wanted.from)) as { token: string };
  try {
    const flags = [`--from=${token}`];
    if (wanted.account !== undefined) flags.push(`--account=${wanted.account}`);
    if (wanted.format !== undefined) flags.push(`--format=${wanted.format}`);
    const answer = await ask(config, ["money", "import", wanted.what, ...flags], as);
    out.write(json && answer.ok ? `${JSON.stringify(answer.json, null, 2)}\n` : `${answer.text}\n`);
    return answer.ok ? 0 : 1;
  } finally {
    await throughDoor(config, "DELETE", `/books/spool/${token}`);
  }
}

function wordsOf(outcome: ImportOutcome): string {
  if (outcome.isKnownFile) return "This file was taken before: there is nothing new in it.";
  const { counts, leftAside, alarms } = takenWords(outcome);
  return [`The file is taken: ${counts}.`, ...leftAside, ...alarms].join("\n");
}

async function reconciling({ config, as, json, out }: MoneyParts): Promise<number> {
  if (!(await isRunning(config))) {
    here(config, (books) => {
      const run = books.reconcile();
      if (json) for (const piece of reconciledJson(run, books)) out.write(piece);
      else out.write(`${run.queue.length} in the queue. All of it: tandem money reconcile --json\n`);
    });
    return 0;
  }
  // By the one door first: it knows who may, and writes it down.
  const answer = await ask(config, ["money", "reconcile"], as);
  if (!json || !answer.ok) {
    out.write(`${answer.text}\n`);
    return answer.ok ? 0 : 1;
  }
  await download(config, "/books/reconciled", out);
  return 0;
}

/** The ledger for another program, on the output. */
async function exporting([name, month, ...more]: readonly string[], parts: MoneyParts): Promise<number> {
  const { config, as, out } = parts;
  const format = journalFormats.find((one) => one === name);
  if (format === undefined || more.length > 0 || (month !== undefined && !/^\d{4}-\d{2}$/.test(month)))
    throw cliWordsUnfit({ what: "tandem money export: it needs hledger, beancount or csv", usage });
  if (!(await isRunning(config))) {
    here(config, (books) => {
      books.reconcile();
      for (const piece of books.journal(format, month)) out.write(piece);
    });
    return 0;
  }
  const answer = await ask(config, ["money", "reconcile"], as);
  if (!answer.ok) {
    out.write(`${answer.text}\n`);
    return 1;
  }
  await download(config, ["/books/journal", format, ...(month === undefined ? [] : [month])].join("/"), out);
  return 0;
}

/** Whether a server answers at the door; one that holds the database without a door is told of when it is opened. */
async function isRunning(config: Config): Promise<boolean> {
  try {
    await throughDoor(config, "GET", "/servers");
    return true;
  } catch (thrown) {
    if (thrown instanceof Problem && thrown.code === "server-not-running") return false;
    throw thrown;
  }
}

/** The books of a Tandem that does not run: whoever can open its database could read it as well. */
function here<T>(config: Config, work: (books: HouseBooks) => T): T {
  const db = openDb(databaseFile(config));
  try {
    const audit = openAudit(db, systemClock);
    const people = openPeople({ db, clock: systemClock, audit });
    const payouts = openPayouts({
      ...{ db, clock: systemClock, audit, people, settings: config.work, publicUrl: config.web.publicUrl },
      ...{ defaultRoom: undefined, post: () => undefined },
    });
    // What there is to be said of payments waits in the outbox for the next start.
    const outbox = openOutbox({ db, clock: systemClock });
    const words = bankWordsFor({ options: { config }, db, clock: systemClock, audit, people, outbox });
    return work(booksFor({ options: { config }, db, clock: systemClock, audit, payouts, words }));
  } finally {
    db.close();
  }
}

/** Sends a file to the door as it is read. */
function spooled(config: Config, file: string): Promise<unknown> {
  const socketPath = doorPath(config.dataDir);
  return new Promise((answered, failed) => {
    const call = request({ socketPath, method: "POST", path: "/books/spool" }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => answered(JSON.parse(Buffer.concat(chunks).toString("utf8"))));
    });
    call.on("error", failed);
    pipeline(createReadStream(file), call).catch(failed);
  });
}

/** Writes what the door answers to the output, as it comes. */
function download(config: Config, path: string, out: NodeJS.WritableStream): Promise<void> {
  const socketPath = doorPath(config.dataDir);
  return new Promise((done, failed) => {
    const call = request({ socketPath, method: "GET", path }, (response) => {
      const to = new Writable({ write: (chunk: Buffer, _, next) => void out.write(chunk, () => next()) });
      pipeline(response, to).then(done, failed);
    });
    call.on("error", (thrown) => failed(serverNotRunning({ socket: socketPath }, thrown)));
    call.end();
  });
}
