import type { Clock } from "../../../src/core/clock.ts";

export interface StoredExpense {
  id: string;
  legacyId: number;
  description: string;
  reference: string | null;
  status: string;
  currency: string;
  cents: number;
  /** Slugs. */
  account: string;
  payee: string;
  createdBy: string;
  approvedBy: string[];
  customData: unknown;
  lockedFields: string[];
}

/** One side of a movement; its money in hundredths of the currency. */
export interface StoredTransaction {
  id: string;
  group: string;
  type: "CREDIT" | "DEBIT";
  kind: string | null;
  currency: string;
  cents: number;
  netCents: number;
  hostFeeCents: number;
  processorFeeCents: number;
  isRefund: boolean;
  isDebt: boolean;
  createdAt: string;
  clearedAt: string | null;
  merchantId: string | null;
  /** Slugs. */
  account: string;
  opposite: string;
  /** The id of the expense that it pays. */
  expense: string | null;
}

/** What Open Collective keeps. */
export interface State {
  expenses: StoredExpense[];
  transactions: StoredTransaction[];
  /** What a token is good for, where it is not for everything. */
  scopes: Map<string, string[]>;
  /** Tokens and whose they are. */
  tokens: Map<string, string>;
  /** Accounts by slug, and who administers each. */
  accounts: Map<
    string,
    { admins: string[]; methods: string[]; balance: { cents: number; currency: string } }
  >;
  /** When each user last sent an invitation; ms. */
  drafts: Map<string, number>;
  /** Names of the operations asked for, in order. */
  requests: string[];
}

export interface Visitor {
  state: State;
  clock: Pick<Clock, "now">;
  /** The slug of the token's user; null: anybody. */
  user: string | null;
  /** Undefined: all of them. */
  scopes?: string[] | undefined;
}

/** What happens to the next request, by the name of its operation. `lost`: it is carried out, its answer is not heard. */
export type Fault = "away" | "page" | "busy" | "lost" | "lost at once" | "changed";
export interface Faults {
  next?: (operation: string) => Fault | undefined;
}

export const coopSlug = "three-rivers";
export const coopToken = "coop-token-0123456789abcdef";
export const boToken = "bo-token-0123456789abcdefgh";

/** A co-op with an admin, its bot, and two people of whom bo has an account. */
export function newState(): State {
  const balance = { cents: 650_714, currency: "EUR" };
  return {
    ...{ expenses: [], transactions: [], scopes: new Map() },
    tokens: new Map([
      [coopToken, "coop-bot"],
      [boToken, "bo-b"],
    ]),
    accounts: new Map([
      [coopSlug, { admins: ["coop-bot", "tess-t", "bo-b"], methods: [], balance }],
      ["bo-b", { admins: ["bo-b"], methods: ["pm-bo-1"], balance }],
      ["ana-a", { admins: ["ana-a"], methods: [], balance }],
      ["coop-bot", { admins: ["coop-bot"], methods: [], balance }],
    ]),
    drafts: new Map(),
    requests: [],
  };
}
