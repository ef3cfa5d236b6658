import type { Config } from "../config.ts";
import { openStanding } from "./database.ts";

/** What leaves: everything that a co-op would want to take along. Tokens, sessions and chat queues stay. */
const tables = {
  members: "member",
  accounts: "account",
  roles: "role_held",
  seats: "seat",
  apps: "app",
  deploys: "deploy",
  runs: "run",
  steps: "step",
  approvals: "approval",
  voices: "voice",
  audit: "audit",
};

/** Prints all records as one JSON document. The server must be stopped: it holds the database alone. */
export function exportData(config: Config, print: (text: string) => void): number {
  const db = openStanding(config);
  try {
    const all = Object.entries(tables).map(([name, table]) => [
      name,
      db.sqlite.prepare(`select * from "${table}"`).all(),
    ]);
    print(JSON.stringify(Object.fromEntries(all), null, 2));
    return 0;
  } finally {
    db.close();
  }
}
