/** The words of the books. Amounts are whole minor units as ISO 4217 counts them; days are `YYYY-MM-DD`, in UTC. */

/** Where a fact was told: Stripe, Open Collective, a bank by its account, the co-op's work, an earlier ledger. */
export type Source = "stripe" | "opencollective" | "work" | "decision" | "opening" | `bank:${string}`;

/** One line of an entry: what comes to the account is above zero. */
export interface Posting {
  account: string;
  currency: string;
  amountMinor: bigint;
}

/** What is booked for one fact. Σ of its postings is zero in each currency. */
export interface Entry {
  source: Source;
  /** The id that the source gave the fact. */
  ref: string;
  date: string;
  /** The source's own word for it: a reporting category, a kind, `line`. */
  kind: string;
  memo: string;
  /** At Stripe: the payout that it is a part of, where that is known. */
  payout?: string | null;
  /** The entry that this one takes back or amends. */
  corrects: string | null;
  postings: Posting[];
}

/** How something stands that ought to be found on both sides. */
export type State =
  "matched" | "waiting" | "failed_reversed" | "bank_matched_members_unknown" | "ambiguous" | "unmatched";

/** Something that a person has to look at. */
export interface QueueItem {
  /** The source's id of what it is about. */
  id: string;
  source: Source;
  kind: QueueKind;
  /** In words. */
  why: string;
  date: string;
  currency: string;
  amountMinor: bigint;
  /** Ids of what it could belong to. */
  candidates: string[];
}

export type QueueKind =
  /** It could belong to several. */
  | "ambiguous"
  /** Nothing fits it. */
  | "unmatched"
  /** What it names has another amount. */
  | "differs"
  /** The members of a payout do not add up to it, or are not all here. */
  | "members"
  /** A category or kind that the books do not know, or that a person has to place. */
  | "unknown"
  /** A group at Open Collective that does not add up; it is not booked. */
  | "refused"
  /** Told again with other content; the books keep what was told first. */
  | "changed";

/** That a source and the books say the same, or by how much they differ. */
export interface Proof {
  /** `trial balance`, or the account that is proved. */
  proof: string;
  currency: string;
  openingMinor: bigint;
  movedMinor: bigint;
  closingMinor: bigint;
  /** What the source says; null: it has not said. */
  saidMinor: bigint | null;
  differenceMinor: bigint;
  ok: boolean;
  /** What it rests on, or what is still on its way, in words. */
  note: string;
}

/** What one run of the books comes to. */
export interface Reconciled {
  /** Pairs that belong together without a doubt: the payout (or expense, or payable), the bank's line. */
  matched: [string, string][];
  /** As many of one amount on both sides: they belong together, who to whom cannot be told. */
  groups: [string[], string[]][];
  states: Record<string, State>;
  queue: QueueItem[];
  proofs: Proof[];
}
