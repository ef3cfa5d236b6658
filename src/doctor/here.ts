/** What can be seen on this machine without asking anybody: folder, database, people, pages. Changes nothing. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { createServer } from "node:net";
import path from "node:path";
import Database from "better-sqlite3";
import { databaseFile } from "../cli/database.ts";
import type { Config } from "../config.ts";
import { messageOf } from "../core/problem.ts";
import { databaseUnreadable } from "../core/problems/db.ts";
import { dataFolderUnwritable } from "../core/problems/doctor.ts";
import { portTaken } from "../core/problems/house.ts";
import { noMaintainer } from "../core/problems/people.ts";
import { openAdmission } from "../house/admit.ts";
import { assertSocketPath } from "../house/local-door.ts";
import { sessionCookie } from "../web/index.ts";

/** The folder, or where it will be made, must be ours to write to and have room. */
export function dataFolder({ dataDir, diskFreeMb }: Config): string {
  assertSocketPath(dataDir);
  const standing = nearestFolder(dataDir);
  try {
    if (!statSync(standing).isDirectory()) throw new Error("it is not a folder");
    accessSync(standing, constants.W_OK | constants.X_OK);
  } catch (thrown) {
    const denied = (thrown as NodeJS.ErrnoException).code === "EACCES";
    const reason = denied ? "this account may not write there" : messageOf(thrown);
    throw dataFolderUnwritable({ folder: dataDir, reason }, thrown);
  }
  const admission = openAdmission(standing, diskFreeMb);
  admission.admit();
  const made = standing === dataDir ? "" : ", made at the first start";
  return `${dataDir}${made}, ${admission.freeMb()} MB free`;
}

function nearestFolder(folder: string): string {
  return existsSync(folder) ? folder : nearestFolder(path.dirname(folder));
}

/** Who may agree, from a database that nobody holds; else from the settings, which count at the first start. */
export function maintainers(config: Config): string {
  const held = heldMaintainers(databaseFile(config));
  if (held !== undefined && held.length > 0) return held.join(", ");
  const named = config.people.maintainers.map(({ name }) => name);
  if (named.length === 0) throw noMaintainer({});
  return `${named.join(", ")} (from the settings, at the next start)`;
}

function heldMaintainers(file: string): string[] | undefined {
  if (!existsSync(file)) return undefined;
  try {
    const sqlite = new Database(file, { readonly: true, timeout: 0 });
    try {
      const held = "select member from role_held where role = 'maintainer' order by member";
      return sqlite.prepare<[], string>(held).pluck().all();
    } finally {
      sqlite.close();
    }
  } catch (thrown) {
    throw databaseUnreadable({ file, reason: messageOf(thrown) }, thrown);
  }
}

/** Whether the pages could be served where the settings say. */
export async function pages({ web }: Config): Promise<string> {
  // Refuses an address under which nobody could be kept signed in, as the start would.
  sessionCookie(web);
  const colon = web.listen.lastIndexOf(":");
  const host = web.listen.slice(0, colon).replace(/^\[|\]$/g, "");
  await new Promise<void>((free, failed) => {
    const probe = createServer();
    probe.once("error", (thrown: NodeJS.ErrnoException) =>
      failed(portTaken({ listen: web.listen, reason: reasons[thrown.code ?? ""] ?? thrown.message }, thrown)),
    );
    probe.listen(Number(web.listen.slice(colon + 1)), host, () => probe.close(() => free()));
  });
  return `${web.listen} is free; people reach them under ${web.publicUrl}`;
}

const reasons: Record<string, string> = {
  EADDRINUSE: "the port is taken",
  EADDRNOTAVAIL: "this machine has no such address",
  EACCES: "this account may not listen there",
  ENOTFOUND: "nobody knows a machine of that name",
};
