/** The books with what the rest of the house knows, and with a place for files that are on their way into them. */
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
import { eq } from "drizzle-orm";
import {
  bytesOfFile,
  formatOf,
  mappingFor,
  openBooks,
  owedTo,
  readStatements,
  refuseLargerStatement,
  workOf,
  type Books,
  type Entry,
  type ImportOutcome,
  type Owed,
  type Statement,
  type StatementFormat,
} from "../books/index.ts";
import { invoicesByTransfer } from "../billing/index.ts";
import type { BookSettings } from "../config/books.ts";
import { hashOf } from "../core/canonical.ts";
import { newToken } from "../core/ids.ts";
import { importFileGone, importFormatUnknown, importUnknown } from "../core/problems/books.ts";
import { statementFormatUnknown } from "../core/problems/books-statements.ts";
import { schema } from "../db/index.ts";
import type { StatementForms } from "../web/types.ts";
import { entriesOf, type BankWords, type Payouts } from "../work/index.ts";
import { openJournalRepository, type JournalRepository } from "./journal-repository.ts";
import { gitWith } from "../recipes/git.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "db" | "clock" | "audit" | "payouts"> & {
  words: BankWords;
  /** What was sent into rooms; the command line on a database alone has none. */
  parcels?: Pick<Rooms["parcels"], "read">;
  options: {
    config: Pick<Rooms["options"]["config"], "dataDir" | "collective" | "books" | "root" | "gitEnv">;
  };
};

/** What a file is to be taken as. */
export interface ImportAs {
  what: string;
  /** Of a bank's statement; left out, its first signs say it. */
  format?: string | undefined;
  account?: string | undefined;
}

export interface HouseBooks extends Books {
  /** How many treasurers agree to the closing of a month. */
  closeVoices: number;
  /** By which an approval is bound to what was shown. */
  hashOf(value: unknown): string;
  /** A place for a file; its name is what a command says it by. */
  spool(): { token: string; file: string };
  /** Takes what was put there; joins the open transaction. Throws as `importFile`, and `import-file-gone`. */
  importSpooled(token: string, as: ImportAs, by: string): ImportOutcome;
  /** Throws the file away. */
  forgetSpooled(token: string): void;
  /** Takes what somebody sent into a room; joins the open transaction. Throws as `importSpooled`. */
  importParcel(parcel: string, as: ImportAs, by: string): ImportOutcome;
  /** Where the journal is kept in git; null: the settings name no such place. */
  repository: JournalRepository | null;
  /** For the form of the web pages. */
  forms: StatementForms;
  /** Hears from now on what the bank's lines have to do with invoices, in the transaction of each run. */
  hearInvoices(listener: (owed: readonly Owed[]) => void): void;
}

export function booksFor({ options, db, clock, audit, payouts, words, parcels }: Ground): HouseBooks {
  const folder = path.join(options.config.dataDir, "imports");
  const { accounts } = options.config.books;
  // What a power cut has left there was said by nobody.
  rmSync(folder, { recursive: true, force: true });
  // Without a server nobody hears; the next run with one does.
  let hear = (_: readonly Owed[]): void => undefined;
  const books = openBooks({
    ...{ db, clock, audit, collectiveSlug: options.config.collective.slug },
    accountNames: options.config.books.chart,
    secondVoiceFrom: options.config.books.secondVoiceFrom,
    accruals: () => accrualsOf(payouts),
    payables: () => words.paidByBank(),
    invoices: () => invoicesByTransfer(db),
    heed(owed) {
      words.heed(owed.filter(({ kind }) => kind === "payable"));
      hear(owed.filter(({ kind }) => kind === "invoice"));
    },
    member: (payee, key) => {
      const [, member] = /^[a-z]{5}\/([^/]+)\/[A-Z]{3}(?:\/\d+)?$/.exec(key ?? "") ?? [];
      if (member !== undefined) return member;
      if (payee === null) return undefined;
      return db.orm.select().from(schema.payee).where(eq(schema.payee.slug, payee)).get()?.member;
    },
  });
  const fileOf = (token: string): string => {
    if (!/^[\w-]{10,100}$/.test(token)) throw importFileGone({});
    return path.join(folder, token);
  };
  const spool = (): { token: string; file: string } => {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    const token = newToken();
    return { token, file: fileOf(token) };
  };
  const forgetSpooled = (token: string): void => rmSync(fileOf(token), { force: true });
  const { books: settings, root, gitEnv } = options.config;
  const keep = (bytes: Uint8Array): string => {
    const { token, file } = spool();
    writeFileSync(file, bytes, { mode: 0o600 });
    return token;
  };
  const importSpooled: HouseBooks["importSpooled"] = (token, as, by) =>
    importPath({ books, accounts }, fileOf(token), as, by);
  return {
    ...books,
    repository:
      settings.git === undefined
        ? null
        : openJournalRepository({ books, settings: settings.git, root, git: gitWith(gitEnv) }),
    closeVoices: options.config.books.closeVoices,
    hashOf,
    hearInvoices: (listener) => void (hear = listener),
    spool,
    importSpooled,
    forgetSpooled,
    importParcel(parcel, as, by) {
      const bytes = parcels?.read(parcel);
      if (bytes === undefined) throw importFileGone({});
      const token = keep(bytes);
      try {
        return importSpooled(token, as, by);
      } finally {
        forgetSpooled(token);
      }
    },
    forms: {
      accounts: () => Object.keys(accounts),
      keep(bytes) {
        const word = keep(bytes);
        return { word, forget: () => forgetSpooled(word) };
      },
    },
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

/** Agreed work: what it cost each circle, and to whom it is owed. */
function accrualsOf(payouts: Payouts): Entry[] {
  return entriesOf(payouts.report({ agreed: true })).map((entry) => {
    const { batch, entry: number, on, circle, currency, amountMinor, parts, corrects } = entry;
    return {
      ...{ source: "work", ref: `${batch}/${number}`, date: on, kind: "work", memo: batch },
      corrects: corrects === null ? null : String(corrects),
      postings: [
        { account: workOf(circle), currency, amountMinor },
        ...parts.map((part) => ({ account: owedTo(part.member), currency, amountMinor: -part.amountMinor })),
      ].filter((posting) => posting.amountMinor !== 0n),
    };
  });
}
