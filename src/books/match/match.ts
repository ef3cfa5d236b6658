/**
 * What belongs together on both sides of a payment, with tolerance zero: first what the bank's text names, then what
 * can be one thing only, then equal counts of equal amounts as one group. Never a guess: the rest waits for a person.
 * A pure function of its input; the order of its input does not matter.
 */
import { plusBusinessDays } from "../days.ts";
import { namedIn } from "./names.ts";
import { components, hasPerfectMatching, type Component } from "./graph.ts";
import { isOwed, walk, type Tie } from "./owed.ts";

/** What ought to be found at the bank. */
export interface Claim {
  id: string;
  kind: "payout" | "waiting payout" | "failed payout" | "expense" | "payable" | "invoice";
  /** As the bank would book it: what comes in is above zero. */
  amountMinor: bigint;
  currency: string;
  /** The day on which the bank should have it; only payouts are also found without their reference. */
  arrival: string | null;
  /** Texts by which the bank may name it. */
  references: readonly string[];
}

export interface Line {
  key: string;
  amountMinor: bigint;
  currency: string;
  date: string;
  text: string;
}

export interface Matching {
  pairs: [Claim, Line][];
  groups: [Claim[], Line[]][];
  /** Could be one or the other. */
  ambiguous: [Claim[], Line[]][];
  /** The line names what it does not come to. */
  differing: [Claim[], Line[]][];
  /** What came of a failed payout and went back again. */
  returned: [Claim, Line[]][];
  /** What was owed, was paid and came back, perhaps several times; `paid`: what of it is paid in the end. */
  cameBack: { ties: Tie[]; paid: ReadonlySet<Claim> }[];
  /** Lines of what is paid already, or was not paid when it came back. */
  surplus: Surplus[];
  /** May be of payouts that Stripe is not done with. */
  held: [Claim[], Line[]][];
  claimsLeft: Claim[];
  linesLeft: Line[];
}

export interface Surplus {
  line: Line;
  claims: readonly Claim[];
  why: "paid already" | "not paid" | "differs";
}

/** The first and the last day on which a payout that should arrive on a day may be booked. */
export function windowOf(arrival: string): [first: string, last: string] {
  return [plusBusinessDays(arrival, -1), plusBusinessDays(arrival, 5)];
}

