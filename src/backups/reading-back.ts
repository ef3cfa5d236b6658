/** What reads a dump back into the database that it was taken from, inside its own container. */
import type { DatabaseKind } from "./types.ts";

/** The words of the program; the dump comes on its standard input. */
export function readBackWords(kind: DatabaseKind): string[] {
  switch (kind) {
    case "postgres":
      return ["sh", "-c", 'exec psql -q -U "${POSTGRES_USER:-postgres}" -d postgres'];
    case "mariadb":
      return ["sh", "-c", "exec mariadb -uroot"];
    case "mysql":
      return ["sh", "-c", "exec mysql -uroot"];
  }
}
