import type { Audit } from "../audit/index.ts";
import type { Clock } from "../core/clock.ts";
import { sha256 } from "../core/canonical.ts";
import type { Db } from "../db/index.ts";
import { openClosing, type Closing } from "./close.ts";
import { openFacts, type Facts } from "./facts.ts";
import {
  ingestCollective,
  ingestStripe,
  nothingTold,
  tellBalance,
  tellClosing,
  tellLines,
  tellMember,
  tellStripe,
  type Ingested,
} from "./ingest/ingest.ts";
import { journalOf, type JournalFormat } from "./export/journal.ts";
import { hashOfFile, type ImportFile } from "./ingest/file.ts";
import { tellFetched, type CollectiveObjects } from "./opencollective/fetched.ts";
import type { Claim } from "./match/match.ts";
import { claimsOfInvoices, claimsOfPayables } from "./project/bank.ts";
import type { Owed } from "./project/owed.ts";
import { entryOf, ledgerEntries, type LedgerEntry } from "./ledger/read.ts";
import { namesOf, type OwnNames } from "./own-names.ts";
import { reconcile, type Run, type Surroundings } from "./reconcile.ts";
import { takeOpening } from "./opening/take.ts";
import { readStatements } from "./statements/index.ts";
import { openDecisions, type Decisions, type Wanted } from "./decisions/open.ts";
import type { Reconciled } from "./types.ts";

export interface BooksParts extends Surroundings {
  db: Db;
  clock: Clock;
  audit: Pick<Audit, "append">;
  /** The name of the co-op's account at Open Collective, where it is set. */
  collectiveSlug: string | undefined;
  /** The co-op's own names of accounts, by their default ones. */
  accountNames?: Readonly<Record<string, string>>;
  /** From this amount on a second treasurer agrees to a decision, in minor units of any currency. */
  secondVoiceFrom: number;
  /**
   * Hears, in the transaction of each run, what the bank's lines have to do with what was owed. The same may be told
   * again and again.
   */
  heed?: (owed: readonly Owed[]) => void;
}

/** Stripe's objects, as the API returns them. */
export interface StripeObjects {
  payouts?: unknown[];
  balance_transactions?: unknown[];
  charges?: unknown[];
  refunds?: unknown[];
  disputes?: unknown[];
  invoices?: unknown[];
  invoice_payments?: unknown[];
  members?: Record<string, unknown[]>;
  balance?: Record<string, unknown>;
}

/** What an import came to. */
export interface ImportOutcome extends Ingested {
  /** The same file was taken before: there was nothing to look at. */
  isKnownFile: boolean;
}

export interface Importing {
  /** Takes a file whole or not at all. Throws `import-unreadable`, `import-object-unfit`, `bank-account-unfit`. */
  importFile(file: ImportFile, by: string): ImportOutcome;
  /** Takes objects that were fetched, whole or not at all. Throws `import-object-unfit`. */
  importStripe(objects: StripeObjects): ImportOutcome;
  /** Takes what was fetched of Open Collective, whole or not at all. Throws `import-object-unfit`. */
  importCollective(objects: CollectiveObjects): ImportOutcome;
}

export interface Books extends Importing, Decisions, Closing {
  /** Brings ledger, verdicts and proofs up to date with all that was told; at once when nothing is new. */
  reconcile(): Run;
  /** What the last `reconcile` came to; undefined: there was none yet. */
  lastRun(): Run | undefined;
  /** The ledger in the order of journals; after `reconcile`. */
  entries(month?: string): Iterable<LedgerEntry>;
  /** How something is booked, by its source's id; after `reconcile`. */
  entryOf(ref: string): LedgerEntry | undefined;
  /** The ledger as others read it; byte by byte the same for the same facts. After `reconcile`, and read at once. */
  journal(format: JournalFormat, month?: string): Generator<string>;
}

/** Raised when the same facts come to other entries than before: what was kept is worked out anew. */
const rulesVersion = 2;

/** Opens the books on their tables. Writes join the open transaction or make their own. */
export function openBooks(parts: BooksParts): Books {
  const { db, clock, accountNames = {} } = parts;
  const names = namesOf(accountNames);
  const facts = openFacts(db.sqlite, clock);
  const owed = (id: string): OwedAmount | undefined => owedAmount(parts, id);
  const decisions = openDecisions({ ...parts, owed }, () => run());
  const run = (): Run =>
    db.tx(() => {
      const found = reconciled(parts, facts, decisions);
      parts.heed?.(found.owed);
      return found;
    });
  const named = ({ postings, ...entry }: LedgerEntry): LedgerEntry => ({
    ...entry,
    postings: postings.map(([account, ...rest]) => [names.shown(account), ...rest]),
  });
  const isRenamed = Object.keys(accountNames).length > 0;
  const entries = (month?: string): Iterable<LedgerEntry> => {
    const all = ledgerEntries(db.sqlite, month);
    return isRenamed ? all.map(named) : all;
  };
  return {
    ...importing(parts, facts, (bytes, told) =>
      takeOpening({ sqlite: db.sqlite, facts, names, run }, bytes, told),
    ),
    ...decisions,
    weigh: (wanted) => decisions.weigh(meant(wanted, names)),
    decide: (wanted, ...by) => decisions.decide(meant(wanted, names), ...by),
    ...openClosing({ ...parts, names }, () => decisions.decisions(), run),
    reconcile: () => shownRun(run(), names),
    lastRun: () => {
      const kept = keptRun(db);
      return kept === undefined ? undefined : shownRun(revived(kept.run), names);
    },
    entries,
    entryOf(ref) {
      const entry = entryOf(db.sqlite, ref);
      return entry === undefined ? undefined : named(entry);
    },
    journal: (format, month) => journalOf(format, () => entries(month)),
  };
}

