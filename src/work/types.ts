import type { Message } from "../chat/message.ts";
import type { ProblemText } from "../core/problem.ts";
import type { MemberName } from "../core/terms.ts";
import type { CircleName, BudgetName } from "../core/work-terms.ts";
import type { Money } from "../core/money.ts";

/** What a piece of work is for its person. Volunteer and in-kind work is never paid. */
export type EntryKind = "paid" | "volunteer" | "in-kind" | "stipend" | "lump-sum";
export type EntryState =
  "submitted" | "approved" | "batched" | "paid" | "recorded" | "declined" | "withdrawn";

/** What one person gets of an entry, in ten-thousandths. The shares of an entry add up to 10,000. */
export interface Share {
  member: MemberName;
  basisPoints: number;
}

/** What an entry says. An agreement binds to the hash of it. Amounts are minor units of `currency`. */
export interface EntryContent {
  kind: EntryKind;
  /** The seat of the person when it was entered. */
  seat: string | null;
  circle: CircleName;
  budget: BudgetName | null;
  /** `YYYY-MM-DD` in the time zone of the person. */
  day: string;
  /** Null: a lump sum without a time. Negative only in a correction. */
  minutes: number | null;
  description: string;
  evidence: string | null;
  rate: number | null;
  perHourMinor: number | null;
  currency: string | null;
  /** The whole entry, rounded half up once. Null: it is not paid. */
  amountMinor: number | null;
  /** Empty: all of it is the person's. */
  shares: Share[];
}

/** An entry with its newest version. */
export interface Entry extends EntryContent {
  id: number;
  person: MemberName;
  version: number;
  state: EntryState;
  hash: string;
  /** Who said this version, and when (ISO time). */
  by: MemberName;
  at: string;
  room: string | null;
  event: string | null;
  /** The version that was agreed to; null: no agreement stands. */
  approvedHash: string | null;
  approvedAt: string | null;
  approvedBy: MemberName[];
  /** The approval (`run/step`) whose voices these are. */
  approval: string | null;
  /** The run that asks, or asked last. */
  run: string | null;
  /** The entry, in a batch or paid, whose difference this one is. */
  corrects: number | null;
  addedAt: string;
}

export interface Circle {
  name: CircleName;
  title: string;
  maintainers: MemberName[];
}

export interface Rate {
  id: number;
  scope: "all" | "role" | "circle" | "person";
  /** The role, circle or person; empty for all. */
  subject: string;
  perHourMinor: number;
  currency: string;
  /** First and last day on which it holds; null: until further notice. */
  fromDay: string;
  untilDay: string | null;
  resolution: string;
}

export interface Budget {
  name: BudgetName;
  title: string;
  resolution: string;
  currency: string;
  capMinor: number | null;
  capMinutes: number | null;
  per: "month" | "total";
  fromDay: string;
  untilDay: string | null;
  state: "open" | "paused" | "closed";
  /** Who may enter work on it; nobody listed: every member. */
  eligible: MemberName[];
  /** Who agrees to work on it, beside the maintainers of the circle. */
  stewards: MemberName[];
}

/** How a budget stands in one of its periods. Null where it has no such limit. */
export interface BudgetStanding {
  budget: Budget;
  /** `2026-11`, or `total`. */
  period: string;
  spentMinor: number;
  spentMinutes: number;
  leftMinor: number | null;
  leftMinutes: number | null;
  /** What waits for voices and would come on top. */
  waitingMinor: number;
  waitingMinutes: number;
  weekMinor: number;
  weekMinutes: number;
  /** At the end of the month, or of the budget, if it goes on like this; null: it has no end. */
  endMinor: number | null;
  endMinutes: number | null;
  /** The day on which nothing is left if it goes on like this; null: that is not to be seen. */
  emptyOn: string | null;
}

/** Circles, rates, budgets and the fund. All synchronous; writes join the open transaction and are audited in it. */
export interface WorkGround {
  circles(): Circle[];
  /** Throws `circle-unknown`. */
  circle(typed: string): Circle;
  addCircle(who: string, circle: { name: CircleName; title: string }): Circle;
  setMaintainer(who: string, circle: CircleName, member: MemberName, is: boolean): Circle;
  rates(): Rate[];
  /** Throws `rate-overlaps` and the like. */
  addRate(who: string, rate: Omit<Rate, "id">): Rate;
  endRate(who: string, id: number, lastDay: string): Rate;
  budgets(): Budget[];
  /** Throws `budget-unknown`. */
  budget(typed: string): Budget;
  /** Throws `fund-below-buffer`, `fund-unknown`, `budget-taken` and the like. */
  addBudget(who: string, budget: NewBudget): Budget;
  setBudgetState(who: string, budget: BudgetName, state: Budget["state"]): Budget;
  setBudgetPerson(
    who: string,
    budget: BudgetName,
    person: { member: MemberName; as: "eligible" | "steward"; is: boolean },
  ): Budget;
  /** How it stands in the period in which a day lies; today when left out. */
  standing(budget: string, day?: string): BudgetStanding;
  /** What the fund held as far as known; undefined: nobody has said. */
  balance(
    currency: string,
  ): { amountMinor: number; currency: string; source: string; at: string } | undefined;
  setBalance(source: string, balance: Money): void;
  /** The same from a source that is asked again and again: the same amount is no news. Joins the open transaction. */
  balanceFrom(source: "opencollective", balance: Money): void;
  /** Of a budget or a balance for which nobody names one. */
  readonly usualCurrency: string;
  /** The day it is for the co-op (or for a member), `YYYY-MM-DD`. */
  today(member?: string): string;
  /** A day as this member types it. Throws `day-unreadable`. */
  day(typed: string, member?: string): string;
}

