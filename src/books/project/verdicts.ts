/** What the run says of each payout, expense and line, and what is left for people. */
import type { Claim, Line, Matching } from "../match/match.ts";
import { isOwed } from "../match/owed.ts";
import type { Standing } from "../stripe/payouts.ts";
import type { Payout } from "../stripe/read.ts";
import { dayOfSeconds } from "../days.ts";
import type { QueueItem, QueueKind, State } from "../types.ts";
import type { BankRow } from "./bank.ts";

export interface Verdicts {
  matched: [string, string][];
  groups: [string[], string[]][];
  states: Map<string, State>;
  queue: QueueItem[];
}

export interface VerdictParts {
  payouts: readonly { payout: Payout; standing: Standing }[];
  rows: readonly BankRow[];
  matching: Matching;
  /** Whether a person has dealt with it. */
  isSettled: (id: string) => boolean;
}

const whySurplus = {
  "paid already": "what it names is paid already: the money has moved twice",
  "not paid": "what it names was not paid, or has come back already",
  differs: "it is named, but the amounts are not the same",
} as const;

const notArrived = new Set(["pending", "in_transit"]);

export function verdictsOf(parts: VerdictParts): Verdicts {
  const found: Verdicts = { matched: [], groups: [], states: new Map(), queue: [] };
  const desk = new Desk(parts, found);
  desk.payoutsAlone();
  desk.pairs();
  desk.groups();
  desk.cameBack();
  desk.open();
  found.matched.sort(byFirst);
  found.groups.sort(([[a = ""]], [[b = ""]]) => (a < b ? -1 : 1));
  return found;
}

const byFirst = ([a]: [string, string], [b]: [string, string]): number => (a < b ? -1 : 1);

class Desk {
  readonly #parts: VerdictParts;
  readonly #found: Verdicts;
  readonly #standing: Map<string, Standing>;
  readonly #rows: Map<string, BankRow>;

  constructor(parts: VerdictParts, found: Verdicts) {
    this.#parts = parts;
    this.#found = found;
    this.#standing = new Map(parts.payouts.map(({ payout, standing }) => [payout.id, standing]));
    this.#rows = new Map(parts.rows.map((row) => [row.key, row]));
  }

