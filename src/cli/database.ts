import { readFileSync } from "node:fs";
import path from "node:path";
import { parseArgs } from "node:util";
import { openAudit, verifyAgainst, type Audit } from "../audit/index.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { Problem } from "../core/problem.ts";
import { openDb } from "../db/index.ts";
import { throughDoor } from "./ask.ts";

/** Where the database lives in the data folder. */
export function databaseFile(config: Config): string {
  return path.join(config.dataDir, "tandem.db");
}

/** Brings the database up to date without starting anything. */
export function migrate(config: Config, print: (text: string) => void): number {
  openDb(databaseFile(config)).close();
  print(`${databaseFile(config)} is up to date.`);
  return 0;
}

/**
 * Walks the audit chain: 0 when it is whole. `against` names a text exported from the operators' room: every head
 * posted there must still be in the chain, which finds a tail that was cut off or a chain written anew. That
 * needs the database itself, so the server must be stopped for it.
 */
export async function verifyAudit(
  config: Config,
  words: string[],
  print: (text: string) => void,
): Promise<number> {
  const { values } = parseArgs({ args: words, options: { against: { type: "string" } } });
  if (values.against !== undefined) {
    const text = readFileSync(values.against, "utf8");
    const checked = here(config, (audit) => {
      const chain = audit.verify();
      return "brokenAt" in chain ? chain : verifyAgainst(audit, text);
    });
    if ("brokenAt" in checked) return broken(checked, print);
    print(`The audit chain is whole and holds all ${checked.witnessed} heads that were posted.`);
    return checked.witnessed > 0 ? 0 : 1;
  }
  const result = await chainOf(config);
  if ("brokenAt" in result) return broken(result, print);
  print(`The audit chain is whole: ${result.rows} rows, head ${result.head}.`);
  return 0;
}

function broken({ brokenAt, why }: { brokenAt: number; why: string }, print: (text: string) => void): number {
  print(`The audit chain is broken at row ${brokenAt}: ${why}.`);
  print("Rows from there on cannot be trusted. Compare with the heads posted in the operators' room:");
  print("  tandem verify-audit --against <text exported from the room>");
  return 1;
}

async function chainOf(config: Config): Promise<ReturnType<Audit["verify"]>> {
  try {
    return (await throughDoor(config, "GET", "/verify-audit")) as ReturnType<Audit["verify"]>;
  } catch (thrown) {
    // Nobody holds the database: it can be read here.
    if (!(thrown instanceof Problem) || thrown.code !== "server-not-running") throw thrown;
    return here(config, (audit) => audit.verify());
  }
}

function here<T>(config: Config, look: (audit: Audit) => T): T {
  const db = openDb(databaseFile(config));
  try {
    return look(openAudit(db, systemClock));
  } finally {
    db.close();
  }
}
