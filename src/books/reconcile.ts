/** One run of the books: facts and decisions become entries, verdicts, a queue and proofs. Same facts, same books. */
import type { Database } from "better-sqlite3";
import { forcedBy, settledBy, withDecisions, type Decision } from "./decisions/apply.ts";
import type { Facts } from "./facts.ts";
import { balances } from "./ledger/read.ts";
import { beginWriting } from "./ledger/write.ts";
import { openingEntries } from "./opening/take.ts";
import { match, type Claim, type Matching } from "./match/match.ts";
import {
  bankRows,
  belongings,
  claimsOfInvoices,
  claimsOfPayables,
  entryOf,
  type BankRow,
  type Counter,
  type OwedInvoice,
  type Payable,
} from "./project/bank.ts";
import { collectiveSide, type CollectiveSide } from "./project/collective.ts";
import { stripeSide, type StripeSide } from "./project/stripe.ts";
import { owedOf, transfersOf, type Owed } from "./project/owed.ts";
import { verdictsOf } from "./project/verdicts.ts";
import { proofsOf } from "./proofs.ts";
import { dayOfSeconds } from "./days.ts";
import type { Entry, QueueItem, Reconciled, Source } from "./types.ts";

/** What the rest of the house knows: whom work is owed to, and what was sent to the bank. */
export interface Surroundings {
  /** Entries of agreed work: what it cost, and to whom it is owed. */
  accruals: () => Entry[];
  /** Payments that were handed to the bank, or will be. */
  payables: () => Payable[];
  /** Invoices that are to be paid by transfer, and those that were. Left out: there are none. */
  invoices?: () => OwedInvoice[];
  /** The short name of the member behind an account at Open Collective, or behind our own key. */
  member: (payee: string | null, key: string | null) => string | undefined;
}

export interface RunParts extends Surroundings {
  sqlite: Database;
  facts: Facts;
  decisions: readonly Decision[];
  /** The last day of the last closed month. */
  closedUntil: string | null;
}

export interface Run extends Reconciled {
  written: { added: number; changed: number; removed: number };
  /** Payables and invoices that lines of the bank have to do with. */
  owed: Owed[];
}

/** Joins the open transaction: entries and verdicts are of the same facts. */
export function reconcile(parts: RunParts): Run {
  const { sqlite, facts, decisions, closedUntil } = parts;
  const collective = collectiveSide(facts, parts.member);
  const stripe = stripeSide(sqlite, facts, collective.twins);
  const rows = bankRows(facts);
  const payables = parts.payables();
  const invoices = parts.invoices?.() ?? [];
  const claims = [
    ...[...stripe.payouts.map(claimOf), ...collective.claims],
    ...[...claimsOfPayables(payables), ...claimsOfInvoices(invoices)],
  ];
  const matching = matchedWith(claims, rows, decisions);
  const isSettled = settledBy(decisions);
  const verdicts = verdictsOf({ payouts: stripe.payouts, rows, matching, isSettled });
  const queue = [...verdicts.queue, ...collective.queue.filter(({ id }) => !isSettled(id))];
  const asked: QueueItem[] = [];
  const opening = openingEntries(facts);
  const owed = owedOf(matching, rows);
  const joins = stripe.joins(transfersOf(owed, invoices));
  const memberOf = (reference: string): string =>
    payables.find((one) => one.reference === reference)?.member ?? "unknown";
  const counter: Counter = { memberOf, receivable: joins.receivable };
  const written = writeAll(
    parts,
    [...opening, ...collective.entries, ...parts.accruals(), ...bankEntries(rows, matching, counter)],
    stripe.entries(asked, joins),
    closedUntil,
  );
  queue.push(...asked.filter(({ id }) => !isSettled(id)), ...changed(facts, isSettled));
  const ledger = balances(sqlite);
  return {
    ...{ matched: verdicts.matched, groups: verdicts.groups, queue: queue.sort(byDate), written },
    states: Object.fromEntries([...verdicts.states].sort(([a], [b]) => (a < b ? -1 : 1))),
    proofs: proofsOf({
      ...{ sqlite, facts, balances: ledger, rows, payouts: stripe.payouts, states: verdicts.states },
      collectiveNets: collective.nets,
      opening: opening.flatMap(({ postings }) => postings),
    }),
    owed,
  };
}

function byDate(a: QueueItem, b: QueueItem): number {
  const key = ({ date, id, kind, why }: QueueItem): string => [date, id, kind, why].join("\u0000");
  return key(a) < key(b) ? -1 : 1;
}

function claimOf({ payout, standing }: StripeSide["payouts"][number]): Claim {
  const { id, amount, currency, arrival, trace } = payout;
  const kind =
    standing.kind === "failed" ? "failed payout" : standing.kind === "waiting" ? "waiting payout" : "payout";
  return {
    ...{ id, kind, amountMinor: BigInt(amount), currency, arrival: dayOfSeconds(arrival) },
    references: [...(trace === null ? [] : [trace]), id],
  };
}

/** What people have decided comes first; the rest is matched without it. */
function matchedWith(claims: Claim[], rows: BankRow[], decisions: readonly Decision[]): Matching {
  const { pairs, groups, lines, ids, given } = forcedBy(decisions, claims, rows);
  const matching = match(
    claims.filter(({ id }) => !ids.has(id)),
    rows.filter(({ key }) => !lines.has(key)),
    given,
  );
  return { ...matching, pairs: [...pairs, ...matching.pairs], groups: [...groups, ...matching.groups] };
}

function bankEntries(rows: BankRow[], matching: Matching, counter: Counter): Entry[] {
  const of = belongings(matching);
  return rows.map((row) => entryOf(row, of.get(row.key), counter));
}

function writeAll(
  { sqlite, decisions }: RunParts,
  few: readonly Entry[],
  many: Iterable<Entry>,
  closedUntil: string | null,
): Run["written"] {
  const writing = beginWriting(sqlite, closedUntil);
  const decided = withDecisions(decisions);
  for (const entry of few) writing.put(decided(entry));
  for (const entry of many) writing.put(decided(entry));
  return writing.end();
}

const tellers: Partial<Record<Source, string>> = { stripe: "Stripe", opencollective: "Open Collective" };

/** Alarms: what was told again with other content. */
function changed(facts: Facts, isSettled: (id: string) => boolean): QueueItem[] {
  return facts
    .alarms()
    .filter(({ ext }) => !isSettled(ext))
    .map(({ source, ext, said, at }) => {
      const content = JSON.parse(said) as { amount?: number; currency?: string };
      return {
        ...{ id: ext, source, kind: "changed", date: at.slice(0, 10), candidates: [] },
        why: `${tellers[source] ?? "the bank"} tells it now with other content; the books keep what was told first`,
        ...{ currency: content.currency ?? "", amountMinor: BigInt(content.amount ?? 0) },
      };
    });
}

export type { CollectiveSide };
