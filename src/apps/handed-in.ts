/**
 * Files of settings that the command line hands in: through a folder that only the server's account can read,
 * because a command's words stay in the audit and in the journal, and settings may hold passwords.
 */
import { chmodSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import path from "node:path";
import type { AppDomain } from "../core/terms.ts";

export interface HandedIn {
  read(domain: AppDomain): string | undefined;
  drop(domain: AppDomain): void;
}

/** The folder inside the data folder. */
export const handedInFolder = "handed-in";

/** Reads what waits in the folder; without a folder nothing does. */
export function openHandedIn(dir: string | undefined): HandedIn {
  const fileOf = (domain: AppDomain): string | undefined =>
    dir === undefined ? undefined : path.join(dir, `${domain}.env`);
  return {
    read(domain) {
      const file = fileOf(domain);
      return file !== undefined && existsSync(file) ? readFileSync(file, "utf8") : undefined;
    },
    drop(domain) {
      const file = fileOf(domain);
      if (file !== undefined) rmSync(file, { force: true });
    },
  };
}

/** Puts a file there for the running server, readable by its account alone. */
export function handIn(dataDir: string, domain: AppDomain, text: string): void {
  const dir = path.join(dataDir, handedInFolder);
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const file = path.join(dir, `${domain}.env`);
  writeFileSync(file, text, { mode: 0o600 });
  chmodSync(file, 0o600);
}