export type NewBudget = Omit<Budget, "eligible" | "stewards" | "state">;

/** What somebody says about work that was done. */
export interface NewEntry {
  /** Exactly what was typed: a time in minutes, an amount, or both. */
  minutes: number | null;
  lump: Money | null;
  kind?: EntryKind;
  circle: string;
  words: readonly string[];
  /** As it was typed; today when left out. */
  date?: string;
  budget?: string;
  /** Whose work it is, or who has a share in it. */
  for?: readonly string[];
  /** For each of them, in ten-thousandths; left out: all of it. */
  shares?: readonly number[];
  evidence?: string;
  /** More than 16 hours a day are meant. */
  sure?: boolean;
}

/** What is to be changed in an entry; what is left out stays. */
export type Correction = Partial<Omit<NewEntry, "words">> & { words?: readonly string[] };

export interface Logged {
  entry: Entry;
  /** Sentences for whoever entered it and whoever agrees. */
  notes: string[];
}

/** Where something was said. */
export interface SaidAt {
  room: string;
  eventId?: string;
  /** The event that it answers: it becomes the evidence where none was named. */
  repliesTo?: string;
}

/** What the run of an entry asks, and whom. */
export type EntryAsk =
  | {
      kind: "ask";
      entry: Entry;
      notes: string[];
      /** Whose voices count: maintainers of the circle and stewards of the budget who gain nothing by it. */
      only: MemberName[];
      beneficiaries: MemberName[];
      needed: number;
    }
  /** It does not wait for voices any more, or says something else by now. */
  | { kind: "overtaken" };

export type EntryVerdict =
  | { kind: "approved" | "recorded" }
  | { kind: "overtaken" }
  /** Some voices do not count any more: it is asked anew. */
  | { kind: "voices lost" }
  /** Its budget has no room for it; it stays submitted. */
  | { kind: "refused"; problem: ProblemText };

/** Entries that wait and to which a member may agree, as `work review` shows them. */
export interface Review {
  /** Five characters that stand for exactly this list. */
  code: string;
  entries: (Entry & { approvalId: string })[];
}

export interface EntryFilter {
  month?: string;
  person?: string;
  circle?: string;
  budget?: string;
  state?: EntryState;
  limit?: number;
}

/** Entries and the agreement to them. Synchronous; writes join the open transaction and are audited in it. */
export interface WorkEntries {
  /** Writes a new entry, in state submitted. Throws a Problem in words for all that does not fit. */
  log(by: string, place: SaidAt | null, said: NewEntry): Logged;
  /**
   * A new version of an entry; or, where it is in a batch or paid, a new entry that holds the difference. The agreement
   * to the old version is void. `cancels`: the run that asks about the old one.
   */
  correct(
    by: string,
    place: SaidAt | null,
    id: number,
    said: Correction,
  ): Logged & { cancels: string | null };
  withdraw(by: string, id: number): { entry: Entry; cancels: string | null };
  /** That the entry may be asked about anew; throws why not. `cancels`: the run that asks about it now. */
  resubmit(by: string, id: number): Logged & { cancels: string | null };
  /** An entry that this member may see; throws `entry-unknown` for all others alike. */
  entry(member: string, id: number): Entry;
  versions(member: string, id: number): Entry[];
  /** What this member may see, newest day first. */
  entries(member: string, filter: EntryFilter): Entry[];
  /** Notes that the run asks now, and answers what. In the run's transaction. */
  beginAsking(id: number, version: number, run: string): EntryAsk;
  /** The hard check: hash, voices and budget, in the transaction that counts. */
  agree(
    id: number,
    agreed: { version: number; run: string; approval: string; binds: string; voices: readonly string[] },
  ): EntryVerdict;
  /** The run's question was declined, or ended without an answer. */
  endAsking(id: number, version: number, end: "declined" | "unanswered", why: string): boolean;
  review(member: string, circle?: string): Review;
  /** Which of these have room in their budgets, in this order, each after those before it. */
  fits(entries: readonly Entry[]): { entry: Entry; problem: string | null }[];
  hold(by: string, id: number, why: string): Entry;
  release(by: string, id: number, why: string): Entry;
}

/** What a member is to be reminded of. */
export interface Reminder {
  member: MemberName;
  /** The day of the last entry, when hours seem to be missing. */
  lastDay: string | null;
  /** Entries that wait for this member's voice. */
  waiting: number;
  /** The month that can be paid out, for treasurers, and how many entries that would be. */
  due: { month: string; entries: number } | null;
}

export interface WorkReminding {
  /** How the member wants it; undefined leaves as it is. */
  setReminder(
    member: string,
    wish: { isWanted?: boolean; timeZone?: string },
  ): { isWanted: boolean; timeZone: string };
  /** Who is reminded at the end of this month, and when (ms since 1970): at nine in the morning where they live. */
  reminders(month: string): { member: MemberName; at: number }[];
  /** What there is to remind the member of just now; null: nothing, or not wanted any more. */
  reminderFor(member: string, month: string): Reminder | null;
  /** Says it by direct message, once per key. In the run's transaction. */
  tell(member: string, key: string, message: Message): void;
}

/** Work: what people did, what it is worth by which rate, which budget bears it, and who agreed. */
export interface Work extends WorkGround, WorkEntries, WorkReminding {}
