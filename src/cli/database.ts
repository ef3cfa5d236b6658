import { existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { openAudit, verifyAgainst, type Audit } from "../audit/index.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { messageOf, Problem } from "../core/problem.ts";
import { databaseMissing, fileUnreadable } from "../core/problems/house.ts";
import { openDb, type Db } from "../db/index.ts";
import { throughDoor } from "./ask.ts";
import { ownOptions } from "./own-options.ts";

const usage =
  "Usage: tandem verify-audit [--against FILE], where FILE is text exported from the operators' room";

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
  const { against } = ownOptions("verify-audit", words, { against: { type: "string" } }, usage);
  if (against !== undefined) {
    const text = readText(against);
    const checked = here(config, (audit) => {
      const chain = audit.verify();
      return "brokenAt" in chain ? chain : verifyAgainst(audit, text);
    });
    if ("brokenAt" in checked) return broken(checked, print);
    if (checked.witnessed === 0) {
      print(`The audit chain is whole, but ${against} holds no head of it, so nothing was compared.`);
      print("Export the operators' room as text: each day's head is one message of Tandem there.");
      return 1;
    }
    const heads = checked.witnessed === 1 ? "the one head" : `all ${checked.witnessed} heads`;
    print(`The audit chain is whole and holds ${heads} that the room has seen.`);
    return 0;
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

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch (thrown) {
    const isGone = (thrown as NodeJS.ErrnoException).code === "ENOENT";
    throw fileUnreadable({ file, reason: isGone ? "there is no such file" : messageOf(thrown) }, thrown);
  }
}

/** The database of a Tandem that does not run. Reading never makes one: an empty one would look whole. */
export function openStanding(config: Config): Db {
  const file = databaseFile(config);
  if (!existsSync(file)) throw databaseMissing({ file });
  return openDb(file);
}

function here<T>(config: Config, look: (audit: Audit) => T): T {
  const db = openStanding(config);
  try {
    return look(openAudit(db, systemClock));
  } finally {
    db.close();
  }
}
