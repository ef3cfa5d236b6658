/**
 * Transfers that bear a reference of ours: what was owed to somebody and went out, or was owed to the co-op and came
 * in. Such a thing is paid once. A transfer that comes back takes its payment back, and it may be paid anew.
 */
import type { Component } from "./graph.ts";
import type { Claim, Line } from "./match.ts";

/** One line, and all that it pays or takes back. */
export interface Tie {
  line: Line;
  claims: readonly Claim[];
  isReturn: boolean;
}

export interface Walked {
  ties: Tie[];
  /** What is paid when all is told; what came back is in `ties`, and not here. */
  paid: ReadonlySet<Claim>;
  /** Lines that fit, but find it paid already, or not paid. */
  surplus: Tie[];
  /** What no line has moved, and lines that come to something else. */
  claims: Claim[];
  lines: Line[];
}

export const isOwed = ({ kind }: Pick<Claim, "kind">): boolean => kind === "payable" || kind === "invoice";

/**
 * Goes through the lines by their days. `given`: lines that a person has given to claims: those may come back less a
 * fee of the bank.
 */
export function walk(
  { claims, lines, edges }: Component<Claim, Line>,
  given: ReadonlyMap<string, readonly Claim[]>,
): Walked {
  const fitting = lines
    .flatMap((line) => {
      const named = claims.filter((claim) => edges.get(claim)?.includes(line) === true);
      return tieOf(line, named, given.has(line.key)) ?? [];
    })
    .sort(byDay);
  const paid = new Set<Claim>();
  const moved = new Set<Claim>();
  const ties: Tie[] = [];
  let open = fitting;
  for (let before = -1; before !== open.length;) {
    before = open.length;
    // Value days may be odd: what comes back may be booked before what it takes back.
    open = open.filter((tie) => {
      if (!tie.claims.every((claim) => paid.has(claim) === tie.isReturn)) return true;
      for (const claim of tie.claims) {
        moved.add(claim);
        if (tie.isReturn) paid.delete(claim);
        else paid.add(claim);
      }
      ties.push(tie);
      return false;
    });
  }
  const fits = new Set(fitting.map(({ line }) => line));
  return {
    ...{ ties, paid, surplus: open },
    claims: claims.filter((claim) => !moved.has(claim)),
    lines: lines.filter((line) => !fits.has(line)),
  };
}

/** Undefined where the line comes to something else than what it names. */
function tieOf(line: Line, claims: Claim[], isGiven: boolean): Tie | undefined {
  const due = claims.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  if (claims.length === 0 || claims.some(({ currency }) => currency !== line.currency)) return undefined;
  if (line.amountMinor === due) return { line, claims, isReturn: false };
  if (line.amountMinor === -due) return { line, claims, isReturn: true };
  return isGiven && claims.length === 1 && isLessFee(line.amountMinor, due)
    ? { line, claims, isReturn: true }
    : undefined;
}

/** What we sent has come back, less what a bank took for it. */
export function isLessFee(cameBackMinor: bigint, dueMinor: bigint): boolean {
  return dueMinor < 0n && cameBackMinor > 0n && cameBackMinor < -dueMinor;
}

/** On one day the payment comes before what takes it back. */
function byDay(a: Tie, b: Tie): number {
  const key = ({ line, isReturn }: Tie): string => [line.date, isReturn ? "1" : "0", line.key].join("\u0000");
  return key(a) < key(b) ? -1 : 1;
}
