/** The servers of the inventory: as the running Tandem sees them, or looked at from here. */
import { existsSync } from "node:fs";
import Database from "better-sqlite3";
import { databaseFile } from "../cli/database.ts";
import type { Config } from "../config.ts";
import { systemClock } from "../core/clock.ts";
import { messageOf } from "../core/problem.ts";
import { databaseUnreadable } from "../core/problems/db.ts";
import { partUnwell } from "../core/problems/doctor.ts";
import { bySsh, openSwarm, type SshAddress } from "../swarm/index.ts";
import type { Health } from "../web/index.ts";
import { find, type Finding } from "./finding.ts";

/** One finding per server that is reached over SSH. */
export async function servers(config: Config, health: Health | undefined): Promise<Finding[]> {
  if (health !== undefined) return Promise.all(toldBy(health));
  const file = databaseFile(config);
  try {
    const rows = existsSync(file) ? rowsOf(file) : [];
    return await Promise.all(rows.map((row) => find(`server ${row.name}`, () => look(row, config))));
  } catch (thrown) {
    return [
      await find("servers", () => {
        throw databaseUnreadable({ file, reason: messageOf(thrown) }, thrown);
      }),
    ];
  }
}

function toldBy(health: Health): Promise<Finding>[] {
  return Object.entries(health)
    .filter(([part]) => part.startsWith("server "))
    .map(([part, { ok, says }]) =>
      find(part, () => {
        if (!ok) throw partUnwell({ part, says: says.replace(/\.$/, "") });
        return says;
      }),
    );
}

type Row = SshAddress & { name: string };

function rowsOf(file: string): Row[] {
  const sqlite = new Database(file, { readonly: true, timeout: 0 });
  try {
    // A database of an older Tandem has no such table; the next start makes it.
    const made = sqlite.prepare("select 1 from sqlite_master where type = 'table' and name = 'server'").get();
    if (made === undefined) return [];
    const columns = "name, host, port, user, key_file as keyFile, host_key as hostKey, socket";
    return sqlite.prepare<[], Row>(`select ${columns} from server order by name`).all();
  } finally {
    sqlite.close();
  }
}

async function look({ name, ...address }: Row, config: Config): Promise<string> {
  const agentSocket = config.gitEnv["SSH_AUTH_SOCK"];
  const swarm = openSwarm({
    way: bySsh(address, { name, clock: systemClock, agentSocket }),
    clock: systemClock,
  });
  try {
    const { engine, node } = await swarm.check();
    return `engine ${engine}, Swarm manager on ${node}, reached at ${address.host}`;
  } finally {
    swarm.close();
  }
}