/** `given`: the claims to which a person has given a line, by its key, whatever its text says; owed ones only. */
export function match(
  allClaims: readonly Claim[],
  allLines: readonly Line[],
  given: ReadonlyMap<string, readonly Claim[]> = new Map(),
): Matching {
  const claims = allClaims.toSorted((a, b) => compare(a.id, b.id));
  const lines = allLines.toSorted((a, b) => compare(a.date, b.date) || compare(a.key, b.key));
  const found: Matching = {
    ...{ pairs: [], groups: [], ambiguous: [], differing: [], returned: [], held: [] },
    ...{ cameBack: [], surplus: [], claimsLeft: [], linesLeft: [] },
  };
  const used = new Set<Claim | Line>();
  const take = (parts: readonly (Claim | Line)[]): void => parts.forEach((part) => used.add(part));
  for (const component of namedComponents(claims, lines, given)) {
    take(component.claims);
    take(component.lines);
    if (component.claims.every(isOwed)) byReference(component, given, found);
    else byName(component, found);
  }
  const tied = (kind: Claim["kind"]): Linked[] => {
    const open = claims.filter((claim) => !used.has(claim) && claim.kind === kind);
    const free = lines.filter((line) => !used.has(line));
    return components(open, edgesByAmount(open, free));
  };
  const isWaiting = ({ kind }: Claim): boolean => kind === "waiting payout";
  const waiting = edgesByAmount(
    claims.filter((claim) => !used.has(claim) && isWaiting(claim)),
    lines.filter((line) => !used.has(line)),
  );
  for (const component of tied("payout")) byAmount(component, waiting, found, take);
  for (const component of tied("waiting payout")) {
    take(component.claims);
    take(component.lines);
    found.held.push([component.claims, component.lines]);
  }
  found.claimsLeft = claims.filter((claim) => !used.has(claim));
  found.linesLeft = lines.filter((line) => !used.has(line));
  return found;
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

type Take = (parts: readonly (Claim | Line)[]) => void;
type Linked = Component<Claim, Line>;

function namedComponents(
  claims: readonly Claim[],
  lines: readonly Line[],
  given: ReadonlyMap<string, readonly Claim[]>,
): Linked[] {
  const edges = namedIn(claims, lines);
  if (given.size > 0)
    for (const claim of claims) {
      const named = (edges.get(claim) ?? []).filter(({ key }) => !given.has(key));
      edges.set(claim, [...named, ...lines.filter(({ key }) => given.get(key)?.includes(claim) === true)]);
    }
  return components(
    claims.filter((claim) => (edges.get(claim)?.length ?? 0) > 0),
    edges,
  );
}

/** What is owed and bears a reference of ours. */
function byReference(component: Linked, given: ReadonlyMap<string, readonly Claim[]>, found: Matching): void {
  const { ties, paid, surplus, claims, lines } = walk(component, given);
  const moved = [...new Set(ties.flatMap((tie) => tie.claims))];
  const tiesOf = new Map(moved.map((claim) => [claim, ties.filter((tie) => tie.claims.includes(claim))]));
  for (const side of components(moved, tiesOf)) {
    const [tie, another] = side.lines;
    const [claim, other] = side.claims;
    if (tie === undefined || another !== undefined) found.cameBack.push({ ties: side.lines, paid });
    else if (claim !== undefined && other === undefined) found.pairs.push([claim, tie.line]);
    else found.groups.push([side.claims, [tie.line]]);
  }
  const near = (claim: Claim, line: Line): boolean => component.edges.get(claim)?.includes(line) === true;
  const open = lines.filter((line) => claims.some((claim) => near(claim, line)));
  const off = lines.filter((line) => !open.includes(line));
  found.surplus.push(
    ...surplus.map(({ line, claims: of, isReturn }): Surplus => {
      return { line, claims: of, why: isReturn ? "not paid" : "paid already" };
    }),
    ...off.map((line): Surplus => {
      const named = component.claims.filter((claim) => near(claim, line));
      return { line, claims: named, why: "differs" };
    }),
  );
  if (open.length > 0) remainder(claims, open, new Map(), found);
}

/** Claims and lines that names tie together: pairs that fit exactly, then all of them if they come to the same. */
function byName({ claims, lines, edges }: Linked, found: Matching): void {
  const fits = (claim: Claim, line: Line): boolean =>
    claim.kind !== "failed payout" &&
    claim.amountMinor === line.amountMinor &&
    claim.currency === line.currency;
  const exact = new Map(
    claims.map((claim) => [claim, (edges.get(claim) ?? []).filter((line) => fits(claim, line))]),
  );
  const paired = new Set<Claim | Line>();
  for (const [claim, [line, another]] of exact) {
    if (line === undefined || another !== undefined) continue;
    if (claims.filter((other) => exact.get(other)?.includes(line) === true).length > 1) continue;
    found.pairs.push([claim, line]);
    paired.add(claim).add(line);
  }
  const restClaims = claims.filter((claim) => !paired.has(claim));
  const restLines = lines.filter((line) => !paired.has(line));
  if (restClaims.length === 0 && restLines.length === 0) return;
  remainder(restClaims, restLines, exact, found);
}

function remainder(claims: Claim[], lines: Line[], exact: ReadonlyMap<Claim, Line[]>, found: Matching): void {
  const [failed] = claims;
  if (failed?.kind === "failed payout" && claims.length === 1 && comesTo(lines, 0n, failed.currency)) {
    found.returned.push([failed, lines]);
    return;
  }
  const [first] = claims;
  const due = claims.reduce((sum, { amountMinor }) => sum + amountMinor, 0n);
  const isOneCurrency = claims.every(({ currency }) => currency === first?.currency);
  const isWhole = claims.length > 0 && lines.length > 0 && isOneCurrency;
  if (isWhole && claims.every(({ kind }) => kind !== "failed payout") && comesTo(lines, due, first?.currency))
    found.groups.push([claims, lines]);
  else if (claims.some((claim) => (exact.get(claim)?.length ?? 0) > 0)) found.ambiguous.push([claims, lines]);
  else found.differing.push([claims, lines]);
}

function comesTo(lines: readonly Line[], dueMinor: bigint, currency: string | undefined): boolean {
  return (
    lines.length > 0 &&
    lines.every((line) => line.currency === currency) &&
    lines.reduce((sum, { amountMinor }) => sum + amountMinor, 0n) === dueMinor
  );
}

/** Same amount and currency, and booked in the days in which the payout may arrive. */
function edgesByAmount(claims: readonly Claim[], lines: readonly Line[]): Map<Claim, Line[]> {
  const byAmount = Map.groupBy(lines, ({ amountMinor, currency }) => `${amountMinor} ${currency}`);
  return new Map(
    claims.flatMap((claim) => {
      if (claim.arrival === null) return [];
      const [first, last] = windowOf(claim.arrival);
      const same = byAmount.get(`${claim.amountMinor} ${claim.currency}`) ?? [];
      const fitting = same.filter(({ date }) => date >= first && date <= last);
      return fitting.length === 0 ? [] : [[claim, fitting] as const];
    }),
  );
}

/** `waiting`: payouts that Stripe is not done with, and the lines that may be theirs. */
function byAmount(
  { claims, lines, edges }: Linked,
  waiting: ReadonlyMap<Claim, Line[]>,
  found: Matching,
  take: Take,
): void {
  take(claims);
  take(lines);
  const [claim] = claims;
  const [line] = lines;
  if (claims.length === 1 && lines.length === 1 && claim !== undefined && line !== undefined) {
    found.pairs.push([claim, line]);
    return;
  }
  if (claims.length === lines.length && hasPerfectMatching(claims, edges)) {
    found.groups.push([claims, lines]);
    return;
  }
  // More lines than payouts: those that Stripe is not done with may account for the rest.
  const more = lines.length > claims.length ? [...waiting.keys()].filter(mayBeOf(waiting, lines)) : [];
  const all = [...claims, ...more];
  if (all.length === lines.length && hasPerfectMatching(all, new Map([...edges, ...waiting]))) {
    take(more);
    found.groups.push([all, lines]);
  } else found.ambiguous.push([claims, lines]);
}

function mayBeOf(edges: ReadonlyMap<Claim, Line[]>, lines: readonly Line[]): (claim: Claim) => boolean {
  return (claim) => (edges.get(claim) ?? []).some((line) => lines.includes(line));
}
