import type { Message } from "../chat/message.ts";
import type { ProblemText } from "../core/problem.ts";
import type { MatrixId } from "../core/terms.ts";

/** What stood in the way; the story waits and comes again. `token`: whose token was refused (`the co-op` for ours). */
export interface Trouble {
  kind: "trouble";
  problem: ProblemText & { code: string };
  token?: string;
}

/** An expense as Open Collective shows it; amounts in its own hundredths. */
export interface Expense {
  id: string;
  /** The number in its address there. */
  number: number;
  status: string;
  cents: number;
  currency: string;
  /** Names in addresses there. */
  payee: string | null;
  approvedBy: string[];
}

export type Found = { kind: "expense"; expense: Expense } | { kind: "none" } | Trouble;

/** A place in the queue: by whose token it will be asked, and how long until then. */
export type Turn = { kind: "turn"; way: "own" | "draft"; waitMs: number } | Trouble;

/** `unsure`: it may have been made, and must be looked for again after a while. */
export type Asked = { kind: "expense"; expense: Expense } | { kind: "unsure" } | Trouble;

/** `others`: expenses that were refused before it was asked for anew, and are not refused any more. */
export type Seen =
  { kind: "expense"; expense: Expense; others?: Expense[] } | { kind: "gone"; others?: Expense[] } | Trouble;

/** Why a payable is asked for anew after its expense was refused. */
export interface Anew {
  /** The id of the refused expense; another one in between ends it. */
  expense: string;
  why: string;
  by: string;
}

/** How a payable stands after a look. */
export interface Noted {
  state: "asked" | "paid" | "rejected";
  /** In words. */
  said: string;
}

/** Asking for money and following what becomes of it. What is called inside a transaction is synchronous. */
export interface Paying {
  /** How it is paid. Throws `payable-unknown`, `payable-not-due`. */
  wayOf(payable: string): "opencollective" | "bank" | "unknown";
  /**
   * The refused expense in whose place another may be asked for. Throws `payable-not-refused`, and `payable-own` to
   * whoever would be paid by it.
   */
  refusedExpense(payable: string, by: string): string;
  /** From now on it is asked for under another key. Joins the open transaction. Throws as `refusedExpense`. */
  askAnew(payable: string, anew: Anew): void;
  /**
   * Looks for the one expense that stands for it: that which bears our key, in every state, unless one that was refused
   * before is not refused any more. Two of them are trouble.
   */
  find(payable: string, signal?: AbortSignal): Promise<Found>;
  /** Writes down that it will be asked for, and when: at most one invitation in twelve seconds. */
  takeTurn(payable: string): Turn;
  /** Makes the expense. Only right after `find` has found none, and never twice for one turn. */
  submit(payable: string, way: "own" | "draft", signal?: AbortSignal): Promise<Asked>;
  /** The payable is asked for; joins the open transaction. */
  asked(payable: string, expense: Expense): void;
  /** Looks at the expense that it was asked for by. */
  look(payable: string, signal?: AbortSignal): Promise<Seen>;
  /** Writes down what was seen and tells what people need to know, each once. Joins the open transaction. */
  note(payable: string, seen: Exclude<Seen, Trouble>): Noted;
  /** Marks a refused token and tells whom it concerns: once per run and kind. Joins the open transaction. */
  tellTrouble(payable: string, trouble: Trouble, about: { run: string; times: number }): void;
  /** Runs that wait for something look again now. Joins the open transaction. */
  nudge(which: { payable?: string; member?: string }): number;
}

/** How a person is paid, as they said it. Never any bank details. */
export interface PayeeView {
  member: string;
  how: "opencollective" | "bank";
  slug: string | null;
  payoutMethod: string | null;
  email: string | null;
}

export interface PayeeChange {
  slug?: string | undefined;
  method?: string | undefined;
  email?: string | undefined;
  bank?: boolean;
}

export interface Payees {
  payee(member: string): PayeeView | undefined;
  /** Throws `payee-nothing-said`, `payee-two-ways`. Joins the open transaction, with its audit row. */
  setPayee(member: string, change: PayeeChange): PayeeView;
}

export interface TokenState {
  addedAt: string;
  refusedAt: string | null;
}

export interface TokenForms {
  /** A link for one person, for 15 minutes. Joins the open transaction. Throws `collective-off`. */
  tokenLink: (member: string) => string;
  /** Whose link it is, if it still counts. Spends nothing. */
  findForm: (link: string) => { member: string } | undefined;
  /**
   * Asks Open Collective whose token it is, seals it, keeps it, and uses the link up. Throws `collective-form-spent`,
   * `collective-token-unfit`, `collective-token-refused`.
   */
  spendForm: (link: string, value: string) => Promise<{ member: string; slug: string | null }>;
  tokenOf: (member: string) => TokenState | undefined;
  /** Throws `collective-token-missing`. Joins the open transaction. */
  forgetToken: (member: string) => void;
}

/** Transactions as GraphQL returns them, and what the account holds. */
export interface CollectiveObjects {
  /** The name of our account there. */
  own: string;
  rows: unknown[];
  /** What it holds after all rows so far. */
  balance?: { amountMinor: bigint; currency: string; at: string };
}

/** What the books take of it. */
export interface ForBooks {
  importCollective(objects: CollectiveObjects): unknown;
}

export interface Fetching {
  /**
   * Hands everything since the last time to the books, a page at a time, each page whole or not at all; then what the
   * account holds, if that stood still meanwhile. `off`: there is no account, no token of the co-op, or no books.
   */
  fetchForBooks(
    signal?: AbortSignal,
  ): Promise<{ kind: "fetched"; rows: number; balance: string | null } | { kind: "off" } | Trouble>;
  /** Tells treasurers, once a day, what keeps it from being read: at once or, if it may pass, after hours. */
  tellLasting(met: Trouble, run: string): void;
  /** When all of it was last read; ISO time. */
  lastFetched(): string | null;
}

/** How Open Collective answers now. */
export interface CheckUp {
  slug: string | null;
  url: string;
  /** What the fund holds there, as people write it; null: it could not be asked. */
  balance: string | null;
  problem: ProblemText | null;
  coopToken: "none" | "works" | "refused";
  /** Members with a token here, and those whose token was refused. */
  tokens: { member: string; refused: boolean }[];
  /** What is asked for and not paid yet. */
  open: { payable: string; said: string }[];
  /** When the books last read its transactions; null: never, or they do not. */
  read: string | null;
}

export interface Collective extends Paying, Payees, TokenForms, Fetching {
  checkUp(): Promise<CheckUp>;
}

/** Says something in a room or to one person, once per key. */
export type Post = (to: string | { direct: MatrixId }, key: string, message: Message) => void;