  /** What can be said of a payout before the bank is asked; what the bank adds comes over it. */
  payoutsAlone(): void {
    for (const { payout, standing } of this.#parts.payouts) {
      const { id, status, currency, amount } = payout;
      const isOnItsWay = standing.kind === "waiting" || notArrived.has(status);
      this.#found.states.set(
        id,
        standing.kind === "failed" ? "failed_reversed" : isOnItsWay ? "waiting" : "unmatched",
      );
      const why = standing.kind === "off" || standing.kind === "members unknown" ? standing.why : null;
      if (why !== null)
        this.#ask({
          ...{ id, source: "stripe", kind: "members", why, date: dayOfSeconds(payout.arrival) },
          ...{ currency, amountMinor: BigInt(amount), candidates: [] },
        });
    }
  }

  pairs(): void {
    for (const [claim, line] of this.#parts.matching.pairs) {
      const state = this.#stateOf(claim);
      this.#found.states.set(claim.id, state);
      this.#line(line, state === "bank_matched_members_unknown" ? "matched" : state);
      if (isFound(state)) this.#found.matched.push([claim.id, this.#idOf(line)]);
    }
  }

  groups(): void {
    const { groups, returned, held } = this.#parts.matching;
    for (const [claims, lines] of groups) {
      const states = claims.map((claim) => this.#stateOf(claim));
      claims.forEach((claim, i) => this.#found.states.set(claim.id, states[i] ?? "unmatched"));
      const isWhole = states.every(isFound);
      for (const line of lines) this.#line(line, isWhole ? "matched" : "waiting");
      if (isWhole)
        this.#found.groups.push([claims.map(({ id }) => id), lines.map((line) => this.#idOf(line)).sort()]);
    }
    for (const [, lines] of returned) for (const line of lines) this.#line(line, "failed_reversed");
    for (const [, lines] of held) for (const line of lines) this.#line(line, "waiting");
  }

  /** What was paid and came back, and perhaps was paid anew. */
  cameBack(): void {
    for (const { ties, paid } of this.#parts.matching.cameBack) {
      const claims = new Set(ties.flatMap((tie) => tie.claims));
      for (const claim of claims)
        this.#found.states.set(claim.id, paid.has(claim) ? "matched" : "failed_reversed");
      for (const tie of ties)
        this.#line(tie.line, tie.claims.some((claim) => paid.has(claim)) ? "matched" : "failed_reversed");
      if ([...claims].every((claim) => paid.has(claim)))
        this.#found.groups.push([
          [...claims].map(({ id }) => id).sort(),
          ties.map(({ line }) => this.#idOf(line)).sort(),
        ]);
    }
  }

  /** What is left over becomes the queue. */
  open(): void {
    const { ambiguous, differing, surplus, claimsLeft, linesLeft } = this.#parts.matching;
    for (const { line, claims, why } of surplus)
      this.#queueLine(
        line,
        "differs",
        whySurplus[why],
        claims.map(({ id }) => id),
      );
    for (const [claims, lines] of ambiguous)
      this.#queueBoth(claims, lines, "ambiguous", "it could be any of these");
    for (const [claims, lines] of differing)
      this.#queueBoth(claims, lines, "differs", "it is named, but the amounts are not the same");
    const amountOf = ({ amountMinor, currency }: Claim | Line): string => `${amountMinor} ${currency}`;
    const byAmount = Map.groupBy(claimsLeft, amountOf);
    for (const line of linesLeft) {
      const ids = (byAmount.get(amountOf(line)) ?? []).map(({ id }) => id);
      const why = ids.length > 0 ? "the amount is that of these, but nothing names them" : "nothing fits it";
      this.#queueLine(line, "unmatched", why, ids);
    }
    for (const claim of claimsLeft)
      if (claim.kind === "payout" && this.#found.states.get(claim.id) === "unmatched")
        this.#queueClaim(claim, "unmatched", "no line of a bank fits it", []);
  }

  #queueBoth(claims: Claim[], lines: Line[], kind: QueueKind, why: string): void {
    for (const claim of claims) {
      const state = this.#standing.get(claim.id)?.kind;
      if (state === "waiting" || state === "failed") continue;
      this.#found.states.set(claim.id, kind === "ambiguous" ? "ambiguous" : "unmatched");
      if (claim.kind === "payout")
        this.#queueClaim(
          claim,
          kind,
          why,
          lines.map((line) => this.#idOf(line)),
        );
    }
    for (const line of lines)
      this.#queueLine(
        line,
        kind,
        why,
        claims.map(({ id }) => id),
      );
  }

  #queueClaim(claim: Claim, kind: QueueKind, why: string, candidates: string[]): void {
    const { id, currency, amountMinor, arrival } = claim;
    const date = arrival ?? "";
    this.#ask({ ...{ id, source: "stripe", kind, why, date }, ...{ currency, amountMinor, candidates } });
  }

  #queueLine(line: Line, kind: QueueKind, why: string, candidates: string[]): void {
    const row = this.#rows.get(line.key);
    if (row === undefined) throw new RangeError(`${line.key} is no line of a bank`);
    this.#line(
      line,
      this.#parts.isSettled(row.id) ? "matched" : kind === "ambiguous" ? "ambiguous" : "unmatched",
    );
    const { id, source, date, currency, amountMinor } = row;
    this.#ask({ ...{ id, source, kind, why, date }, ...{ currency, amountMinor, candidates } });
  }

  #ask(item: QueueItem): void {
    if (!this.#parts.isSettled(item.id)) this.#found.queue.push(item);
  }

  #line(line: Line, state: State): void {
    this.#found.states.set(this.#idOf(line), state);
  }

  #idOf(line: Line): string {
    return this.#rows.get(line.key)?.id ?? line.key;
  }

  /** What a claim is when the bank has it. */
  #stateOf({ id, kind }: Claim): State {
    const standing = this.#standing.get(id);
    if (standing === undefined || kind === "expense" || isOwed({ kind })) return "matched";
    switch (standing.kind) {
      case "proved":
        return "matched";
      case "members unknown":
        return "bank_matched_members_unknown";
      case "waiting":
        return "waiting";
      case "failed":
        return "failed_reversed";
      case "off":
        return "unmatched";
    }
  }
}

const isFound = (state: State): boolean => state === "matched" || state === "bank_matched_members_unknown";
