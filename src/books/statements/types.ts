/** What a bank's file says, whatever its format. */
export interface StatementLine {
  /** The bank's own id of the line (CAMT AcctSvcrRef, OFX FITID, a column of a CSV); undefined where it gives none. */
  id?: string;
  /** Booking day, YYYY-MM-DD. */
  date: string;
  /** Signed, in ISO minor units: what comes in is above zero. Never zero: such lines are left out. */
  amountMinor: bigint;
  currency: string;
  /** Everything that the bank says of it in words: name, purpose, references; one line. */
  text: string;
}

/** What was on the account at the beginning or at the end of a day. */
export interface Balance {
  date: string;
  amountMinor: bigint;
}

export interface Statement {
  /** What the file says of the account (IBAN or number), if it does. */
  account?: string;
  currency: string;
  /** Undefined where the file does not say it. */
  opening?: Balance;
  closing?: Balance;
  lines: StatementLine[];
  /** How many lines were left out because the bank has not booked them: they come with a later statement. */
  pending?: number;
}

export type StatementFormat = "camt053" | "mt940" | "ofx" | "csv" | "json";
