import type { Message } from "../../chat/message.ts";
import type { MemberName } from "../../core/terms.ts";
import type { PayoutReport } from "../report.ts";
import type { ReportBatch, ReportLine, ReportPayable } from "../report-rows.ts";
import type { LeftOut } from "./computing.ts";

/** A batch as its question and its notice tell of it: totals, and names only where somebody has something to do. */
export interface BatchFacts {
  batch: string;
  period: string;
  /** What treasurers agree to. Null: nothing is left to be paid. */
  hash: string | null;
  /** One per currency, in words. */
  totals: string[];
  entries: number;
  /** Everybody who is owed something, or owes: they have no voice. */
  payees: MemberName[];
  /** Circles with their totals, in words. */
  circles: string[];
  /** Entries of earlier months that come along. */
  late: number[];
  leftOut: LeftOut[];
  /** Who has not said how they are paid. */
  withoutWay: string[];
  /** Persons whose payable is not above zero, and is taken over into the next batch. */
  carried: string[];
  /** Treasurers who must agree. */
  needed: number;
  disputeDays: number;
  disputesUntil: string;
}

/** A payable that is agreed to and waits for its payment to be asked for. */
export interface ReadyPayable {
  id: string;
  member: string;
  currency: string;
  how: "opencollective" | "bank" | null;
  /** In words. */
  amount: string;
}

/** A batch in lists. */
export interface BatchSummary extends ReportBatch {
  totals: { currency: string; amountMinor: bigint }[];
  entries: number;
  /** Payables that are agreed to and not paid yet. */
  unpaid: number;
}

export interface BatchFilter {
  /** One batch, or all of these periods. */
  batch?: string;
  fromPeriod?: string;
  untilPeriod?: string;
  /** Only what was agreed to. */
  agreed?: boolean;
}

/** Batches of approved work: what they pay, who agreed, where each cent came from. All synchronous. */
export interface Payouts {
  /** Throws a Problem when this month cannot be proposed now: it has not begun, or a batch is open. */
  beforeProposing(period: string): void;
  /**
   * Collects what is approved until the month's end and writes the batch, in the open transaction. Throws a Problem
   * when there is nothing to pay, a batch is open, or too few treasurers could agree.
   */
  publish(batch: string, period: string, by: string): BatchFacts;
  /** Works the batch out anew, without what is held or withdrawn by now, and says that treasurers are asked. */
  lookAgain(batch: string): BatchFacts;
  /**
   * The batch is agreed to, if it still is what they agreed to and they still may. False: it must be asked anew.
   */
  agree(batch: string, hash: string, voices: readonly string[]): boolean;
  /** Nothing comes of the batch; its entries are approved again. Does nothing once it was agreed to. Safe twice. */
  drop(batch: string): void;
  /** What waits in the batch for its payment to be asked for. */
  ready(batch: string): ReadyPayable[];
  /**
   * A payable was paid or refused: entries all of whose payables are paid are paid, and so is the batch. Called in the
   * transaction that writes the payable's state.
   */
  settle(payable: string): void;
  /** Newest first. */
  list(filter?: BatchFilter): BatchSummary[];
  /** Undefined: there is no such batch. */
  find(batch: string): BatchSummary | undefined;
  /** Throws a Problem when there is no such batch. */
  get(batch: string): BatchSummary;
  report(filter: BatchFilter): PayoutReport;
  /** The lines alone, read as they are used; of one member, if named. */
  lines(filter: BatchFilter, member?: string): Iterable<ReportLine>;
  payables(filter: BatchFilter): ReportPayable[];
  /** The address of a batch's page. */
  pageOf(batch: string): string;
  /** Says something where the batch was proposed, once per key; joins the open transaction. */
  tell(key: string, room: string | null, message: Message): void;
}
