/** How a payout stands by what Stripe says of it alone; whether the bank has it is found elsewhere. */
import type { Payout } from "./read.ts";

/** Later in life. Versions of a payout come in any order: the one that has come furthest counts. */
const statuses = ["pending", "in_transit", "paid", "canceled", "failed"];
const reconciliations = ["in_progress", "not_applicable", "completed"];

/** Of several versions of one payout the one that has come furthest, whatever order they came in. */
export function furthest(versions: readonly Payout[]): Payout {
  const ranked = versions.map((version) => ({ version, rank: rankOf(version) }));
  ranked.sort((a, b) => (a.rank < b.rank ? 1 : a.rank > b.rank ? -1 : 0));
  const [first] = ranked;
  if (first === undefined) throw new RangeError("a payout without a version");
  const known = (key: "txn" | "failureTxn" | "trace"): string | null =>
    ranked.map(({ version }) => version[key]).find((value) => value !== null) ?? null;
  return { ...first.version, txn: known("txn"), failureTxn: known("failureTxn"), trace: known("trace") };
}

function rankOf(payout: Payout): string {
  const status = String(statuses.indexOf(payout.status) + 1);
  const reconciliation = String(reconciliations.indexOf(payout.reconciliation) + 1);
  return [status, reconciliation, String(payout.arrival).padStart(12, "0"), JSON.stringify(payout)].join("/");
}

/** What never changes in a payout: another one under the same id is an alarm. */
export function unchanging({ id, amount, currency, automatic }: Payout): unknown {
  return { id, amount, currency, automatic };
}

/** The sums that the books hold of a payout's members. */
export interface Members {
  /** How many are named, the payout's own line aside. */
  named: number;
  /** How many of these are not here themselves. */
  missing: number;
  /** Σ net of those that are here, in the payout's currency. */
  netMinor: bigint;
  /** Members in another currency. */
  foreign: number;
  /** Members that another payout names as well. */
  shared: number;
  /** Net of the payout's own line; null: it is not here. */
  ownNetMinor: bigint | null;
}

export type Standing =
  | { kind: "failed" }
  /** Stripe is not done yet: no alarm. */
  | { kind: "waiting" }
  /** Stripe cannot say (a manual payout), or nobody has told its members yet. */
  | { kind: "members unknown"; why: string | null }
  | { kind: "proved" }
  | { kind: "off"; why: string };

/** Members are held against the payout with tolerance zero, and never made up. */
export function standingOf(payout: Payout, members: Members): Standing {
  const hasFailed = payout.status === "failed" || payout.status === "canceled";
  if (hasFailed || payout.failureTxn !== null) return { kind: "failed" };
  if (!payout.automatic || payout.reconciliation === "not_applicable")
    return { kind: "members unknown", why: null };
  if (payout.reconciliation !== "completed") return { kind: "waiting" };
  if (members.named === 0)
    return { kind: "members unknown", why: "its balance transactions have not been imported" };
  const why = faultOf(payout, members);
  return why === undefined ? { kind: "proved" } : { kind: "off", why };
}

function faultOf(payout: Payout, members: Members): string | undefined {
  const { missing, netMinor, foreign, shared, ownNetMinor } = members;
  if (missing > 0) return `${missing} of its balance transactions are not imported`;
  if (foreign > 0) return `${foreign} of its balance transactions are in another currency`;
  if (shared > 0) return `${shared} of its balance transactions are members of another payout too`;
  if (netMinor !== BigInt(payout.amount))
    return `its balance transactions come to ${netMinor}, the payout to ${payout.amount} (minor units)`;
  if (ownNetMinor === null) return "its own balance transaction is not imported";
  if (ownNetMinor !== -BigInt(payout.amount))
    return `its own balance transaction is ${ownNetMinor}, not ${-payout.amount} (minor units)`;
  return undefined;
}