type OwedAmount = Pick<Claim, "amountMinor" | "currency">;

function owedAmount({ payables, invoices }: BooksParts, id: string): OwedAmount | undefined {
  const claims = [...claimsOfPayables(payables()), ...claimsOfInvoices(invoices?.() ?? [])];
  return claims.find((claim) => claim.id === id);
}

/** What somebody wants, by the names that the ledger keeps. */
function meant(wanted: Wanted, { kept }: OwnNames): Wanted {
  const parts = wanted.what.parts?.map((part) => ({ ...part, account: kept(part.account) }));
  return parts === undefined ? wanted : { ...wanted, what: { ...wanted.what, parts } };
}

function shownRun(run: Run, { shown }: OwnNames): Run {
  return { ...run, proofs: run.proofs.map((one) => ({ ...one, proof: shown(one.proof) })) };
}

type TakesOpening = (bytes: Uint8Array, told: ImportOutcome) => void;

function importing({ db, collectiveSlug }: BooksParts, facts: Facts, takesOpening: TakesOpening): Importing {
  return {
    importFile: (file, by) =>
      db.tx(() => {
        const told: ImportOutcome = { ...nothingTold(), isKnownFile: false };
        if (file.what === "opening") {
          // The last one counts, so that one which was taken before may be meant again.
          takesOpening(bytesIn(file), told);
          return told;
        }
        const hash = hashOfFile(file);
        if (facts.hasFile(hash)) return { ...told, isKnownFile: true };
        take(facts, file, collectiveSlug, told);
        // With an alarm in it the file is looked at again: what it says is not what the books hold.
        if (told.alarms.length === 0) facts.tookFile(hash, by);
        return told;
      }),
    importStripe: (objects) =>
      db.tx(() => {
        const told: ImportOutcome = { ...nothingTold(), isKnownFile: false };
        const { members = {}, balance, ...lists } = objects;
        for (const [list, values] of Object.entries(lists) as [
          Exclude<keyof typeof lists, never>,
          unknown[],
        ][])
          for (const value of values) tellStripe(facts, list, value, told);
        for (const [payout, list] of Object.entries(members))
          for (const member of list) tellMember(facts, payout, member, told);
        if (balance !== undefined) tellBalance(facts, balance, told);
        return told;
      }),
    importCollective: (objects) =>
      db.tx(() => {
        const told: ImportOutcome = { ...nothingTold(), isKnownFile: false };
        tellFetched(facts, objects, told);
        return told;
      }),
  };
}

const bytesIn = (file: ImportFile): Uint8Array => Buffer.concat([...file.bytes()]);

function take(facts: Facts, file: ImportFile, slug: string | undefined, told: ImportOutcome): void {
  switch (file.what) {
    case "stripe":
      ingestStripe(facts, file.name, file.bytes(), told);
      return;
    case "opencollective":
      ingestCollective(
        facts,
        { file: file.name, bytes: file.bytes(), own: file.account ?? slug ?? null },
        told,
      );
      return;
    case "bank": {
      const account = file.account ?? "";
      const statements = file.statements?.() ?? readStatements(bytesIn(file), { format: "json" });
      tellLines(
        facts,
        account,
        statements.flatMap((one) => one.lines),
        told,
      );
      for (const { currency, opening, closing } of statements) {
        if (opening !== undefined)
          tellClosing(facts, account, { ...opening, currency, isOpening: true }, told);
        if (closing !== undefined)
          tellClosing(facts, account, { ...closing, currency, isOpening: false }, told);
      }
    }
  }
}

function reconciled(parts: BooksParts, facts: Facts, decisions: Decisions): Run {
  const { db, accruals, payables, invoices, member } = parts;
  const around = { accruals: accruals(), payables: payables(), invoices: invoices?.() ?? [] };
  const known = sha256(
    JSON.stringify(around, (_, value: unknown) => (typeof value === "bigint" ? String(value) : value)),
  );
  const mark = [rulesVersion, facts.mark(), known].join("/");
  const kept = db.sqlite.prepare("SELECT value FROM book_state WHERE name = 'run'").pluck().get() as
    string | undefined;
  if (kept !== undefined) {
    const before = JSON.parse(kept) as { mark: string; run: string };
    if (before.mark === mark) return revived(before.run);
  }
  const run = reconcile({
    ...{ sqlite: db.sqlite, facts, member, decisions: decisions.decisions() },
    ...{ accruals: () => around.accruals, payables: () => around.payables },
    invoices: () => around.invoices,
    closedUntil: decisions.closedUntil(),
  });
  const value = JSON.stringify({ mark, run: revivable(run) });
  db.sqlite
    .prepare(
      "INSERT INTO book_state (name, value) VALUES ('run', ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value",
    )
    .run(value);
  return run;
}

function keptRun(db: Db): { mark: string; run: string } | undefined {
  const kept = db.sqlite.prepare("SELECT value FROM book_state WHERE name = 'run'").pluck().get();
  return kept === undefined ? undefined : (JSON.parse(kept as string) as { mark: string; run: string });
}

const isMinor = (key: string): boolean => key.endsWith("Minor");

function revivable(run: Run): string {
  return JSON.stringify(run, (_, value: unknown) => (typeof value === "bigint" ? Number(value) : value));
}

function revived(text: string): Run {
  const run = JSON.parse(text, (key, value: unknown) =>
    isMinor(key) && typeof value === "number" ? BigInt(value) : value,
  ) as Run;
  return { ...run, written: { added: 0, changed: 0, removed: 0 } };
}

export type { Reconciled };
