/**
 * What a batch pays, from what was agreed to. Pure: the same entries in any order give the same lines, the same
 * payables and the same hash.
 */
import { hashOf } from "../../core/canonical.ts";
import { partsOf, type Share } from "../../core/shares.ts";

/** An entry whose agreement stands and that no live batch holds. */
export interface AgreedEntry {
  entry: number;
  /** Who entered it; gets all of it where there are no shares. */
  person: string;
  /** The version that was agreed to. */
  hash: string;
  /** `YYYY-MM-DD`. */
  day: string;
  /** Null: it says no amount. */
  amountMinor: bigint | null;
  currency: string | null;
  shares: readonly Share[];
}

/** Somebody holds an entry back, and why. */
export interface Hold {
  entry: number;
  by: string;
  why: string;
}

/** What an earlier batch left at or below zero, and no batch has taken over yet. */
export interface CarriedPayable {
  id: string;
  member: string;
  currency: string;
  amountMinor: bigint;
}

export interface BatchInput {
  batch: string;
  /** `YYYY-MM`. */
  period: string;
  entries: readonly AgreedEntry[];
  /** Holds that nobody has released. */
  holds: readonly Hold[];
  carried: readonly CarriedPayable[];
  /** Who has said how they are paid. */
  payees: ReadonlySet<string>;
}

export interface BatchLine {
  entry: number;
  member: string;
  hash: string;
  amountMinor: bigint;
  currency: string;
}

export interface BatchPayable {
  /** `batch/member/currency`. */
  id: string;
  member: string;
  currency: string;
  /** Its lines, and what it takes over. */
  amountMinor: bigint;
  /** The payables of earlier batches that it takes over. */
  takesOver: string[];
}

export interface LeftOut {
  entry: number;
  /** `held`: see `holds`. `no-amount`: it says neither an amount nor a currency. */
  why: "held" | "no-amount";
  holds: Hold[];
}

export interface ComputedBatch {
  /** By entry, then by member. */
  lines: BatchLine[];
  /** By member, then by currency. */
  payables: BatchPayable[];
  leftOut: LeftOut[];
  /** Entries of work before the period that come along. */
  late: number[];
  /** Who is owed something and has not said how they are paid. */
  withoutWay: string[];
  /** Of all that is paid; what is left out does not count. */
  hash: string;
}

/** Works out a batch. Σ lines of an entry = its amount; Σ payables = Σ lines + what is taken over. */
export function computeBatch(input: BatchInput): ComputedBatch {
  const { batch, period } = input;
  const entries = [...input.entries].sort((a, b) => a.entry - b.entry);
  const leftOut = entries.flatMap((entry) => whyLeftOut(entry, input.holds));
  const gone = new Set(leftOut.map(({ entry }) => entry));
  const paid = entries.filter(({ entry }) => !gone.has(entry));
  const lines = paid.flatMap(linesOf);
  const payables = payablesOf(input, lines);
  const isOwed = ({ member, amountMinor }: BatchPayable): boolean =>
    amountMinor > 0n && !input.payees.has(member);
  return {
    lines,
    payables,
    leftOut,
    late: paid.filter(({ day }) => day < `${period}-01`).map(({ entry }) => entry),
    withoutWay: [...new Set(payables.filter(isOwed).map(({ member }) => member))],
    hash: hashOfBatch(batch, period, lines, payables),
  };
}

function whyLeftOut({ entry, amountMinor, currency }: AgreedEntry, all: readonly Hold[]): LeftOut[] {
  const holds = all
    .filter((hold) => hold.entry === entry)
    .sort((a, b) => compare(a.by, b.by) || compare(a.why, b.why));
  if (holds.length > 0) return [{ entry, why: "held", holds }];
  return amountMinor === null || currency === null ? [{ entry, why: "no-amount", holds }] : [];
}

function linesOf({ entry, person, hash, amountMinor, currency, shares }: AgreedEntry): BatchLine[] {
  if (amountMinor === null || currency === null) return [];
  return partsOf(amountMinor, person, shares).map(({ member, part }) => ({
    ...{ entry, member, hash, currency },
    amountMinor: part,
  }));
}

function payablesOf({ batch, carried }: BatchInput, lines: readonly BatchLine[]): BatchPayable[] {
  const byId = new Map<string, BatchPayable>();
  for (const { member, currency, amountMinor } of lines) {
    const id = `${batch}/${member}/${currency}`;
    const payable = byId.get(id) ?? { id, member, currency, amountMinor: 0n, takesOver: [] };
    byId.set(id, { ...payable, amountMinor: payable.amountMinor + amountMinor });
  }
  // Whoever has no line in this batch goes on carrying: nothing would be gained by carrying it once more.
  for (const one of [...carried].sort((a, b) => compare(a.id, b.id))) {
    const payable = byId.get(`${batch}/${one.member}/${one.currency}`);
    if (payable === undefined) continue;
    payable.amountMinor += one.amountMinor;
    payable.takesOver.push(one.id);
  }
  return [...byId.values()].sort((a, b) => compare(a.member, b.member) || compare(a.currency, b.currency));
}

function hashOfBatch(
  batch: string,
  period: string,
  lines: readonly BatchLine[],
  payables: readonly BatchPayable[],
): string {
  const inText = <T extends { amountMinor: bigint }>(all: readonly T[]) =>
    all.map((one) => ({ ...one, amountMinor: one.amountMinor.toString() }));
  return hashOf({ batch, period, lines: inText(lines), payables: inText(payables) });
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
