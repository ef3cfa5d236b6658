import { readFileSync, statSync } from "node:fs";
import { loadConfig, type Config } from "../config.ts";
import { isoOf, systemClock } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import { bankServerRefused } from "../core/problems/bank.ts";
import { cliWordsUnfit, fileUnreadable } from "../core/problems/house.ts";
import { makeBankFile, type BankBatch } from "../work/sepa/index.ts";
import { ask } from "./ask.ts";
import { ownOptions } from "./own-options.ts";

export const bankFileUsage = `Usage: tandem bank-file BATCH --payees FILE [--on DATE] > transfers.xml

Writes a file of SEPA credit transfers (pain.001.001.09) for what a batch pays by bank. The account numbers come from
FILE, which only you hold (member,name,iban,bic); they never leave this machine.

  --payees FILE  one person on each line, after a line that says member,name,iban,bic
  --on DATE      the day of payment, such as 2026-11-27 (default: tomorrow)

On another machine than the server's, set TANDEM_URL to the address of the pages and TANDEM_TOKEN to a token of yours
(\`token create\`, as a treasurer).`;

const options = { payees: { type: "string" }, on: { type: "string" } } as const;
const dayMs = 86_400_000;
const mostBytes = 1024 * 1024;

export interface BankFileParts {
  env: NodeJS.ProcessEnv;
  /** Only read where the server is on this machine. */
  config: () => Config;
  as: string | undefined;
  /** Where the file goes. */
  print: (xml: string) => void;
  /** Where words for people go. */
  tell: (text: string) => void;
  nowMs?: number;
  fetch?: typeof fetch;
}

/** With this machine's environment: the file on the output, words beside it. */
export function bankFileHere(words: string[], as: string | undefined): Promise<number> {
  return bankFile(words, {
    ...{ env: process.env, config: loadConfig, as },
    print: (xml) => void process.stdout.write(xml),
    tell: (text) => void process.stderr.write(`${text}\n`),
  });
}

/** Asks the server what is to be paid, reads who has which account here, and writes the file to the output. */
export async function bankFile(words: string[], parts: BankFileParts): Promise<number> {
  const [batch, ...more] = words;
  if (batch === undefined || !/^[a-z]{5}$/.test(batch))
    throw cliWordsUnfit({
      what: "tandem bank-file: it needs the five letters of a batch",
      usage: bankFileUsage,
    });
  const { nowMs = systemClock.now() } = parts;
  const { payees, on = isoOf(nowMs + dayMs).slice(0, 10) } = ownOptions(
    "bank-file",
    more,
    options,
    bankFileUsage,
  );
  if (payees === undefined)
    throw cliWordsUnfit({ what: "tandem bank-file: it needs --payees FILE", usage: bankFileUsage });
  if (!/^\d{4}-\d{2}-\d{2}$/.test(on) || Number.isNaN(Date.parse(on)))
    throw cliWordsUnfit({ what: `tandem bank-file: ${on} is no day`, usage: bankFileUsage });
  const text = readText(payees);
  const made = makeBankFile(await batchOf(batch, parts), text, { on, nowMs });
  parts.print(made.xml);
  const count = made.transfers === 1 ? "1 transfer" : `${made.transfers} transfers`;
  parts.tell(`${count}, ${made.total} in all, on ${on} (${made.name}).`);
  for (const line of made.leftOut) parts.tell(`Left out: ${line}.`);
  parts.tell(`When the bank has it: payout asked ${batch}`);
  return 0;
}

function readText(file: string): string {
  try {
    if (statSync(file).size > mostBytes) throw new RangeError("it is larger than a megabyte");
    return readFileSync(file, "utf8");
  } catch (thrown) {
    throw fileUnreadable({ file, reason: messageOf(thrown) }, thrown);
  }
}

/** From the server on this machine, or by its pages from elsewhere. */
async function batchOf(
  batch: string,
  { env, config, as, fetch: send = fetch }: BankFileParts,
): Promise<BankBatch> {
  const { TANDEM_URL: url, TANDEM_TOKEN: token } = env;
  if (url === undefined || token === undefined) {
    const answer = await ask(config(), ["payout", "bank", batch], as);
    if (!answer.ok) throw bankServerRefused({ says: answer.text });
    return answer.json as BankBatch;
  }
  const answer = await askPages(url, token, batch, send).catch((thrown: unknown) => {
    throw bankServerRefused({ says: `${url} did not answer (${messageOf(thrown)})` }, thrown);
  });
  if (!answer.ok) throw bankServerRefused({ says: answer.text });
  return answer.json as BankBatch;
}

/** Also what is no address, or no JSON (a proxy's page of errors), is no answer. */
async function askPages(
  url: string,
  token: string,
  batch: string,
  send: typeof fetch,
): Promise<{ ok: boolean; text: string; json?: unknown }> {
  const response = await send(new URL("/api/commands", url), {
    method: "POST",
    redirect: "error",
    headers: { "content-type": "application/json", authorization: `Bearer ${token}` },
    body: JSON.stringify({ command: "payout bank", args: { batch } }),
  });
  return (await response.json()) as { ok: boolean; text: string; json?: unknown };
}
