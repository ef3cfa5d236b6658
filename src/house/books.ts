/** The books with what the rest of the house knows, and with a place for files that are on their way into them. */
import path from "node:path";
import { eq } from "drizzle-orm";
import {
  openBooks,
  owedTo,
  workOf,
  type Books,
  type Entry,
  type ImportOutcome,
  type Owed,
} from "../books/index.ts";
import { invoicesByTransfer } from "../billing/index.ts";
import { hashOf } from "../core/canonical.ts";
import { importFileGone } from "../core/problems/books.ts";
import { schema } from "../db/index.ts";
import { gitWith } from "../recipes/git.ts";
import type { StatementForms } from "../web/types.ts";
import { entriesOf, type BankWords, type Payouts } from "../work/index.ts";
import { importPath, openSpool, type ImportAs } from "./books-files.ts";
import { openJournalRepository, type JournalRepository } from "./journal-repository.ts";
import type { Rooms } from "./start-house.ts";

type Ground = Pick<Rooms, "db" | "clock" | "audit" | "payouts"> & {
  words: BankWords;
  /** What was sent into rooms; the command line on a database alone has none. */
  parcels?: Pick<Rooms["parcels"], "read">;
  options: {
    config: Pick<Rooms["options"]["config"], "dataDir" | "collective" | "books" | "root" | "gitEnv">;
  };
};

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

export function booksFor(ground: Ground): HouseBooks {
  const { dataDir, books: settings, root, gitEnv } = ground.options.config;
  const { accounts } = settings;
  const { books, hearInvoices } = openWith(ground);
  const { spool, keep, fileOf, forget } = openSpool(path.join(dataDir, "imports"));
  const importSpooled: HouseBooks["importSpooled"] = (token, as, by) =>
    importPath({ books, accounts }, fileOf(token), as, by);
  return {
    ...books,
    repository:
      settings.git === undefined
        ? null
        : openJournalRepository({ books, settings: settings.git, root, git: gitWith(gitEnv) }),
    closeVoices: settings.closeVoices,
    hashOf,
    hearInvoices,
    spool,
    importSpooled,
    forgetSpooled: forget,
    importParcel(parcel, as, by) {
      const bytes = ground.parcels?.read(parcel);
      if (bytes === undefined) throw importFileGone({});
      const token = keep(bytes);
      try {
        return importSpooled(token, as, by);
      } finally {
        forget(token);
      }
    },
    forms: {
      accounts: () => Object.keys(accounts),
      keep(bytes) {
        const word = keep(bytes);
        return { word, forget: () => forget(word) };
      },
    },
  };
}

/** The books, told of agreed work, of what is paid by bank and of invoices, and telling of them. */
function openWith({ options, db, clock, audit, payouts, words }: Ground): Pick<HouseBooks, "hearInvoices"> & {
  books: Books;
} {
  // Without a server nobody hears; the next run with one does.
  let hear = (_: readonly Owed[]): void => undefined;
  const { collective, books: settings } = options.config;
  const books = openBooks({
    ...{ db, clock, audit, collectiveSlug: collective.slug },
    accountNames: settings.chart,
    secondVoiceFrom: settings.secondVoiceFrom,
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
  return { books, hearInvoices: (listener) => void (hear = listener) };
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
