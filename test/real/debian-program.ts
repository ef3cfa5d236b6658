/** A program of Debian's for tests: installed where that may be done, else left out with one line or required. */
import { existsSync } from "node:fs";
import { install, mayInstall } from "./docker/install.ts";

export interface DebianProgram {
  /** As it is called in that line. */
  name: string;
  file: string;
  package: string;
}

/** Whether it is here by now. Throws under TANDEM_REAL=require when it cannot be had. */
export function haveProgram({ name, file, package: debian }: DebianProgram): boolean {
  try {
    if (!existsSync(file)) {
      if (!mayInstall()) throw new Error(`${debian} not installed, and only root with apt may install it`);
      install([debian]);
    }
    console.log(`${name}: Debian's, ${file}`);
    return true;
  } catch (thrown) {
    const reason = thrown instanceof Error ? thrown.message : String(thrown);
    if (process.env["TANDEM_REAL"] === "require")
      throw new Error(`${name} is required: ${reason}`, { cause: thrown });
    console.log(`${name}: left out, ${reason}`);
    return false;
  }
}

export const restic: DebianProgram = { name: "restic", file: "/usr/bin/restic", package: "restic" };

export const postgres: DebianProgram = {
  name: "postgres",
  file: "/usr/lib/postgresql/15/bin/postgres",
  package: "postgresql-15",
};

export const mariadb: DebianProgram = {
  name: "mariadb",
  file: "/usr/sbin/mariadbd",
  package: "mariadb-server-core",
};

export const mariadbDump: DebianProgram = {
  name: "mariadb-dump",
  file: "/usr/bin/mariadb-dump",
  package: "mariadb-client",
};

export const hledger: DebianProgram = { name: "hledger", file: "/usr/bin/hledger", package: "hledger" };

export const beancount: DebianProgram = {
  name: "beancount",
  file: "/usr/bin/bean-check",
  package: "beancount",
};
