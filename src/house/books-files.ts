/** Files that are on their way into the books: where they lie until they are taken, and how they are taken. */
import {
  closeSync,
  mkdirSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
} from "node:fs";
import path from "node:path";
import {
  bytesOfFile,
  formatOf,
  mappingFor,
  readStatements,
  refuseLargerStatement,
  type Books,
  type ImportOutcome,
  type Statement,
  type StatementFormat,
} from "../books/index.ts";
import type { BookSettings } from "../config/books.ts";
import { newToken } from "../core/ids.ts";
import { importFileGone, importFormatUnknown, importUnknown } from "../core/problems/books.ts";
import { statementFormatUnknown } from "../core/problems/books-statements.ts";

/** What a file is to be taken as. */
export interface ImportAs {
  what: string;
  /** Of a bank's statement; left out, its first signs say it. */
  format?: string | undefined;
  account?: string | undefined;
}

export interface Spool {
  /** A place for a file; its name is what a command says it by. */
  spool: () => { token: string; file: string };
  /** Puts bytes into such a place; answers its name. */
  keep: (bytes: Uint8Array) => string;
  /** Throws `import-file-gone` for what is no name of a place. */
  fileOf: (token: string) => string;
  forget: (token: string) => void;
}

export function openSpool(folder: string): Spool {
  // What a power cut has left there was said by nobody.
  rmSync(folder, { recursive: true, force: true });
  const fileOf = (token: string): string => {
    if (!/^[\w-]{10,100}$/.test(token)) throw importFileGone({});
    return path.join(folder, token);
  };
  const spool = (): { token: string; file: string } => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const token = newToken();
    return { token, file: fileOf(token) };
  };
  return {
    ...{ spool, fileOf },
    keep(bytes) {
      const { token, file } = spool();
      writeFileSync(file, bytes, { mode: 0o600 });
      return token;
    },
    forget: (token) => rmSync(fileOf(token), { force: true }),
  };
}

const kinds = ["stripe", "opencollective", "bank", "opening"] as const;
const formats: readonly string[] = ["camt053", "mt940", "ofx", "csv", "json"] satisfies StatementFormat[];

type Accounts = BookSettings["accounts"];

/**
 * Takes a file on disk. Throws as `importFile` and `readStatements`, and `import-unknown`, `import-format-unknown`,
 * `statement-format-unknown`, `import-file-gone`.
 */
export function importPath(
  { books, accounts }: { books: Pick<Books, "importFile">; accounts: Accounts },
  file: string,
  { what, format: said, account }: ImportAs,
  by: string,
): ImportOutcome {
  const kind = kinds.find((one) => one === what);
  if (kind === undefined) throw importUnknown({ what });
  if (said !== undefined && said !== "json" && (kind !== "bank" || !formats.includes(said)))
    throw importFormatUnknown({ format: said });
  const format = said ?? (kind === "bank" ? formatIn(file) : "json");
  const bytes = (): Iterable<Uint8Array> => bytesOfFile(file);
  const as = { what: kind, name: "The file", bytes, format, ...(account !== undefined && { account }) };
  const statements = (): Statement[] =>
    statementsIn(file, format as StatementFormat, accounts[account ?? ""]);
  try {
    return books.importFile(kind === "bank" ? { ...as, statements } : as, by);
  } catch (thrown) {
    if ((thrown as NodeJS.ErrnoException).code === "ENOENT") throw importFileGone({}, thrown);
    throw thrown;
  }
}

/** Throws `statement-format-unknown`, `import-file-gone`. */
function formatIn(file: string): string {
  const head = Buffer.alloc(4096);
  let length: number;
  try {
    const opened = openSync(file, "r");
    try {
      length = readSync(opened, head);
    } finally {
      closeSync(opened);
    }
  } catch (thrown) {
    throw importFileGone({}, thrown);
  }
  const bytes = head.subarray(0, length);
  const begins = bytes
    .toString("latin1")
    .replaceAll(/[^\x20-\x7e]+/g, " ")
    .trim()
    .slice(0, 20);
  const format = formatOf(bytes);
  if (format === undefined) throw statementFormatUnknown({ begins: begins === "" ? "nothing" : begins });
  return format;
}

/** The size is looked at first: a file that is refused for it is not held in memory. */
function statementsIn(file: string, format: StatementFormat, known: Accounts[string] = {}): Statement[] {
  const { number, currency, mapping } = known;
  refuseLargerStatement(statSync(file).size);
  return readStatements(readFileSync(file), {
    ...{ format, currency, account: number },
    mapping: format !== "csv" || mapping === undefined ? undefined : mappingFor(mapping),
  });
}
