/** The ledger there: both layouts of fees, who may list it, and what an account holds. */
import { refusal } from "./server.ts";
import type { State, StoredTransaction, Visitor } from "./state.ts";

export interface Listing {
  account?: { slug?: string }[] | null;
  group?: string[] | null;
  dateFrom?: string | null;
  dateTo?: string | null;
  includeDebts: boolean;
  limit: number;
  offset: number;
  orderBy: { direction: "ASC" | "DESC" };
}

interface Shows {
  account: (slug: string) => unknown;
  expense: (id: string) => unknown;
}

const mostRows = 1000;

/** An account's own side only, or whole groups; debts only when they are asked for; never more than a thousand. */
export function transactionsFor({ state, scopes }: Visitor, listing: Listing, shows: Shows) {
  if (scopes?.includes("transactions") === false)
    throw refusal("Forbidden", 'The User Token is not allowed for operations in scope "transactions".');
  const { account, group, dateFrom, dateTo, includeDebts, limit, offset, orderBy } = listing;
  if (limit > mostRows)
    throw refusal("ValidationFailed", "Cannot fetch more than 1000 transactions at the same time.");
  for (const { slug = "" } of account ?? [])
    if (!state.accounts.has(slug)) throw refusal("NotFound", "Account Not Found");
  const from = dateFrom == null ? -Infinity : Date.parse(dateFrom);
  const to = dateTo == null ? Infinity : Date.parse(dateTo);
  const found = state.transactions
    .filter((row) => account == null || account.some(({ slug }) => slug === row.account))
    .filter((row) => group == null || group.includes(row.group))
    .filter(({ isDebt }) => includeDebts || !isDebt)
    .filter(({ createdAt }) => Date.parse(createdAt) >= from && Date.parse(createdAt) <= to)
    .toSorted((a, b) => Date.parse(a.createdAt) - Date.parse(b.createdAt));
  if (orderBy.direction === "DESC") found.reverse();
  const nodes = found.slice(offset, offset + limit).map((row) => shownRow(row, shows));
  return { totalCount: found.length, nodes };
}

function shownRow(row: StoredTransaction, { account, expense }: Shows) {
  const money = (valueInCents: number) => ({ valueInCents, currency: row.currency });
  return {
    ...row,
    __typename: row.type === "CREDIT" ? "Credit" : "Debit",
    ...{ amount: money(row.cents), netAmount: money(row.netCents) },
    ...{ hostFee: money(row.hostFeeCents), paymentProcessorFee: money(row.processorFeeCents) },
    ...{ platformFee: money(0), taxAmount: money(0) },
    account: account(row.account),
    toAccount: account(row.type === "CREDIT" ? row.account : row.opposite),
    expense: row.expense === null ? null : expense(row.expense),
  };
}

/** What came to it; an account without a ledger here holds what the state says. */
export function balanceThere(state: State, slug: string): { cents: number; currency: string } {
  const { cents = 0, currency = "EUR" } = state.accounts.get(slug)?.balance ?? {};
  const own = state.transactions.filter((row) => row.account === slug && !row.isDebt);
  const [first] = own;
  if (first === undefined) return { cents, currency };
  // It would convert them by the day's rate; no test may rest on that.
  if (own.some((row) => row.currency !== first.currency)) throw new Error(`${slug} is kept in one currency`);
  return { cents: own.reduce((sum, { netCents }) => sum + netCents, 0), currency: first.currency };
}

interface Moved {
  cents: number;
  on: string;
  hostFee?: number;
  processorFee?: number;
  /** `together`: fees in the row of what was given. `apart`: in rows of their own. */
  layout?: "together" | "apart";
  currency?: string;
  merchantId?: string;
  kind?: string;
}

export const host = "the-host";
const giver = "a-giver";

/** Plays what people do there. Each answers the id of the group. */
export function playLedger(state: State, own: string) {
  for (const slug of [host, giver, "stripe", "wise"])
    if (!state.accounts.has(slug))
      state.accounts.set(slug, { admins: [], methods: [], balance: { cents: 0, currency: "EUR" } });
  const put = (group: string, on: string, row: Partial<StoredTransaction>): void => {
    const { cents = 0, netCents = cents } = row;
    state.transactions.push({
      ...{ id: `tx-${state.transactions.length + 1}`, group, kind: "CONTRIBUTION", currency: "EUR" },
      ...{ hostFeeCents: 0, processorFeeCents: 0, isRefund: false, isDebt: false, clearedAt: null },
      ...{ merchantId: null, account: own, opposite: giver, expense: null },
      type: cents < 0 || Object.is(cents, -0) ? "DEBIT" : "CREDIT",
      createdAt: on.includes("T") ? on : `${on}T09:00:00.000Z`,
      ...row,
      ...{ cents, netCents },
    });
  };
  const groupId = (): string => `group-${state.transactions.length + 1}`;
  /** A fee of its own, from us to whoever takes it. */
  const fee = (group: string, on: string, kind: string, cents: number, to: string, more: object): void => {
    if (cents === 0) return;
    put(group, on, { kind, cents: -cents, opposite: to, ...more });
    put(group, on, { kind, cents, account: to, opposite: own, ...more });
  };
  return {
    /** Somebody gives; the host and the processor take their part. */
    give(moved: Moved): string {
      const { cents, on, hostFee = 0, processorFee = 0, layout = "together", kind = "CONTRIBUTION" } = moved;
      const { currency = "EUR", merchantId = null } = moved;
      const group = groupId();
      const more = { currency, merchantId, kind };
      const inRow = layout === "together" ? hostFee + processorFee : 0;
      const fees = layout === "together" ? { hostFeeCents: -hostFee, processorFeeCents: -processorFee } : {};
      put(group, on, { ...more, cents, netCents: cents - inRow, ...fees });
      put(group, on, {
        ...{ ...more, cents: -(cents - inRow), netCents: -cents, ...fees },
        ...{ account: giver, opposite: own },
      });
      if (layout === "apart") {
        fee(group, on, "HOST_FEE", hostFee, host, { currency });
        fee(group, on, "PAYMENT_PROCESSOR_FEE", processorFee, "stripe", { currency });
      }
      // What the host owes the platform of it is a debt between the two, and none of ours.
      if (hostFee > 0) {
        const debt = { currency, kind: "HOST_FEE_SHARE_DEBT", isDebt: true };
        put(group, on, { ...debt, cents: -1, account: host, opposite: "platform" });
        put(group, on, { ...debt, cents: 1, account: "platform", opposite: host });
      }
      return group;
    },
    /** An expense is paid: DEBIT -A, net -(A+f); CREDIT A+f, net A. */
    pay(expense: string, { on, fee: taken = 0 }: { on: string; fee?: number }): string {
      const paid = state.expenses.find(({ id }) => id === expense);
      if (paid === undefined) throw new Error(`no expense ${expense}`);
      const group = groupId();
      const { cents, currency, payee } = paid;
      const more = { kind: "EXPENSE", expense, currency, clearedAt: `${on.slice(0, 10)}T12:00:00.000Z` };
      put(group, on, { ...more, cents: -cents, netCents: -(cents + taken), opposite: payee });
      put(group, on, { ...more, cents: cents + taken, netCents: cents, account: payee, opposite: own });
      paid.status = "PAID";
      return group;
    },
    put,
  };
}
