import path from "node:path";
import { openAudit, type Audit } from "../audit/index.ts";
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

/** Walks the audit chain, through the running server when it holds the database. 0 when the chain is whole. */
export async function verifyAudit(config: Config, print: (text: string) => void): Promise<number> {
  const result = await chainOf(config);
  if ("brokenAt" in result) {
    print(`The audit chain is broken at row ${result.brokenAt}: ${result.why}.`);
    print("Rows from there on cannot be trusted. Compare with the heads posted in the operators' room.");
    return 1;
  }
  print(`The audit chain is whole: ${result.rows} rows, head ${result.head}.`);
  return 0;
}

async function chainOf(config: Config): Promise<ReturnType<Audit["verify"]>> {
  try {
    return (await throughDoor(config, "GET", "/verify-audit")) as ReturnType<Audit["verify"]>;
  } catch (thrown) {
    // Nobody holds the database: it can be read here.
    if (!(thrown instanceof Problem) || thrown.code !== "server-not-running") throw thrown;
    const db = openDb(databaseFile(config));
    try {
      return openAudit(db, systemClock).verify();
    } finally {
      db.close();
    }
  }
}
