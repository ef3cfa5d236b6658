/** What a payout report is made from: rows as they stand in the database, joined and otherwise untouched. */

export interface ReportBatch {
  id: string;
  /** `YYYY-MM`. */
  period: string;
  state: "published" | "asked" | "approved" | "paid" | "dropped";
  hash: string;
  proposedBy: string;
  /** ISO times. */
  publishedAt: string;
  disputesUntil: string;
  approvedBy: readonly string[];
  approvedAt: string | null;
}

/** What one person gets for one entry, and the whole way of it. */
export interface ReportLine {
  batch: string;
  period: string;
  entry: number;
  /** The paid entry that it corrects. */
  corrects: number | null;
  /** Who is paid. */
  member: string;
  /** The seat of the one who is paid. */
  seat: string | null;
  /** Who entered it. */
  by: string;
  circle: string;
  budget: string | null;
  kind: string;
  /** The day of the work, `YYYY-MM-DD`. */
  day: string;
  /** This person's part of the time; null: a lump sum. */
  minutes: number | null;
  description: string;
  evidence: string | null;
  /** Minor units for an hour, as the rate was on that day. */
  perHourMinor: number | null;
  amountMinor: bigint;
  currency: string;
  /** The version that was agreed to, the approval (`run/step`), its voices and when it was settled. */
  hash: string;
  approval: string | null;
  agreedBy: readonly string[];
  agreedAt: string | null;
  /** Where the work was said. */
  room: string | null;
  event: string | null;
}

export interface ReportPayable {
  /** `batch/member/currency`. */
  id: string;
  batch: string;
  member: string;
  currency: string;
  amountMinor: bigint;
  state: "proposed" | "carried" | "ready" | "asked" | "paid" | "rejected";
  /** How it is paid; null: the person has not said. */
  how: "opencollective" | "bank" | null;
  /** The expense at Open Collective, or the end-to-end id in the bank file. */
  reference: string | null;
  /** The line of the bank's statement that proves it, with its day; what came back and was paid anew: all of them. */
  bankLine: string | null;
  said: string | null;
  /** The payable that has taken it over. */
  carriedInto: string | null;
}

/** Work that is never paid: it counts towards patronage. */
export interface GivenWork {
  entry: number;
  member: string;
  seat: string | null;
  circle: string;
  kind: "volunteer" | "in-kind";
  day: string;
  minutes: number | null;
  description: string;
}

/** An entry that was held while its batch could be disputed. */
export interface ReportDispute {
  entry: number;
  /** Whose entry it is. */
  person: string;
  by: string;
  why: string;
  at: string;
  /** Null: it was not released before the batch was agreed to. */
  releasedBy: string | null;
  releasedWhy: string | null;
}

export interface ReportRows {
  batches: readonly ReportBatch[];
  lines: readonly ReportLine[];
  payables: readonly ReportPayable[];
  given: readonly GivenWork[];
  disputes: readonly ReportDispute[];
}
