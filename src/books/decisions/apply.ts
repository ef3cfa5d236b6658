/** What people have decided, as the run of the books heeds it. A decision that was taken back is not among them. */
import { accounts } from "../chart.ts";
import type { Claim, Line } from "../match/match.ts";
import { isOwed } from "../match/owed.ts";
import { posted } from "../postings.ts";
import type { BankRow } from "../project/bank.ts";
import type { Entry, Source } from "../types.ts";

export interface Decision {
  id: number;
  kind: "match" | "split" | "writeoff" | "ignore";
  source: Source;
  /** The source's id of what it is about. */
  subject: string;
  what: DecisionContent;
  why: string;
  by: string;
  secondedBy: string | null;
  at: string;
}

export interface DecisionContent {
  /** match: what the line belongs to. */
  claims?: string[];
  /** split, writeoff: what the part in suspense is booked on. */
  parts?: { account: string; currency: string; amountMinor: number }[];
}

/** Whether somebody has dealt with what bears this id. */
export function settledBy(decisions: readonly Decision[]): (id: string) => boolean {
  const settled = new Set(
    decisions.flatMap(({ kind, subject, what }) =>
      kind === "match" ? [subject, ...(what.claims ?? [])] : [subject],
    ),
  );
  return (id) => settled.has(id);
}

interface Forced {
  pairs: [Claim, Line][];
  groups: [Claim[], Line[]][];
  /** Keys of lines and ids of claims that are spoken for. */
  lines: Set<string>;
  ids: Set<string>;
  /** What is owed by keys of lines: such lines are gone through with those that bear its reference. */
  given: Map<string, Claim[]>;
}

/** Lines that people have given to claims, one to one or one to several. */
export function forcedBy(
  decisions: readonly Decision[],
  claims: readonly Claim[],
  rows: readonly BankRow[],
): Forced {
  const forced: Forced = { pairs: [], groups: [], lines: new Set(), ids: new Set(), given: new Map() };
  const byId = new Map(claims.map((claim) => [claim.id, claim]));
  const byKey = new Map(rows.map((row) => [row.key, row]));
  for (const { kind, source, subject, what } of decisions) {
    if (kind !== "match") continue;
    const line = byKey.get(`${source}/${subject}`);
    const given = (what.claims ?? []).flatMap((id) => byId.get(id) ?? []);
    const [claim] = given;
    if (line === undefined || claim === undefined) continue;
    if (given.every(isOwed)) {
      forced.given.set(line.key, given);
      continue;
    }
    if (given.length === 1) forced.pairs.push([claim, line]);
    else forced.groups.push([given, [line]]);
    forced.lines.add(line.key);
    given.forEach(({ id }) => forced.ids.add(id));
  }
  return forced;
}

/**
 * Puts what is in suspense where people said that it belongs; what does not come to the same stays in suspense. Where
 * by now the facts say where it belongs, nothing is in suspense, and what people said about it counts no more.
 */
export function withDecisions(decisions: readonly Decision[]): (entry: Entry) => Entry {
  const parts = new Map(
    decisions
      .filter(({ kind }) => kind === "split" || kind === "writeoff")
      .map(({ source, subject, what }) => [`${source}/${subject}`, what.parts ?? []]),
  );
  if (parts.size === 0) return (entry) => entry;
  return (entry) => {
    const given = parts.get(`${entry.source}/${entry.ref}`);
    if (given === undefined || !entry.postings.some(({ account }) => account === accounts.suspense))
      return entry;
    const postings = posted(
      ...entry.postings.map(
        ({ account, amountMinor, currency }) => [account, amountMinor, currency] as const,
      ),
      ...given.map(({ account, amountMinor, currency }) => [account, BigInt(amountMinor), currency] as const),
      ...given.map(
        ({ amountMinor, currency }) => [accounts.suspense, -BigInt(amountMinor), currency] as const,
      ),
    );
    return { ...entry, postings };
  };
}
